// SPDX-License-Identifier: Apache-2.0
package import Statistics

/// What an experiment measures on each unit, and how it is judged.
package struct ABMetric: Sendable, Equatable {
    /// What kind of number it is.
    package enum Kind: String, Sendable, Codable {
        /// Yes or no per unit, such as bought.
        case proportion
        /// Any number per unit, such as revenue.
        case mean
        /// Events per unit or exposure, such as clicks.
        case count
        /// A sum over another sum, such as revenue per session; the unit is neither.
        case ratio
    }

    /// How much worse a guardrail may be.
    package enum Margin: Sendable, Equatable {
        /// A share of the control's value.
        case relative(Double)
        /// In the metric's own units.
        case absolute(Double)
    }

    /// The name.
    package let name: String
    /// What kind of number it is.
    package let kind: Kind
    /// Whether less is better.
    package let lowerIsBetter: Bool
    /// How much worse it may be, for a guardrail; nil for a metric that decides.
    package let margin: Margin?

    /// Makes a metric; throws for a margin that is negative or not finite.
    package init(
        name: String,
        kind: Kind,
        lowerIsBetter: Bool = false,
        margin: Margin? = nil
    ) throws(StatisticsError) {
        switch margin {
        case .relative(let value), .absolute(let value):
            guard value >= 0, value.isFinite else {
                throw .invalidArgument(
                    name: "The margin of '\(name)'",
                    value: "\(value)",
                    remedy: "give 0 or more, such as 2% or 0.001"
                )
            }
        case nil:
            break
        }
        self.name = name
        self.kind = kind
        self.lowerIsBetter = lowerIsBetter
        self.margin = margin
    }
}

/// What was measured of one metric in one variant.
package enum ABSample: Sendable, Equatable {
    /// One value per unit; 0 and 1 for a proportion, whole numbers for a count.
    case values([Double])
    /// Two values per unit, for a ratio.
    case ratio(numerators: [Double], denominators: [Double])
    /// Only the number of units and of successes.
    case successes(BinomialCount)
    /// Only the exposure and the number of events.
    case events(EventCount)
    /// Only the number of units, mean and variance.
    case summary(SampleSummary)
}

/// One metric in all variants.
package struct ABMetricData: Sendable, Equatable {
    /// The metric.
    package let metric: ABMetric
    /// One sample per variant, in the experiment's order.
    package let samples: [ABSample]
    /// The covariate of each value, per variant; nil without one.
    package let covariates: [[Double]]?
    /// How many units have no value of it.
    package let missing: Int
    /// The day of each value, from 0, per variant; nil when unknown or when there are only totals.
    package let days: [[Int]]?
    /// The totals up to and including each day, nil for days on which a variant has none yet; nil without days.
    package let dailyTotals: [[ABSample]?]?

    /// Makes the data of a metric.
    package init(
        metric: ABMetric,
        samples: [ABSample],
        covariates: [[Double]]? = nil,
        missing: Int = 0,
        days: [[Int]]? = nil,
        dailyTotals: [[ABSample]?]? = nil
    ) {
        self.days = days
        self.dailyTotals = dailyTotals
        self.metric = metric
        self.samples = samples
        self.covariates = covariates
        self.missing = missing
    }
}

/// When an experiment's data is looked at.
package enum ABLooks: Sendable, Equatable {
    /// Once, at the end.
    case once
    /// At planned times, so far at these shares of the planned units; the last is now.
    case planned(information: [Double], of: Int, rule: GroupSequentialDesign.Rule)
    /// At any time, with intervals narrowest near a number of units.
    case unplanned
}

/// How to correct for several metrics and variants.
package enum ABCorrection: String, Sendable, Codable, CaseIterable {
    /// Holm's: the chance of any false finding.
    case holm
    /// Benjamini and Hochberg's: the expected share of false findings.
    case benjaminiHochberg = "bh"
    /// None.
    case none
}

/// An experiment as it is handed in for analysis.
package struct ABExperiment: Sendable, Equatable {
    /// The variants' names.
    package var variants: [String]
    /// The units seen per variant.
    package var units: [Int]
    /// The planned shares.
    package var shares: [Double]
    /// The number of the control.
    package var control: Int
    /// The metrics; those without a margin decide, the first of them most of all.
    package var metrics: [ABMetricData]
    /// When the data is looked at.
    package var looks = ABLooks.once
    /// The two-sided level of every decision.
    package var level = 0.05
    /// How to correct for several tests.
    package var correction = ABCorrection.holm
    /// The quantile at which values are limited; nil to leave them.
    package var winsorising: Double?
    /// The number of units at which always-valid intervals are narrowest.
    package var tunedFor = 5_000.0
    /// How many days the data spans; nil when unknown.
    package var days: Int?
    /// The units per variant up to and including each day; empty when unknown.
    package var dailyUnits: [[Int]] = []
    /// The power that planned looks were planned with when they may give up early; nil for no bounds to give up at.
    package var futilityPower: Double?

    /// Makes an experiment; everything else has its default and may be set.
    package init(variants: [String], units: [Int], shares: [Double], control: Int, metrics: [ABMetricData]) {
        self.variants = variants
        self.units = units
        self.shares = shares
        self.control = control
        self.metrics = metrics
    }
}
