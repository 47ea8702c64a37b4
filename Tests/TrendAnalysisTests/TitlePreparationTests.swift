// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import TrendAnalysis

/// Titles that are cut once, on several threads, and counted many times.
@Suite struct TitlePreparationTests {
    private static func material(_ seed: UInt64) -> TrendMaterial {
        var news = MadeUpNews(seed: seed)
        news.chatter(days: 0..<60, perDay: 100)
        for day in 50..<60 {
            news.subject("Moonmist lamp", day: day, count: 5)
            news.add("달무리 가습기 재고가 동났다", day, summary: "매장마다 줄이 길다.", source: "견본일보")
        }
        return TrendAnalyser().material(of: TrendItems(news.items))
    }

    private static func bytes(_ material: TrendMaterial) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try material.write { bytes += $0 }
        return bytes
    }

    private static func read(_ bytes: some Collection<UInt8>, hasTokens: Bool = true) throws -> TrendMaterial {
        var rest = Array(bytes)[...]
        return try TrendMaterial(
            reading: {
                defer { rest = rest.dropFirst(997) }
                return rest.isEmpty ? nil : Array(rest.prefix(997))
            },
            hasTokens: hasTokens,
            repeated: 0,
            languages: [:]
        )
    }

    @Test func `pieces that several threads make are taken in their order, whatever takes longer`() {
        for count in [0, 1, 127, 128, 129, 5_000] {
            let taken = PiecewiseWork.run(count, into: [Int]()) { range in
                // Every third piece takes longer.
                let work = (0..<(range.lowerBound % 3) * 5_000).map { $0 &* range.count }
                return Array(range).filter { $0 >= 0 || work.isEmpty }
            } take: { all, piece in
                all += piece
            }
            #expect(taken == Array(0..<count))
        }
    }

    @Test func `titles that were cut on several threads are those that are cut one by one`() throws {
        let material = Self.material(41)
        let tokens = try #require(material.tokens)
        let alone = TitleTokens(of: material.items, KoreanTokeniser())
        #expect(tokens.titles.count == material.items.count && alone.titles.count == material.items.count)
        for title in material.items.indices {
            let (one, other) = (tokens.titles.range(title), alone.titles.range(title))
            let words = one.map { tokens.words.vocabulary.string(tokens.titles.word($0)) }
            #expect(words == other.map { alone.words.vocabulary.string(alone.titles.word($0)) })
            #expect(one.map(tokens.titles.hasCapital) == other.map(alone.titles.hasCapital))
            #expect(words == KoreanTokeniser().tokens(material.items.title(title)))
        }
    }

    @Test func `a report is the same from titles that are cut, read again, or cut anew`() throws {
        let material = Self.material(42)
        var request = TrendAnalyser.Request(until: Timestamp(milliseconds: 59 * MadeUpNews.day))
        request.watched = [WatchedSubject(name: "Moonmist lamp", aliases: ["달무리 가습기"])]
        let report = TrendAnalyser().analysis(of: material, request)
        #expect(report.trends.contains { $0.term.contains("moonmist") })
        #expect(report.watched.first.map { $0.count > 20 } == true)
        let bytes = try Self.bytes(material)
        for hasTokens in [true, false] {
            var again = TrendAnalyser().analysis(of: try Self.read(bytes, hasTokens: hasTokens), request)
            again = TrendReport(again, items: report.items, repeated: report.repeated, languages: report.languages)
            #expect(again == report)
        }
    }

    @Test func `kept titles that are cut off or changed are refused, or read as something, and never stop the program`()
        throws
    {
        var news = MadeUpNews(seed: 43)
        news.chatter(days: 0..<3, perDay: 3)
        let bytes = try Self.bytes(TrendAnalyser().material(of: TrendItems(news.items)))
        for end in bytes.indices { #expect(throws: Failure.self, "\(end)") { try Self.read(bytes[..<end]) } }
        var random = SplitMix64(seed: 20_261_122)
        for _ in 0..<2_000 {
            var changed = bytes
            changed[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            guard let material = try? Self.read(changed) else { continue }
            let last = Timestamp(milliseconds: 2 * MadeUpNews.day)
            _ = TrendAnalyser().analysis(of: material, TrendAnalyser.Request(until: last))
        }
    }

    @Test func `a collection that forgets finds the same repetitions as one that keeps all`() {
        var words = TitleWords()
        var lists = TokenLists()
        var news = MadeUpNews(seed: 44)
        for day in 0..<250 {
            news.chatter(days: day..<day + 1, perDay: 60)
            let index = news.items.count - 1 - day % 50
            if day % 3 == 0 { news.add(news.items[index].title + " ba", day, source: news.items[index].source) }
            if day % 7 == 0 { news.add(news.items[max(0, index - 9 * 60)].title, day) }
        }
        var buffer = TokenBuffer()
        for item in news.items {
            buffer.clear()
            WordTokeniser().tokenise(item.title, into: &buffer)
            lists.append(buffer, 0..<buffer.count, &words)
        }
        var keeping = NearDuplicates()
        var forgetting = NearDuplicates(forgetting: true)
        var sources: [String: Int32] = [:]
        var repeats = 0
        for (index, item) in news.items.enumerated() {
            let source = sources[item.source, default: Int32(sources.count)]
            sources[item.source] = source
            let kept = keeping.add(item.title, summary: "", source: item.source, day: item.day)
            let found = forgetting.add(
                lists.range(index).map(lists.word),
                in: words,
                hasSummary: false,
                source: source,
                day: item.day
            )
            #expect(found == kept)
            repeats += kept == nil ? 0 : 1
        }
        #expect(repeats > 30)
        #expect(forgetting.held < keeping.held / 2)
    }
}

extension TrendReport {
    /// A report with the counts that a material does not keep with its items.
    fileprivate init(_ report: TrendReport, items: Int, repeated: Int, languages: [String: Int]) {
        self.init(
            firstDay: report.firstDay,
            lastDay: report.lastDay,
            items: items,
            repeated: repeated,
            inWindow: report.inWindow,
            languages: languages,
            tokeniser: report.tokeniser,
            trends: report.trends,
            categories: report.categories,
            watched: report.watched
        )
    }
}
