// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Domain

@Suite struct VideoRetentionTests {
    private let start = Timestamp(milliseconds: 1_700_000_000_000)

    private func video(_ identity: String, seen days: [Int]) -> VideoItem {
        VideoItem(
            source: "youtube",
            identity: identity,
            title: identity,
            channel: "c",
            published: start - .days(100),
            sights: days.map { VideoSight(video: identity, at: start + .days($0), views: $0) }
        )
    }

    @Test func `what was told thirty days ago expires by itself, counts one by one`() {
        let videos = [video("old", seen: [0]), video("fresh", seen: [0, 1, 29]), video("never", seen: [])]
        let early = VideoRetention.youtube.pruned(videos, at: start + .days(30) - TimeSpan(milliseconds: 1))
        #expect(
            early.kept.map(\.identity) == ["old", "fresh"] && early.expired == ["never"] && early.sightsRemoved == 0
        )
        let pruned = VideoRetention.youtube.pruned(videos, at: start + .days(30))
        #expect(pruned.expired == ["old", "never"] && pruned.sightsRemoved == 1)
        #expect(pruned.kept.map(\.identity) == ["fresh"] && pruned.kept.first?.sights.map(\.views) == [1, 29])
        #expect(VideoRetention.youtube.pruned(videos, at: start + .days(59)).kept.isEmpty)
        #expect(VideoRetention.youtube.pruned(videos.flatMap(\.sights), at: start + .days(30)).map(\.views) == [1, 29])
    }

    @Test func `pruning at the next expiry, again and again, ends with nothing kept too long`() throws {
        var videos = (0..<20).map { index in video("v\(index)", seen: (0...index).map { $0 * 3 }) }
        var rounds = 0
        while let next = VideoRetention.youtube.nextExpiry(videos) {
            let before = videos
            videos = VideoRetention.youtube.pruned(videos, at: next).kept
            #expect(videos != before, "nothing expired at \(next)")
            #expect(videos.allSatisfy { $0.sights.allSatisfy { $0.at + .days(30) > next } })
            rounds += 1
            try #require(rounds < 1_000)
        }
        #expect(videos.isEmpty && rounds == 20)
    }

    @Test func `what expires soon is due to be counted again, the most urgent first`() {
        let videos = [
            video("b", seen: [2]), video("a", seen: [1]), video("gone", seen: [-1]), video("later", seen: [20]),
        ]
        #expect(VideoRetention.youtube.due(videos, within: .days(3), at: start + .days(29)) == ["a", "b"])
    }

    @Test func `without a limit nothing expires`() {
        let videos = [video("old", seen: [0])]
        let rule = VideoRetention(limit: nil)
        #expect(rule.pruned(videos, at: start + .days(9_999)).kept == videos)
        #expect(rule.nextExpiry(videos) == nil && rule.due(videos, within: .days(1), at: start).isEmpty)
    }
}
