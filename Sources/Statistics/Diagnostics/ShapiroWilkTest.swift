// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The test of Shapiro and Wilk: whether values come from a normal distribution.
///
/// JSON keys are the names of the properties. Source of the approximation: P. Royston, algorithm AS R94, Applied
/// Statistics 44 (1995), for 3 to 5,000 values.
package struct ShapiroWilkTest: Sendable, Equatable, Codable {
    /// The statistic, up to 1 for values that lie like normal ones.
    package let w: Double
    /// The p value.
    package let p: Double
    /// The number of values.
    package let n: Int

    /// The numbers of values that the approximation is made for.
    package static let sizes = 3...5_000

    /// Tests values; throws for fewer than 3 or more than 5,000, values that are not finite, and equal values.
    package init(_ values: [Double]) throws(StatisticsError) {
        guard Self.sizes.contains(values.count) else {
            guard values.count > 5_000 else {
                throw .tooFewObservations(subject: "Values for the test of normality", found: values.count, needed: 3)
            }
            throw .invalidArgument(
                name: "values",
                value: "\(values.count)",
                remedy: "give at most 5,000 to the test of normality"
            )
        }
        try values.requireFinite("values")
        let moments = Moments(values)
        let sorted = values.sorted()
        let scale = max(sorted[0].magnitude, sorted[values.count - 1].magnitude)
        guard moments.sumOfSquaredDeviations > 1e-26 * scale * scale * Double(values.count) else {
            throw .invalidArgument(name: "values", value: "all equal", remedy: "give values that differ")
        }
        let weights = Self.weights(values.count)
        var sum = 0.0
        for (index, weight) in weights.enumerated() {
            sum += weight * (sorted[values.count - 1 - index] - sorted[index])
        }
        w = min(1, sum * sum / moments.sumOfSquaredDeviations)
        n = values.count
        p = Self.p(w, n)
    }

    /// The weights of the greatest values, from the greatest inwards; the smallest have their opposites.
    private static func weights(_ n: Int) -> [Double] {
        guard n > 3 else {
            return [(0.5).squareRoot()]
        }
        let half = n / 2
        let scores = (1...half).map { -(StandardNormal.quantile((Double($0) - 0.375) / (Double(n) + 0.25)) ?? 0) }
        let squares = 2 * scores.reduce(0) { $0 + $1 * $1 }
        let root = squares.squareRoot()
        let small = 1 / Double(n).squareRoot()
        let first = polynomial([0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056], small) + scores[0] / root
        guard n > 5 else {
            let factor = ((squares - 2 * scores[0] * scores[0]) / (1 - 2 * first * first)).squareRoot()
            return [first] + scores.dropFirst().map { $0 / factor }
        }
        let second = polynomial([0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633], small) + scores[1] / root
        let left = squares - 2 * scores[0] * scores[0] - 2 * scores[1] * scores[1]
        let factor = (left / (1 - 2 * first * first - 2 * second * second)).squareRoot()
        return [first, second] + scores.dropFirst(2).map { $0 / factor }
    }

    private static func p(_ w: Double, _ n: Int) -> Double {
        if n == 3 {
            return max(0, 6 / Double.pi * (asin(w.squareRoot()) - asin((0.75).squareRoot())))
        }
        guard w < 1 else {
            return 1
        }
        var y = log1p(-w)
        let size = Double(n)
        let mean: Double
        let deviation: Double
        if n <= 11 {
            let limit = polynomial([-2.273, 0.459], size)
            guard y < limit else {
                return 1e-99
            }
            y = -log(limit - y)
            mean = polynomial([0.544, -0.39978, 0.025054, -0.0006714], size)
            deviation = exp(polynomial([1.3822, -0.77857, 0.062767, -0.0020322], size))
        } else {
            mean = polynomial([-1.5861, -0.31082, -0.083751, 0.0038915], log(size))
            deviation = exp(polynomial([-0.4803, -0.082676, 0.0030302], log(size)))
        }
        return StandardNormal.sf((y - mean) / deviation) ?? 1
    }

    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reversed().reduce(0) { $0 * x + $1 }
    }
}
