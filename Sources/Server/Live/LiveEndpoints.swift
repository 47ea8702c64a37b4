// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The live stream: `/live` as a WebSocket, `/live/events` as server-sent events.
///
/// Origin and credential are checked as for any other request, before the connection becomes a socket; the credential is in a header or a
/// cookie, never in the address.
package struct LiveEndpoints: Sendable {
    /// How sockets are looked after.
    package struct Limits: Hashable, Sendable {
        /// How often a silent socket is asked whether somebody is there.
        package var ping: TimeSpan
        /// How long a socket may be silent.
        package var silence: TimeSpan
        /// How often it is looked at whether the subscriber may still listen.
        package var recheck: TimeSpan
        /// Bytes that may wait for a reader before it is let go.
        package var pendingBytes: Int
        /// Bytes of a message that a subscriber sends.
        package var messageBytes: Int
        /// Messages a second that a subscriber may send, on average.
        package var messagesPerSecond: Int

        /// Creates limits.
        package init(
            ping: TimeSpan = .seconds(25),
            silence: TimeSpan = .seconds(60),
            recheck: TimeSpan = .seconds(5),
            pendingBytes: Int = 1_048_576,
            messageBytes: Int = 4_096,
            messagesPerSecond: Int = 10
        ) {
            self.ping = ping
            self.silence = silence
            self.recheck = recheck
            self.pendingBytes = pendingBytes
            self.messageBytes = messageBytes
            self.messagesPerSecond = messagesPerSecond
        }
    }

    private let hub: LiveHub
    private let limits: Limits
    /// Whether a request comes from a page of this server, or from no page at all.
    private let isOwn: @Sendable (RequestHead) -> Bool
    /// The caller of a head, asked again and again.
    private let caller: @Sendable (RequestHead) async throws -> Caller

    /// Creates the endpoints of a hub.
    package init(
        hub: LiveHub,
        limits: Limits = Limits(),
        isOwn: @escaping @Sendable (RequestHead) -> Bool,
        caller: @escaping @Sendable (RequestHead) async throws -> Caller
    ) {
        self.hub = hub
        self.limits = limits
        self.isOwn = isOwn
        self.caller = caller
    }

    private static let socketKey = HTTPField.Name("Sec-WebSocket-Key") ?? .location
    private static let socketVersion = HTTPField.Name("Sec-WebSocket-Version") ?? .location
    private static let lastEvent = HTTPField.Name("Last-Event-ID") ?? .location
    private static let buffering = HTTPField.Name("X-Accel-Buffering") ?? .location

    /// Both endpoints.
    package var endpoints: [Endpoint] {
        var socket = Endpoint(
            .get,
            "/live",
            "live",
            .monitoring,
            .role(.viewer),
            "A WebSocket: snapshot and changes.",
            gives: [.nothing],
            handle: socket
        )
        socket.isDocumented = false
        var events = Endpoint(
            .get,
            "/live/events",
            "liveEvents",
            .monitoring,
            .role(.viewer),
            "The live stream as server-sent events.",
            parameters: [
                .query(
                    "topics",
                    .string(least: 1, most: 100),
                    "Some of campaigns, fleet, alerts, system, with commas."
                ),
                .query("after", .integer(least: 0, most: .max), "The number of the last message that was heard."),
            ],
            gives: [.other("text/event-stream")],
            handle: events
        )
        events.isDocumented = false
        return [socket, events]
    }

    // MARK: The socket

    @Sendable private func socket(_ call: Call) async throws -> Answer {
        try checkOrigin(call.head)
        guard call.headers[.upgrade]?.lowercased() == "websocket",
            call.headers[.connection]?.lowercased().contains("upgrade") ?? false,
            call.headers[Self.socketVersion] == "13", let key = call.headers[Self.socketKey],
            Data(base64Encoded: key)?.count == 16, let channel = call.connection
        else {
            throw Problem(
                .malformed,
                "this path is a WebSocket",
                field: "Upgrade",
                value: call.headers[.upgrade],
                expected: "a WebSocket handshake of version 13; or ask /live/events"
            )
        }
        let (hub, workspace) = (hub, call.workspace)
        let connection = LiveSocketHandler(limits: limits) { wish, deliver in
            hub.subscribe(wish, in: workspace, deliver: deliver)
        } unsubscribe: {
            hub.unsubscribe($0)
        }
        try await LiveUpgrade.take(channel, key: key, handler: connection)
        try await keep(channel, of: call)
        // The head was sent long ago, and the connection is closed: nothing of this answer is.
        return Answer(.switchingProtocols)
    }

    /// Waits until a socket is closed, and closes it when its subscriber may no longer listen.
    private func keep(_ channel: any Channel, of call: Call) async throws {
        let watch = channel.eventLoop.scheduleRepeatedAsyncTask(
            initialDelay: .milliseconds(limits.recheck.milliseconds),
            delay: .milliseconds(limits.recheck.milliseconds)
        ) { [caller] _ in
            channel.eventLoop.makeFutureWithTask {
                do {
                    let now = try await caller(call.head)
                    if now.workspace == call.workspace, now.may(.role(.viewer)) { return }
                } catch let problem as Problem where problem.kind == .unauthorized || problem.kind == .forbidden {
                    // Falls through to the end of the socket.
                } catch {
                    // That it cannot be told now is no reason to throw anybody out.
                    return
                }
                channel.pipeline.fireUserInboundEventTriggered(LiveSocketHandler.Revoked())
            }
        }
        defer { watch.cancel() }
        try await channel.closeFuture.get()
    }

    private func checkOrigin(_ head: RequestHead) throws(Problem) {
        guard isOwn(head) else {
            throw Problem(
                .forbidden,
                "another site's page asked",
                field: "Origin",
                value: head.headers[.origin],
                expected: "a page of this server"
            )
        }
    }

    // MARK: Server-sent events

    @Sendable private func events(_ call: Call) async throws -> Answer {
        try checkOrigin(call.head)
        let wish = try Self.wish(of: call)
        let (hub, workspace, limits) = (hub, call.workspace, limits)
        let body = ResponseBody { writer in
            let messages = LiveQueue()
            let id = hub.subscribe(wish, in: workspace) { messages.put($0) }
            defer { hub.unsubscribe(id) }
            let ending = hub.whenEnding { messages.end() }
            defer { hub.forgetEnding(ending) }
            let silence = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: limits.ping.duration)
                    messages.put("")
                }
            }
            defer { silence.cancel() }
            let recheck = Task { [caller] in
                while !Task.isCancelled {
                    try await Task.sleep(for: limits.recheck.duration)
                    do {
                        guard try await caller(call.head).may(.role(.viewer)) else { return messages.end() }
                    } catch is Problem {
                        return messages.end()
                    }
                }
            }
            defer { recheck.cancel() }
            for await message in messages.stream {
                // An empty message keeps the connection open, as a comment.
                let text = message.isEmpty ? ": ping\n\n" : Self.event(message)
                try await writer.write(ByteBuffer(string: text))
            }
            if messages.isOverfull { try await writer.write(ByteBuffer(string: Self.event(LiveText.slow))) }
            try await writer.finish(nil)
        }
        return Answer(
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store", Self.buffering: "no"],
            content: .stream(body)
        )
    }

    private static func event(_ message: String) -> String {
        // The number is told besides, so that a browser that comes back sends it along.
        let number = message.firstMatch(of: /^\{"type":"[a-z]+","seq":(\d+)/).map { "id: \($0.1)\n" } ?? ""
        return number + "data: \(message)\n\n"
    }

    private static func wish(of call: Call) throws(Problem) -> LiveWish {
        var topics: Set<LiveTopic> = []
        for name in (call.text("topics") ?? LiveTopic.allCases.map(\.rawValue).joined(separator: ",")).split(
            separator: ","
        ) {
            guard let topic = LiveTopic(rawValue: String(name)) else {
                throw Problem(
                    .invalid,
                    "there is no such topic",
                    field: "topics",
                    value: String(name),
                    expected: "some of " + LiveTopic.allCases.map(\.rawValue).joined(separator: ", ")
                )
            }
            topics.insert(topic)
        }
        let after = call.integer("after").map { Int64($0) } ?? call.headers[lastEvent].flatMap { Int64($0) }
        return LiveWish(topics: topics, after: after)
    }
}

/// Messages that wait for a reader; one that lets too much wait is told so, and gets no more.
final class LiveQueue: Sendable {
    /// How many messages may wait.
    static let limit = 256

    let stream: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation
    private let overflow = Locked(false)

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(Self.limit))
    }

    /// Whether it ended because its reader was too slow.
    var isOverfull: Bool { overflow.withLock { $0 } }

    func put(_ message: String) {
        guard case .dropped = continuation.yield(message) else { return }
        overflow.withLock { $0 = true }
        end()
    }

    func end() { continuation.finish() }
}
