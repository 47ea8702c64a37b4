// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Intervals that hold at every moment at once, so that a test may be looked at and stopped at any time.
///
/// Asymptotic: estimate ± se √N √(2 (N ρ² + 1) / (N² ρ²) ln(√(N ρ² + 1) / α)) after N units, with ρ² =
/// (−2 ln α + ln(−2 ln α + 1)) / N* making it narrowest near N*. Source: I. Waudby-Smith, D. Arbour, R. Sinha,
/// E. H. Kennedy, A. Ramdas, Annals of Statistics 52 (2024). It needs a standard error that can be trusted, so a look
/// counts only from `leastPerGroup` units (and as many successes, failures or events where it counts those) on.
package struct ConfidenceSequence: Sendable, Equatable {
    /// The chance that any of all intervals misses.
    package let level: Double
    /// The number of units, all groups together, at which the interval is meant to be narrowest.
    package let tunedFor: Double
    /// ρ², which both settings give.
    private let rho: Double

    /// The fewest units per group, or successes and failures, before which no look counts.
    package static let leastPerGroup = 30

    /// Makes a sequence; throws unless 0 < level < 1 and `tunedFor` is positive.
    package init(level: Double = 0.05, tunedFor: Double = 5_000) throws(StatisticsError) {
        guard level > 0, level < 1 else {
            throw .invalidArgument(
                name: "level",
                value: "\(level)",
                remedy: "give a share between 0 and 1, such as 0.05"
            )
        }
        guard tunedFor > 0, tunedFor.isFinite else {
            throw .invalidArgument(name: "tunedFor", value: "\(tunedFor)", remedy: "give a positive number of units")
        }
        self.level = level
        self.tunedFor = tunedFor
        rho = (-2 * log(level) + log(-2 * log(level) + 1)) / tunedFor
    }

    /// Half the interval's width, in standard errors, after so many units; nil without units.
    package func criticalValue(units: Int) -> Double? {
        guard units > 0 else {
            return nil
        }
        let weight = Double(units) * rho
        return (2 * (weight + 1) / weight * log((weight + 1).squareRoot() / level)).squareRoot()
    }

    /// The interval after so many units; nil without units or a standard error that is not finite.
    package func interval(estimate: Double, standardError: Double, units: Int) -> Interval? {
        guard let critical = criticalValue(units: units), standardError >= 0, standardError.isFinite else {
            return nil
        }
        let half = critical * standardError
        return Interval(estimate: estimate, lower: estimate - half, upper: estimate + half, confidence: 1 - level)
    }

    /// The smallest level at which a sequence with this ρ excludes zero: a p value that holds at any time.
    ///
    /// `z` is the estimate over its standard error. The least over all looks so far is valid too.
    package func p(z: Double, units: Int) -> Double {
        guard units > 0, z.isFinite else {
            return 1
        }
        let weight = Double(units) * rho
        return min(1, (weight + 1).squareRoot() * exp(-z * z * weight / (2 * (weight + 1))))
    }
}
