// SPDX-License-Identifier: Apache-2.0

/// The error that a test may make and the chance with which it should find what is there.
///
/// JSON keys are the names of the properties.
package struct PowerTarget: Sendable, Hashable, Codable {
    /// The two-sided level of the test.
    package let level: Double
    /// The chance to find the difference.
    package let power: Double
    /// How many units the treatment gets per unit of the control.
    package let allocation: Double

    /// Makes a target; throws unless 0 < level < power < 1 and the allocation is positive.
    package init(level: Double = 0.05, power: Double = 0.8, allocation: Double = 1) throws(StatisticsError) {
        guard level > 0, level < 1 else {
            throw .invalidArgument(
                name: "level",
                value: "\(level)",
                remedy: "give a share between 0 and 1, such as 0.05"
            )
        }
        guard power > level, power < 1 else {
            throw .invalidArgument(
                name: "power",
                value: "\(power)",
                remedy: "give a share above the level and below 1, such as 0.8"
            )
        }
        guard allocation > 0, allocation.isFinite else {
            throw .invalidArgument(name: "allocation", value: "\(allocation)", remedy: "give a positive number")
        }
        self.level = level
        self.power = power
        self.allocation = allocation
    }

    /// The normal quantile that the test must pass.
    package var critical: Double { StandardNormal.quantile(1 - level / 2) ?? 0 }

    /// The normal quantile of the power.
    package var margin: Double { StandardNormal.quantile(power) ?? 0 }

    /// The number at which a power that grows with it reaches the target; nil when 10¹² do not suffice.
    static func smallest(from least: Double, reaching target: Double, _ power: (Double) -> Double) -> Double? {
        guard power(least) < target else {
            return least
        }
        var high = max(1, least) * 2
        while power(high) < target {
            high *= 4
            guard high < 1e12 else {
                return nil
            }
        }
        return BracketedRoot.find(between: least, and: high, tolerance: 1e-13) { power($0) - target }
    }
}
