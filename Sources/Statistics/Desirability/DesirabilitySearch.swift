// SPDX-License-Identifier: Apache-2.0

/// The combination of levels whose predicted responses are worth most together.
package struct DesirabilitySearch: Sendable, Equatable {
    /// One level per factor.
    package let levels: [Int]
    /// The predicted responses.
    package let values: [Double]
    /// The worth of each response.
    package let worths: [Double]
    /// The worth of all together.
    package let overall: Double
    /// The number of combinations with the same worth, to 1e-12; 1 for a single best one.
    package let ties: Int
    /// Whether all combinations were looked at; otherwise the best of climbs from several starts.
    package let isExhaustive: Bool

    /// The most combinations that are looked at one by one.
    package static let exhaustiveLimit = 100_000

    /// Searches all combinations, or climbs from each level of each factor when there are too many.
    ///
    /// While no combination has any worth, the one that comes nearest (with bounds widened to what is predicted) is
    /// taken, and `overall` is 0. Ties go to the combination that is first in lexicographic order. Throws without
    /// responses or for a factor without levels.
    package init(
        _ desirabilities: [Desirability],
        levelCounts: [Int],
        predict: ([Int]) throws -> [Double]
    ) throws {
        guard !desirabilities.isEmpty else {
            throw StatisticsError.tooFewObservations(subject: "Desirabilities", found: 0, needed: 1)
        }
        guard levelCounts.allSatisfy({ $0 > 0 }) else {
            throw StatisticsError.invalidArgument(
                name: "levels",
                value: "0",
                remedy: "give every factor one level or more"
            )
        }
        let size = levelCounts.reduce(1) { size, count in
            let (product, overflow) = size.multipliedReportingOverflow(by: count)
            return overflow ? .max : product
        }
        isExhaustive = size <= Self.exhaustiveLimit
        var best: (levels: [Int], values: [Double], score: Score)?
        var ties = 0
        func consider(_ levels: [Int]) throws -> Score {
            let values = try predict(levels)
            let score = Score(desirabilities, values)
            if let known = best {
                if known.score.isBelow(score) {
                    best = (levels, values, score)
                    ties = 1
                } else if !score.isBelow(known.score), levels != known.levels {
                    ties += 1
                }
            } else {
                best = (levels, values, score)
                ties = 1
            }
            return score
        }
        if isExhaustive {
            var levels = Array(repeating: 0, count: levelCounts.count)
            repeat {
                _ = try consider(levels)
            } while Self.advance(&levels, levelCounts)
        } else {
            for factor in levelCounts.indices {
                for level in 0..<levelCounts[factor] {
                    var start = Array(repeating: 0, count: levelCounts.count)
                    start[factor] = level
                    try Self.climb(from: start, levelCounts, consider)
                }
            }
        }
        let found = best ?? ([], [], Score(desirabilities, []))
        levels = found.levels
        values = found.values
        worths = zip(desirabilities, found.values).map { $0($1) }
        overall = Desirability.overall(desirabilities, found.values)
        self.ties = isExhaustive ? ties : 1
    }

    /// The worth, and how far outside their bounds the responses are.
    private struct Score {
        let overall: Double
        let excess: Double

        init(_ desirabilities: [Desirability], _ values: [Double]) {
            overall = Desirability.overall(desirabilities, values)
            excess = zip(desirabilities, values).reduce(0) { sum, pair in
                let width = pair.0.high - pair.0.low
                let below = pair.0.goal == .smaller ? 0 : max(0, pair.0.low - pair.1)
                let above = pair.0.goal == .larger ? 0 : max(0, pair.1 - pair.0.high)
                return sum + pair.0.importance * (below + above) / width
            }
        }

        func isBelow(_ other: Score) -> Bool {
            if (overall - other.overall).magnitude > 1e-12 {
                return overall < other.overall
            }
            return overall == 0 && other.overall == 0 && other.excess < excess - 1e-12
        }
    }

    private static func advance(_ levels: inout [Int], _ counts: [Int]) -> Bool {
        for factor in levels.indices.reversed() {
            levels[factor] += 1
            if levels[factor] < counts[factor] {
                return true
            }
            levels[factor] = 0
        }
        return false
    }

    private static func climb(
        from start: [Int],
        _ counts: [Int],
        _ consider: ([Int]) throws -> Score
    ) throws {
        var levels = start
        var score = try consider(levels)
        var isMoving = true
        while isMoving {
            isMoving = false
            for factor in counts.indices {
                for level in 0..<counts[factor] where level != levels[factor] {
                    var next = levels
                    next[factor] = level
                    let other = try consider(next)
                    if score.isBelow(other) {
                        levels = next
                        score = other
                        isMoving = true
                    }
                }
            }
        }
    }
}
