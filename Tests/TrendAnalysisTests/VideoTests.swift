// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import TrendAnalysis

@Suite struct VideoTests {
    private let hour: Int64 = 3_600_000
    private let start = Timestamp(milliseconds: 1_760_000_000_000)

    private func at(_ hours: Int) -> Timestamp { start + .hours(hours) }

    /// A video that came out at hour 0, with counts at some hours.
    private func video(
        _ name: String,
        _ counts: [(hour: Int, views: Int)],
        channel: String = "c",
        category: String? = nil,
        likes: Int? = nil
    ) -> VideoItem {
        VideoItem(
            source: "made-up",
            identity: name,
            title: "title of \(name)",
            channel: channel,
            category: category,
            published: start,
            sights: counts.map { VideoSight(video: name, at: at($0.hour), views: $0.views, likes: likes, comments: 0) }
        )
    }

    private func forecast(_ counts: [(hour: Int, views: Int)]) throws -> ViewForecast {
        let last = counts.map(\.hour).max() ?? 0
        return try #require(VideoAnalyser.forecast(video("a", counts), at: at(last)))
    }

    @Test func `an even pace is the velocity, and a video slows down as it ages`() throws {
        let old = try forecast((0...10).map { (600 + $0 * 6, 100_000 + $0 * 600) })
        #expect((99.0...101.0).contains(old.velocity))
        #expect(old.dailyGrowth < 2_400 && old.dailyGrowth > 2_200)
        let young = try forecast([(2, 200), (4, 400), (6, 600)])
        #expect((99.0...101.0).contains(young.velocity))
        #expect(young.dailyGrowth < 1_000)
    }

    @Test func `the formula of growth is the integral of its own velocity`() throws {
        let forecast = try forecast([(40, 40_000), (44, 44_000), (48, 48_000)])
        // Velocity v·(age / (age + s))^1.6, summed in small steps.
        let steps = 24_000
        let sum = (0..<steps).reduce(0.0) { sum, step in
            let s = (Double(step) + 0.5) * 24 / Double(steps)
            return sum + forecast.velocity * pow(48 / (48 + s), 1.6) * 24 / Double(steps)
        }
        #expect(abs(forecast.dailyGrowth - sum) < 0.01)
        #expect(abs(forecast.views(after: .hours(24)) - 48_000 - sum) < 0.01)
    }

    @Test func `a count that springs is not a velocity, one that goes on rising is`() throws {
        let quiet = (0...8).map { (hour: 200 + $0 * 6, views: 1_000_000 + $0 * 1_000) }
        let sprung = try forecast(quiet + [(254, 2_200_000), (260, 2_201_000)])
        #expect(sprung.hasStep)
        #expect(sprung.velocity < 200)
        let rising = try forecast(quiet + [(254, 2_200_000), (260, 3_400_000), (266, 4_600_000)])
        #expect(!rising.hasStep)
        #expect(rising.velocity > 100_000)
    }

    @Test func `a count that fell is expected back, and is no negative velocity`() throws {
        let fallen = try forecast([(200, 9_000_000), (206, 9_010_000), (212, 4_500_000), (218, 4_505_000)])
        #expect(fallen.velocity >= 0 && fallen.velocity < 3_000)
        #expect(fallen.missing == 9_010_000 - 4_505_000)
        #expect(fallen.expectedGrowth > 4_000_000)
        let small = try forecast([(200, 1_000), (206, 990), (212, 991)])
        #expect(small.missing == 0)
        #expect(small.velocity >= 0)
    }

    @Test func `nothing that was counted later is seen`() throws {
        let counts = (1...20).map { (hour: $0 * 5, views: $0 * $0 * 100) }
        let whole = try #require(VideoAnalyser.forecast(video("a", counts), at: at(50)))
        let cut = try #require(VideoAnalyser.forecast(video("a", Array(counts.prefix(10))), at: at(50)))
        #expect(whole == cut)
        #expect(VideoAnalyser.forecast(video("a", counts), at: at(4)) == nil)
    }

