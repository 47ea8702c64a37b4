// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How many units a comparison of two proportions needs, and what so many can find.
package struct ProportionSampleSize: Sendable, Equatable {
    /// The control's rate.
    package let baseline: Double
    /// Level, power and allocation.
    package let target: PowerTarget

    /// Makes a plan; throws unless the baseline lies strictly between 0 and 1.
    package init(baseline: Double, target: PowerTarget) throws(StatisticsError) {
        guard baseline > 0, baseline < 1 else {
            throw .invalidArgument(
                name: "baseline",
                value: "\(baseline)",
                remedy: "give a rate between 0 and 1, such as 0.02"
            )
        }
        self.baseline = baseline
        self.target = target
    }

    /// The control's units, by the formula with pooled variance under equality; not rounded.
    ///
    /// (z₁₋α/₂ √(p̄ q̄ (1 + 1/k)) + z_power √(p₁q₁ + p₂q₂/k))² / (p₂ − p₁)² with k the allocation. Source: J. L. Fleiss,
    /// Statistical Methods for Rates and Proportions (1981). nil unless the rate differs and lies within 0...1.
    package func unitsPooled(rate: Double) -> Double? {
        guard rate > 0, rate < 1, rate != baseline else {
            return nil
        }
        let k = target.allocation
        let mean = (baseline + k * rate) / (1 + k)
        let null = (mean * (1 - mean) * (1 + 1 / k)).squareRoot()
        let alternative = (baseline * (1 - baseline) + rate * (1 - rate) / k).squareRoot()
        let root = (target.critical * null + target.margin * alternative) / (rate - baseline)
        return root * root
    }

    /// The control's units, by the arcsine transform with both tails; not rounded.
    ///
    /// Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences (1988).
    package func unitsArcsine(rate: Double) -> Double? {
        guard rate > 0, rate < 1, rate != baseline else {
            return nil
        }
        let effect = (2 * asin(rate.squareRoot()) - 2 * asin(baseline.squareRoot())).magnitude
        let critical = target.critical
        let factor = target.allocation / (1 + target.allocation)
        return PowerTarget.smallest(from: 1e-6, reaching: target.power) { units in
            let distance = effect * (units * factor).squareRoot()
            return (StandardNormal.sf(critical - distance) ?? 0) + (StandardNormal.sf(critical + distance) ?? 0)
        }
    }

    /// The chance to find a rate with so many units in the control, by the pooled z test.
    package func power(rate: Double, controlUnits: Double) -> Double? {
        guard rate > 0, rate < 1, controlUnits > 0 else {
            return nil
        }
        let k = target.allocation
        let mean = (baseline + k * rate) / (1 + k)
        let null = (mean * (1 - mean) * (1 + 1 / k) / controlUnits).squareRoot()
        let alternative = ((baseline * (1 - baseline) + rate * (1 - rate) / k) / controlUnits).squareRoot()
        let difference = rate - baseline
        guard let up = StandardNormal.sf((target.critical * null - difference) / alternative),
            let down = StandardNormal.sf((target.critical * null + difference) / alternative)
        else { return nil }
        return up + down
    }

    /// The smallest rate above the baseline that so many units in the control find; nil when none below 1 is.
    package func detectableRate(controlUnits: Double) -> Double? {
        guard controlUnits > 0 else {
            return nil
        }
        let low = baseline + (1 - baseline) * 1e-9
        let high = 1 - (1 - baseline) * 1e-9
        return BracketedRoot.find(between: low, and: high) { rate in
            (unitsPooled(rate: rate) ?? .infinity) - controlUnits
        }
    }
}
