// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A server on a free loopback port that serves one feed under every path, and counts how often each was asked for it.
///
/// Under `/busy` it asks to be left alone for an hour instead. Who shows the feed's entity tag is told that it has not changed.
final class CountedFeeds: Sendable {
    /// What the server knows of its callers.
    private struct Book {
        var asked: [String: Int] = [:]
        var unchanged: [String: Int] = [:]
        var held: Set<String> = []
        var waiting = 0
    }

    private static let tag = "\"first\""

    private let channel: any Channel
    private let book: Locked<Book>

    /// How often each path was answered.
    var asked: [String: Int] { book.withLock { $0.asked } }
    /// How often each path was answered with 304, because the caller had it.
    var unchanged: [String: Int] { book.withLock { $0.unchanged } }
    /// How many callers wait for an answer that is held back.
    var waiting: Int { book.withLock { $0.waiting } }
    var port: Int { channel.localAddress?.port ?? 0 }
    func address(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

    /// Answers a path no more: who asks waits, and may die before it is answered.
    func hold(_ path: String) { book.withLock { _ = $0.held.insert(path) } }

    /// Answers a path again, to those who ask from now on.
    func release(_ path: String) { book.withLock { _ = $0.held.remove(path) } }

    private init(_ channel: any Channel, _ book: Locked<Book>) {
        self.channel = channel
        self.book = book
    }

    /// Serves while the body runs.
    static func serving<Value: Sendable>(_ feed: String, _ body: (CountedFeeds) async throws -> Value) async throws
        -> Value
    {
        let book = Locked(Book())
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Handler(feed, book))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = CountedFeeds(channel, book)
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
        private let book: Locked<Book>
        private var path = ""
        private var hasFeed = false

        init(_ feed: String, _ book: Locked<Book>) {
            self.feed = feed
            self.book = book
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                path = head.uri
                hasFeed = head.headers["if-none-match"].contains(CountedFeeds.tag)
            case .body: break
            case .end:
                let (path, hasFeed) = (path, hasFeed)
                let isHeld = book.withLock { book in
                    if book.held.contains(path) {
                        book.waiting += 1
                        return true
                    }
                    book.asked[path, default: 0] += 1
                    if hasFeed { book.unchanged[path, default: 0] += 1 }
                    return false
                }
                if !isHeld { answer(context) }
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            var status = HTTPResponseStatus.ok
            var fields = HTTPHeaders([("content-type", "application/rss+xml"), ("etag", CountedFeeds.tag)])
            var bytes = Array(feed.utf8)
            if path.hasPrefix("/busy") {
                (status, bytes) = (.serviceUnavailable, [])
                fields.add(name: "retry-after", value: "3600")
            } else if hasFeed {
                (status, bytes) = (.notModified, [])
            }
            if status != .notModified { fields.add(name: "content-length", value: "\(bytes.count)") }
            let head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if !bytes.isEmpty {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}

/// A feed of forty-eight made-up items of the first eight days of March 2026.
enum LampFeed {
    static let text: String = {
        let items = (1...8).flatMap { day in
            (0..<6).map { number in
                """
                <item><guid>\(day).\(number)</guid><title>Harbour lamp maker \(day) opens stall \(number) in quarter \(day * 7 + number)</title>
                <link>https://lamps.example/\(day)/\(number)</link><pubDate>Sun, 0\(day) Mar 2026 0\(number):00:00 GMT</pubDate></item>
                """
            }
        }
        return "<rss version=\"2.0\"><channel><title>Lamps</title><link>https://lamps.example/</link>"
            + items.joined() + "</channel></rss>"
    }()
}
