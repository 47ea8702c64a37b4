// SPDX-License-Identifier: Apache-2.0

/// The analysis of deviance of counts by a generalized linear model.
///
/// JSON keys are the names of the properties. A value that is undefined is absent, never NaN; `notes` says why.
package struct CountModelReport: Sendable, Equatable, Codable {
    /// A line of the table of deviance.
    package struct Row: Sendable, Equatable, Codable {
        /// The term, such as `A` or `A:B`.
        package let term: String
        /// `factor` or `block`.
        package let kind: ModelTerm.Kind
        /// The degrees of freedom that can be told from other terms.
        package let df: Int
        /// The degrees of freedom that the term would have if no other term shared any.
        package let nominalDf: Int
        /// How much the deviance grows without the term: the likelihood ratio statistic.
        package let deviance: Double
        /// Deviance over degrees of freedom over the dispersion; only where the dispersion is estimated.
        package let f: Double?
        /// The p value, by chi-squared, or by F where the dispersion is estimated; absent at 0 degrees of freedom.
        package let p: Double?
        /// 100 × deviance / null deviance.
        package let contributionPercent: Double?
    }

    /// What was counted at one level.
    package struct Level: Sendable, Equatable, Codable {
        package let level: String
        /// Successes or events.
        package let count: Double
        /// Trials or exposure.
        package let size: Double
        /// Count over size.
        package let rate: Double
        /// The rate by the model, other factors averaged on the link's scale, with its interval.
        package let expected: Interval?
    }

    /// The rates of one factor.
    package struct Factor: Sendable, Equatable, Codable {
        package let term: String
        package let kind: ModelTerm.Kind
        package let levels: [Level]
    }

    /// A level against the first level of its factor.
    package struct Contrast: Sendable, Equatable, Codable {
        package let term: String
        package let level: String
        package let reference: String
        /// The difference on the link's scale: the logarithm of the odds ratio (binomial) or of the rate ratio.
        package let difference: Double
        package let standardError: Double
        package let z: Double
        package let p: Double
        /// Adjusted for all contrasts by Holm's method.
        package let adjustedP: Double
        /// The odds ratio (binomial) or rate ratio (Poisson), with its interval.
        package let ratio: Interval
    }

    /// How well the model fits.
    package struct Fit: Sendable, Equatable, Codable {
        package let deviance: Double
        package let df: Int
        package let nullDeviance: Double
        package let nullDf: Int
        /// Σ (count − expected)² / variance, over the rows, or over the combinations for single trials.
        package let pearsonChiSquared: Double
        /// The p value of that for a model that is right; absent at 0 degrees of freedom or for small counts.
        package let p: Double?
        /// Pearson's chi-squared over its degrees of freedom; 1 for plain binomial or Poisson scatter.
        package let dispersion: Double?
        /// The degrees of freedom of Pearson's chi-squared: of the rows, or of the combinations for single trials.
        package let dispersionDf: Int
        package let iterations: Int
    }

    package let response: String
    package let formula: String
    package let family: CountFamily
    package let type: SumOfSquaresType
    /// The rows used.
    package let n: Int
    /// The rows left out because a cell is missing.
    package let missing: Int
    /// The different combinations, which are what is fitted.
    package let combinations: Int
    package let totalCount: Double
    package let totalSize: Double
    /// All counts over all trials or exposure.
    package let overallRate: Double
    package let rows: [Row]
    package let fit: Fit
    package let factors: [Factor]
    package let contrasts: [Contrast]
    /// Whether some estimates would be infinite.
    package let isSeparated: Bool
    /// Where that is, such as `A=2: 0 of 40`.
    package let separatedAt: [String]
    /// Whether p values use the estimated dispersion.
    package let usesDispersion: Bool
    package let confidence: Double
    package let notes: [String]
}
