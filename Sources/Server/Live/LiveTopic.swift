// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOCore

/// What can be subscribed to.
package enum LiveTopic: String, CaseIterable, Sendable, Codable {
    case campaigns
    case fleet
    case alerts
    case system
}

/// Everything of a topic as it is shown: each thing's JSON by its key.
typealias LiveState = [LiveTopic: [String: String]]

/// One change: a thing of a topic is new, another than before, or gone.
struct LiveChange: Sendable {
    var seq: Int64
    var topic: LiveTopic
    /// The message as it is sent.
    var message: LiveMessage

    init(seq: Int64, topic: LiveTopic, key: String, value: String?) {
        self.seq = seq
        self.topic = topic
        message = LiveMessage(
            "{\"type\":\"change\",\"seq\":\(seq),\"topic\":\"\(topic.rawValue)\",\"key\":\(LiveText.quoted(key)),"
                + "\"value\":\(value ?? "null")}",
            seq: seq
        )
    }
}

/// A message as all who hear it get it: its bytes are made once, and shared.
final class LiveMessage: Sendable {
    /// What goes on a WebSocket, as one frame's data; empty for what only keeps a stream of events open.
    let text: String
    /// Its number; nil for a message without one.
    let seq: Int64?
    private let bytes = Locked<(data: ByteBuffer?, event: ByteBuffer?)>((nil, nil))

    init(_ text: String, seq: Int64? = nil) {
        self.text = text
        self.seq = seq
    }

    /// Keeps a stream of events open, as a comment.
    static let ping = LiveMessage("")
    /// That the reader was too slow, and is let go.
    static let slow = LiveMessage(LiveText.slow)

    /// The text's bytes.
    var data: ByteBuffer {
        bytes.withLock { bytes in
            if let known = bytes.data { return known }
            let made = ByteBuffer(string: text)
            bytes.data = made
            return made
        }
    }

    /// The message as a server-sent event.
    ///
    /// The number is told besides, so that a browser that comes back sends it along.
    var event: ByteBuffer {
        bytes.withLock { bytes in
            if let known = bytes.event { return known }
            let number = seq.map { "id: \($0)\n" } ?? ""
            let made = ByteBuffer(string: text.isEmpty ? ": ping\n\n" : number + "data: \(text)\n\n")
            bytes.event = made
            return made
        }
    }
}

/// Writes the messages of the stream.
enum LiveText {
    /// Everything of some topics as it stands at a number.
    static func snapshot(_ state: LiveState, of topics: Set<LiveTopic>, at seq: Int64) -> LiveMessage {
        let parts = LiveTopic.allCases.filter(topics.contains).map { topic in
            let things = (state[topic] ?? [:]).sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\($0.value)" }
            return "\"\(topic.rawValue)\":{\(things.joined(separator: ","))}"
        }
        return LiveMessage(
            "{\"type\":\"snapshot\",\"seq\":\(seq),\"state\":{\(parts.joined(separator: ","))}}",
            seq: seq
        )
    }

    /// That the stream goes on behind a number, and nothing in between is missing.
    static func resumed(at seq: Int64) -> LiveMessage {
        LiveMessage("{\"type\":\"resumed\",\"seq\":\(seq)}", seq: seq)
    }

    /// That the reader was too slow, and is let go.
    static let slow = "{\"type\":\"slow\",\"detail\":\"you read too slowly and are let go; subscribe again\"}"

    /// That a message was not understood.
    static func refusal(_ detail: String, expected: String) -> String {
        "{\"type\":\"error\",\"detail\":\(quoted(detail)),\"expected\":\(quoted(expected))}"
    }

    /// A text as JSON.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A value as JSON on one line, its keys sorted.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// What somebody wants to hear.
struct LiveWish: Decodable, Sendable {
    var topics: Set<LiveTopic>
    /// The number of the last message that was heard; nil for the first time.
    var after: Int64?
}
