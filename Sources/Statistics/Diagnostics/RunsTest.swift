// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Whether values come in random order, by how often they cross their median (Wald and Wolfowitz 1940).
///
/// JSON keys are the names of the properties. Exact for up to 2,000 values, by the normal distribution beyond.
package struct RunsTest: Sendable, Equatable, Codable {
    /// The number of runs of values on one side of the median.
    package let runs: Int
    /// The number of runs that random order would give on average.
    package let expected: Double
    /// The two-sided p value: twice the smaller tail.
    package let p: Double
    /// Values above the median.
    package let above: Int
    /// Values below the median.
    package let below: Int

    /// Tests values in their order, without those at the median; throws unless 2 lie on each side.
    package init(_ values: [Double]) throws(StatisticsError) {
        try values.requireFinite("values")
        let median = values.median ?? 0
        let sides = values.filter { $0 != median }.map { $0 > median }
        above = sides.count(where: \.self)
        below = sides.count - above
        guard above > 1, below > 1 else {
            throw .tooFewObservations(subject: "Values on each side of the median", found: min(above, below), needed: 2)
        }
        runs = 1 + zip(sides, sides.dropFirst()).count { $0 != $1 }
        let n = Double(sides.count)
        let product = 2 * Double(above) * Double(below)
        expected = 1 + product / n
        if sides.count <= 2_000 {
            let tails = Self.tails(runs, above, below)
            p = min(1, 2 * min(tails.lower, tails.upper))
        } else {
            let deviation = (product * (product - n) / (n * n * (n - 1))).squareRoot()
            let distance = max(0, (Double(runs) - expected).magnitude - 0.5)
            p = StandardNormal.twoSidedP(distance / deviation) ?? 1
        }
    }

    /// The chances of at most and of at least so many runs.
    private static func tails(_ runs: Int, _ first: Int, _ second: Int) -> (lower: Double, upper: Double) {
        func choose(_ n: Int, _ k: Int) -> Double {
            k < 0 || k > n
                ? -.infinity
                : logFactorial(n) - logFactorial(k) - logFactorial(n - k)
        }
        let all = choose(first + second, first)
        func chance(_ runs: Int) -> Double {
            let half = runs / 2
            if runs % 2 == 0 {
                return 2 * exp(choose(first - 1, half - 1) + choose(second - 1, half - 1) - all)
            }
            return exp(choose(first - 1, half) + choose(second - 1, half - 1) - all)
                + exp(choose(first - 1, half - 1) + choose(second - 1, half) - all)
        }
        let most = 2 * min(first, second) + 1
        let lower = (2...max(2, runs)).reduce(0) { $0 + chance($1) }
        let upper = runs > most ? 0 : (runs...most).reduce(0) { $0 + chance($1) }
        return (lower, upper)
    }

    private static func logFactorial(_ n: Int) -> Double {
        n < 2 ? 0 : n < 32 ? log(tgamma(Double(n + 1))) : stirling(Double(n + 1))
    }

    /// log Γ(x) by Stirling's series, to 1e-15 from 30 on.
    private static func stirling(_ x: Double) -> Double {
        let square = 1 / (x * x)
        return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi)
            + (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1_260 - square / 1_680))) / x
    }
}
