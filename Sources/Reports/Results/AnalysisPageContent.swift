// SPDX-License-Identifier: Apache-2.0

/// What the page on an analysed experiment shows: every number with its place in the machine-readable result.
///
/// Words of the user's file (names of columns and levels) are given as they are; the page writes all sentences itself.
package struct AnalysisPageContent: Codable, Sendable, Equatable {
    /// What is best of the response.
    package enum Aim: String, Codable, Sendable {
        case higher
        case lower
        /// As near a wanted value as can be.
        case nominal
    }

    /// What the best setting is compared with.
    package enum Baseline: String, Codable, Sendable {
        /// The mean of all runs.
        case overallMean = "overall_mean"
        /// The setting in use now.
        case present
    }

    /// What the response is, which decides how its numbers are printed.
    package enum Scale: String, Codable, Sendable {
        /// A number in its own unit.
        case number
        /// Successes of trials, printed in percent.
        case share
        /// Counts over an exposure.
        case rate
    }

    /// One factor's level in the best setting.
    package struct Setting: Codable, Sendable, Equatable {
        package var factor: String
        package var level: String
        /// The level in use now; nil when it is not known.
        package var present: String?
        /// Whether the factor's effect can be told from chance; otherwise the level is a mere preference.
        package var isDecided: Bool
        /// Another level that cannot be told from the best one, the other factors at their best.
        package var rival: String?

        /// Creates a setting.
        package init(factor: String, level: String, present: String? = nil, isDecided: Bool, rival: String? = nil) {
            self.factor = factor
            self.level = level
            self.present = present
            self.isDecided = isDecided
            self.rival = rival
        }
    }

    /// One line of the table of variance.
    package struct Term: Codable, Sendable, Equatable {
        /// What a line is of.
        package enum Kind: String, Codable, Sendable {
            case factor
            case interaction
            case block
            case residual
            case total
        }

        package var name: String
        package var kind: Kind
        package var df: Figure
        package var sumOfSquares: Figure
        package var meanSquare: Figure?
        package var f: Figure?
        package var p: Figure?
        /// The p value adjusted for the number of terms, by which the verdict is given.
        package var adjustedP: Figure?
        /// The share of all variation, in percent.
        package var contributionPercent: Figure?
        /// Whether the effect can be told from chance, corrected for the number of terms as the command does.
        package var isSignificant: Bool
        package var isPooled: Bool
        /// Terms that cannot be told apart from it.
        package var aliases: [String]

        /// Creates a line.
        package init(
            name: String,
            kind: Kind,
            df: Figure,
            sumOfSquares: Figure,
            meanSquare: Figure? = nil,
            f: Figure? = nil,
            p: Figure? = nil,
            adjustedP: Figure? = nil,
            contributionPercent: Figure? = nil,
            isSignificant: Bool = false,
            isPooled: Bool = false,
            aliases: [String] = []
        ) {
            self.name = name
            self.kind = kind
            self.df = df
            self.sumOfSquares = sumOfSquares
            self.meanSquare = meanSquare
            self.f = f
            self.p = p
            self.adjustedP = adjustedP
            self.contributionPercent = contributionPercent
            self.isSignificant = isSignificant
            self.isPooled = isPooled
            self.aliases = aliases
        }
    }

    /// The expected response at each level of a factor.
    package struct FactorMeans: Codable, Sendable, Equatable {
        /// One level; ends without a value where the data give no interval.
        package struct Level: Codable, Sendable, Equatable {
            package var name: String
            package var mean: FigureInterval

            /// Creates a level.
            package init(name: String, mean: FigureInterval) {
                self.name = name
                self.mean = mean
            }
        }

        package var factor: String
        package var levels: [Level]

        /// Creates a factor's means.
        package init(factor: String, levels: [Level]) {
            self.factor = factor
            self.levels = levels
        }
    }

    /// Two levels compared, or a two-level effect.
    package struct Difference: Codable, Sendable, Equatable {
        package var name: String
        package var difference: FigureInterval
        package var adjustedP: Figure?
        package var isSignificant: Bool

        /// Creates a comparison.
        package init(name: String, difference: FigureInterval, adjustedP: Figure? = nil, isSignificant: Bool) {
            self.name = name
            self.difference = difference
            self.adjustedP = adjustedP
            self.isSignificant = isSignificant
        }
    }

    /// The expected response at the levels of two factors together.
    package struct Interaction: Codable, Sendable, Equatable {
        package var first: String
        package var second: String
        package var firstLevels: [String]
        package var secondLevels: [String]
        /// One row for each level of the second factor, with a mean for each level of the first; nil where nothing was observed.
        package var means: [[FigureInterval?]]

        /// Creates an interaction.
        package init(
            first: String,
            second: String,
            firstLevels: [String],
            secondLevels: [String],
            means: [[FigureInterval?]]
        ) {
            self.first = first
            self.second = second
            self.firstLevels = firstLevels
            self.secondLevels = secondLevels
            self.means = means
        }
    }

    /// The effects of a two-level design without a residual, judged by Lenth's method.
    package struct TwoLevel: Codable, Sendable, Equatable {
        /// One effect.
        package struct Effect: Codable, Sendable, Equatable {
            package var name: String
            package var effect: Figure

            /// Creates an effect.
            package init(name: String, effect: Figure) {
                self.name = name
                self.effect = effect
            }
        }

        package var effects: [Effect]
        package var pseudoStandardError: Figure
        package var marginOfError: Figure
        package var simultaneousMarginOfError: Figure

        /// Creates the effects with their limits.
        package init(
            effects: [Effect],
            pseudoStandardError: Figure,
            marginOfError: Figure,
            simultaneousMarginOfError: Figure
        ) {
            self.effects = effects
            self.pseudoStandardError = pseudoStandardError
            self.marginOfError = marginOfError
            self.simultaneousMarginOfError = simultaneousMarginOfError
        }
    }

    /// What the model leaves of each run; drawn, not printed.
    package struct Residuals: Codable, Sendable, Equatable {
        package var fitted: [Double]
        package var residuals: [Double]
        /// The place of each run in time, from 1; nil when it is not known.
        package var order: [Int]?

        /// Creates residuals.
        package init(fitted: [Double], residuals: [Double], order: [Int]? = nil) {
            self.fitted = fitted
            self.residuals = residuals
            self.order = order
        }
    }

    /// A check of the model's assumptions.
    package struct Check: Codable, Sendable, Equatable {
        /// As in the result: `normality`, `equal_variance`, `order`, `runs` or `outlier`.
        package var kind: String
        /// The factor whose levels are compared, or the row of the greatest residual.
        package var subject: String?
        package var p: Figure
        package var isConcern: Bool

        /// Creates a check.
        package init(kind: String, subject: String? = nil, p: Figure, isConcern: Bool) {
            self.kind = kind
            self.subject = subject
            self.p = p
            self.isConcern = isConcern
        }
    }

    /// A column that was not used, with the reason in the result's words.
    package struct LeftOut: Codable, Sendable, Equatable {
        package var column: String
        package var reason: String

        /// Creates a column that was left out.
        package init(column: String, reason: String) {
            self.column = column
            self.reason = reason
        }
    }

    /// How much more counts scatter than chance alone would have them.
    package struct Dispersion: Codable, Sendable, Equatable {
        package var ratio: Figure
        package var p: Figure
        /// Whether the scatter is more than chance explains.
        package var isConcern: Bool
        /// Whether tests and intervals allow for it.
        package var isAllowedFor: Bool

        /// Creates a dispersion.
        package init(ratio: Figure, p: Figure, isConcern: Bool, isAllowedFor: Bool) {
            self.ratio = ratio
            self.p = p
            self.isConcern = isConcern
            self.isAllowedFor = isAllowedFor
        }
    }

    /// The file's name, or what else the experiment is called.
    package var name: String
    package var response: String
    package var aim: Aim
    package var rows: Figure
    package var rowsLeftOut: Figure
    /// The confidence of all intervals, as a share.
    package var confidence: Figure
    /// The model in the notation of formulas.
    package var model: String
    package var best: [Setting]
    /// The response expected of the best setting, with the interval of its mean.
    package var expected: FigureInterval
    /// Where a single new run of the best setting should lie; nil where the data give none.
    package var newRun: FigureInterval?
    package var baseline: Figure
    package var baselineKind: Baseline
    /// The best setting less the baseline; nil where the result has no such interval.
    package var gain: FigureInterval?
    package var scale = Scale.number
    /// The same as an odds ratio (shares) or a rate ratio; nil for other responses.
    package var gainRatio: FigureInterval?
    /// Whether the setting in use now is the best one already.
    package var isPresentBest = false
    /// Levels against their factor's first level as odds or rate ratios; of counts.
    package var ratios: [Difference] = []
    package var dispersion: Dispersion?
    package var terms: [Term]
    package var sigma: Figure?
    package var rSquared: Figure?
    package var means: [FactorMeans] = []
    package var differences: [Difference] = []
    package var interactions: [Interaction] = []
    package var twoLevel: TwoLevel?
    package var residuals: Residuals?
    package var checks: [Check] = []
    /// Whether no degrees of freedom are left for the error.
    package var isSaturated: Bool
    /// Whether the model explains every value exactly.
    package var isPerfectFit: Bool
    package var leftOut: [LeftOut] = []
    /// What a reader must know, as the result says it.
    package var notes: [String] = []

    /// Creates the content without its optional evidence, which is set afterwards.
    package init(
        name: String,
        response: String,
        aim: Aim,
        rows: Figure,
        rowsLeftOut: Figure,
        confidence: Figure,
        model: String,
        best: [Setting],
        expected: FigureInterval,
        newRun: FigureInterval? = nil,
        baseline: Figure,
        baselineKind: Baseline,
        gain: FigureInterval? = nil,
        terms: [Term],
        sigma: Figure? = nil,
        rSquared: Figure? = nil,
        isSaturated: Bool = false,
        isPerfectFit: Bool = false
    ) {
        self.name = name
        self.response = response
        self.aim = aim
        self.rows = rows
        self.rowsLeftOut = rowsLeftOut
        self.confidence = confidence
        self.model = model
        self.best = best
        self.expected = expected
        self.newRun = newRun
        self.baseline = baseline
        self.baselineKind = baselineKind
        self.gain = gain
        self.terms = terms
        self.sigma = sigma
        self.rSquared = rSquared
        self.isSaturated = isSaturated
        self.isPerfectFit = isPerfectFit
    }
}
