// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A message with all that is known about its way: who, to whom, why, until when.
///
/// Encoded it is the JSON object `{id, version, type, from, to, timestamp, correlation_id, causation_id, deadline, hops, trace, payload:
/// {action, data}}`; every key is always there, and null stands for what a message does not have. Instants are milliseconds since 1970.
package struct Envelope: Sendable {
    /// What a message is.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// Asks for an answer.
        case request
        /// Answers the request that `causationID` names.
        case response
        /// Says that something happened, to all who subscribed.
        case event
        /// Asks for no answer.
        case command
    }

    /// The version of the wire form that this code writes and reads.
    package static let currentVersion = 1
    /// How many hops a message may have; more mean that agents play it back and forth.
    package static let maximumHops = 16

    package let id: MessageID
    /// The version of the wire form.
    package let version: Int
    package let type: Kind
    package let from: AgentName
    /// The receiver; nil for an event, unless a store keeps it for one receiver.
    package let to: AgentName?
    /// When it was sent.
    package let timestamp: Timestamp
    /// The message that began the conversation; its own identifier in that one.
    package let correlationID: MessageID
    /// The message that this one follows from; nil when it begins a conversation.
    package let causationID: MessageID?
    /// Until when an answer is of use; nil when nobody waits.
    package let deadline: Timestamp?
    /// How many messages lie between this one and the one that began the conversation.
    package let hops: Int
    package let payload: Payload
    /// Whether a store keeps the message until it is handled; not part of the wire form.
    package var isKept = false
    /// The trace that was handed in from outside; nil when it is to be derived.
    let outerTrace: String?

    /// Creates a message; one with a cause continues the cause's conversation and trace.
    package init(
        id: MessageID,
        type: Kind,
        from: AgentName,
        to: AgentName?,
        timestamp: Timestamp,
        cause: Envelope? = nil,
        deadline: Timestamp? = nil,
        trace: String? = nil,
        payload: Payload
    ) {
        self.id = id
        version = Self.currentVersion
        self.type = type
        self.from = from
        self.to = to
        self.timestamp = timestamp
        correlationID = cause?.correlationID ?? id
        causationID = cause?.id
        self.deadline = deadline
        hops = cause.map { $0.hops + 1 } ?? 0
        outerTrace = trace ?? cause?.outerTrace
        self.payload = payload
    }

    /// The W3C trace context (https://www.w3.org/TR/trace-context/): the one that came from outside, else one made of the conversation's
    /// identifier (its 128 bits are the trace's) and of the message's (its last 64 bits are the span's).
    package var trace: String { outerTrace ?? Self.trace(conversation: correlationID, message: id) }
}

extension Envelope: Codable {
    private enum CodingKeys: String, CodingKey {
        case id
        case version
        case type
        case from
        case to
        case timestamp
        case correlationID = "correlation_id"
        case causationID = "causation_id"
        case deadline
        case hops
        case trace
        case payload
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(MessageID.self, forKey: .id)
        version = try container.decode(Int.self, forKey: .version)
        type = try container.decode(Kind.self, forKey: .type)
        from = try container.decode(AgentName.self, forKey: .from)
        to = try container.decodeIfPresent(AgentName.self, forKey: .to)
        timestamp = try container.decode(Timestamp.self, forKey: .timestamp)
        correlationID = try container.decode(MessageID.self, forKey: .correlationID)
        causationID = try container.decodeIfPresent(MessageID.self, forKey: .causationID)
        deadline = try container.decodeIfPresent(Timestamp.self, forKey: .deadline)
        hops = try container.decodeIfPresent(Int.self, forKey: .hops) ?? 0
        outerTrace = try container.decodeIfPresent(String.self, forKey: .trace)
        payload = try container.decode(Payload.self, forKey: .payload)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(version, forKey: .version)
        try container.encode(type, forKey: .type)
        try container.encode(from, forKey: .from)
        try container.encode(to, forKey: .to)
        try container.encode(timestamp, forKey: .timestamp)
        try container.encode(correlationID, forKey: .correlationID)
        try container.encode(causationID, forKey: .causationID)
        try container.encode(deadline, forKey: .deadline)
        try container.encode(hops, forKey: .hops)
        try container.encode(trace, forKey: .trace)
        try container.encode(payload, forKey: .payload)
    }

    private static func trace(conversation: MessageID, message: MessageID) -> String {
        let span = bits(of: message).low
        let (high, low) = bits(of: conversation)
        return "00-\(hexadecimal(high))\(hexadecimal(low))-\(hexadecimal(span))-01"
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The 128 bits of an identifier: its 26 characters of Crockford's base 32 hold 130, of which the first two are zero.
    private static func bits(of id: MessageID) -> (high: UInt64, low: UInt64) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for character in id.text.utf8.suffix(26) {
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value(of: character))
        }
        return (high, low)
    }

    /// The value of a character of Crockford's base 32, whose letters leave out i, l, o and u.
    private static func value(of character: UInt8) -> UInt8 {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x61...0x68: character - 0x61 + 10
        case 0x6A...0x6B: character - 0x6A + 18
        case 0x6D...0x6E: character - 0x6D + 20
        case 0x70...0x74: character - 0x70 + 22
        case 0x76...0x7A: character - 0x76 + 27
        default: 0
        }
    }
}
