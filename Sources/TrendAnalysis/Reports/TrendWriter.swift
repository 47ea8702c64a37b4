// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// Writes a trend out: its figures, who wrote of it, and its stories with their summaries.
struct TrendWriter {
    private static let mostStories = 3
    private static let mostItems = 400

    let material: TrendMaterial
    let tokens: TitleTokens
    let tokeniser: any Tokeniser
    let window: BurstWindow
    let sparklineDays: Int32

    /// The trend of an entry.
    ///
    /// - Parameters:
    ///   - entry: What the ranking found.
    ///   - corpus: Where its terms are from.
    ///   - items: Indices of all items that hold one of its terms.
    ///   - counted: Indices of those that hold the leading one.
    ///   - base: How many titles the base holds.
    /// - Returns: The trend.
    func trend(
        _ entry: TrendRanking.Entry,
        _ corpus: TitleCorpus,
        items: [Int],
        counted: [Int],
        base: Int
    ) -> TrendReport.Trend {
        let lead = entry.lead
        let now = items.filter { material.items.day($0) >= window.first }
        let times = now.map { material.items.published($0) }
        let (growth, spread) = Self.growth(lead, corpus, window, base: base)
        return TrendReport.Trend(
            term: corpus.text(of: entry.label.term),
            otherTerms: entry.terms.filter { $0 != entry.label.term }.prefix(8).map { corpus.text(of: $0) },
            score: lead.surprise,
            count: lead.count,
            expected: lead.expected,
            growth: growth,
            growthLow: growth / spread,
            growthHigh: growth * spread,
            qValue: lead.qValue,
            stage: lead.stage,
            evidence: entry.evidence,
            persistence: lead.persistence,
            first: times.min() ?? Timestamp(milliseconds: 0),
            last: times.max() ?? Timestamp(milliseconds: 0),
            sources: sources(now),
            sparkline: sparkline(counted),
            stories: stories(now)
        )
    }

    /// The rate by the expected one, and the factor either way within which it lies for 95 in 100: counts seen now and in the
    /// base, each with the spread of a Poisson count.
    private static func growth(
        _ lead: Burst,
        _ corpus: TitleCorpus,
        _ window: BurstWindow,
        base: Int
    ) -> (growth: Double, spread: Double) {
        let seen = Double(lead.count) + 0.5
        let titles = corpus.titles(from: window.first, through: window.last).count
        let exposure: Double = Double(base) / Double(max(1, titles))
        let known: Double = lead.expected * exposure + 0.5
        let variance: Double = 1 / seen + 1 / known
        return (seen / (lead.expected + 0.5), exp(1.96 * variance.squareRoot()))
    }

    /// Titles a day, up to the window's last day.
    func sparkline(_ items: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: Int(min(3_660, max(1, sparklineDays))))
        for index in items {
            let back = window.last - material.items.day(index)
            if back >= 0, back < counts.count { counts[counts.count - 1 - Int(back)] += 1 }
        }
        return counts
    }

    private func sources(_ items: [Int]) -> [String] {
        var counts: [String: Int] = [:]
        for index in items { counts[material.items.source(index), default: 0] += 1 }
        return counts.filter { !$0.key.isEmpty }
            .sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
            .prefix(10)
            .map(\.key)
    }

    /// The greatest stories of some items.
    func stories(_ items: [Int]) -> [TrendReport.Story] {
        let items = Array(items.suffix(Self.mostItems))
        let titles = CutTitles(items, of: material.items, tokens, else: tokeniser)
        var clusterer = StoryClusterer(tokeniser: titles)
        for index in items { clusterer.add(material.items.title(index), day: material.items.day(index)) }
        var groups: [[Int]] = []
        for (index, story) in zip(items, clusterer.stories()) {
            if story == groups.count { groups.append([]) }
            groups[story].append(index)
        }
        let order = groups.indices.sorted {
            groups[$0].count == groups[$1].count ? $0 < $1 : groups[$0].count > groups[$1].count
        }
        return order.prefix(Self.mostStories).map { story(groups[$0], titles) }
    }

    private func story(_ items: [Int], _ titles: CutTitles) -> TrendReport.Story {
        let entries = items.map(material.entry)
        let times = entries.map(\.published)
        return TrendReport.Story(
            title: Summariser(tokeniser: titles).centralTitle(of: entries),
            items: items.count,
            sources: sources(items),
            first: times.min() ?? Timestamp(milliseconds: 0),
            last: times.max() ?? Timestamp(milliseconds: 0),
            summary: StorySummary(sentences: []),
            members: items
        )
    }
}
