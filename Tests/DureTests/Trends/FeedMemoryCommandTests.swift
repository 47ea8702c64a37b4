// SPDX-License-Identifier: Apache-2.0

import Agents
import Connectors
import Domain
import Foundation
import Testing
import TrendAnalysis

@testable import dure

/// What `dure trends` remembers of feeds from one run to the next, through the built program.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(10))
)
struct FeedMemoryCommandTests {
    private let at = ["--at", "2026-03-09T00:00:00Z", "--format", "json"]

    private func findings(_ house: ProcessHouse, _ arguments: [String]) async throws -> NewsFindings {
        let run = try await house.run(arguments)
        #expect(run.code == 0, "\(house.logged("command"))")
        return try CanonicalJSON.decode(NewsFindings.self, from: run.output)
    }

    /// Lets the time come at which every feed of the folder may be asked again.
    private func elapse(_ house: ProcessHouse) throws {
        let folder = house.folder.url.appending(path: "dure-data/sources")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files {
            guard let data = try? Data(contentsOf: file),
                var past = try? CanonicalJSON.decode(FeedPast.self, from: data)
            else { continue }
            past.subscription.nextFetch = Timestamp(milliseconds: 0)
            try CanonicalJSON.encode(past).write(to: file)
            count += 1
        }
        #expect(count == 1)
    }

    @Test func `a second run asks no sooner than the feed wants, and then shows what it has`() async throws {
        try await CountedFeeds.serving(LampFeed.text) { feeds in
            let house = try ProcessHouse()
            let news = ["trends", "news", "--source", feeds.address("lamps"), "--allow", "127.0.0.1"] + at
            let first = try await findings(house, news)
            #expect(first.report.items == 48 && feeds.asked == ["/lamps": 1] && feeds.unchanged.isEmpty)
            let second = try await findings(house, news)
            #expect(second.report == first.report && feeds.asked == ["/lamps": 1])
            try elapse(house)
            let third = try await findings(house, news)
            #expect(third.report == first.report && third.sources.allSatisfy { $0.problems.isEmpty })
            #expect(feeds.asked == ["/lamps": 2] && feeds.unchanged == ["/lamps": 1])
        }
    }

    @Test func `within Retry-After the next run asks nobody, and says so`() async throws {
        try await CountedFeeds.serving(LampFeed.text) { feeds in
            let house = try ProcessHouse()
            let news = ["trends", "news", "--source", feeds.address("busy"), "--allow", "127.0.0.1"]
            #expect(try await house.run(news).code == 75)
            #expect(feeds.asked == ["/busy": 1])
            let again = try await house.run(news)
            #expect(
                again.code == 75 && again.output.contains("failed once and is not asked again yet"),
                "\(again.output)"
            )
            #expect(feeds.asked == ["/busy": 1])
        }
    }
}
