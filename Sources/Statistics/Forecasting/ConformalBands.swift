// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Widens or narrows raw intervals so that a share `confidence` of outcomes lies within, by bands of the present rank.
///
/// Conformalised quantiles: an outcome's score is how far it lies beyond the raw interval, negative within; the quantile
/// of the back-test's scores is added to both ends. An end at the top or beyond the depth cannot be missed on that side and
/// stays. The level adapts over the back-test's steps (adaptive conformal inference). Sources: Y. Romano, E. Patterson,
/// E. Candès, NeurIPS 32 (2019); I. Gibbs, E. Candès, NeurIPS 34 (2021).
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
    private var widths: [Float] = []

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

    /// The interval of the outcome.
    func interval(_ raw: Raw, now: Float) -> (lower: Double, upper: Double) {
        let width = widths[Self.band(now, depth)]
        let beyond = Float(depth + 1)
        let lower = raw.lower <= 1 ? 1 : min(max(raw.lower - width, 1), beyond)
        let upper = raw.upper >= beyond ? beyond : min(max(raw.upper + width, 1), beyond)
        return (Double(min(lower, upper)), Double(max(lower, upper)))
    }

    private static func band(_ rank: Float, _ depth: Int) -> Int {
        let share = rank / Float(depth)
        return share < 0.1 ? 0 : (share < 0.3 ? 1 : (share < 0.6 ? 2 : 3))
    }

    private static func score(_ item: Case, _ depth: Int) -> Float {
        let below = item.raw.lower <= 1 ? -Float.infinity : item.raw.lower - item.outcome
        let above = item.raw.upper >= Float(depth + 1) ? -Float.infinity : item.outcome - item.raw.upper
        return max(below, above)
    }

    /// The quantile of the scores at the level that would have held over the steps, newer steps weighing more.
    private static func width(_ cases: [Case], _ depth: Int, _ confidence: Double) -> Float {
        guard let newest = cases.last?.step else { return Float(depth) }
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
                let held = Double(scores.count { $0.score <= width }) / Double(scores.count)
                level = min(max(level + rate * (confidence - held), 0.5), 0.98)
            }
            known = (known + scores).sorted { $0.score < $1.score }
            start = end
        }
        let width = quantile(known, level, at: newest + 1)
        return width.isFinite ? width : 0
    }

    private struct Scored {
        let score: Float
        let step: Int
    }

    /// The smallest score up to which the weights, with one for the case to come, reach the level; the greatest otherwise.
    ///
    /// Weights halve every `halfLife` steps: what is long ago says less of how far outcomes lie now. Source: R. Barber,
    /// E. Candès, A. Ramdas, R. Tibshirani, Annals of Statistics 51 (2023).
    private static func quantile(_ sorted: [Scored], _ level: Double, at step: Int) -> Float {
        let weights = sorted.map { pow(0.5, Double(step - $0.step) / halfLife) }
        let goal = (weights.reduce(0, +) + 1) * level
        var sum = 0.0
        for (item, weight) in zip(sorted, weights) {
            sum += weight
            if sum >= goal - 1e-9 { return item.score }
        }
        return sorted.last?.score ?? 0
    }
}
