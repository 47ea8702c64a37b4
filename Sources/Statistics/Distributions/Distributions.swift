// SPDX-License-Identifier: Apache-2.0
import CDistributions

/// Turns the shim's NaN, and infinities, into nil.
private func defined(_ value: Double) -> Double? {
    value.isFinite ? value : nil
}

/// The standard normal distribution, computed by Boost.Math.
package enum StandardNormal {
    /// The share below `x`; nil for NaN.
    package static func cdf(_ x: Double) -> Double? {
        defined(dure_normal_cdf(x))
    }

    /// The share above `x`, accurate far into the tail; nil for NaN.
    package static func sf(_ x: Double) -> Double? {
        defined(dure_normal_sf(x))
    }

    /// The value with a share `p` below it; nil unless 0 < p < 1.
    package static func quantile(_ p: Double) -> Double? {
        defined(dure_normal_quantile(p))
    }

    /// The probability of a value at least as far from zero as `z`; nil for NaN.
    package static func twoSidedP(_ z: Double) -> Double? {
        sf(z.magnitude).map { min(1, 2 * $0) }
    }
}

/// Student's t distribution, computed by Boost.Math.
package struct StudentT: Sendable, Equatable {
    /// The degrees of freedom, positive and finite; need not be whole.
    package let degreesOfFreedom: Double

    /// Makes the distribution, or nil when the degrees of freedom are not positive and finite.
    package init?(degreesOfFreedom: Double) {
        guard degreesOfFreedom > 0, degreesOfFreedom.isFinite else {
            return nil
        }
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The share below `x`; nil for NaN.
    package func cdf(_ x: Double) -> Double? {
        defined(dure_student_t_cdf(x, degreesOfFreedom))
    }

    /// The share above `x`; nil for NaN.
    package func sf(_ x: Double) -> Double? {
        defined(dure_student_t_sf(x, degreesOfFreedom))
    }

    /// The value with a share `p` below it; nil unless 0 < p < 1.
    package func quantile(_ p: Double) -> Double? {
        defined(dure_student_t_quantile(p, degreesOfFreedom))
    }

    /// The probability of a value at least as far from zero as `t`; nil for NaN.
    package func twoSidedP(_ t: Double) -> Double? {
        sf(t.magnitude).map { min(1, 2 * $0) }
    }
}

/// Fisher's F distribution, computed by Boost.Math.
package struct FisherF: Sendable, Equatable {
    /// The numerator's degrees of freedom.
    package let numerator: Double
    /// The denominator's degrees of freedom.
    package let denominator: Double

    /// Makes the distribution, or nil when a number of degrees of freedom is not positive and finite.
    package init?(numerator: Double, denominator: Double) {
        guard numerator > 0, numerator.isFinite, denominator > 0, denominator.isFinite else {
            return nil
        }
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The share below `x`; nil for a negative value or NaN.
    package func cdf(_ x: Double) -> Double? {
        defined(dure_fisher_f_cdf(x, numerator, denominator))
    }

    /// The share above `x`, which is the p value of an F test; nil for a negative value or NaN.
    package func sf(_ x: Double) -> Double? {
        defined(dure_fisher_f_sf(x, numerator, denominator))
    }

    /// The value with a share `p` below it; nil unless 0 <= p < 1.
    package func quantile(_ p: Double) -> Double? {
        defined(dure_fisher_f_quantile(p, numerator, denominator))
    }
}

/// The chi-squared distribution, computed by Boost.Math.
package struct ChiSquared: Sendable, Equatable {
    /// The degrees of freedom, positive and finite.
    package let degreesOfFreedom: Double

    /// Makes the distribution, or nil when the degrees of freedom are not positive and finite.
    package init?(degreesOfFreedom: Double) {
        guard degreesOfFreedom > 0, degreesOfFreedom.isFinite else {
            return nil
        }
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The share below `x`; nil for a negative value or NaN.
    package func cdf(_ x: Double) -> Double? {
        defined(dure_chi_squared_cdf(x, degreesOfFreedom))
    }

    /// The share above `x`; nil for a negative value or NaN.
    package func sf(_ x: Double) -> Double? {
        defined(dure_chi_squared_sf(x, degreesOfFreedom))
    }

    /// The value with a share `p` below it; nil unless 0 <= p < 1.
    package func quantile(_ p: Double) -> Double? {
        defined(dure_chi_squared_quantile(p, degreesOfFreedom))
    }
}
