// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on a free loopback port that answers as a test says, and remembers what it was asked.
final class StandInServer: Sendable {
    /// How a request is answered.
    enum Reply: Sendable {
        case answer(Int, [String: String] = [:], [UInt8] = [])
        /// A body that begins and never ends.
        case drip([UInt8])
        /// A body that ends before its stated length.
        case cut([UInt8])
        /// The connection closes without an answer.
        case hangUp

        static func text(_ status: Int, _ headers: [String: String] = [:], _ body: String) -> Reply {
            .answer(status, headers, Array(body.utf8))
        }
    }

    /// What the server was asked.
    struct Request: Sendable {
        var path: String
        var headers: HTTPHeaders
    }

    private let channel: any Channel
    private let seen: SeenRequests

    final class SeenRequests: Sendable {
        let list = Mutex<[Request]>([])
    }

    var requests: [Request] { seen.list.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }
    func address(_ path: String = "/feed") -> String { "http://127.0.0.1:\(port)\(path)" }

    private init(_ channel: any Channel, _ seen: SeenRequests) {
        self.channel = channel
        self.seen = seen
    }

    /// Runs a server for the length of a body.
    static func run<Result: Sendable>(
        _ reply: @escaping @Sendable (Request) -> Reply,
        _ body: (StandInServer) async throws -> Result
    ) async throws -> Result {
        let seen = SeenRequests()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Handler(reply, seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = StandInServer(channel, seen)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let reply: @Sendable (Request) -> Reply
        private let seen: SeenRequests
        private var head: HTTPRequestHead?

        init(_ reply: @escaping @Sendable (Request) -> Reply, _ seen: SeenRequests) {
            self.reply = reply
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body: break
            case .end:
                guard let head else { return }
                let request = Request(path: head.uri, headers: head.headers)
                seen.list.withLock { $0.append(request) }
                answer(context, reply(request))
            }
        }

        private func answer(_ context: ChannelHandlerContext, _ reply: Reply) {
            switch reply {
            case .hangUp: context.close(promise: nil)
            case .drip(let bytes):
                write(context, 200, ["content-type": "application/rss+xml"], bytes)
                context.flush()
            case .cut(let bytes):
                write(context, 200, ["content-length": "\(bytes.count + 100)"], bytes)
                context.flush()
                context.close(promise: nil)
            case .answer(let status, let headers, let bytes):
                var all = headers
                if status != 304 { all["content-length"] = "\(bytes.count)" }
                write(context, status, all, bytes)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }

        private func write(
            _ context: ChannelHandlerContext,
            _ status: Int,
            _ headers: [String: String],
            _ bytes: [UInt8]
        ) {
            let fields = HTTPHeaders(headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if !bytes.isEmpty {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
            }
        }
    }
}

/// A clock that stands still until it is moved; who sleeps on it waits until then.
final class StillClock: TimeSource {
    private let state:
        Mutex<(now: Timestamp, sleepers: [Int: (Timestamp, CheckedContinuation<Void, any Error>)], next: Int)>

    init(_ now: Timestamp) {
        state = Mutex((now, [:], 0))
    }

    var now: Timestamp { state.withLock { $0.now } }

    func sleep(until instant: Timestamp) async throws {
        let key = state.withLock {
            $0.next += 1
            return $0.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.now >= instant { return true }
                    state.sleepers[key] = (instant, continuation)
                    return false
                }
                if isDue {
                    continuation.resume()
                } else if Task.isCancelled {
                    cancel(key)
                }
            }
        } onCancel: {
            cancel(key)
        }
    }

    private func cancel(_ key: Int) {
        let sleeper = state.withLock { $0.sleepers.removeValue(forKey: key) }
        sleeper?.1.resume(throwing: CancellationError())
    }

    /// Moves time on and wakes who was waiting for it.
    func move(by span: TimeSpan) {
        let woken = state.withLock { state in
            state.now = state.now + span
            let due = state.sleepers.filter { $0.value.0 <= state.now }
            for key in due.keys { state.sleepers[key] = nil }
            return due.keys.sorted().compactMap { due[$0]?.1 }
        }
        for continuation in woken { continuation.resume() }
    }
}
