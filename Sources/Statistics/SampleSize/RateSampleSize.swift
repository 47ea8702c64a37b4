// SPDX-License-Identifier: Apache-2.0

/// How much exposure a comparison of two event rates needs, by the normal approximation of the score test.
package struct RateSampleSize: Sendable, Equatable {
    /// The control's events per unit of exposure.
    package let baseline: Double
    /// The variance of the number of events over its mean; 1 for a Poisson distribution, more when events come in groups.
    package let dispersion: Double
    /// Level, power and allocation.
    package let target: PowerTarget

    /// Makes a plan; throws unless baseline and dispersion are positive.
    package init(baseline: Double, dispersion: Double = 1, target: PowerTarget) throws(StatisticsError) {
        for (name, value) in [("baseline", baseline), ("dispersion", dispersion)] {
            guard value > 0, value.isFinite else {
                throw .invalidArgument(name: name, value: "\(value)", remedy: "give a positive number")
            }
        }
        self.baseline = baseline
        self.dispersion = dispersion
        self.target = target
    }

    /// The control's exposure that finds a rate, not rounded; nil unless the rate is positive and differs.
    package func exposure(rate: Double) -> Double? {
        guard rate > 0, rate.isFinite, rate != baseline else {
            return nil
        }
        let k = target.allocation
        let mean = (baseline + k * rate) / (1 + k)
        let null = (dispersion * mean * (1 + 1 / k)).squareRoot()
        let alternative = (dispersion * (baseline + rate / k)).squareRoot()
        let root = (target.critical * null + target.margin * alternative) / (rate - baseline)
        return root * root
    }

    /// The smallest rate above the baseline that so much exposure of the control finds; nil without exposure.
    package func detectableRate(controlExposure: Double) -> Double? {
        guard controlExposure > 0 else {
            return nil
        }
        var high = baseline * 2
        while (exposure(rate: high) ?? 0) > controlExposure {
            high *= 4
            guard high.isFinite else {
                return nil
            }
        }
        return BracketedRoot.find(between: baseline * (1 + 1e-9), and: high) { rate in
            (exposure(rate: rate) ?? .infinity) - controlExposure
        }
    }
}
