// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
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

    private static let feed =
        "<rss version='2.0'><channel><title>F</title><ttl>60</ttl><item><title>One</title></item></channel></rss>"

    /// An access as a process that has just begun opens it: nothing but the folder is left of the one before.
    private func access(_ folder: TemporaryFiles, _ clock: StillClock, asker: String? = nil) -> SourceAccess {
        SourceAccess(
            .init(environment: [:], folder: folder.folder.path, allowedHosts: ["127.0.0.1"], asker: asker),
            time: clock
        )
    }

    @Test func `a feed of the web gives its items, then what it gave while nothing is new`() async throws {
        let clock = StillClock(.day("2026-01-10"))
        try await TemporaryFiles.with { files in
            try await StandInServer.run { request in
                request.headers.contains(name: "if-none-match") ? .answer(304) : .text(200, ["etag": "1"], Self.feed)
            } _: { server in
                let access = access(files, clock)
                let source = try NewsSources.open(server.address(), with: access)
                let query = SourceQuery(since: .day("2026-01-01"), until: .day("2026-02-01"))
                let first = try await source.news(query)
                #expect(
                    first.items.map(\.title) == ["One"] && first.items.first?.published == clock.now
                        && first.calls == 1
                )
                #expect(try await source.news(query) == SourceHarvest(items: first.items))
                clock.move(by: .days(2))
                let later = try await source.news(query)
                #expect(later.items == first.items && later.problems.isEmpty && later.calls == 1)
                try await access.shutdown()
            }
        }
    }

    @Test func `what is remembered of a feed outlives the process, its items with it`() async throws {
        let clock = StillClock(.day("2026-01-10"))
        try await TemporaryFiles.with { files in
            try await StandInServer.run { request in
                request.headers.contains(name: "if-none-match") ? .answer(304) : .text(200, ["etag": "1"], Self.feed)
            } _: { server in
                func ask() async throws -> SourceHarvest<NewsItem> {
                    let access = access(files, clock)
                    let harvest = try await NewsSources.open(server.address(), with: access).news(.everything)
                    try await access.shutdown()
                    return harvest
                }
                let first = try await ask()
                #expect(first.calls == 1 && first.items.map(\.title) == ["One"])
                clock.move(by: .minutes(59))
                #expect(try await ask() == SourceHarvest(items: first.items), "its ttl is an hour")
                clock.move(by: .minutes(10))
                let later = try await ask()
                #expect(later.calls == 1 && later.items == first.items && later.problems.isEmpty)
                #expect(server.requests.map { $0.headers.first(name: "if-none-match") } == [nil, "1"])
                // A damaged memory costs one question in full.
                let memory = files.folder.appending(path: "feeds")
                for file in try FileManager.default.contentsOfDirectory(atPath: memory.path)
                where file.hasSuffix(".json") {
                    try Data("{".utf8).write(to: memory.appending(path: file))
                }
                #expect(try await ask().items.map(\.title) == ["One"])
                #expect(server.requests.count == 3)
            }
        }
    }

    @Test(arguments: [200, 410, 503])
    func `a run that was killed before it wrote an answer down is told the same again, and nobody is asked`(
        _ status: Int
    ) async throws {
        let clock = StillClock(.day("2026-01-10"))
        try await TemporaryFiles.with { files in
            try await StandInServer.run { _ in
                status == 200 ? .text(200, [:], Self.feed) : .answer(status)
            } _: { server in
                func ask(_ run: String) async throws -> SourceHarvest<NewsItem> {
                    let access = access(files, clock, asker: run)
                    let harvest = try await NewsSources.open(server.address(), with: access).news(.everything)
                    try await access.shutdown()
                    return harvest
                }
                let first = try await ask("run-1")
                #expect(first.calls == 1 && first.problems.count == (status == 200 ? 0 : 1))
                clock.move(by: .minutes(1))
                #expect(try await ask("run-1") == first)
                // Another run is told what holds for it: it was not asked for.
                let other = try await ask("run-2")
                #expect(other.calls == 0 && other.items == first.items)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test(arguments: [429, 410, 503])
    func `what a server asks for is kept by the next process, and the last answer stands in`(
        _ status: Int
    ) async throws {
        let clock = StillClock(.day("2026-01-10"))
        try await TemporaryFiles.with { files in
            let isWell = Locked(true)
            try await StandInServer.run { _ in
                isWell.withLock { $0 } ? .text(200, [:], Self.feed) : .answer(status, ["retry-after": "7200"])
            } _: { server in
                func ask() async throws -> SourceHarvest<NewsItem> {
                    let access = access(files, clock)
                    let harvest = try await NewsSources.open(server.address(), with: access).news(.everything)
                    try await access.shutdown()
                    return harvest
                }
                _ = try await ask()
                isWell.withLock { $0 = false }
                clock.move(by: .hours(3))
                for _ in 0..<2 {
                    let harvest = try await ask()
                    #expect(harvest.problems.count == 1)
                    #expect(harvest.items.count == (status == 410 ? 0 : 1))
                    if status == 410 {
                        #expect(harvest.problems.first?.failure.class == .notFound)
                    } else {
                        #expect(harvest.problems.first?.notBefore == clock.now + .hours(2))
                    }
                }
                #expect(server.requests.count == 2, "the second process asks nobody")
            }
        }
    }

    @Test func `a feed that breaks off gives what it has, and says so`() async throws {
        let cut =
            #"{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","title":"One"},{"id":"2","ti"#
        let clock = StillClock(.day("2026-01-10"))
        try await TemporaryFiles.with { files in
            let path = try files.write("cut.json", cut)
            let xml = try files.write("cut.xml", String(Self.feed.dropLast(23)))
            try await StandInServer.run { _ in
                .text(200, [:], cut)
            } _: { server in
                let access = access(files, clock)
                for address in [server.address(), "feed:" + path, "feed:" + xml] {
                    let harvest = try await NewsSources.open(address, with: access).news(.everything)
                    #expect(harvest.items.first?.title == "One", "\(address)")
                    #expect(harvest.problems.map(\.failure.class) == [.invalid], "\(address)")
                    #expect(harvest.problems.first?.failure.message.contains("breaks off") == true)
                }
                try await access.shutdown()
            }
        }
    }

    @Test func `a feed that cannot be had is a problem that says when to ask again`() async throws {
        let clock = StillClock(.day("2026-01-10"))
        try await TemporaryFiles.with { files in
            try await StandInServer.run { _ in
                .answer(429, ["retry-after": "7200"])
            } _: { server in
                let access = access(files, clock)
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
}
