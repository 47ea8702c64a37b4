// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Connectors

@Suite struct VideoFileTests {
    private func videos(_ text: String, _ query: SourceQuery = .everything) async throws -> SourceHarvest<VideoItem> {
        try await TemporaryFiles.with { files in
            try await VideoFile(path: try files.write("videos", text)).videos(query)
        }
    }

    @Test func `the sights of a video are put together, the earliest first`() async throws {
        let text = """
            collected_at,region,category,position,video_id,title,channel_id,channel_title,published_at,views,likes,comments
            2026-01-03T00:00:00Z,KR,all,1,v1,New name,c1,Channel,2026-01-01T00:00:00Z,300,,5
            2026-01-02T00:00:00Z,KR,all,1,v1,Old name,c1,Channel,2026-01-01T00:00:00Z,100,10,4
            2026-01-02T00:00:00Z,KR,music,1,v1,Old name,c1,Channel,2026-01-01T00:00:00Z,101,10,4
            2026-01-02T00:00:00Z,KR,all,2,v2,Two,c1,Channel,2026-01-02T00:00:00Z,7,1,0

            """
        let harvest = try await videos(text)
        #expect(harvest.problems.isEmpty)
        #expect(harvest.items.map(\.identity) == ["v1", "v2"])
        let first = try #require(harvest.items.first)
        #expect(first.title == "New name" && first.category == "music" && first.channelTitle == "Channel")
        #expect(first.sights.map(\.views) == [101, 300] && first.sights.map(\.likes) == [10, nil])
        var query = SourceQuery.everything
        query.since = .day("2026-01-02")
        #expect(try await videos(text, query).items.map(\.identity) == ["v2"])
    }

    @Test func `tables without a channel's identity, a title or a date of publication are read`() async throws {
        let old =
            "trending_date,video_id,title,channel_title,category_id,tags,views,likes,dislikes,comments\n"
            + "17.14.11,v1,T,Ch,24,\"a|\"\"b c\"\"\",10,1,0,2\n17.15.11,v1,T,Ch,24,[none],20,1,0,2\n"
        let item = try #require(try await videos(old).items.first)
        #expect(item.published == .day("2017-11-14") && item.channel == "Ch" && item.tags == ["a", "b c"])
        #expect(item.sights.map(\.at) == [.day("2017-11-14"), .day("2017-11-15")])
        let bare = try await videos(
            "collected_at,region,video_id,published_at,views\n2026-08-08T14:04:55Z,KR,v,2026-08-07,9\n"
        )
        #expect(bare.items.first?.title == "" && bare.items.first?.sights.first?.views == 9)
    }

    @Test func `counts again are the last ones, without those that are not there`() async throws {
        try await TemporaryFiles.with { files in
            let path = try files.write(
                "v.jsonl",
                #"{"video_id":"a","at":"2026-01-01","views":"5"}"# + "\n"
                    + #"{"video_id":"a","at":"2026-01-02","views":8}"#
            )
            let source = try VideoFile(path: path)
            let sights = try await source.sights(of: ["a", "gone", "a"])
            #expect(sights.items == [VideoSight(video: "a", at: .day("2026-01-02"), views: 8)])
            #expect(source.retention == nil)
        }
    }

    @Test func `a count that is none is told of`() async throws {
        let harvest = try await videos(
            "collected_at,video_id,views\n2026-01-01,a,many\n2026-01-01,b,-1\n2026-01-01,c,1.5e3\n2026-01-01,d,1e300\n"
        )
        #expect(harvest.items.map(\.identity) == ["c"])
        #expect(
            harvest.problems.first?.failure.message.contains("line 2, column 'views': got 'many'; give a whole number")
                == true
        )
    }

    @Test(arguments: [
        ("PT4M13S", 253), ("P1DT1S", 86_401), ("PT1H", 3_600), ("253", 253), ("4:13", 253), ("1:00:00", 3_600),
    ])
    func `playing times are read`(_ text: String, _ seconds: Int) {
        #expect(PlayingTime.span(text) == .seconds(seconds))
    }

    @Test(arguments: ["", "P0D", "PT", "PT4", "P4X", "long", "-5", "PT99999999999999999999S", "9999999999999999999"])
    func `what is no playing time is none`(_ text: String) {
        #expect(PlayingTime.span(text) == nil)
    }
}
