// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import HTTPTypes
import NIOHTTP1
import Operations
import Testing

@testable import Server

/// Methods, rates, origins and header fields.
@Suite(.timeLimit(.minutes(10))) struct GatekeeperTests {
    @Test func `TRACE and made-up methods are 405 with those that there are`() async throws {
        try await GuardedServer.run { guarded in
            for method in ["TRACE", "TRACK", "CONNECT", "PROPFIND", "FOO"] {
                let answer = try await guarded.server.raw([
                    "\(method) /api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                ])
                #expect(answer.hasPrefix("HTTP/1.1 405 ") || answer.hasPrefix("HTTP/1.1 400 "), "\(method) \(answer)")
                if method == "TRACE" { #expect(answer.lowercased().contains("allow: delete, get")) }
            }
        }
    }

    @Test func `every answer, also of an error, has the header fields of security`() async throws {
        try await GuardedServer.run { guarded in
            for path in [
                "/api/v1/session", "/nothing", "/sign-in", "/sign-in.js", "/openapi.json", "/docs", "/v1/keys",
            ] {
                let answer = try await guarded.call(.GET, path)
                let policy = try #require(answer.headers.first(name: "Content-Security-Policy"), "\(path)")
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(policy.contains("base-uri 'none'") && !policy.contains("unsafe"))
                #expect(answer.headers.first(name: "X-Content-Type-Options") == "nosniff")
                #expect(answer.headers.first(name: "Referrer-Policy") == "no-referrer")
                #expect(answer.headers["Content-Security-Policy"].count == 1)
                #expect(answer.headers["Cross-Origin-Resource-Policy"] == ["same-origin"])
                // What a browser shows as a page is in no frame, and shares no window with who opened it.
                let isPage = answer.headers.first(name: "Content-Type")?.hasPrefix("text/html") == true
                #expect(isPage == ["/sign-in", "/docs"].contains(path))
                #expect(answer.headers["X-Frame-Options"] == (isPage ? ["DENY"] : []))
                #expect(answer.headers["Cross-Origin-Opener-Policy"] == (isPage ? ["same-origin"] : []))
            }
        }
    }

    @Test func `a page that the browser has already is answered with the page's own fields of security`() async throws {
        try await GuardedServer.run { guarded in
            for path in ["/sign-in", "/sign-in.js", "/openapi.json", "/docs"] {
                let whole = try await guarded.call(.GET, path)
                let tag = try #require(whole.headers.first(name: "ETag"), "\(path)")
                let known = try await guarded.call(.GET, path, headers: ["If-None-Match": tag])
                #expect(known.status == 304, "\(path)")
                for field in [
                    "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options",
                    "Cross-Origin-Resource-Policy", "Cross-Origin-Opener-Policy", "Cache-Control", "ETag",
                ] {
                    #expect(known.headers[field] == whole.headers[field], "\(path) \(field)")
                }
            }
        }
    }

    @Test func `a problem does not say a secret back`() async throws {
        try await GuardedServer.run { guarded in
            let key = guarded.stranger.text
            let answer = try await guarded.call(.GET, "/api/v1/keys?limit=\(key)", key: guarded.keys[.admin])
            #expect(answer.status == 400 && answer.text.contains("\"limit\""), "\(answer.text)")
            #expect(!answer.text.contains(key.dropFirst(18).prefix(32)))
        }
    }

    @Test func `what went wrong inside is for the log, not for who asked`() async throws {
        struct Fault: Error { let canary = "canary-inside" }
        let add: @Sendable (inout ServerProcess.Parts) -> Void = { parts in
            parts.further.append(
                Endpoint(.get, "/api/v1/fault", "fault", .about, .anyone, "Fails.", gives: [.other("text/plain")]) {
                    _ in
                    throw Fault()
                }
            )
        }
        try await TestServer.run(adding: add) { server in
            let answer = try await server.call(.GET, "/api/v1/fault")
            #expect(answer.status == 503 && answer.problem == "unavailable", "\(answer.text)")
            #expect(!answer.text.contains("canary") && !answer.text.contains("Fault"))
        }
    }

    @Test func `origins are allowed by the list alone, and never with cookies`() async throws {
        let rules = SecurityRules(caller: .none, address: .none, origins: ["https://shop.example"])
        try await GuardedServer.run(rules: rules) { guarded in
            let matrix: [(String, Bool)] = [
                ("https://shop.example", true), ("null", false), ("http://shop.example", false),
                ("https://shop.example:8443", false), ("https://shop.example.evil.org", false),
                ("https://evilshop.example", false), ("https://sub.shop.example", false),
                ("https://SHOP.example", false),
                ("*", false),
            ]
            for (origin, isAllowed) in matrix {
                let asked = try await guarded.call(
                    .OPTIONS,
                    "/api/v1/session",
                    headers: ["Origin": origin, "Access-Control-Request-Method": "POST"]
                )
                #expect(asked.status == (isAllowed ? 204 : 403), "\(origin)")
                let answer = try await guarded.call(
                    .GET,
                    "/api/v1/session",
                    key: guarded.keys[.viewer],
                    headers: ["Origin": origin]
                )
                #expect(answer.status == 200)
                for headers in [asked.headers, answer.headers] {
                    #expect(
                        headers.first(name: "Access-Control-Allow-Origin") == (isAllowed ? origin : nil),
                        "\(origin)"
                    )
                    #expect(headers.first(name: "Access-Control-Allow-Credentials") == nil)
                    #expect(headers[canonicalForm: "Vary"].contains("Origin"))
                }
            }
        }
    }

    @Test func `a caller who asks too often is told when to come again, workers are not held up`() async throws {
        let rules = SecurityRules(
            caller: RateLimit(perSecond: 0.01, burst: 3),
            address: RateLimit(perSecond: 0.01, burst: 3)
        )
        try await GuardedServer.run(rules: rules) { guarded in
            var statuses: [Int] = []
            for _ in 0..<5 {
                statuses.append(try await guarded.call(.GET, "/api/v1/session", key: guarded.keys[.viewer]).status)
            }
            #expect(statuses == [200, 200, 200, 429, 429])
            let refused = try await guarded.call(.GET, "/api/v1/session", key: guarded.keys[.viewer])
            #expect(refused.problem == "too-many-requests")
            #expect(refused.headers.first(name: "Retry-After").flatMap { Int($0) }.map { $0 > 1 } == true)
            #expect(try await guarded.call(.GET, "/api/v1/session", key: guarded.keys[.admin]).status == 200)
            statuses = []
            for _ in 0..<5 { statuses.append(try await guarded.call(.GET, "/sign-in").status) }
            #expect(statuses == [200, 200, 200, 429, 429])
            statuses = []
            for _ in 0..<3 {
                statuses.append(
                    try await guarded.call(.GET, "/sign-in", headers: ["X-Forwarded-For": "10.9.9.9"]).status
                )
            }
            #expect(statuses == [429, 429, 429], "nobody is believed about their address")
            for _ in 0..<10 {
                let answer = try await guarded.call(
                    .POST,
                    "/v1/fleet/register",
                    key: guarded.keys[.worker],
                    body: "{\"slots\":1,\"kinds\":[\"probe\"]}"
                )
                #expect(answer.status != 429)
            }
            guarded.rules.present = SecurityRules(
                caller: .none,
                address: RateLimit(perSecond: 0.01, burst: 1),
                proxies: [try #require(AddressRange("127.0.0.0/8"))]
            )
            #expect(try await guarded.call(.GET, "/sign-in", headers: ["X-Forwarded-For": "10.1.1.1"]).status == 200)
            #expect(try await guarded.call(.GET, "/sign-in", headers: ["X-Forwarded-For": "10.1.1.1"]).status == 429)
            #expect(try await guarded.call(.GET, "/sign-in", headers: ["X-Forwarded-For": "10.1.1.2"]).status == 200)
        }
    }

    @Test func `all keys of a workspace together have a bound, and another workspace has its own`() async throws {
        let rules = SecurityRules(
            caller: .none,
            workspace: RateLimit(perSecond: 0.01, burst: 4),
            address: .none
        )
        try await GuardedServer.run(rules: rules) { guarded in
            var statuses: [Int] = []
            for role in [Role.viewer, .operator, .admin, .viewer, .operator] {
                statuses.append(try await guarded.call(.GET, "/api/v1/session", key: guarded.keys[role]).status)
            }
            #expect(statuses == [200, 200, 200, 200, 429])
            #expect(try await guarded.call(.GET, "/api/v1/session", key: guarded.stranger).status == 200)
        }
    }

    @Test(arguments: [
        ("9.9.9.9", nil, "9.9.9.9"), ("9.9.9.9", "1.1.1.1", "9.9.9.9"), ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"), ("10.0.0.1", "evil, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"), ("10.0.0.1", "::ffff:1.1.1.1", "::ffff:1.1.1.1"),
        ("::ffff:10.0.0.1", "1.1.1.1", "1.1.1.1"),
    ])
    func `the address is the last one before the proxies`(peer: String, forwarded: String?, expected: String) throws {
        let proxies = [try #require(AddressRange("10.0.0.0/8"))]
        #expect(ClientAddress.find(peer: peer, forwarded: forwarded, proxies: proxies) == expected)
    }

    @Test func `ranges hold the addresses that they should`() throws {
        let range = try #require(AddressRange("192.168.4.0/22"))
        #expect(range.contains("192.168.7.255") && !range.contains("192.168.8.0") && !range.contains("::1"))
        let six = try #require(AddressRange("fd00::/8"))
        #expect(six.contains("fdff::1") && !six.contains("fe00::1") && !six.contains("1.1.1.1"))
        for wrong in ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "x", "::/129", "1.1.1.1/8/8"] {
            #expect(AddressRange(wrong) == nil, "\(wrong)")
        }
        #expect(AddressRange("0.0.0.0/0")?.contains("8.8.8.8") == true)
    }

    @Test(arguments: ["https://a.example", "http://127.0.0.1:7420", "https://[::1]:1"])
    func `an origin is a scheme and a host`(text: String) {
        #expect(SecurityRules.isOrigin(text))
    }

    @Test(arguments: [
        "*", "null", "https://", "https://a.example/", "https://A.example", "ftp://a", "https://u@a", "a.example",
    ])
    func `anything else is no origin`(text: String) {
        #expect(!SecurityRules.isOrigin(text))
    }

    @Test func `a page of this server is told from others', as a WebSocket wants it`() {
        let gatekeeper = Gatekeeper(rules: SecurityRulesBox(), clock: RealClock())
        func isOwn(_ headers: HTTPFields) -> Bool {
            gatekeeper.isOwn(
                RequestHead(method: .get, path: "/live", headers: headers, address: nil, authority: "dure.example:7420")
            )
        }
        #expect(isOwn([:]))
        #expect(isOwn([.origin: "http://dure.example:7420"]))
        #expect(!isOwn([.origin: "https://dure.example:7420"]))
        #expect(!isOwn([.origin: "http://dure.example"]))
        #expect(!isOwn([.origin: "http://dure.example:7420.evil.org"]))
        #expect(!isOwn([.origin: "null"]))
    }
}
