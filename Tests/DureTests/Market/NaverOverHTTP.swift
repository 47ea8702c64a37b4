// SPDX-License-Identifier: Apache-2.0

import Connectors
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import StandIns

@testable import dure

/// Naver's stand-in on a free loopback port, for processes of the program.
struct NaverOverHTTP: Sendable {
    let naver: NaverStandIn
    let address: String

    /// Serves while the body runs.
    static func serving<Value: Sendable>(
        _ naver: NaverStandIn,
        _ body: (NaverOverHTTP) async throws -> Value
    ) async throws -> Value {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Handler(naver))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let outcome: Result<Value, any Error>
        do {
            let port = channel.localAddress?.port ?? 0
            outcome = .success(try await body(NaverOverHTTP(naver: naver, address: "http://127.0.0.1:\(port)")))
        } catch {
            outcome = .failure(error)
        }
        try await channel.close()
        return try outcome.get()
    }

    /// The environment of a process that is to ask it.
    func environment(dailyCalls: Int = 25_000) -> [String: String] {
        [
            "DURE_NAVER_CLIENT_ID": "id", "DURE_NAVER_CLIENT_SECRET": "secret", "DURE_NAVER_URL": address,
            "DURE_SOURCES_ALLOW": "127.0.0.1", "DURE_NAVER_DAILY_CALLS": "\(dailyCalls)",
        ]
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let naver: NaverStandIn
        private var head: HTTPRequestHead?

        init(_ naver: NaverStandIn) { self.naver = naver }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body: break
            case .end:
                guard let head else { return }
                switch naver.respond(Self.question(head), at: SystemClock().now) {
                case .answer(let answer): send(answer, context)
                case .slow, .hangUp: context.close(promise: nil)
                }
            }
        }

        /// The question as the service that is stood in for would be asked it.
        private static func question(_ head: HTTPRequestHead) -> WebRequest {
            let parts = URLComponents(string: "https://\(NaverStandIn.host)" + head.uri)
            return WebRequest(
                "https://\(NaverStandIn.host)\(parts?.path ?? "")",
                query: (parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") },
                headers: head.headers.map { ($0.name.lowercased(), $0.value) }
            )
        }

        private func send(_ answer: WebAnswer, _ context: ChannelHandlerContext) {
            var fields = HTTPHeaders(answer.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            fields.replaceOrAdd(name: "content-length", value: "\(answer.body.count)")
            let head = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(statusCode: answer.status),
                headers: fields
            )
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
