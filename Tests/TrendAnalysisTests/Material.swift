// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

@testable import TrendAnalysis

/// Made-up headlines: chatter of a hundred words that never changes, with subjects put in on chosen days.
struct MadeUpNews {
    static let day: Int64 = 86_400_000
    private static let syllables = ["ba", "ke", "lo", "mi", "nu", "ra", "si", "to", "vu", "ze"]

    private var random: SplitMix64
    private(set) var items: [TrendItem] = []

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func chatter(days: Range<Int>, perDay: Int) {
        for day in days {
            for _ in 0..<perDay {
                let words = (0..<6).map { _ in word() }
                add(words.joined(separator: " "), day)
            }
        }
    }

    /// Titles of a subject: its name among words of the chatter.
    mutating func subject(_ name: String, day: Int, count: Int, sources: Int = 5) {
        for _ in 0..<count {
            let words = (0..<8).map { _ in word() }
            add(
                "\(words[0]) \(name) \(words.dropFirst().joined(separator: " "))",
                day,
                source: "source\(number(below: sources))"
            )
        }
    }

    mutating func add(
        _ title: String,
        _ day: Int,
        summary: String = "",
        source: String? = nil,
        category: String = "all"
    ) {
        items.append(
            TrendItem(
                title: title,
                summary: summary,
                source: source ?? "source\(number(below: 12))",
                address: "https://example.com/\(items.count)",
                published: Timestamp(milliseconds: Int64(day) * Self.day + Int64(items.count)),
                categories: [category]
            )
        )
    }

    private mutating func word() -> String { Self.syllables[number(below: 10)] + Self.syllables[number(below: 10)] }

    private mutating func number(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    func corpus() -> TitleCorpus {
        var builder = TitleCorpusBuilder()
        for item in items { builder.add(item.title, day: item.day, source: item.source) }
        return builder.corpus()
    }
}
