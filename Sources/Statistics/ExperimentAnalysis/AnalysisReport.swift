// SPDX-License-Identifier: Apache-2.0

/// The whole analysis of an experiment, in the units of its file: text, JSON and pages all come from this one value.
///
/// JSON keys are the names of the properties in snake case; `docs/analyze-json.md` explains them one by one. A value
/// that is undefined is absent, never NaN.
package struct AnalysisReport: Sendable, Equatable, Codable {
    /// A column of the file and what it was used for.
    package struct Column: Sendable, Equatable, Codable {
        /// The name in the header.
        package let column: String
        /// `response`, `factor`, `block`, `number`, `trials` or `order`.
        package let role: String
        /// The labels of a factor or block.
        package let levels: [String]?
        /// The number of missing cells.
        package let missing: Int

        /// Puts the parts together.
        package init(column: String, role: String, levels: [String]?, missing: Int) {
            self.column = column
            self.role = role
            self.levels = levels
            self.missing = missing
        }
    }

    /// A column that was not used, and why.
    package struct Unused: Sendable, Equatable, Codable {
        package let column: String
        package let reason: String

        /// Puts the parts together.
        package init(column: String, reason: String) {
            self.column = column
            self.reason = reason
        }
    }

    /// What is assumed of the scatter.
    package enum Family: String, Sendable, Codable, CaseIterable {
        /// Numbers that scatter equally around their means.
        case normal
        /// Successes of trials.
        case binomial
        /// Counts over an exposure.
        case poisson
    }

    /// The file's name, without folders.
    package var file: String
    /// The rows of the file.
    package var rows: Int
    /// What is assumed of the scatter.
    package var family: Family
    /// The right side of the model, such as `A + B + A:B`.
    package var model: String
    /// The confidence of all intervals, 0 to 1.
    package var confidence: Double
    /// The columns used.
    package var columns: [Column]
    /// The columns that nobody asked for and that were not taken.
    package var columnsLeftOut: [Unused]
    /// One analysis per response; of signal-to-noise ratios first the ratio, then the mean and ln s².
    package var responses: [ResponseAnalysis]
    /// The best compromise of several responses; absent unless asked for.
    package var desirability: DesirabilityAnalysis?
    /// What a reader must know of the file and the whole, as English sentences.
    package var notes: [String]
}

