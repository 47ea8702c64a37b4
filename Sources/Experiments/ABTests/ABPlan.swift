// SPDX-License-Identifier: Apache-2.0
/// What a planned experiment needs: units, days, and when to look with which boundaries.
package struct ABPlan: Sendable, Equatable, Encodable {
    /// What is to be found out, and with which traffic.
    package struct Request: Sendable, Equatable {
        /// The kind of the metric.
        package var kind = ABMetric.Kind.proportion
        /// The control's rate, mean or ratio.
        package var baseline: Double
        /// The smallest difference worth finding, in the metric's units; nil to ask what `days` can find.
        package var difference: Double?
        /// The standard deviation of one unit; needed for means and ratios, for counts √(baseline) unless given.
        package var standardDeviation: Double?
        /// The units that enter per day, all variants together; nil when unknown.
        package var daily: Double?
        /// The days at hand, instead of a difference.
        package var days: Int?
        /// The planned shares, control first.
        package var shares = [0.5, 0.5]
        /// The number of planned looks.
        package var looks = 1
        /// The two-sided level of the whole experiment.
        package var level = 0.05
        /// The chance to find the difference.
        package var power = 0.8
        /// Whether looks may also give up early.
        package var futility = false

        /// Makes a request about a baseline; everything else may be set.
        package init(baseline: Double) {
            self.baseline = baseline
        }
    }

    /// One planned look.
    package struct Look: Sendable, Equatable, Encodable {
        /// Which look, from 1.
        package let look: Int
        /// The day after which it is made; absent without daily traffic.
        package let day: Int?
        /// The units of the control by then.
        package let controlUnits: Double
        /// The share of the planned units.
        package let information: Double
        /// The |z| that stops; absent when none can.
        package let boundary: Double?
        /// The two-sided p value of a plain test that is as extreme.
        package let nominalP: Double?
        /// The error spent so far.
        package let spent: Double
        /// The chance to have stopped by then when the difference is there.
        package let chanceToStop: Double
        /// The z at which, on the side that is no improvement, one may give up; absent when none can.
        package let futility: Double?
        /// The chance to have given up by then when nothing differs; absent unless looks may give up.
        package let chanceToGiveUp: Double?
    }

    /// The kind of the metric.
    package let kind: ABMetric.Kind
    /// The control's value.
    package let baseline: Double
    /// The difference that is found.
    package let difference: Double
    /// The same as a share of the baseline; absent for a baseline of 0.
    package let relativeLift: Double?
    /// The level of the whole experiment.
    package let level: Double
    /// The level of each comparison: the whole over their number.
    package let comparisonLevel: Double
    /// The chance to find the difference.
    package let power: Double
    /// The control's units with one look, not rounded; for proportions by the formula of pooled variance.
    package let unitsExact: Double
    /// The same by the arcsine transform; only for proportions.
    package let unitsArcsine: Double?
    /// How many times more units the looks need.
    package let inflation: Double
    /// The units of each variant, control first, rounded up.
    package let units: [Int]
    /// All units.
    package let totalUnits: Int
    /// The days until the last look; absent without daily traffic.
    package let days: Int?
    /// The mean number of days when the difference is there.
    package let expectedDays: Double?
    /// The mean number of days when nothing differs.
    package let expectedDaysWithoutEffect: Double?
    /// The looks.
    package let schedule: [Look]
    /// What the numbers rest on, one sentence each.
    package let assumptions: [String]
    /// What to know.
    package let notes: [String]
}
