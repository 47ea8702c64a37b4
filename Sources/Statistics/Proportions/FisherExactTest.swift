// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Fisher's exact test of two proportions: the chance of a table as unlikely as the observed one, given its margins.
///
/// JSON keys are the names of the properties. Source: R. A. Fisher, Statistical Methods for Research Workers (1934).
package struct FisherExactTest: Sendable, Equatable, Codable {
    /// The two-sided p value, the sum over all tables that are no more likely than the observed one.
    package let p: Double

    /// Compares two proportions.
    package init(_ first: BinomialCount, _ second: BinomialCount) {
        let n = Double(first.trials)
        let m = Double(second.trials)
        let successes = Double(first.successes + second.successes)
        let least = max(0, first.successes + second.successes - second.trials)
        let most = min(first.trials, first.successes + second.successes)
        p = ExactTails.twoSided(
            observed: first.successes,
            support: least...most,
            mode: Int(((successes + 1) * (n + 1) / (n + m + 2)).rounded(.down))
        ) { value in
            let k = Double(value)
            return (successes - k) * (n - k) / ((k + 1) * (m - successes + k + 1))
        }
    }
}

/// Exact p values of whole-numbered distributions with one mode, from the ratios of neighbouring probabilities.
///
/// Ratios need no logarithm of the gamma function, whose rounding would cost digits for large counts.
enum ExactTails {
    /// How much more likely than the observed value another may be by rounding and still count as equal to it.
    private static let slack = 1 + 1e-9

    /// The chance of a value that is no more likely than the observed one.
    ///
    /// `ratio` of k is the probability of k + 1 over that of k. `mode` need only be near the most likely value.
    static func twoSided(
        observed: Int,
        support: ClosedRange<Int>,
        mode: Int,
        ratio: (Int) -> Double
    ) -> Double {
        let start = min(max(mode, support.lowerBound), support.upperBound)
        // Logarithms, so that a value far out in the tail keeps a p value above zero.
        let level = logWeight(observed, from: start, ratio: ratio)
        var total = 1.0
        var extreme = level >= 0 ? 1.0 : 0.0
        var hasExtreme = level >= 0
        let limit = exp(level) * slack
        func visit(_ weight: Double) {
            total += weight
            if weight <= limit {
                extreme += weight
                hasExtreme = true
            }
        }
        var weight = 1.0
        var value = start
        while value < support.upperBound, weight > 1e-300 {
            weight *= ratio(value)
            value += 1
            visit(weight)
        }
        weight = 1
        value = start
        while value > support.lowerBound, weight > 1e-300 {
            value -= 1
            weight /= ratio(value)
            visit(weight)
        }
        return hasExtreme ? min(1, extreme / total) : 0
    }

    private static func logWeight(_ value: Int, from start: Int, ratio: (Int) -> Double) -> Double {
        var product = 1.0
        var logarithm = 0.0
        for step in stride(from: start, to: value, by: value > start ? 1 : -1) {
            product *= value > start ? ratio(step) : 1 / ratio(step - 1)
            if product < 1e-200 || product > 1e200 {
                logarithm += log(product)
                product = 1
            }
        }
        return logarithm == 0 && product >= 1 ? 0 : logarithm + log(product)
    }
}