/// The analysis of one response.
package struct ResponseAnalysis: Sendable, Equatable, Codable {
    /// The combination that is expected to be best.
    package struct Best: Sendable, Equatable, Codable {
        /// One level of one factor.
        package struct Choice: Sendable, Equatable, Codable {
            package let factor: String
            package let level: String
            /// Chosen by its means only, because the factor was pooled.
            package let isPooled: Bool
        }

        package let levels: [Choice]
        /// The expected mean (or rate), blocks averaged.
        package let predictedMean: Double
        /// The grand mean plus, per factor, the level's plain mean less the grand mean.
        package let levelMeansPrediction: Double?
        package let standardError: Double?
        /// The interval of the mean.
        package let confidenceInterval: Interval?
        /// The interval of one new run.
        package let predictionInterval: Interval?
        /// Per factor, what its next best level would cost, the other factors at their best.
        package var runnersUp: [RunnerUp] = []
    }

    /// The level of a factor that comes nearest to its best one, the other factors at their best.
    package struct RunnerUp: Sendable, Equatable, Codable {
        package let factor: String
        package let level: String
        /// The best combination less the same one with this level.
        package let difference: Double
        package let interval: Interval?
        package let p: Double?
        /// Adjusted for the number of factors by Holm's method.
        package let adjustedP: Double?
        /// Whether the best level is better than this one beyond chance; absent without an error.
        package let isWorse: Bool?
    }

    /// The combination in use now, and what the best one gains over it.
    package struct Present: Sendable, Equatable, Codable {
        package let levels: [Best.Choice]
        /// The expected mean (or rate) of the present combination.
        package let predictedMean: Double
        package let confidenceInterval: Interval?
        /// The best combination's mean (or rate) less that of the present one.
        package let difference: Double
        package let standardError: Double?
        package let p: Double?
        /// The interval of the difference.
        package let interval: Interval?
        /// The odds ratio (binomial) or rate ratio (Poisson) of the best combination to the present one.
        package let ratio: Interval?
        /// Whether the present combination is the best one already.
        package let isBest: Bool
    }

    /// Whether a term's effect can be told from chance, when all terms of the model are looked at.
    package struct Verdict: Sendable, Equatable, Codable {
        /// How it was judged.
        package enum Method: String, Sendable, Codable {
            /// The term's p value, adjusted for the number of terms by Holm's method.
            case holm
            /// Lenth's margin of error for all effects at once, where nothing is left to judge the error by.
            case lenth
        }

        package let term: String
        package let method: Method
        /// The term's own p value; absent with `lenth`.
        package let p: Double?
        package let adjustedP: Double?
        /// Whether the adjusted p is below one minus the confidence, or the effect beyond the margin.
        package let isSignificant: Bool
    }

    /// A combination that was asked for, and what is expected there.
    package struct Prediction: Sendable, Equatable, Codable {
        /// Such as `A=1, B=2`.
        package let combination: String
        package let mean: Double?
        package let standardError: Double?
        package let confidenceInterval: Interval?
        package let predictionInterval: Interval?
        /// Whether the data determine it; if not, it is absent or depends on how aliased terms are told apart.
        package let isEstimable: Bool
    }

    /// The interval of a least-squares mean.
    package struct MeanInterval: Sendable, Equatable, Codable {
        /// The factor, or the interaction's factors joined by colons.
        package let term: String
        /// The level, or the interaction's levels joined by colons.
        package let level: String
        package let interval: Interval
    }

    /// An effect of a two-level design with p values that keep their promise.
    package struct SimulatedP: Sendable, Equatable, Codable {
        package let term: String
        /// The chance that one effect of pure noise is as large.
        package let p: Double
        /// The chance that the largest of all effects of pure noise is as large.
        package let simultaneousP: Double
    }

    /// One row as the model sees it.
    package struct Row: Sendable, Equatable, Codable {
        /// The line of the file, from 1.
        package let line: Int
        package let fitted: Double
        package let residual: Double
        package let leverage: Double
        package let standardised: Double?
        package let cooksDistance: Double?
        /// The place of the run in time, from 1; absent when the order of the runs is not known.
        package let order: Int?
    }

    /// The response column, or a function of repeats such as `sn_larger(y1,y2)`.
    package var response: String
    /// `higher`, `lower` or `nominal:<target>`.
    package var goal: String
    /// The table of variance; of normal responses.
    package var anova: LinearModelTable?
    /// The table of deviance, rates and contrasts; of binomial and Poisson responses.
    package var counts: CountModelReport?
    package var best: Best?
    /// The combination in use now; only where it was named.
    package var present: Present?
    /// What can be told from chance, one line per term that was tested; pooled terms and blocks are not.
    package var verdicts: [Verdict]
    /// Level means of every factor and block; of normal responses.
    package var means: [AnalysisOfVariance.TermMeans]
    /// Means of the level combinations of the model's interactions.
    package var interactionMeans: [AnalysisOfVariance.TermMeans]
    /// The intervals of least-squares means, where the fit leaves an error.
    package var meanIntervals: [MeanInterval]
    /// Every level against its factor's reference level, p values adjusted by Holm.
    package var contrasts: [AnalysisOfVariance.Contrast]
    /// All pairs of levels, adjusted by Tukey and Kramer; when asked for.
    package var comparisons: [PairwiseComparison]
    /// How much each term explains, with intervals.
    package var effectSizes: [EffectSize]
    package var predictions: [Prediction]
    /// All effects of a two-level design.
    package var effects: TwoLevelEffects?
    /// Their p values by simulation.
    package var effectProbabilities: [SimulatedP]
    /// What the repeats of each run say; of signal-to-noise ratios.
    package var runs: RunStatistic?
    package var residualChecks: ResidualChecks?
    package var boxCox: BoxCoxProfile?
    /// Fitted values and residuals, for up to 5,000 rows.
    package var residuals: [Row]
    /// What a reader must know, as English sentences.
    package var notes: [String]
}

/// The best compromise of several responses.
package struct DesirabilityAnalysis: Sendable, Equatable, Codable {
    /// One response at the compromise.
    package struct Part: Sendable, Equatable, Codable {
        package let wanted: Desirability
        package let predicted: Double
        /// The interval of the predicted mean.
        package let confidenceInterval: Interval?
        /// From 0 (of no use) to 1 (as good as can be).
        package let desirability: Double
    }

    package let levels: [ResponseAnalysis.Best.Choice]
    package let parts: [Part]
    /// The weighted geometric mean of the parts' desirabilities.
    package let overall: Double
    /// Whether all combinations were looked at.
    package let isExhaustive: Bool
    /// The number of combinations that are as good.
    package let ties: Int
    package let notes: [String]
}
