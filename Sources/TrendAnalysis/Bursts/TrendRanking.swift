// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Which bursts come first, of a month and of a day.
///
/// Bursts are ranked by two scores that miss different things, and the lists are laid into one another: what neither puts
/// high never comes high, and what one of them puts first is among the first two.
package enum TrendRanking {
    /// A subject of the ranking.
    package struct Entry: Hashable, Sendable {
        /// The burst that names the subject.
        package let label: Burst
        /// The burst that leads.
        package let lead: Burst
        /// The terms of the subject, the leading one first.
        package let terms: [Int32]
        /// How the subject came into the list.
        package let evidence: TrendEvidence
    }

    private static let considered = 400

    /// The subjects of a month, or another span of weeks.
    ///
    /// - Parameters:
    ///   - scan: The bursts.
    ///   - corpus: Where they are from.
    ///   - most: How many subjects at most.
    ///   - leastCount: Terms in fewer titles are left out.
    /// - Returns: The subjects, best first.
    package static func subjects(
        _ scan: BurstScan,
        in corpus: TitleCorpus,
        most: Int = 100,
        leastCount: Int = 5
    ) -> [Entry] {
        let chosen = scan.bursts.indices.filter { scan.bursts[$0].count >= leastCount }
        let surge = ranks(chosen) { index in
            let burst = scan.bursts[index]
            return burst.surprise * burst.spread.squareRoot() * min(3, max(0, burst.novelty)) * burst.nameWeight
        }
        // The log-odds ratio grows with the number of titles, and words are in more of them than names.
        let level = ranks(chosen) { index in
            let burst = scan.bursts[index]
            return burst.logOdds * burst.nameWeight * burst.nameWeight
        }
        let order = interleaved(chosen, surge, level, scan.bursts)
        return entries(order, scan, corpus, most: most, fullForm: 0.6) { index in
            (surge[index] ?? .max) <= (level[index] ?? .max) ? .surge : .level
        }
    }

    /// The alerts of a day: first signs, then what is likely to last.
    ///
    /// - Parameters:
    ///   - scan: The bursts of `BurstWindow.daily`.
    ///   - corpus: Where they are from.
    ///   - most: How many alerts at most.
    /// - Returns: The alerts, first signs first.
    package static func alerts(_ scan: BurstScan, in corpus: TitleCorpus, most: Int = 20) -> [Entry] {
        let bursts = scan.bursts
        let live = bursts.indices.filter { bursts[$0].countOnLastDay > 0 && bursts[$0].surprise > 1 }
        let first = max(1, most * 3 / 10)
        var result = entries(signs(live, scan, corpus), scan, corpus, most: first, fullForm: 0.9) { _ in .sign }
        let lasting = live.filter { bursts[$0].persistence >= PersistenceModel.leastOfLasting }
            .sorted { earlier(bursts, $0, $1) { $0.persistence } }
        var texts = result.flatMap { [corpus.text(of: $0.label.term), corpus.text(of: $0.lead.term)] }
        for index in lasting where result.count < most {
            let text = corpus.text(of: bursts[index].term)
            guard !isCount(text),
                !texts.contains(where: { " \($0) ".contains(" \(text) ") || " \(text) ".contains(" \($0) ") })
            else {
                continue
            }
            texts.append(text)
            result.append(
                Entry(label: bursts[index], lead: bursts[index], terms: [bursts[index].term], evidence: .lasting)
            )
        }
        return result
    }

    /// The bursts that may be first signs, best first: surprising, written as names, rarely written of before, and in titles that say
    /// different things.
    private static func signs(_ live: [Int], _ scan: BurstScan, _ corpus: TitleCorpus) -> [Int] {
        let bursts = scan.bursts
        let signs = live.filter { bursts[$0].persistence >= PersistenceModel.leastOfSign }
        let variety = TitleVariety(signs.map { bursts[$0].term }, in: corpus, scan.window)
        let scored = zip(signs, variety.values).map { index, variety in
            let burst = bursts[index]
            let rarity = pow(1 + Double(burst.countInHistory), -0.15)
            return (index: index, score: burst.surprise * burst.nameWeight * rarity * variety)
        }
        return scored.sorted {
            $0.score == $1.score ? bursts[$0.index].term < bursts[$1.index].term : $0.score > $1.score
        }.map(\.index)
    }

    private static func entries(
        _ order: [Int],
        _ scan: BurstScan,
        _ corpus: TitleCorpus,
        most: Int,
        fullForm: Double,
        _ evidence: (Int) -> TrendEvidence
    ) -> [Entry] {
        let leading = Array(
            order.lazy.filter { !isCount(corpus.text(of: scan.bursts[$0].term)) }.prefix(considered)
        )
        let grouping = TermGrouping(leading, scan.bursts, corpus, scan.window, fullForm: fullForm)
        return grouping.groups(leading, scan.bursts, corpus, most: most).map { group in
            Entry(
                label: scan.bursts[group.label],
                lead: scan.bursts[group.lead],
                terms: group.members.map { scan.bursts[$0].term },
                evidence: evidence(group.lead)
            )
        }
    }

    /// Whether a term is a number with what is counted in Korean, such as `6 가구`: it names no subject, whatever is written of it.
    static func isCount(_ text: String) -> Bool {
        let words = text.split(separator: " ")
        guard words.count > 1, words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let scalar = words[1].unicodeScalars.first?.value
        else { return false }
        return Hangul.isSyllable(scalar)
    }

    /// Whether a burst comes before another; those that are equal in the order of their terms.
    private static func earlier(_ bursts: [Burst], _ a: Int, _ b: Int, _ score: (Burst) -> Double) -> Bool {
        let left = score(bursts[a])
        let right = score(bursts[b])
        return left == right ? bursts[a].term < bursts[b].term : left > right
    }

    /// Ranks from 1 by a score, greatest first.
    private static func ranks(_ indices: [Int], _ score: (Int) -> Double) -> [Int: Int] {
        let scored = indices.map { (index: $0, score: score($0)) }
        let order = scored.sorted { $0.score == $1.score ? $0.index < $1.index : $0.score > $1.score }
        var ranks: [Int: Int] = [:]
        for (position, entry) in order.enumerated() { ranks[entry.index] = position + 1 }
        return ranks
    }

    private static func interleaved(_ indices: [Int], _ a: [Int: Int], _ b: [Int: Int], _ bursts: [Burst]) -> [Int] {
        let last = indices.count + 1
        let keyed = indices.map { index -> (index: Int, least: Int, sum: Int) in
            let first = a[index] ?? last
            let second = b[index] ?? last
            return (index, min(first, second), first + second)
        }
        return keyed.sorted {
            if $0.least != $1.least { return $0.least < $1.least }
            return $0.sum == $1.sum ? $0.index < $1.index : $0.sum < $1.sum
        }.map(\.index)
    }
}

/// How a trend came to be found.
package enum TrendEvidence: String, Codable, Sendable, CaseIterable {
    /// More titles than ever before in as short a time.
    case surge
    /// A great part of all titles, against all history.
    case level
    /// A first sign: more titles in two days than to be expected.
    case sign
    /// Burst terms that will probably still be written of in the next days.
    case lasting
}
