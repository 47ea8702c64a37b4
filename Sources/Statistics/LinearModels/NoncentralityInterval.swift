// SPDX-License-Identifier: Apache-2.0

/// The noncentralities that an F ratio is compatible with, for intervals of effect sizes.
///
/// Source: J. H. Steiger, Psychological Methods 9 (2004).
struct NoncentralityInterval {
    let numerator: Double
    let denominator: Double

    /// The noncentralities at which an F ratio is at the upper and the lower edge of its central range.
    ///
    /// An end is 0 where the ratio is too small for any other.
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

    private func share(below f: Double, _ noncentrality: Double) -> Double? {
        NoncentralF(numerator: numerator, denominator: denominator, noncentrality: noncentrality)?.cdf(f)
    }

    /// The noncentrality under which a share of F ratios lies below `f`, by bisection; 0 when there is none.
    private func noncentrality(f: Double, share wanted: Double) -> Double? {
        guard let central = FisherF(numerator: numerator, denominator: denominator)?.cdf(f) else {
            return nil
        }
        guard central > wanted else {
            return 0
        }
        var low = 0.0
        var high = max(1, 2 * f * numerator)
        while true {
            guard high < 1e7, let value = share(below: f, high) else {
                return nil
            }
            guard value > wanted else {
                break
            }
            low = high
            high *= 2
        }
        while high - low > 1e-11 * high {
            let middle = (low + high) / 2
            guard middle > low, middle < high else {
                break
            }
            guard let value = share(below: f, middle) else {
                return nil
            }
            if value > wanted {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }
}
