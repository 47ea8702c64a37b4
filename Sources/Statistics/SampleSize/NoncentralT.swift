// SPDX-License-Identifier: Apache-2.0
import CDistributions

/// Student's noncentral t distribution, computed by Boost.Math: what t is when the means differ.
package struct NoncentralT: Sendable, Equatable {
    /// The degrees of freedom, positive and finite; need not be whole.
    package let degreesOfFreedom: Double
    /// The noncentrality, the true difference in standard errors.
    package let noncentrality: Double

    /// Makes the distribution, or nil when a parameter is not finite or the degrees of freedom not positive.
    package init?(degreesOfFreedom: Double, noncentrality: Double) {
        guard degreesOfFreedom > 0, degreesOfFreedom.isFinite, noncentrality.isFinite else {
            return nil
        }
        self.degreesOfFreedom = degreesOfFreedom
        self.noncentrality = noncentrality
    }

    /// The share below `x`; nil for NaN.
    package func cdf(_ x: Double) -> Double? {
        let value = dure_noncentral_t_cdf(x, degreesOfFreedom, noncentrality)
        return value.isFinite ? value : nil
    }

    /// The share above `x`; nil for NaN.
    package func sf(_ x: Double) -> Double? {
        let value = dure_noncentral_t_sf(x, degreesOfFreedom, noncentrality)
        return value.isFinite ? value : nil
    }
}
