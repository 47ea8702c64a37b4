// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The best weights of recent ranks for a rank some steps ahead, from how fast ranks of the whole panel drift apart.
///
/// Ordinary kriging in time. D(l), the squared mean absolute difference of ranks l steps apart, is taken over all pairs of the panel's
/// newest steps; a nugget (noise that is gone at the next look) and a part that saturates, s · (1 − ρ^l), are fitted to it. The
/// weights make the expected squared error least among those that sum to 1. A panel of a few days has thousands of such pairs,
/// where a back-test of the same horizon has next to nothing. Source: N. Cressie, Statistics for Spatial Data (1993), 2.4, 3.2.
struct PanelKriging: Sendable {
    /// How many ranks are weighed, at most.
    static let longest = 6
    /// The newest steps whose pairs are looked at, the greatest lag, and how few pairs a lag may have.
    private static let window = 120
    private static let lags = 16
    private static let leastPairs = 100

    /// The error that is expected to be saved against "no change", as a share.
    let gain: Double
    /// By the number of ranks at hand less one: the weights, newest first.
    private let weights: [[Float]]

    /// Learns the weights for a horizon from what was known at a step; nil where no pairs so far apart were seen.
    init?(_ panel: RankPanel, upTo origin: Int, horizon: Int) {
        let observed = Self.differences(panel, upTo: origin)
        guard horizon <= observed.count, observed.count >= 2 else { return nil }
        let spread = Self.fitted(observed, count: horizon + Self.longest)
        var weights: [[Double]] = []
        for count in 1...Self.longest {
            guard let own = Self.weights(spread, count: count, horizon: horizon) else { return nil }
            weights.append(own)
        }
        self.weights = weights.map { $0.map { Float($0) } }
        let error = Self.error(weights[min(Self.longest, 4) - 1], spread, horizon: horizon)
        let plain = spread[horizon - 1]
        gain = plain > 0 && error >= 0 ? 1 - (error / plain).squareRoot() : 0
    }

    /// The forecast from the newest ranks, newest first.
    func rank(_ newest: SIMD8<Float>, count: Int) -> Float {
        let own = weights[min(max(count, 1), Self.longest) - 1]
        var sum: Float = 0
        for (index, weight) in own.enumerated() { sum += weight * newest[index] }
        return sum
    }

    /// How much greater moves are over some steps than over fewer, by the fitted variogram; by the square root of time without one.
    static func growth(of panel: RankPanel, upTo origin: Int, from fewer: Int, to steps: Int) -> Double {
        let observed = differences(panel, upTo: origin)
        let plain = (Double(steps) / Double(max(1, fewer))).squareRoot()
        guard observed.count >= 2 else { return plain }
        let spread = fitted(observed, count: steps)
        return spread[fewer - 1] > 0 ? (spread[steps - 1] / spread[fewer - 1]).squareRoot() : plain
    }

    /// The squared mean absolute difference of ranks by lag, from lag 1, with the number of pairs.
    private static func differences(_ panel: RankPanel, upTo origin: Int) -> [(value: Double, pairs: Double)] {
        let first = max(0, origin + 1 - window)
        let count = min(lags, origin - first)
        guard count >= 1 else { return [] }
        var sums = [Int](repeating: 0, count: count)
        var pairs = sums
        for series in panel.series {
            for step in first...origin where series.ranks[step] > 0 {
                for lag in 1...count where step - lag >= first {
                    let before = series.ranks[step - lag]
                    guard before > 0 else { continue }
                    sums[lag - 1] += Int((series.ranks[step] - before).magnitude)
                    pairs[lag - 1] += 1
                }
            }
        }
        return zip(sums, pairs).prefix { $0.1 >= leastPairs }.map { sum, pairs in
            let mean = Double(sum) / Double(pairs)
            return (mean * mean, Double(pairs))
        }
    }

