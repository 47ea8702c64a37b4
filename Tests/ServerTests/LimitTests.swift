// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import NIOCore
import NIOHTTP1
import NIOPosix
import Operations
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct LimitTests {
    private static let register = "{\"slots\":1,\"kinds\":[\"probe\"]}"

    private static func head(_ server: TestServer, _ more: String = "", host: String = "Host: x\r\n") -> String {
        "POST /v1/fleet/register HTTP/1.1\r\n\(host)Authorization: Bearer \(server.worker.text)\r\n"
            + "Content-Type: application/json\r\nConnection: close\r\n\(more)"
    }

    @Test(arguments: [
        nil, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp",
    ])
    func `a body that is not JSON by its type is 415`(type: String?) async throws {
        try await TestServer.run { server in
            let kind = type.map { "Content-Type: \($0)\r\n" } ?? ""
            let text =
                "POST /v1/fleet/register HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(server.worker.text)\r\n"
                + "\(kind)Content-Length: \(Self.register.utf8.count)\r\n\r\n\(Self.register)"
            let answer = try await server.raw([text])
            #expect(answer.hasPrefix("HTTP/1.1 415 "), "\(answer)")
            #expect(await server.fleet.sessions.isEmpty)
        }
    }

    @Test func `a body over the limit is 413 whether its length is declared or not`() async throws {
        try await TestServer.run(limits: ServerLimits(bodyBytes: 1_000)) { server in
            let large = "{\"slots\":1,\"kinds\":[\"probe\"],\"software\":\"\(String(repeating: "x", count: 2_000))\"}"
            let declared = try await server.call(.POST, "/v1/fleet/register", key: server.worker, body: large)
            #expect(declared.status == 413)
            #expect(declared.problem == "too-large")
            let chunk = String(large.utf8.count, radix: 16) + "\r\n\(large)\r\n0\r\n\r\n"
            let chunked = try await server.raw([Self.head(server, "Transfer-Encoding: chunked\r\n\r\n") + chunk])
            #expect(chunked.hasPrefix("HTTP/1.1 413 "), "\(chunked)")
            #expect(await server.fleet.sessions.isEmpty)
        }
    }

    @Test func `a port that is taken is told with its address, and so is an address of another machine`() async throws {
        try await TestServer.run { server in
            for (place, reason) in [
                (Listening(port: server.ports.api), PortRefusal.Reason.taken),
                (Listening(host: "192.0.2.1", port: 0), .noSuchAddress),
            ] {
                let refusal = await #expect(throws: PortRefusal.self) {
                    try await TestServer.run(at: place) { _ in }
                }
                #expect(refusal?.reason == reason)
                #expect(refusal?.host == place.host && refusal?.port == place.port)
            }
        }
    }

    @Test func `a request has exactly one Host`() async throws {
        try await TestServer.run { server in
            let end = "Content-Length: \(Self.register.utf8.count)\r\n\r\n\(Self.register)"
            for wrong in ["", "Host: \r\n", "Host: a\r\nHost: b\r\n", "Host: a\r\nhost: a\r\n"] {
                let answer = try await server.raw([Self.head(server, end, host: wrong)])
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(wrong) \(answer)")
            }
            let right = try await server.raw([Self.head(server, end)])
            #expect(right.hasPrefix("HTTP/1.1 200 "), "\(right)")
        }
    }

    @Test func `a long path is 414, long header fields are 400`() async throws {
        try await TestServer.run { server in
            let path = "/v1/" + String(repeating: "a", count: 9_000)
            let long = try await server.call(.GET, path, key: server.worker)
            #expect(long.status == 414)
            let more = "X-Long: \(String(repeating: "a", count: 20_000))\r\nContent-Length: 0\r\n\r\n"
            let answer = try await server.raw([Self.head(server, more)])
            #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer.prefix(100))")
        }
    }

    @Test func `an unknown path is 404 and another method is 405 with those that are allowed`() async throws {
        try await TestServer.run { server in
            #expect(try await server.call(.GET, "/v1/none", key: server.worker).status == 404)
            for method in ["GET", "TRACE", "PUT", "OPTIONS"] {
                let answer = try await server.call(.init(rawValue: method), "/v1/fleet/poll", key: server.worker)
                #expect(answer.status == 405, "\(method)")
                #expect(answer.headers.first(name: "Allow") == "POST")
            }
        }
    }

    @Test func `ambiguous lengths are refused`() async throws {
        try await TestServer.run { server in
            for more in [
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "Content-Length : 2\r\n\r\n{}", "Content-Length: -1\r\n\r\n",
            ] {
                let answer = try await server.raw([Self.head(server, more)])
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(more) \(answer.prefix(60))")
            }
        }
    }

    @Test func `whoever sends a head or a body too slowly is cut off`() async throws {
        let limits = ServerLimits(bodyDeadline: TimeSpan(milliseconds: 300), idle: TimeSpan(milliseconds: 300))
        try await TestServer.run(limits: limits) { server in
            let slowHead = try await server.raw(["POST /v1/fleet/register HTTP/1.1\r\nHost: x\r\nX-"])
            #expect(slowHead.isEmpty)
            let slowBody = try await server.raw([Self.head(server, "Content-Length: 30\r\n\r\n{\"slots\":")])
            #expect(slowBody.isEmpty)
            let idle = try await server.raw([])
            #expect(idle.isEmpty)
            #expect(await server.fleet.sessions.isEmpty)
        }
    }

    @Test func `a body that drips is cut off at the deadline though each part is in time`() async throws {
        let limits = ServerLimits(bodyDeadline: TimeSpan(milliseconds: 400), idle: .seconds(60))
        try await TestServer.run(limits: limits) { server in
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: server.ports.api).get()
            try await channel.writeAndFlush(ByteBuffer(string: Self.head(server, "Content-Length: 100000\r\n\r\n")))
            let drip = channel.eventLoop.scheduleRepeatedTask(
                initialDelay: .milliseconds(20),
                delay: .milliseconds(20)
            ) { _ in channel.writeAndFlush(ByteBuffer(string: " "), promise: nil) }
            try await channel.closeFuture.get()
            drip.cancel()
        }
    }

    @Test func `a stranger's body is not waited for`() async throws {
        try await TestServer.run(limits: ServerLimits(bodyDeadline: .seconds(60), idle: .seconds(60))) { server in
            let text = "POST /v1/fleet/register HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{"
            let answer = try await server.raw([text])
            #expect(answer.hasPrefix("HTTP/1.1 401 "), "\(answer)")
            #expect(answer.lowercased().contains("connection: close"))
        }
    }

    @Test func `one address has so many connections and no more, and the probes answer meanwhile`() async throws {
        try await TestServer.run(limits: ServerLimits(connectionsPerAddress: 5)) { server in
            var channels: [any Channel] = []
            for _ in 0..<5 {
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: server.ports.api).get()
                channels.append(channel)
            }
            // The server takes connections in on threads of its own: wait until it has counted them.
            while await !server.registry.text().contains("\ndure_http_connections 5\n") { await Task.yield() }
            let refused = try await server.raw(["GET /v1/fleet/workers HTTP/1.1\r\nHost: x\r\n\r\n"])
            #expect(refused.isEmpty)
            #expect(try await server.call(.GET, server.probes + "/livez").status == 200)
            let text = try await server.call(.GET, server.probes + "/metrics").text
            #expect(text.contains("\ndure_http_connections 5\n"))
            #expect(!text.contains("\ndure_http_connections_refused_total 0\n"))
            for channel in channels { try await channel.close() }
            // The book is closed by another thread: ask until it is.
            while await server.registry.text().contains("\ndure_http_connections 5\n") { await Task.yield() }
            #expect(try await server.register(server.worker).hasPrefix("ses_"))
        }
    }
}
