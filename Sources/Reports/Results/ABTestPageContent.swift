// SPDX-License-Identifier: Apache-2.0

/// What the page on an A/B test shows: every number with its place in the machine-readable result.
package struct ABTestPageContent: Codable, Sendable, Equatable {
    /// What the test, or one comparison, says.
    package enum Verdict: String, Codable, Sendable {
        case better
        case worse
        case inconclusive
        /// Something is wrong with the test itself, so its numbers mean nothing.
        case invalid
    }

    /// How often the data was meant to be looked at.
    package enum Looks: String, Codable, Sendable {
        case once
        case planned
        case unplanned
    }

    /// What a metric measures.
    package enum Kind: String, Codable, Sendable {
        case proportion
        case mean
        case count
        case ratio
    }

    /// How a guardrail stands.
    package enum GuardrailStatus: String, Codable, Sendable {
        case held
        case breached
        case unclear
    }

    /// A variant and its units.
    package struct Variant: Codable, Sendable, Equatable {
        package var name: String
        package var units: Figure
        package var expectedUnits: Figure
        package var share: Figure
        package var isControl: Bool

        /// Creates a variant.
        package init(name: String, units: Figure, expectedUnits: Figure, share: Figure, isControl: Bool) {
            self.name = name
            self.units = units
            self.expectedUnits = expectedUnits
            self.share = share
            self.isControl = isControl
        }
    }

    /// The test of the split between the variants.
    package struct Split: Codable, Sendable, Equatable {
        package var p: Figure
        package var threshold: Figure
        package var isMismatch: Bool

        /// Creates the test of a split.
        package init(p: Figure, threshold: Figure, isMismatch: Bool) {
            self.p = p
            self.threshold = threshold
            self.isMismatch = isMismatch
        }
    }

    /// An estimate by one way of treating the values.
    package struct Estimate: Codable, Sendable, Equatable {
        /// `raw`, `winsorised`, `adjusted` or `without_dominant`.
        package var way: String
        package var difference: FigureInterval
        package var p: Figure?

        /// Creates an estimate.
        package init(way: String, difference: FigureInterval, p: Figure? = nil) {
            self.way = way
            self.difference = difference
            self.p = p
        }
    }

    /// One look of a test.
    package struct Look: Codable, Sendable, Equatable {
        /// The share of the planned units, or the units seen.
        package var at: Figure
        /// The standardised statistic; nil before the look is made.
        package var z: Figure?
        /// The statistic's size that ends the test; nil where none can.
        package var boundary: Figure?
        /// The interval that holds at every look at once.
        package var interval: FigureInterval?
        /// The statistic beyond which one may give up; nil where none can.
        package var futility: Figure?

        /// Creates a look.
        package init(
            at: Figure,
            z: Figure? = nil,
            boundary: Figure? = nil,
            interval: FigureInterval? = nil,
            futility: Figure? = nil
        ) {
            self.futility = futility
            self.at = at
            self.z = z
            self.boundary = boundary
            self.interval = interval
        }
    }

    /// How much more would tell.
    package struct More: Codable, Sendable, Equatable {
        /// Whether the figures are of the plan's end, otherwise of what a difference as it looks now needs.
        package var isPlan: Bool
        package var chance: Figure
        package var detectable: Figure
        package var times: Figure?
        package var units: Figure?
        package var days: Figure?

        /// Creates what is still needed.
        package init(
            isPlan: Bool,
            chance: Figure,
            detectable: Figure,
            times: Figure? = nil,
            units: Figure? = nil,
            days: Figure? = nil
        ) {
            self.isPlan = isPlan
            self.chance = chance
            self.detectable = detectable
            self.times = times
            self.units = units
            self.days = days
        }
    }

    /// One variant against the control on one metric.
    package struct Comparison: Codable, Sendable, Equatable {
        package var metric: String
        package var kind: Kind
        package var variant: String
        package var control: String
        package var lowerIsBetter: Bool
        package var verdict: Verdict
        package var guardrail: GuardrailStatus?
        /// The harm that a guardrail allows, in the metric's units.
        package var margin: Figure?
        package var controlValue: Figure
        package var variantValue: Figure
        /// Variant less control, with the interval that decides.
        package var difference: FigureInterval
        /// Variant over control, less 1.
        package var lift: FigureInterval?
        package var p: Figure?
        package var adjustedP: Figure?
        /// The interval that holds however often the data is looked at.
        package var alwaysValid: FigureInterval?
        /// All ways of treating the values, the deciding one first; shown when there are several.
        package var estimates: [Estimate] = []
        /// Whether a test with planned looks ends here; nil for others.
        package var hasStopped: Bool?
        /// Whether the plan allows to give up here; nil when it has no such bounds.
        package var mayGiveUp: Bool?
        /// How much more would tell; nil unless the comparison is inconclusive.
        package var more: More?
        /// The looks in order, those to come too when they are known.
        package var looks: [Look] = []

        /// Creates a comparison without its optional evidence, which is set afterwards.
        package init(
            metric: String,
            kind: Kind,
            variant: String,
            control: String,
            lowerIsBetter: Bool = false,
            verdict: Verdict,
            guardrail: GuardrailStatus? = nil,
            margin: Figure? = nil,
            controlValue: Figure,
            variantValue: Figure,
            difference: FigureInterval,
            lift: FigureInterval? = nil,
            p: Figure? = nil,
            adjustedP: Figure? = nil,
            alwaysValid: FigureInterval? = nil
        ) {
            self.metric = metric
            self.kind = kind
            self.variant = variant
            self.control = control
            self.lowerIsBetter = lowerIsBetter
            self.verdict = verdict
            self.guardrail = guardrail
            self.margin = margin
            self.controlValue = controlValue
            self.variantValue = variantValue
            self.difference = difference
            self.lift = lift
            self.p = p
            self.adjustedP = adjustedP
            self.alwaysValid = alwaysValid
        }
    }

    /// The file's name, or what else the test is called.
    package var name: String
    package var verdict: Verdict
    /// The variant that is better; nil unless the verdict is `better`.
    package var winner: String?
    package var confidence: Figure
    package var level: Figure
    package var looks: Looks
    /// How many tests the p values were corrected for.
    package var tests: Figure
    package var variants: [Variant]
    package var split: Split
    package var comparisons: [Comparison]
    /// What a reader must know, as the result says it.
    package var notes: [String] = []

    /// Creates the content.
    package init(
        name: String,
        verdict: Verdict,
        winner: String? = nil,
        confidence: Figure,
        level: Figure,
        looks: Looks,
        tests: Figure,
        variants: [Variant],
        split: Split,
        comparisons: [Comparison],
        notes: [String] = []
    ) {
        self.name = name
        self.verdict = verdict
        self.winner = winner
        self.confidence = confidence
        self.level = level
        self.looks = looks
        self.tests = tests
        self.variants = variants
        self.split = split
        self.comparisons = comparisons
        self.notes = notes
    }
}
