// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Widens or narrows raw intervals so that a share `confidence` of outcomes lies within, by bands of the present rank.
///
/// Conformalised quantiles on `RankScale`, where noise is of one size at every rank: an outcome's score is how far it lies beyond the raw
/// interval, negative within, and the quantile of the back-test's scores is added to both ends. Ranks are whole, so many scores would be
/// equal on the ranks themselves, and the least width that holds enough would hold too much (up to 0.93 of a back-test for 0.80); on the
/// scale they differ from rank to rank. The quantile is the score whose share lies nearest to the level, on either side of it.
/// An end at the top or beyond the depth cannot be missed on that side and stays. The level adapts over the back-test's steps by the
/// panel's own misses (adaptive conformal inference). Sources: Y. Romano, E. Patterson, E. Candès, NeurIPS 32 (2019);
/// I. Gibbs, E. Candès, NeurIPS 34 (2021).
struct ConformalBands: Sendable {
    /// A raw interval.
    struct Raw: Sendable {
        let lower: Float
        let upper: Float
    }

    /// One outcome of the back-test.
    struct Case: Sendable {
        let step: Int
        let now: Float
        let raw: Raw
        let outcome: Float
    }

    private let depth: Int
    /// By band, in units of `RankScale`.
    private var widths: [Double] = []

    /// How fast the level adapts, and how few cases a band may have.
    private static let rate = 0.03
    private static let leastCases = 60
    private static let halfLife = 26.0

    init(_ cases: [Case], depth: Int, confidence: Double) {
        self.depth = depth
        let sorted = cases.sorted { $0.step < $1.step }
        let pooled = Self.width(sorted, depth, confidence)
        for band in 0..<4 {
            let own = sorted.filter { Self.band($0.now, depth) == band }
            widths.append(own.count >= Self.leastCases ? Self.width(own, depth, confidence) : pooled)
        }
    }

    /// The interval of the outcome, to the thousandth of a rank, so that whole ranks come back from the scale as whole ranks.
    func interval(_ raw: Raw, now: Float) -> (lower: Double, upper: Double) {
        let width = widths[Self.band(now, depth)]
        let beyond = Double(depth + 1)
        let lower = raw.lower <= 1 ? 1 : min(max(Self.moved(raw.lower, by: -width), 1), beyond)
        let upper = raw.upper >= Float(beyond) ? beyond : min(max(Self.moved(raw.upper, by: width), 1), beyond)
        let ends = [lower, upper].map { ($0 * 1_000).rounded() / 1_000 }.sorted()
        return (ends[0], ends[1])
    }

    private static func moved(_ rank: Float, by width: Double) -> Double {
        RankScale.rank(RankScale.place(Double(rank)) + width)
    }

    private static func band(_ rank: Float, _ depth: Int) -> Int {
        let share = rank / Float(depth)
        return share < 0.1 ? 0 : (share < 0.3 ? 1 : (share < 0.6 ? 2 : 3))
    }

    private static func score(_ item: Case, _ depth: Int) -> Double {
        let outcome = RankScale.place(Double(item.outcome))
        let below = item.raw.lower <= 1 ? -Double.infinity : RankScale.place(Double(item.raw.lower)) - outcome
        let above =
            item.raw.upper >= Float(depth + 1) ? -Double.infinity : outcome - RankScale.place(Double(item.raw.upper))
        return max(below, above)
    }

    /// The quantile of the scores at the level that would have held over the steps, newer steps weighing more.
    private static func width(_ cases: [Case], _ depth: Int, _ confidence: Double) -> Double {
        guard let newest = cases.last?.step else { return RankScale.place(Double(depth + 1)) }
        var level = confidence
        var known: [Scored] = []
        var start = 0
        while start < cases.count {
            let step = cases[start].step
            var end = start
            while end < cases.count, cases[end].step == step { end += 1 }
            let scores = cases[start..<end].map { Scored(score: score($0, depth), step: step) }
            if known.count >= leastCases {
                let width = quantile(known, level, at: step)
                let held = Double(scores.count { $0.score <= width + same }) / Double(scores.count)
                level = min(max(level + rate * (confidence - held), 0.5), 0.98)
            }
            known = (known + scores).sorted { $0.score < $1.score }
            start = end
        }
        let width = quantile(known, level, at: newest + 1)
        return width.isFinite ? width : 0
    }

    private struct Scored {
        let score: Double
        let step: Int
    }

    /// How far apart scores may be that are the same but for rounding.
    private static let same = 1e-6

    /// The score up to which the share of the weights is nearest to the level.
    ///
    /// Weights halve every `halfLife` steps: what is long ago says less of how far outcomes lie now. Source: R. Barber,
    /// E. Candès, A. Ramdas, R. Tibshirani, Annals of Statistics 51 (2023).
    private static func quantile(_ sorted: [Scored], _ level: Double, at step: Int) -> Double {
        let weights = sorted.map { pow(0.5, Double(step - $0.step) / halfLife) }
        let goal = weights.reduce(0, +) * level
        var best = (score: 0.0, miss: Double.infinity)
        var sum = 0.0
        for index in sorted.indices {
            sum += weights[index]
            let isLast = index + 1 == sorted.count || sorted[index + 1].score > sorted[index].score + same
            guard isLast else { continue }
            let miss = (sum - goal).magnitude
            if miss < best.miss { best = (sorted[index].score, miss) }
            if sum >= goal { break }
        }
        return best.score
    }
}
