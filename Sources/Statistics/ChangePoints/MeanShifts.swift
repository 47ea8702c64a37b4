// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Splits a series where its mean shifts, by the PELT algorithm.
///
/// Minimises the squared deviations from segment means over the noise variance, plus a penalty of 4·log n per change.
/// The noise variance is estimated from first differences, which shifts hardly touch. Source: R. Killick, P. Fearnhead,
/// I. A. Eckley, Journal of the American Statistical Association 107 (2012).
package enum MeanShifts {
    /// A stretch of values with one mean.
    package struct Segment: Sendable, Equatable, Codable {
        /// The index of its first value.
        package let start: Int
        /// The number of its values.
        package let count: Int
        /// Their mean.
        package let mean: Double
    }

    /// The segments in order; one when the mean does not shift, none without values.
    ///
    /// Every segment has two values at least. `penalty` replaces 4·log n. Throws for a value that is not finite.
    package static func segments(of values: [Double], penalty: Double? = nil) throws(StatisticsError) -> [Segment] {
        try values.requireFinite("values")
        let n = values.count
        guard n > 0 else {
            return []
        }
        let differences = zip(values.dropFirst(), values).map { $0 - $1 }
        guard n > 3, let scale = RobustScale(differences), scale.spread > 0 else {
            return [segment(values, 0, n)]
        }
        let centre = values.median ?? 0
        let deviation = scale.spread / 2.0.squareRoot()
        let starts = changes(values.map { ($0 - centre) / deviation }, penalty ?? 4 * log(Double(n)))
        return zip(starts, starts.dropFirst() + [n]).map { segment(values, $0, $1) }
    }

    private static func segment(_ values: [Double], _ start: Int, _ end: Int) -> Segment {
        Segment(start: start, count: end - start, mean: Moments(Array(values[start..<end])).mean)
    }

    /// The indices at which segments start, 0 first.
    private static func changes(_ values: [Double], _ penalty: Double) -> [Int] {
        let n = values.count
        var sums = [0.0]
        var squares = [0.0]
        for value in values {
            sums.append(sums[sums.count - 1] + value)
            squares.append(squares[squares.count - 1] + value * value)
        }
        func cost(_ start: Int, _ end: Int) -> Double {
            let sum = sums[end] - sums[start]
            return squares[end] - squares[start] - sum * sum / Double(end - start)
        }
        var best = [Double](repeating: .infinity, count: n + 1)
        best[0] = -penalty
        var previous = [Int](repeating: 0, count: n + 1)
        var candidates = [0]
        for end in 2...n {
            var totals: [Double] = []
            for start in candidates {
                let total = best[start] + cost(start, end)
                totals.append(total)
                if total + penalty < best[end] {
                    best[end] = total + penalty
                    previous[end] = start
                }
            }
            candidates = zip(candidates, totals).filter { $0.1 <= best[end] }.map(\.0)
            if end - 1 >= 2 {
                candidates.append(end - 1)
            }
        }
        var starts: [Int] = []
        var end = n
        while end > 0 {
            starts.append(previous[end])
            end = previous[end]
        }
        return starts.reversed()
    }
}
