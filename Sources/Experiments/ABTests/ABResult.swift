// SPDX-License-Identifier: Apache-2.0
package import Statistics

/// What an experiment says.
package enum ABVerdict: String, Sendable, Codable {
    /// A variant is better than the control.
    case better
    /// The variant (every one, of several) is worse than the control.
    case worse
    /// The data cannot tell.
    case inconclusive
    /// Something is wrong with the experiment itself, so its numbers mean nothing.
    case invalid
}

/// The analysis of an experiment.
///
/// JSON keys are the names of the properties in snake case, described in `docs/ab-json.md`; what is undefined is absent.
package struct ABResult: Sendable, Equatable, Encodable {
    /// A variant and its units.
    package struct Variant: Sendable, Equatable, Encodable {
        /// The name.
        package let name: String
        /// The units seen.
        package let units: Int
        /// The units that the shares promise.
        package let expectedUnits: Double
        /// The planned share, of 1.
        package let share: Double
        /// Whether it is the control.
        package let isControl: Bool
    }

    /// The test of the split.
    package struct SampleRatio: Sendable, Equatable, Encodable {
        /// The statistic.
        package let chiSquared: Double
        /// The number of variants less one.
        package let degreesOfFreedom: Int
        /// The p value.
        package let p: Double
        /// The p value below which the experiment is invalid.
        package let threshold: Double
        /// Whether the p value is below the threshold.
        package let isMismatch: Bool
    }

    /// The answer.
    package let verdict: ABVerdict
    /// Why, in one or two sentences.
    package let why: String
    /// The variant that is better; absent unless the verdict is `better`.
    package let winner: String?
    /// The level of every decision.
    package let level: Double
    /// The confidence of every interval, 1 − level.
    package let confidence: Double
    /// `once`, `planned` or `unplanned`.
    package let looks: String
    /// `holm`, `bh` or `none`.
    package let correction: ABCorrection
    /// How many tests were corrected for.
    package let tests: Int
    /// How many days the data spans; absent when unknown.
    package let days: Int?
    /// The variants.
    package let variants: [Variant]
    /// The test of the split.
    package let sampleRatio: SampleRatio
    /// Every variant against the control on every metric.
    package let comparisons: [ABComparison]
    /// What a reader must know.
    package let notes: [String]
}

