// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import TrendAnalysis

@Suite struct BurstTests {
    private func names(_ entries: [TrendRanking.Entry], _ corpus: TitleCorpus) -> [String] {
        entries.map { corpus.text(of: $0.label.term) }
    }

    @Test func `a subject that begins leads the month, as one subject and with its full name`() {
        var news = MadeUpNews(seed: 1)
        news.chatter(days: 0..<90, perDay: 40)
        for day in 62..<80 { news.subject("galaxy s26", day: day, count: 2) }
        let corpus = news.corpus()
        let scan = BurstScan(corpus, window: BurstWindow(first: 60, last: 89, baseDays: 60))
        let entries = TrendRanking.subjects(scan, in: corpus)
        let names = names(entries, corpus)
        #expect(names.first == "galaxy s26")
        #expect(names.count { $0.contains("galaxy") || $0.contains("s26") } == 1)
        #expect(entries.first?.lead.stage == .confirmed)
    }

    @Test func `titles after the window change nothing`() {
        var news = MadeUpNews(seed: 2)
        news.chatter(days: 0..<60, perDay: 30)
        news.subject("silksong", day: 58, count: 4)
        let before = news.corpus()
        news.chatter(days: 61..<70, perDay: 30)
        for day in 61..<70 { news.subject("later thing", day: day, count: 9) }
        let after = news.corpus()
        let window = BurstWindow.daily(58)
        func list(_ corpus: TitleCorpus) -> [String] {
            names(TrendRanking.alerts(BurstScan(corpus, window: window), in: corpus), corpus)
        }
        #expect(list(before).contains("silksong"))
        #expect(list(before) == list(after))
    }

    @Test func `where nothing happens hardly a term is confirmed`() {
        var confirmed = 0
        for seed in 10..<20 as Range<UInt64> {
            var news = MadeUpNews(seed: seed)
            news.chatter(days: 0..<70, perDay: 40)
            let scan = BurstScan(news.corpus(), window: BurstWindow(first: 63, last: 69, baseDays: 56))
            confirmed += scan.bursts.count { $0.stage == .confirmed }
        }
        #expect(confirmed <= 1)
    }

    @Test func `names of times are no trend`() {
        var news = MadeUpNews(seed: 3)
        news.chatter(days: 0..<70, perDay: 40)
        for day in 60..<70 {
            news.subject("december 2025", day: day, count: 3)
            news.subject("12월", day: day, count: 3)
            news.subject("prime day", day: day, count: 3)
        }
        let corpus = news.corpus()
        let scan = BurstScan(corpus, window: BurstWindow(first: 60, last: 69, baseDays: 60))
        let names = names(TrendRanking.subjects(scan, in: corpus), corpus)
        #expect(names.first == "prime day")
        #expect(!names.contains { $0.contains("december") || $0.contains("월") })
    }

    @Test func `a day's first signs are few, and begin with what several titles say in their own words`() throws {
        var news = MadeUpNews(seed: 5)
        news.chatter(days: 0..<70, perDay: 40)
        for copy in 0..<3 {
            news.add("reworded rival leads the evening talk of everybody here \(copy)", 69, source: "source\(copy)")
        }
        for rival in 0..<12 { for _ in 0..<2 { news.subject("rival\(rival)", day: 69, count: 1) } }
        news.subject("quiet thing", day: 69, count: 3)
        let corpus = news.corpus()
        let entries = TrendRanking.alerts(BurstScan(corpus, window: .daily(69)), in: corpus)
        let signs = entries.filter { $0.evidence == .sign }
        #expect(signs.count <= 6)
        #expect(names(signs, corpus).first == "quiet thing")
        let variety = TitleVariety(
            try ["quiet", "reworded"].map { word in
                try #require((0..<Int32(corpus.termCount)).first { corpus.text(of: $0) == word })
            },
            in: corpus,
            .daily(69)
        ).values
        // The copies share five or six words and differ in their number alone: at most 2 of 7 are their own.
        #expect(variety[0] > 0.8 && variety[1] < 0.3)
    }

    @Test func `a weekly habit is expected on its weekday`() {
        var news = MadeUpNews(seed: 4)
        news.chatter(days: 0..<70, perDay: 40)
        for week in 0..<10 { news.subject("sunday paper", day: week * 7 + 5, count: 5) }
        let corpus = news.corpus()
        let scan = BurstScan(corpus, window: .daily(68))
        let paper = scan.bursts.first { corpus.text(of: $0.term) == "sunday paper" }
        #expect((paper?.expected ?? 5) > 3.5)
        #expect(paper?.stage != .confirmed)
    }

    @Test func `the tail of a count is that of the negative binomial`() {
        // By scipy.stats.nbinom.sf(count - 1, base + .5, exposure / (1 + exposure)).
        #expect(abs(TailProbability.atLeast(1, base: 0, exposure: 1) - 0.2928932188134524) < 1e-12)
        #expect(abs(TailProbability.atLeast(5, base: 10, exposure: 10) - 0.007291578351143957) < 1e-9)
        #expect(abs(TailProbability.atLeast(50, base: 40, exposure: 4) / 8.276206248185257e-14 - 1) < 1e-6)
        #expect(TailProbability.atLeast(0, base: 3, exposure: 2) == 1)
    }
}
