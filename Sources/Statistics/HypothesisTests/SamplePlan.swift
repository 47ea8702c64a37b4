// SPDX-License-Identifier: Apache-2.0

/// How many observations a comparison of two means needs, by the normal approximation.
package struct SamplePlan: Sendable, Equatable {
    /// The standard deviation of one observation.
    package let standardDeviation: Double
    /// The two-sided level of the test.
    package let level: Double

    /// Makes a plan; throws unless the standard deviation is positive and the level between 0 and 1.
    package init(standardDeviation: Double, level: Double = 0.05) throws(StatisticsError) {
        guard standardDeviation > 0, standardDeviation.isFinite else {
            throw .invalidArgument(
                name: "standardDeviation",
                value: "\(standardDeviation)",
                remedy: "give a positive number"
            )
        }
        guard level > 0, level < 1 else {
            throw .invalidArgument(name: "level", value: "\(level)", remedy: "give a share between 0 and 1")
        }
        self.standardDeviation = standardDeviation
        self.level = level
    }

    /// The chance to detect a difference with so many observations per group; nil without observations.
    package func power(difference: Double, perGroup: Int) -> Double? {
        guard perGroup > 0, let critical = StandardNormal.quantile(1 - level / 2) else {
            return nil
        }
        let distance = difference.magnitude / (standardDeviation * (2 / Double(perGroup)).squareRoot())
        guard let near = StandardNormal.sf(critical - distance), let far = StandardNormal.sf(critical + distance) else {
            return nil
        }
        return near + far
    }

    /// The fewest observations per group that detect a difference with a chance; nil when no number below 10⁹ does.
    package func observationsPerGroup(difference: Double, power wanted: Double = 0.8) -> Int? {
        guard difference != 0, difference.isFinite, wanted > 0, wanted < 1 else {
            return nil
        }
        var low = 0
        var high = 1
        while (power(difference: difference, perGroup: high) ?? 1) < wanted {
            low = high
            high *= 2
            if high > 1_000_000_000 {
                return nil
            }
        }
        while high - low > 1 {
            let middle = (low + high) / 2
            if (power(difference: difference, perGroup: middle) ?? 1) < wanted {
                low = middle
            } else {
                high = middle
            }
        }
        return high
    }

    /// The smallest difference that so many observations per group detect with a chance.
    package func detectableDifference(perGroup: Int, power wanted: Double = 0.8) -> Double? {
        guard
            perGroup > 0,
            let critical = StandardNormal.quantile(1 - level / 2),
            let margin = StandardNormal.quantile(wanted)
        else {
            return nil
        }
        return (critical + margin) * standardDeviation * (2 / Double(perGroup)).squareRoot()
    }
}