/// One variant against the control on one metric.
package struct ABComparison: Sendable, Equatable, Encodable {
    /// A look of a test with planned looks.
    package struct Sequential: Sendable, Equatable, Encodable {
        /// Which look this is, from 1.
        package let look: Int
        /// The number of looks planned.
        package let looks: Int
        /// The share of the planned units at each look so far.
        package let information: [Double]
        /// The |z| that stops at this look; absent when none can.
        package let boundary: Double?
        /// The error spent so far, of the level.
        package let spent: Double
        /// The statistic.
        package let z: Double?
        /// The z at which, on the side that is no improvement, one may give up; absent when none can.
        package let futility: Double?
        /// Whether z lies where one may give up; absent when that was not planned or the test has ended.
        package let mayGiveUp: Bool?
        /// Whether |z| is at or beyond the boundary.
        package let hasCrossed: Bool
        /// Whether the test ends here: beyond the boundary, at the last look, or with all of the planned units.
        package let hasStopped: Bool
        /// The interval that holds at every look at once.
        package let repeatedInterval: Interval?
        /// The p value by the stage-wise ordering, once stopped.
        package let stoppedP: Double?
        /// The interval by the stage-wise ordering, once stopped; its estimate has no median bias.
        package let stoppedInterval: Interval?
        /// All looks: those made, this one, and those still planned, at equal steps.
        package let schedule: [Look]

        /// One look of all.
        package struct Look: Sendable, Equatable, Encodable {
            /// Which look, from 1.
            package let look: Int
            /// The share of the planned units.
            package let information: Double
            /// The |z| that stops; absent when none can.
            package let boundary: Double?
            /// The z at which one may give up; absent when none can.
            package let futility: Double?
            /// The day of the look, from 1; absent when unknown.
            package var day: Int?
            /// The statistic; absent for looks to come, and for earlier ones unless the data says its days.
            package var z: Double?
            /// The interval that holds at every look at once; absent as `z`, and without a boundary.
            package var interval: Interval?
        }
    }

    /// What holds however often the data was looked at.
    package struct AlwaysValid: Sendable, Equatable, Encodable {
        /// The number of units at which the intervals are narrowest.
        package let tunedFor: Double
        /// The interval of the difference.
        package let interval: Interval?
        /// The p value.
        package let p: Double
        /// The p value of the exact mixture test by successes; only for proportions.
        package let mixtureP: Double?
        /// The interval at the end of each of at most 60 days, the last included; empty when days are unknown.
        package let path: [Point]

        /// The interval at the end of a day.
        package struct Point: Sendable, Equatable, Encodable {
            /// The day, from 1.
            package let day: Int
            /// The units of both variants by then.
            package let units: Int
            /// The interval.
            package let interval: Interval
        }
    }

    /// How much more would tell, of a comparison that is inconclusive.
    package struct More: Sendable, Equatable, Encodable {
        /// What the figures rest on.
        package enum Basis: String, Sendable, Codable {
            /// The units that were planned and are still to come.
            case plan
            /// The difference as great as it looks now, found with `chance`.
            case seen
        }

        /// What the figures rest on.
        package let basis: Basis
        /// The chance to find a difference.
        package let chance: Double
        /// The difference that the data so far finds with that chance.
        package let detectable: Double
        /// How many times the present data is needed in all; absent above 100.
        package let times: Double?
        /// How many more units, both variants together; absent with `times` or when units are unknown.
        package let units: Int?
        /// How many more days at the pace so far; absent with `times` or when days are unknown.
        package let days: Int?
    }

    /// How a guardrail stands.
    package struct Guardrail: Sendable, Equatable, Encodable {
        /// Where the interval lies.
        package enum Status: String, Sendable, Codable {
            /// Harm beyond the margin is ruled out.
            case held
            /// It is worse, and not shown to be within the margin.
            case breached
            /// It may be worse than the margin or not.
            case unclear
        }

        /// The harm allowed, in the metric's units.
        package let margin: Double
        /// How it stands.
        package let status: Status
    }

    /// The metric.
    package let metric: String
    /// Its kind.
    package let kind: ABMetric.Kind
    /// The variant.
    package let variant: String
    /// The control.
    package let control: String
    /// Whether less of the metric is better.
    package let lowerIsBetter: Bool
    /// What the comparison says.
    package let verdict: ABVerdict
    /// Why, in a sentence.
    package let why: String
    /// Which of the estimates decides: `raw`, `winsorised` or `adjusted`.
    package let decidedBy: String
    /// The p value that decides, before correction; absent for a guardrail or when nothing varies.
    package let p: Double?
    /// The same after correction.
    package let adjustedP: Double?
    /// The interval of the difference that goes with the decision.
    package let interval: Interval?
    /// The interval of the relative lift that goes with the decision.
    package let relativeInterval: Interval?
    /// The values as they are.
    package let raw: ABEstimate
    /// With great values limited.
    package let winsorised: ABEstimate?
    /// With the covariate taken out (CUPED).
    package let adjusted: ABEstimate?
    /// Without the few units that make up a fifth or more of a variant's spread each.
    package let withoutDominant: ABEstimate?
    /// The planned looks; absent without them.
    package let sequential: Sequential?
    /// What holds at any look.
    package let alwaysValid: AlwaysValid?
    /// How the guardrail stands; absent for a metric that decides.
    package let guardrail: Guardrail?
    /// How much more would tell; absent unless the comparison is inconclusive and its values vary.
    package let more: More?
}

/// The numbers of one comparison.
package struct ABEstimate: Sendable, Equatable, Encodable {
    /// The control's units that have a value.
    package let controlUnits: Int
    /// The treatment's units that have a value.
    package let treatmentUnits: Int
    /// The control's rate, mean or ratio.
    package let controlValue: Double
    /// The treatment's rate, mean or ratio.
    package let treatmentValue: Double
    /// Treatment less control.
    package let difference: Double
    /// The standard error of the difference.
    package let standardError: Double
    /// The statistic that tests no difference; absent when nothing varies.
    package let z: Double?
    /// The two-sided p value of `test`.
    package let p: Double?
    /// Which test gives `p`.
    package let test: String
    /// The interval of the difference, for a single look.
    package let interval: Interval?
    /// Treatment over control, less 1.
    package let relativeLift: Double?
    /// Its interval.
    package let relativeLiftInterval: Interval?
    /// What all usual tests of proportions say.
    package internal(set) var proportions: ProportionComparison?
    /// What Welch's test says.
    package internal(set) var means: MeanComparison?
    /// What the rank-sum test says, for the treatment against the control.
    package internal(set) var rankSum: RankSumTest?
    /// What the Poisson tests say.
    package internal(set) var rates: RateComparison?
    /// The variance of the number of events over its mean; absent without one value per unit.
    package internal(set) var dispersion: Double?
    /// The covariate's slope, for an adjusted estimate.
    package internal(set) var slope: Double?
    /// The share of variance that the covariate took away.
    package internal(set) var varianceReduction: Double?
    /// The limit above which values were set to it, for a winsorised estimate.
    package internal(set) var limit: Double?
    /// How many values were limited or left out.
    package internal(set) var changedUnits: Int?
}

extension ABResult {
    /// The same result with more notes, such as on the file that it was read from.
    package func adding(_ more: [String]) -> ABResult {
        ABResult(
            verdict: verdict,
            why: why,
            winner: winner,
            level: level,
            confidence: confidence,
            looks: looks,
            correction: correction,
            tests: tests,
            days: days,
            variants: variants,
            sampleRatio: sampleRatio,
            comparisons: comparisons,
            notes: more + notes
        )
    }
}
