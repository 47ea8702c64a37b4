// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A server on a free loopback port that serves one feed under every path, and counts how often each was answered whole.
final class CountedFeeds: Sendable {
    private let channel: any Channel
    private let counts: Locked<[String: Int]>

    /// How often each path was asked.
    var asked: [String: Int] { counts.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }
    func address(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

    private init(_ channel: any Channel, _ counts: Locked<[String: Int]>) {
        self.channel = channel
        self.counts = counts
    }

    /// Serves while the body runs.
    static func serving<Value: Sendable>(_ feed: String, _ body: (CountedFeeds) async throws -> Value) async throws
        -> Value
    {
        let counts = Locked<[String: Int]>([:])
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Handler(feed, counts))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = CountedFeeds(channel, counts)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(server))
        } catch {
            outcome = .failure(error)
        }
        try await channel.close()
        return try outcome.get()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let feed: String
        private let counts: Locked<[String: Int]>
        private var path = ""

        init(_ feed: String, _ counts: Locked<[String: Int]>) {
            self.feed = feed
            self.counts = counts
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): path = head.uri
            case .body: break
            case .end:
                counts.withLock { $0[path, default: 0] += 1 }
                let bytes = Array(feed.utf8)
                let fields = HTTPHeaders([
                    ("content-type", "application/rss+xml"), ("content-length", "\(bytes.count)"),
                ])
                let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: fields)
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