    /// D by lag under the fitted model: the nugget and the saturating part that lie closest, weighted by pairs.
    private static func fitted(_ observed: [(value: Double, pairs: Double)], count: Int) -> [Double] {
        var best: (error: Double, nugget: Double, part: Double, rho: Double)?
        for rho in [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99] {
            let shape = (1...observed.count).map { 1 - pow(rho, Double($0)) }
            for (nugget, part) in candidates(observed, shape) {
                var error = 0.0
                for (item, shape) in zip(observed, shape) {
                    let miss = nugget + part * shape - item.value
                    error += item.pairs * miss * miss
                }
                if error < (best?.error ?? .infinity) { best = (error, nugget, part, rho) }
            }
        }
        guard let best else { return [Double](repeating: observed[0].value, count: count) }
        return (1...count).map { best.nugget + best.part * (1 - pow(best.rho, Double($0))) }
    }

    /// The least-squares parts of one shape: both, and each alone; none below 0.
    private static func candidates(
        _ observed: [(value: Double, pairs: Double)],
        _ shape: [Double]
    ) -> [(nugget: Double, part: Double)] {
        var sums = (weight: 0.0, shape: 0.0, squares: 0.0, value: 0.0, product: 0.0)
        for (item, shape) in zip(observed, shape) {
            sums.weight += item.pairs
            sums.shape += item.pairs * shape
            sums.squares += item.pairs * shape * shape
            sums.value += item.pairs * item.value
            sums.product += item.pairs * item.value * shape
        }
        var found = [(nugget: sums.value / sums.weight, part: 0.0)]
        if sums.squares > 0 { found.append((0, sums.product / sums.squares)) }
        let determinant = sums.weight * sums.squares - sums.shape * sums.shape
        if determinant > 1e-9 * sums.weight * sums.squares {
            let nugget = (sums.squares * sums.value - sums.shape * sums.product) / determinant
            let part = (sums.weight * sums.product - sums.shape * sums.value) / determinant
            if nugget >= 0, part >= 0 { found.append((nugget, part)) }
        }
        return found
    }

    /// The weights of the newest ranks, newest first: none below 0, sum 1; nil where D tells nothing.
    private static func weights(_ spread: [Double], count: Int, horizon: Int) -> [Double]? {
        guard spread[0] > 0 else { return [1] + [Double](repeating: 0, count: count - 1) }
        // −D/2 between the ranks, bordered by the condition on the sum.
        var matrix = [[Double]](repeating: [Double](repeating: 1, count: count + 2), count: count + 1)
        for row in 0..<count {
            for column in 0..<count {
                matrix[row][column] = row == column ? 0 : -0.5 * spread[abs(row - column) - 1]
            }
            matrix[row][count + 1] = -0.5 * spread[horizon + row - 1]
        }
        matrix[count][count] = 0
        guard let solution = solved(&matrix) else { return nil }
        let positive = solution.prefix(count).map { max(0, $0) }
        let sum = positive.reduce(0, +)
        return sum > 0 ? positive.map { $0 / sum } : nil
    }

    /// Gauss's elimination with pivots; nil for a singular system.
    private static func solved(_ matrix: inout [[Double]]) -> [Double]? {
        let size = matrix.count
        for column in 0..<size {
            guard let pivot = (column..<size).max(by: { matrix[$0][column].magnitude < matrix[$1][column].magnitude }),
                matrix[pivot][column].magnitude > 1e-12
            else { return nil }
            matrix.swapAt(pivot, column)
            for row in 0..<size where row != column {
                let factor = matrix[row][column] / matrix[column][column]
                guard factor != 0 else { continue }
                for place in column...size { matrix[row][place] -= factor * matrix[column][place] }
            }
        }
        return (0..<size).map { matrix[$0][size] / matrix[$0][$0] }
    }

    /// The expected squared error of weights, in the units of D.
    private static func error(_ weights: [Double], _ spread: [Double], horizon: Int) -> Double {
        var error = 0.0
        for (first, weight) in weights.enumerated() {
            error += weight * spread[horizon + first - 1]
            for (second, other) in weights.enumerated() where first != second {
                error -= 0.5 * weight * other * spread[abs(first - second) - 1]
            }
        }
        return error
    }
}
