// SPDX-License-Identifier: Apache-2.0
import Domain
import NIOHTTP1
import Testing

@testable import Connectors

@Suite struct SourceAddressTests {
    private func access() -> SourceAccess {
        SourceAccess(
            .init(environment: [:], folder: "/nonexistent", allowedHosts: ["127.0.0.1"]),
            time: StillClock(.day("2026-01-10"))
        )
    }

    @Test func `files are opened as what they are`() async throws {
        try await TemporaryFiles.with { files in
            let table = try files.write("a.csv", "date,title\n2026-01-01,one\n")
            let feed = try files.write(
                "a.xml",
                "<rss version='2.0'><channel><title>F</title><item><title>One</title><guid>1</guid></item></channel></rss>"
            )
            #expect(try NewsSources.open("file:\(table)", with: access()) is NewsFile)
            #expect(try NewsSources.open("file://\(table)", with: access()) is NewsFile)
            for address in ["file:\(feed)", "feed:\(feed)", "feed://\(feed)", " FEED:\(feed) "] {
                let source = try NewsSources.open(address, with: access())
                let items = try await source.news(.everything).items
                #expect(items.map(\.title) == ["One"] && items.first?.publisher == "F")
            }
            let videos = try files.write("v.csv", "collected_at,video_id,views\n2026-01-01,a,1\n")
            #expect(try VideoSources.open("file:\(videos)", with: access()) is VideoFile)
        }
    }

    @Test(arguments: ["", "news.csv", "files:x", "file:", "feed:", "mailto:x"])
    func `an address that is none is refused with examples`(_ address: String) {
        let failure = #expect(throws: Failure.self) { try NewsSources.open(address, with: access()) }
        #expect(failure?.class == .invalid)
        #expect(failure?.message.contains("'\(address)'") == true && failure?.message.contains("give") == true)
    }

    @Test func `a file that is neither table nor feed is refused`() async throws {
        try await TemporaryFiles.with { files in
            let path = try files.write("page.html", "<html><body>no</body></html>")
            #expect(throws: Failure.self) { try NewsSources.open("file:\(path)", with: access()) }
            #expect(throws: Failure.self) { try VideoSources.open("feed:\(path)", with: access()) }
        }
    }

    @Test func `a feed of the web gives its items, then what it gave while nothing is new`() async throws {
        let clock = StillClock(.day("2026-01-10"))
        try await StandInServer.run { request in
            request.headers.contains(name: "if-none-match")
                ? .answer(304)
                : .text(
                    200,
                    ["etag": "1"],
                    "<rss version='2.0'><channel><title>F</title><item><title>One</title></item></channel></rss>"
                )
        } _: { server in
            let access = SourceAccess(
                .init(environment: [:], folder: "/nonexistent", allowedHosts: ["127.0.0.1"]),
                time: clock
            )
            let source = try NewsSources.open(server.address(), with: access)
            let query = SourceQuery(since: .day("2026-01-01"), until: .day("2026-02-01"))
            let first = try await source.news(query)
            #expect(
                first.items.map(\.title) == ["One"] && first.items.first?.published == clock.now && first.calls == 1
            )
            #expect(try await source.news(query) == SourceHarvest(items: first.items))
            clock.move(by: .days(2))
            let later = try await source.news(query)
            #expect(later.items == first.items && later.problems.isEmpty && later.calls == 1)
            try await access.shutdown()
        }
    }

    @Test func `a feed that cannot be had is a problem that says when to ask again`() async throws {
        let clock = StillClock(.day("2026-01-10"))
        try await StandInServer.run { _ in
            .answer(429, ["retry-after": "7200"])
        } _: { server in
            let access = SourceAccess(
                .init(environment: [:], folder: "/nonexistent", allowedHosts: ["127.0.0.1"]),
                time: clock
            )
            let source = try NewsSources.open("feed:" + server.address(), with: access)
            for _ in 0..<2 {
                let harvest = try await source.news(.everything)
                #expect(harvest.problems.map(\.failure.class) == [.rateLimit])
                #expect(harvest.problems.first?.notBefore == clock.now + .hours(2))
            }
            #expect(server.requests.count == 1)
            try await access.shutdown()
        }
    }
}
