// SPDX-License-Identifier: Apache-2.0
import CDistributions

/// The noncentral F distribution, computed by Boost.Math: what an F statistic follows when there is an effect.
package struct NoncentralF: Sendable, Equatable {
    /// The numerator's degrees of freedom.
    package let numerator: Double
    /// The denominator's degrees of freedom.
    package let denominator: Double
    /// The noncentrality λ: the sum of squares of the true effect over the error variance.
    package let noncentrality: Double

    /// Makes the distribution, or nil unless degrees of freedom are positive, λ is at least 0, and all are finite.
    package init?(numerator: Double, denominator: Double, noncentrality: Double) {
        guard numerator > 0, numerator.isFinite, denominator > 0, denominator.isFinite,
            noncentrality >= 0, noncentrality.isFinite
        else { return nil }
        self.numerator = numerator
        self.denominator = denominator
        self.noncentrality = noncentrality
    }

    /// The share below `x`; nil for a negative value or NaN.
    package func cdf(_ x: Double) -> Double? {
        guard noncentrality > 0 else { return FisherF(numerator: numerator, denominator: denominator)?.cdf(x) }
        return defined(dure_noncentral_f_cdf(x, numerator, denominator, noncentrality))
    }

    /// The share above `x`; nil for a negative value or NaN.
    package func sf(_ x: Double) -> Double? {
        guard noncentrality > 0 else { return FisherF(numerator: numerator, denominator: denominator)?.sf(x) }
        return defined(dure_noncentral_f_sf(x, numerator, denominator, noncentrality))
    }

    /// A share; nil for what Boost could not compute.
    private func defined(_ value: Double) -> Double? {
        value.isFinite ? min(1, max(0, value)) : nil
    }
}

/// The chance of an F test to find an effect, before any data.
///
/// Exact for normal errors: the statistic follows the noncentral F distribution. Cohen, "Statistical Power Analysis for
/// the Behavioral Sciences", 1988, chapter 8; Searle, "Linear Models", 1971, section 2.4.
package struct EffectPower: Sendable, Equatable {
    /// The degrees of freedom of the effect.
    package let numerator: Int
    /// The degrees of freedom of the error.
    package let denominator: Int
    /// The level of the test.
    package let level: Double
    /// The value that the statistic must exceed.
    package let critical: Double

    /// Makes a test; nil unless both degrees of freedom are at least 1 and the level is between 0 and 1.
    package init?(numerator: Int, denominator: Int, level: Double = 0.05) {
        guard numerator >= 1, denominator >= 1, level > 0, level < 1,
            let central = FisherF(numerator: Double(numerator), denominator: Double(denominator)),
            let critical = central.quantile(1 - level)
        else { return nil }
        self.numerator = numerator
        self.denominator = denominator
        self.level = level
        self.critical = critical
    }

    /// The chance to find an effect of noncentrality λ; nil unless λ is finite and not negative.
    ///
    /// Beyond λ of 10,000 the chance is 1 to double precision where the error has a degree of freedom or two, so that
    /// values that the series cannot reach count as found.
    package func power(noncentrality: Double) -> Double? {
        guard noncentrality >= 0, noncentrality.isFinite else { return nil }
        let distribution = NoncentralF(
            numerator: Double(numerator),
            denominator: Double(denominator),
            noncentrality: noncentrality
        )
        return distribution?.sf(critical) ?? (noncentrality > 10_000 ? 1 : nil)
    }

    /// The least noncentrality that is found with a chance; nil when none below 10⁹ is.
    package func noncentrality(power wanted: Double) -> Double? {
        guard wanted > level, wanted < 1 else { return nil }
        var low = 0.0
        var high = 1.0
        while let power = power(noncentrality: high), power < wanted {
            low = high
            high *= 2
            if high > 1e9 { return nil }
        }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if (power(noncentrality: middle) ?? 1) < wanted {
                low = middle
            } else {
                high = middle
            }
        }
        return high
    }
}
