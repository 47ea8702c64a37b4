// SPDX-License-Identifier: Apache-2.0
import Domain
import StandIns
import Testing

@testable import Connectors

@Suite(.timeLimit(.minutes(10))) struct YouTubeTests {
    private func videos(_ fixture: ServiceFixture, _ address: String, _ query: SourceQuery) throws -> SourceHarvest<
        VideoItem
    > {
        try fixture.clock.run { try await VideoSources.open(address, with: fixture.access()).videos(query) }
    }

    @Test(arguments: [
        ("youtube", ["video"], 6), ("youtube", [], 3), ("youtube:\(ServiceFixture.channel)", [], 7),
    ])
    func `searches, the chart and channels' uploads give whole videos, fifty for a call`(
        _ address: String,
        _ terms: [String],
        _ calls: Int
    ) throws {
        let fixture = ServiceFixture(videos: 130)
        let harvest = try videos(fixture, address, ServiceFixture.query(terms))
        #expect(harvest.problems.isEmpty && harvest.calls == calls, "\(harvest.calls) \(harvest.problems)")
        #expect(harvest.items.map(\.identity) == (0..<130).map { "v\($0)" })
        let (first, second) = (harvest.items[0], harvest.items[1])
        #expect(first.channelTitle == "Channel & Co" && first.length == .seconds(253) && first.category == "24")
        #expect(first.sights.first?.likes == nil && second.sights.first?.likes != nil)
        #expect((second.sights.first?.views ?? 0) > 0 && second.link == "https://www.youtube.com/watch?v=v1")
        #expect(fixture.youTube.desk.violations.isEmpty)
    }

    @Test func `a channel's videos stop at the span's beginning, and words choose among them`() throws {
        let fixture = ServiceFixture(videos: 500)
        var query = ServiceFixture.query(["video 7"])
        query.since = ServiceFixture.start - .minutes(80)
        let harvest = try videos(fixture, "youtube:\(ServiceFixture.channel)", query)
        #expect(
            harvest.items.map(\.identity) == [
                "v7", "v70", "v71", "v72", "v73", "v74", "v75", "v76", "v77", "v78", "v79",
            ]
        )
        #expect(harvest.calls <= 6)
    }

    @Test func `what is gone from a channel is no problem`() throws {
        let fixture = ServiceFixture(videos: 20)
        fixture.youTube.delete("v3")
        let harvest = try videos(fixture, "youtube:\(ServiceFixture.channel)", ServiceFixture.query([]))
        #expect(harvest.items.count == 19 && harvest.problems.isEmpty)
    }

    @Test func `a channel that is not there is a problem, one that is none is refused`() throws {
        let fixture = ServiceFixture()
        let harvest = try videos(fixture, "youtube:UC9999999999999999999999", ServiceFixture.query([]))
        #expect(harvest.problems.map(\.failure.class) == [.notFound])
        let failure = #expect(throws: Failure.self) {
            try VideoSources.open("youtube:somebody", with: fixture.access())
        }
        #expect(failure?.message.contains("'somebody'") == true)
    }

    @Test func `counting again costs a unit for fifty, leaves out what is gone, and raw data has its thirty days`()
        throws
    {
        let fixture = ServiceFixture(videos: 130)
        fixture.youTube.delete("v5")
        let (harvest, retention) = try fixture.clock.run {
            let source = try VideoSources.open("youtube", with: fixture.access())
            return (try await source.sights(of: (0..<130).map { "v\($0)" } + ["v1", "nobody"]), source.retention)
        }
        #expect(harvest.items.count == 129 && harvest.calls == 3 && !harvest.items.contains { $0.video == "v5" })
        #expect(retention == .days(30))
        #expect(fixture.youTube.desk.busiestDay("units") == 3)
    }

    @Test func `searches end with their own budget, and counting goes on`() throws {
        let fixture = ServiceFixture(videos: 10)
        let (searches, last, counted) = try fixture.clock.run {
            let source = try VideoSources.open("youtube", with: fixture.access())
            var searches = 0
            var last: SourceProblem?
            for index in 0..<200 {
                let harvest = try await source.videos(ServiceFixture.query(["video \(index % 10)"]))
                last = harvest.problems.first
                if last == nil { searches += 1 }
            }
            return (searches, last, try await source.sights(of: ["v1"]))
        }
        #expect(searches >= 50 && searches <= 60)
        #expect(last?.failure.class == .rateLimit && last?.notBefore != nil)
        #expect(counted.items.count == 1 && counted.problems.isEmpty)
        #expect(fixture.youTube.desk.violations.isEmpty)
    }
}
