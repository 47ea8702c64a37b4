// SPDX-License-Identifier: Apache-2.0

/// A ratio of two sums over units, such as revenue per session when the unit is a customer.
///
/// Units, not sessions, are independent, so the variance is by the delta method: with R = Σy / Σx, each unit counts as
/// R + (yᵢ − R xᵢ) / x̄, whose mean is R and whose variance over n is the delta method's. What works on values works
/// on these, the adjustment by a covariate included. Source: A. Deng, U. Knoblich, J. Lu, KDD 2018.
package struct RatioSample: Sendable, Equatable {
    /// The sum of numerators over the sum of denominators.
    package let ratio: Double
    /// One value per unit, whose mean is the ratio and whose spread is the ratio's.
    package let linearised: [Double]

    /// Makes the ratio; throws for fewer than two units, unequal lengths, values that are not finite, or denominators
    /// that do not sum to something positive.
    package init(numerators: [Double], denominators: [Double]) throws(StatisticsError) {
        guard numerators.count == denominators.count else {
            throw .lengthMismatch(column: "denominators", found: denominators.count, expected: numerators.count)
        }
        guard numerators.count > 1 else {
            throw .tooFewObservations(subject: "The sample", found: numerators.count, needed: 2)
        }
        try numerators.requireFinite("numerators")
        try denominators.requireFinite("denominators")
        let mean = Moments(denominators).mean
        guard mean > 0, mean.isFinite else {
            throw .invalidArgument(
                name: "The sum of denominators",
                value: "\(mean * Double(denominators.count))",
                remedy: "give a denominator column whose sum is positive in every variant"
            )
        }
        let ratio = Moments(numerators).mean / mean
        guard ratio.isFinite else {
            throw .tooLarge(column: "numerators")
        }
        self.ratio = ratio
        linearised = zip(numerators, denominators).map { ratio + ($0 - ratio * $1) / mean }
    }
}
