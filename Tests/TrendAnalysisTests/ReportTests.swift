// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import TrendAnalysis

@Suite struct ReportTests {
    private func news() -> MadeUpNews {
        var news = MadeUpNews(seed: 20)
        news.chatter(days: 0..<63, perDay: 30)
        let korean = ["사전예약 시작", "카메라 화질 비교", "국내 가격 인상", "배터리 용량 늘어", "색상 네 가지 공개"]
        for day in 58..<63 {
            news.subject("galaxy s26", day: day, count: 4)
            news.add("갤럭시 S26 \(korean[day - 58])", day, source: "한국경제", category: "IT")
        }
        return news
    }

    private func request() -> TrendAnalyser.Request {
        var request = TrendAnalyser.Request(until: Timestamp(milliseconds: 62 * MadeUpNews.day))
        request.watched = [WatchedSubject(name: "Galaxy S26", aliases: ["갤럭시 S26"]), WatchedSubject(name: "iPhone 18")]
        return request
    }

    @Test func `a report has the trend with its sources, days and stories`() throws {
        let report = TrendAnalyser().report(news().items, request())
        let trend = try #require(report.trends.first)
        #expect(trend.term.contains("s26") || trend.term.contains("galaxy"))
        #expect(trend.stage == .confirmed)
        #expect(trend.qValue < 0.001)
        #expect(trend.growthLow > 1 && trend.growthLow < trend.growth && trend.growth < trend.growthHigh)
        #expect(trend.sparkline.count == 30)
        #expect(trend.sparkline.suffix(5).allSatisfy { $0 >= 4 })
        #expect(trend.sparkline.dropLast(5).allSatisfy { $0 == 0 })
        #expect(trend.sources.count >= 4)
        #expect(trend.stories.first?.summary.sentences.isEmpty == false)
        #expect(report.firstDay == "1970-02-26" && report.lastDay == "1970-03-04")
        #expect(report.languages["ko"] == 5)
    }

    @Test func `a watched product is counted in both its names`() throws {
        let report = TrendAnalyser().report(news().items, request())
        let galaxy = try #require(report.watched.first)
        #expect(galaxy.count == 25)
        #expect(galaxy.pValue < 1e-6)
        #expect(!galaxy.trends.isEmpty)
        #expect(report.watched.last?.count == 0)
        #expect(report.watched.last?.pValue == 1)
    }

    @Test func `what is read twice counts once`() {
        let items = news().items
        let once = TrendAnalyser().report(items, request())
        let twice = TrendAnalyser().report(items + items, request())
        #expect(twice.repeated == once.repeated + items.count)
        let isSame = twice.trends == once.trends
        #expect(isSame)
    }

    @Test func `the same items give the same bytes`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let bytes = try (0..<3).map { _ in try encoder.encode(TrendAnalyser().report(news().items, request())) }
        #expect(Set(bytes).count == 1)
    }

    @Test func `no item, and days before 1970, give an empty report`() {
        let empty = TrendAnalyser().report([], request())
        #expect(empty.trends.isEmpty && empty.inWindow == 0)
        let old = [TrendItem(title: "old news of long ago", published: Timestamp(milliseconds: -5_000_000_000_000))]
        #expect(TrendAnalyser().report(old, request()).trends.isEmpty)
        var wide = request()
        wide.windowDays = .max
        wide.baseDays = .max
        #expect(TrendAnalyser().report(news().items, wide).trends.isEmpty)
    }
}
