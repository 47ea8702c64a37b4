// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The noncentralities that an F ratio is compatible with, for intervals of effect sizes.
///
/// The noncentral distribution function is a mixture of central ones with Poisson weights (Johnson, Kotz and Balakrishnan,
/// Continuous Univariate Distributions 2, 1995, 30.10).
struct NoncentralityInterval {
    let numerator: Double
    let denominator: Double

    /// The share below `f` when the noncentrality is `lambda`; nil outside the domain.
    func cdf(_ f: Double, lambda: Double) -> Double? {
        guard f >= 0, lambda >= 0, f.isFinite, lambda.isFinite else {
            return nil
        }
        let half = lambda / 2
        let centre = half.rounded(.down)
        var sum = 0.0
        for direction in [1.0, -1.0] {
            var index = direction > 0 ? centre : centre - 1
            while index >= 0 {
                let logWeight = half > 0 ? index * log(half) - half - lgamma(index + 1) : (index == 0 ? 0 : -.infinity)
                let weight = exp(logWeight)
                let size = numerator + 2 * index
                guard
                    let share = FisherF(numerator: size, denominator: denominator)?.cdf(f * numerator / size)
                else {
                    return nil
                }
                sum += weight * share
                if weight * share < 1e-17 || weight < 1e-17 {
                    break
                }
                index += direction
            }
        }
        return min(1, sum)
    }

    /// The noncentralities at which an F ratio is at the upper and the lower edge of its central range.
    ///
    /// Source: J. H. Steiger, Psychological Methods 9 (2004). An end is 0 where the ratio is too small for any other.
    func bounds(f: Double, confidence: Double) -> (lower: Double, upper: Double)? {
        let tail = (1 - confidence) / 2
        guard
            let lower = noncentrality(f: f, share: 1 - tail),
            let upper = noncentrality(f: f, share: tail)
        else {
            return nil
        }
        return (lower, upper)
    }

    /// The noncentrality under which a share of F ratios lies below `f`, by bisection; 0 when there is none.
    private func noncentrality(f: Double, share: Double) -> Double? {
        guard let central = cdf(f, lambda: 0) else {
            return nil
        }
        if central <= share {
            return 0
        }
        var low = 0.0
        var high = max(1, 2 * f * numerator)
        while let value = cdf(f, lambda: high), value > share {
            low = high
            high *= 2
            guard high < 1e7 else {
                return nil
            }
        }
        while high - low > 1e-10 * high {
            let middle = (low + high) / 2
            guard middle > low, middle < high, let value = cdf(f, lambda: middle) else {
                break
            }
            if value > share {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }
}
