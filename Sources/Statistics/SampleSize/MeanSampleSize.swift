// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How many units a comparison of two means needs, by the noncentral t distribution.
///
/// A ratio of sums is a mean of its linearised units, so the same plan holds with their standard deviation.
package struct MeanSampleSize: Sendable, Equatable {
    /// The standard deviation of one unit.
    package let standardDeviation: Double
    /// Level, power and allocation.
    package let target: PowerTarget

    /// Makes a plan; throws unless the standard deviation is positive.
    package init(standardDeviation: Double, target: PowerTarget) throws(StatisticsError) {
        guard standardDeviation > 0, standardDeviation.isFinite else {
            throw .invalidArgument(
                name: "standardDeviation",
                value: "\(standardDeviation)",
                remedy: "give a positive number"
            )
        }
        self.standardDeviation = standardDeviation
        self.target = target
    }

    /// The chance to find a difference with so many units in the control, by the two-sided t test of equal variances.
    package func power(difference: Double, controlUnits: Double) -> Double? {
        let treatmentUnits = controlUnits * target.allocation
        let degrees = controlUnits + treatmentUnits - 2
        guard degrees > 0, controlUnits > 0, difference.isFinite,
            let critical = StudentT(degreesOfFreedom: degrees)?.quantile(1 - target.level / 2)
        else { return nil }
        let noncentrality =
            difference.magnitude / standardDeviation
            * (controlUnits * treatmentUnits / (controlUnits + treatmentUnits)).squareRoot()
        guard noncentrality < 37 else {
            return 1
        }
        guard let distribution = NoncentralT(degreesOfFreedom: degrees, noncentrality: noncentrality),
            let upper = distribution.sf(critical), let lower = distribution.cdf(-critical)
        else { return nil }
        return min(1, upper + lower)
    }

    /// The control's units that find a difference, not rounded; nil for no difference.
    package func units(difference: Double) -> Double? {
        guard difference != 0, difference.isFinite else {
            return nil
        }
        let least = 2 / (1 + target.allocation) + 1e-3
        return PowerTarget.smallest(from: least, reaching: target.power) { units in
            power(difference: difference, controlUnits: units) ?? 0
        }
    }

    /// The smallest difference that so many units in the control find.
    package func detectableDifference(controlUnits: Double) -> Double? {
        guard controlUnits * (1 + target.allocation) > 2 else {
            return nil
        }
        return PowerTarget.smallest(from: 1e-12, reaching: target.power) { multiple in
            power(difference: multiple * standardDeviation, controlUnits: controlUnits) ?? 0
        }
        .map { $0 * standardDeviation }
    }
}
