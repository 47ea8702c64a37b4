// SPDX-License-Identifier: Apache-2.0

/// Which other terms a term's sum of squares is adjusted for.
///
/// JSON values: `I`, `II`, `III`.
package enum SumOfSquaresType: String, Sendable, Codable, CaseIterable {
    /// Sequential: the terms before it in the formula.
    case one = "I"
    /// Every term that does not contain it.
    case two = "II"
    /// All other terms, by sum-to-zero contrasts.
    case three = "III"
}

/// The analysis of variance of one response by a linear model.
///
/// JSON keys are the names of the properties. A value that is undefined is absent, never NaN; `notes` says why in
/// English sentences.
package struct LinearModelTable: Sendable, Equatable, Codable {
    /// A line of the table: a term and what it explains.
    package struct Row: Sendable, Equatable, Codable {
        /// The term, such as `A` or `A:B`.
        package let term: String
        /// `factor` or `block`.
        package let kind: ModelTerm.Kind
        /// The degrees of freedom that can be told from other terms.
        package let df: Int
        /// The degrees of freedom that the term would have if no other term shared any.
        package let nominalDf: Int
        /// The sum of squares by the table's type.
        package let sumOfSquares: Double
        /// Sum of squares over degrees of freedom; absent at 0 degrees of freedom.
        package let meanSquare: Double?
        /// The F ratio; absent for pooled terms, saturated and perfect fits.
        package let f: Double?
        /// The probability of an F ratio at least as large without any effect.
        package let p: Double?
        /// SS / (SS + residual SS).
        package let partialEtaSquared: Double?
        /// df·(F − 1) / (df·(F − 1) + n), at least 0: partial eta² without its upward bias (Keppel 1991).
        package let partialOmegaSquared: Double?
        /// 100 × SS / total SS; absent for a constant response.
        package let contributionPercent: Double?
        /// 100 × (SS − df × residual mean square) / total SS, Taguchi's pure contribution; may be negative.
        package let pureContributionPercent: Double?
        /// Whether the term was moved into the residual; its numbers are those before pooling.
        package let isPooled: Bool
        /// The terms that determine some or all of it.
        package let aliasedWith: [String]
    }

    /// The response's name.
    package let response: String
    /// The model in full, without pooled terms.
    package let formula: String
    /// The number of rows used.
    package let n: Int
    /// The number of rows left out because the response is missing.
    package let missingResponses: Int
    /// The number of rows left out because a factor or covariate of the model is missing.
    package let missingFactors: Int
    /// The mean of the response.
    package let grandMean: Double
    /// The type of the sums of squares.
    package let type: SumOfSquaresType
    /// Why this type, in one English sentence.
    package let typeReason: String
    /// Whether no term overlaps with another, so that all types are the same.
    package let isOrthogonal: Bool
    /// One row per term, in the formula's order.
    package let rows: [Row]
    /// What is unexplained, pooled terms included.
    package let residual: AnalysisOfVariance.Residual
    /// All variation.
    package let total: AnalysisOfVariance.Total
    /// The residual standard deviation; absent at 0 degrees of freedom.
    package let sigma: Double?
    /// The share of variation explained; absent for a constant response.
    package let rSquared: Double?
    /// The same, adjusted for degrees of freedom.
    package let adjustedRSquared: Double?
    /// Whether no degrees of freedom are left for the residual.
    package let isSaturated: Bool
    /// Whether the model explains every value exactly although degrees of freedom are left.
    package let isPerfectFit: Bool
    /// The terms moved into the residual, in the order of pooling.
    package let pooledTerms: [String]
    /// What a reader must know, in English sentences.
    package let notes: [String]
}

/// How much a term explains of what it and the error make up in the population, with an interval.
///
/// JSON keys are the names of the properties.
package struct EffectSize: Sendable, Equatable, Codable {
    /// The term.
    package let term: String
    /// SS / (SS + residual SS), which is too large on average.
    package let partialEtaSquared: Double
    /// The same corrected for its bias.
    package let partialOmegaSquared: Double
    /// The interval of the population's share, from the noncentral F distribution.
    ///
    /// Source: M. Smithson, Educational and Psychological Measurement 61 (2001). Its `estimate` is
    /// `partialOmegaSquared`.
    package let interval: Interval
}

/// Two levels of a term compared, with the p value and interval adjusted for all pairs of that term (Tukey, Kramer).
///
/// JSON keys are the names of the properties.
package struct PairwiseComparison: Sendable, Equatable, Codable {
    /// The term.
    package let term: String
    /// The level compared.
    package let level: String
    /// The level it is compared with.
    package let reference: String
    /// Level less reference, by least-squares means.
    package let difference: Double
    /// The difference's standard error; absent for saturated and perfect fits.
    package let standardError: Double?
    /// The studentised range statistic: √2 × difference / standard error.
    package let q: Double?
    /// The p value adjusted for all pairs of levels.
    package let adjustedP: Double?
    /// The interval that holds for all pairs at once.
    package let interval: Interval?
}

/// A predicted response with its uncertainty.
///
/// JSON keys are the names of the properties.
package struct LinearModelPrediction: Sendable, Equatable, Codable {
    /// The predicted mean; what was not given is averaged over levels with equal weights, covariates at their mean.
    package let mean: Double
    /// The mean's standard error; absent for saturated and perfect fits.
    package let standardError: Double?
    /// The interval of the mean.
    package let confidenceInterval: Interval?
    /// The interval of one new observation.
    package let predictionInterval: Interval?
    /// Whether the data determine the prediction; if not, it depends on how aliased terms are told apart.
    package let isEstimable: Bool
}

/// What the fit makes of every row, for checks of its assumptions; only rows that were used are listed.
package struct RowDiagnostics: Sendable, Equatable {
    /// The rows, from 0, in their order.
    package let rows: [Int]
    /// The fitted values.
    package let fitted: [Double]
    /// Observed less fitted.
    package let residuals: [Double]
    /// The diagonal of the hat matrix, from 1/n to 1.
    package let leverages: [Double]
    /// Residual over its standard error; nil where the leverage is 1 or there is no error.
    package let standardised: [Double?]
    /// How far all fitted values move without the row, in units of their error (Cook 1977); nil as above.
    package let cooksDistances: [Double?]
}