    @Test func `counts that no counter gives break nothing`() throws {
        let wild = try forecast([(0, Int.max), (0, Int.min), (3, -5), (6, Int.max), (9, 0)])
        #expect(wild.velocity.isFinite && wild.dailyGrowth.isFinite && wild.expectedGrowth.isFinite)
        let once = try forecast([(12, 12_000)])
        #expect(abs(once.velocity - 1_000) < 1)
        #expect(once.acceleration == nil && once.sights == 1)
        let before = try #require(VideoAnalyser.forecast(video("a", [(-5, 10)]), at: at(0)))
        #expect(before.age == 0 && before.velocity.isFinite)
    }

    /// Forty channels with six videos each at a pace of their own; one video runs at eight times its channel's pace.
    private func panel() -> [VideoItem] {
        var items: [VideoItem] = []
        for channel in 0..<40 {
            for number in 0..<6 {
                let pace = (channel + 1) * 50 * (channel == 2 && number == 3 ? 8 : 1)
                let counts = (1...6).map { (hour: 24 + number + $0 * 5, views: 5_000 + $0 * 5 * pace) }
                items.append(
                    video("v\(channel)-\(number)", counts, channel: "c\(channel)", category: "music", likes: 100)
                )
            }
        }
        return items
    }

    @Test func `a small channel's hit is viral, a large channel's usual video only grows`() throws {
        let report = VideoAnalyser().report(panel(), VideoAnalyser.Request(at: at(60)))
        let hit = try #require(report.viral.first)
        #expect(hit.identity == "v2-3")
        #expect(hit.reasons.contains(.channel))
        #expect(hit.pace > 2 && hit.channelVideos == 5)
        #expect(report.growing.allSatisfy { !$0.identity.hasPrefix("v0-") })
        #expect(report.growing.first?.channel == "c39")
        #expect(report.growing.count == 20 && report.counted == 240 && report.falls == 0)
        #expect(report.categories.map(\.name) == ["music"])
    }

    @Test func `engagement lifts a score, and hidden likes leave it`() throws {
        var items = panel()
        for index in items.indices where items[index].identity == "v2-3" {
            for sight in items[index].sights.indices { items[index].sights[sight].likes = nil }
        }
        let hidden = VideoAnalyser().report(items, VideoAnalyser.Request(at: at(60))).viral.first
        for index in items.indices where items[index].identity == "v2-3" {
            for sight in items[index].sights.indices { items[index].sights[sight].likes = 5_000 }
        }
        let liked = VideoAnalyser().report(items, VideoAnalyser.Request(at: at(60))).viral.first
        #expect(hidden?.engagement == nil && hidden?.virality == hidden?.deviation)
        #expect(liked?.engagement == 4)
        #expect((liked?.virality ?? 0) > 1.9 * (hidden?.virality ?? 0))
        #expect(liked?.reasons.contains(.engagement) == true)
    }

    @Test func `the order of the items and repeated items change nothing`() throws {
        let items = panel()
        var parts: [VideoItem] = []
        for item in items {
            var (early, late) = (item, item)
            early.sights = Array(item.sights.prefix(3))
            late.sights = Array(item.sights.suffix(4))
            parts.append(contentsOf: [late, early])
        }
        let request = VideoAnalyser.Request(at: at(60))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let whole = try encoder.encode(VideoAnalyser().report(items, request))
        let other = try encoder.encode(VideoAnalyser().report(parts.reversed(), request))
        #expect(whole == other)
        let read = try JSONDecoder().decode(VideoReport.self, from: whole)
        #expect(try encoder.encode(read) == whole)
    }

