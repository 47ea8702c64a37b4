// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics

/// The terms that are in more titles of a window than before, with the evidence for each.
package struct BurstScan: Sendable {
    /// Total weight of the log-odds ratio's Dirichlet prior, in titles.
    private static let priorTitles = 500.0
    /// Share that is added to both sides of the novelty's ratio, so that rare terms are not new each time.
    private static let noveltyFloor = 2e-4

    /// In the order of their terms.
    package let bursts: [Burst]
    /// How many distinct titles the window holds.
    package let titles: Int
    /// How many the base holds.
    package let baseTitles: Int
    /// What was looked at.
    package let window: BurstWindow

    /// Scans a corpus; only titles up to the window's last day are looked at.
    ///
    /// - Parameters:
    ///   - corpus: Titles in order of time.
    ///   - window: The days that are judged and the base.
    ///   - leastCount: Terms in fewer titles of the window are left out.
    package init(_ corpus: TitleCorpus, window: BurstWindow, leastCount: Int = 2) {
        let counts = TermCounts(corpus, window)
        self.window = window
        titles = counts.titles
        baseTitles = counts.baseTitles
        guard counts.titles > 0, counts.baseTitles > 0 else {
            bursts = []
            return
        }
        var found: [Burst] = []
        var pValues: [Double?] = []
        for term in 0..<corpus.termCount {
            let count = Int(counts.window[term])
            guard count >= max(2, leastCount), !corpus.isCalendar[term] else { continue }
            let burst = Self.burst(term, count, counts)
            pValues.append(burst.pValue)
            if burst.surprise > 0 { found.append(burst) }
        }
        // A term that came up once or never might have burst as well: all of them were tried.
        let upTo = corpus.titles(from: .min, through: window.last).count
        let tried = Double(corpus.possibleTerms) * Double(upTo) / Double(max(1, corpus.count))
        let tested = Self.adjusted(found, all: pValues, tried: tried)
        bursts = BurstSources.counted(tested, in: corpus, window)
    }

    private static func adjusted(_ bursts: [Burst], all: [Double?], tried: Double) -> [Burst] {
        let factor = max(1, tried / Double(max(1, all.count)))
        let qValues = MultipleTesting.benjaminiHochberg(all)
        var byP: [Double: Double] = [:]
        for (p, q) in zip(all, qValues) { if let p, let q { byP[p] = q } }
        return bursts.map { burst in
            var burst = burst
            burst.qValue = min(1, factor * (byP[burst.pValue] ?? 1))
            return burst
        }
    }

    private static func burst(_ term: Int, _ count: Int, _ counts: TermCounts) -> Burst {
        let y = Double(count)
        let share = y / Double(counts.titles)
        let exposure = Double(counts.baseTitles) / Double(counts.titles)
        let expected = expected(term, counts)
        let surprise = 2 * ((y + 0.375).squareRoot() - (expected + 0.375).squareRoot())
        let names = Double(counts.names[term])
        let notNames = Double(counts.notNames[term])
        // Where no title tells (no capitals, or a script without them), rarity stands in: names are rarer than words.
        let isTold = names + notNames > 0
        let nameShare = isTold ? (names + 1) / (names + notNames + 2) : 1 / (y + Double(counts.history[term]) + 2)
        // What exceeds the base's own estimate (weekday, season) counts as further base.
        let base = max(Double(counts.base[term]), expected * exposure - 0.5)
        return Burst(
            term: Int32(term),
            count: count,
            countOnLastDay: Int(counts.lastDay[term]),
            countInHistory: Int(counts.history[term]),
            expected: expected,
            surprise: surprise,
            logOdds: logOdds(y, Double(counts.history[term]), Double(counts.titles), Double(counts.historyTitles)),
            novelty: log2((share + noveltyFloor) / (Double(counts.bestShare[term]) + noveltyFloor)),
            pValue: TailProbability.atLeast(count, base: base, exposure: exposure),
            qValue: 1,
            sources: 0,
            days: 0,
            nameShare: nameShare,
            persistence: PersistenceModel.chance(
                count: y,
                onLastDay: Double(counts.lastDay[term]),
                expected: expected,
                surprise: surprise,
                recent: Double(counts.recent[term]) * Double(counts.titles) / Double(max(1, counts.recentTitles)),
                nameShare: nameShare
            ),
            spread: 1
        )
    }

    /// The titles to be expected: the base's rate, or the greater one of the same weekdays or of last year.
    private static func expected(_ term: Int, _ counts: TermCounts) -> Double {
        let titles = Double(counts.titles)
        var rate = (Double(counts.base[term]) + 0.5) / Double(counts.baseTitles)
        // A weekly habit shows in three weeks at least.
        if counts.phaseWeeks[term] >= 3, counts.phaseTitles > 0 {
            rate = max(rate, Double(counts.phase[term]) / Double(counts.phaseTitles))
        }
        // A yearly one shows in three titles of the same weeks.
        if counts.season[term] >= 3, counts.seasonTitles >= 100 {
            rate = max(rate, Double(counts.season[term]) / Double(counts.seasonTitles))
        }
        return rate * titles
    }

    /// The log-odds ratio by its standard error, with the pooled share as the prior.
    ///
    /// Source: Monroe, Colaresi and Quinn, Political Analysis 16 (2008).
    private static func logOdds(_ y1: Double, _ y2: Double, _ n1: Double, _ n2: Double) -> Double {
        let alpha = priorTitles * (y1 + y2) / (n1 + n2) + 0.01
        let first: Double = log((y1 + alpha) / max(n1 + priorTitles - y1 - alpha, 1e-9))
        let second: Double = log((y2 + alpha) / max(n2 + priorTitles - y2 - alpha, 1e-9))
        let variance: Double = 1 / (y1 + alpha) + 1 / (y2 + alpha)
        return (first - second) / variance.squareRoot()
    }
}
