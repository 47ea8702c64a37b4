// SPDX-License-Identifier: Apache-2.0

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

    /// The quantile of the scores at the level that would have held over the steps.
    private static func width(_ cases: [Case], _ depth: Int, _ confidence: Double) -> Float {
        guard !cases.isEmpty else { return Float(depth) }
        var level = confidence
        var known: [Float] = []
        var start = 0
        while start < cases.count {
            var end = start
            while end < cases.count, cases[end].step == cases[start].step { end += 1 }
            let scores = cases[start..<end].map { score($0, depth) }
            if known.count >= leastCases {
                let width = quantile(known, level)
                let held = Double(scores.count { $0 <= width }) / Double(scores.count)
                level = min(max(level + rate * (confidence - held), 0.5), 0.98)
            }
            known = merged(known, scores.sorted())
            start = end
        }
        let width = quantile(known, level)
        return width.isFinite ? width : 0
    }

    /// The ⌈(n + 1) · level⌉-th smallest, or the greatest.
    private static func quantile(_ sorted: [Float], _ level: Double) -> Float {
        let place = Int((Double(sorted.count + 1) * level).rounded(.up))
        return sorted[min(max(place, 1), sorted.count) - 1]
    }

    private static func merged(_ left: [Float], _ right: [Float]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(left.count + right.count)
        var first = 0
        var second = 0
        while first < left.count || second < right.count {
            if second == right.count || (first < left.count && left[first] <= right[second]) {
                result.append(left[first])
                first += 1
            } else {
                result.append(right[second])
                second += 1
            }
        }
        return result
    }
}