    @Test func `one count without a date of publication tells no speed, and the video is not ranked`() throws {
        var undated = video("undated", [(50, 900_000)])
        undated.published = at(50)
        var close = video("close", [(49, 500_000), (50, 900_000)])
        close.published = at(49)
        let dated = video("dated", [(50, 5_000)])
        #expect(try #require(VideoAnalyser.forecast(undated, at: at(50))).hasVelocity == false)
        let report = VideoAnalyser().report([undated, close, dated], VideoAnalyser.Request(at: at(51)))
        #expect(report.growing.map(\.identity) == ["dated"] && report.unpaced == 2 && report.counted == 3)
        #expect(report.growing.first.map { $0.velocity > 0 } == true)
        // They are counted again first of all: that tells their speed.
        #expect(Set(report.plan.visits.map(\.video)) == ["undated", "close", "dated"])
        let later = video("undated", [(56, 906_000)])
        let second = VideoAnalyser().report([undated, close, dated, later], VideoAnalyser.Request(at: at(57)))
        let known = try #require(second.growing.first { $0.identity == "undated" })
        #expect((999...1_001).contains(known.velocity))
    }

    @Test func `the order is by the views to come, those that are expected back with them`() throws {
        let items = [
            video("fallen", [(200, 9_000_000), (206, 9_010_000), (212, 4_500_000), (218, 4_505_000)]),
            video("even", [(206, 100_000), (212, 160_000), (218, 220_000)]),
            video("slow", [(206, 100_000), (212, 100_600), (218, 101_200)]),
        ]
        let growing = VideoAnalyser().report(items, VideoAnalyser.Request(at: at(218))).growing
        #expect(growing.map(\.identity) == ["fallen", "even", "slow"])
        let toCome = growing.map(\.dailyGrowth)
        #expect(toCome == toCome.sorted(by: >))
        for video in growing { #expect(video.forecast == Double(video.views) + video.dailyGrowth) }
    }

    @Test func `a video without a title has its identifier, and one without a channel no others of it`() throws {
        var items = panel().map { item in
            var item = item
            item.channel = ""
            item.title = item.identity == "v39-0" ? "  " : item.title
            return item
        }
        items.append(video("other", [(24, 100), (50, 200)]))
        let report = VideoAnalyser().report(items, VideoAnalyser.Request(at: at(60)))
        let hit = try #require((report.viral + report.growing).first { $0.identity == "v39-0" })
        #expect(hit.title == "v39-0" && hit.channel.isEmpty)
        #expect((report.viral + report.growing).allSatisfy { $0.channelVideos == 0 && !$0.reasons.contains(.channel) })
    }

    @Test func `a report of nothing is empty`() {
        let report = VideoAnalyser().report([], VideoAnalyser.Request(at: at(0)))
        #expect(report.videos == 0 && report.growing.isEmpty && report.viral.isEmpty && report.plan.visits.isEmpty)
    }

    @Test func `the next count is at the age times 1.25, and the quota keeps those that change most`() {
        let items = [
            video("young", [(2, 100), (4, 20_000)]), video("middle", [(30, 900), (40, 1_000)]),
            video("still", [(38, 500), (40, 500)]),
        ]
        var request = VideoAnalyser.Request(at: at(40))
        let plan = VideoAnalyser().report(items, request).plan
        #expect(plan.visits.map(\.video) == ["young", "middle", "still"])
        #expect(plan.visits.map(\.due) == [at(40), at(50), at(50)])
        request.quota.counts = 2
        let small = VideoAnalyser().report(items, request).plan
        #expect(small.visits.map(\.video) == ["young", "middle"] && small.postponed == 1)
        request.quota.followed = .hours(20)
        #expect(VideoAnalyser().report(items, request).plan.ended == 3)
    }

    @Test func `counts on both sides of a change of the platform are flagged`() throws {
        let day = try #require(BaselineBreak.known.last)
        let hours = Int((day.at - start).inHours)
        let counts = [(hour: hours - 10, views: 100), (hour: hours + 10, views: 200)]
        var item = video("a", counts)
        item.published = start + .hours(hours - 20)
        let request = VideoAnalyser.Request(at: at(hours + 11))
        #expect(VideoAnalyser().report([item], request).breaks.map(\.name) == ["popular-chart"])
        item.sights.removeFirst()
        #expect(VideoAnalyser().report([item], request).breaks.isEmpty)
    }
}
