// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The chance that a term that bursts now is still written of in the next three days.
///
/// A logistic regression over the bursts of three collections of headlines (two years of business news, one of general news,
/// eight months of an aggregator); its coefficients hardly change with which of the three is left out, and docs/trends.md
/// has the figures for the one left out.
enum PersistenceModel {
    /// First signs below it are left out.
    static let leastOfSign = 0.09
    /// From here on a burst is called lasting.
    static let leastOfLasting = 0.18

    /// The chance of two titles or more, at three times the base's rate or more.
    static func chance(
        count: Double,
        onLastDay: Double,
        expected: Double,
        surprise: Double,
        recent: Double,
        nameShare: Double
    ) -> Double {
        let expected = max(expected, 1e-3)
        var score: Double = -2.504
        score -= 2.090 * log(count)
        score += 0.442 * log((onLastDay + 1) / (count + 1))
        score += 0.482 * log(expected)
        score += 1.787 * surprise
        score += 0.609 * log((recent + 0.5) / (expected + 0.5))
        score += 0.393 * nameShare
        return 1 / (1 + exp(-score))
    }
}
