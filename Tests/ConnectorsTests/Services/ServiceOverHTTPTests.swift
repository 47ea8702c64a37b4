// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import NIOHTTP1
import StandIns
import Testing

@testable import Connectors

/// Sources over real sockets: what the transport makes of faults.
@Suite(.timeLimit(.minutes(10))) struct ServiceOverHTTPTests {
    private static let start = ServiceFixture.start

    private func news(
        _ reply: @escaping @Sendable (StandInServer.Request) -> StandInServer.Reply,
        allowed: Set<String> = ["127.0.0.1"]
    ) async throws -> (harvest: SourceHarvest<NewsItem>, requests: [StandInServer.Request]) {
        try await StandInServer.run(reply) { server in
            var setting = SourceAccess.Setting(
                environment: ServiceFixture.environment,
                folder: "/nonexistent",
                allowedHosts: allowed
            )
            setting.bases = ["newsapi": server.address("")]
            setting.retry = RetryPolicy(attempts: 1)
            let access = SourceAccess(setting, time: StillClock(Self.start), ledgers: { _, _ in MemoryQuotaLedger() })
            let harvest: SourceHarvest<NewsItem>
            do {
                harvest = try await NewsSources.open("newsapi", with: access).news(ServiceFixture.query(["한글 word"]))
            } catch {
                try await access.shutdown()
                throw error
            }
            try await access.shutdown()
            return (harvest, server.requests)
        }
    }

    private static let answer = """
        {"status":"ok","totalResults":1,"articles":[{"source":{"name":"Paper"},"title":"A &amp; B","url":"https://a.example/1","publishedAt":"2026-01-01T10:00:00Z"}]}
        """

    @Test func `a question travels escaped, its key in a header only`() async throws {
        let (harvest, requests) = try await news { _ in .text(200, ["content-type": "application/json"], Self.answer) }
        #expect(harvest.items.map(\.title) == ["A & B"] && harvest.problems.isEmpty)
        let request = try #require(requests.first)
        #expect(
            request.path.hasPrefix("/v2/everything?q=%22%ED%95%9C%EA%B8%80%20word%22&from=2025-12-30T12%3A00%3A00Z")
        )
        #expect(!request.path.contains("key") && request.headers.first(name: "x-api-key") == "key")
    }

    @Test(arguments: [
        ("cut", Failure.Class.unknown), ("hangUp", .unknown), ("large", .invalid), ("redirect", .invalid),
        ("gone", .notFound),
    ])
    func `faults of the wire are failures of their class`(_ fault: String, _ wanted: Failure.Class) async throws {
        let (harvest, _) = try await news { _ in
            switch fault {
            case "cut": .cut(Array("{\"status\":".utf8))
            case "large":
                .answer(200, ["content-type": "application/json"], [UInt8](repeating: 0x20, count: (16 << 20) + 1))
            case "redirect": .answer(302, ["location": "http://169.254.169.254/"])
            case "gone": .answer(404)
            default: .hangUp
            }
        }
        #expect(harvest.items.isEmpty && harvest.problems.map(\.failure.class) == [wanted], "\(harvest.problems)")
    }

    @Test func `a host that is not public is not asked, and gets no key`() async throws {
        let (harvest, requests) = try await news({ _ in .text(200, [:], Self.answer) }, allowed: [])
        #expect(harvest.problems.map(\.failure.class) == [.permission] && requests.isEmpty)
    }

    @Test func `a body that does not end is given up after the patience of a try`() async throws {
        let clock = StillClock(Self.start)
        let result = try await StandInServer.run { _ in
            clock.move(by: .seconds(21))
            return .drip(Array("{".utf8))
        } _: { server in
            let http = GuardedHTTP(.init(allowedHosts: ["127.0.0.1"]), time: clock)
            let result = try await http.send(WebRequest(server.address()), within: .seconds(20))
            try await http.shutdown()
            return result
        }
        guard case .failure(let failure) = result else {
            Issue.record("an answer: \(result)")
            return
        }
        #expect(failure.class == .timeOut)
    }
}
