// SPDX-License-Identifier: Apache-2.0

/// The result of fitting a main-effects model, ready to be printed or written as JSON.
///
/// JSON keys are the names of the properties. A value that is undefined is absent, never NaN; `notes` says why in
/// English sentences.
package struct AnalysisOfVariance: Sendable, Equatable, Codable {
    /// A line of the table: a term and what it explains given all other terms (type II).
    package struct Row: Sendable, Equatable, Codable {
        /// The column's name.
        package let term: String
        /// `factor` or `block`.
        package let kind: NormalEquations.Kind
        /// The degrees of freedom that the other terms leave to this one.
        package let df: Int
        /// The sum of squares given all other terms of the model.
        package let sumOfSquares: Double
        /// Sum of squares over degrees of freedom; absent at 0 degrees of freedom.
        package let meanSquare: Double?
        /// The F ratio; absent for blocks' pooled rows, saturated and perfect fits.
        package let f: Double?
        /// The probability of an F ratio at least as large without any effect.
        package let p: Double?
        /// SS / (SS + residual SS).
        package let partialEtaSquared: Double?
        /// 100 × SS / total SS; absent for a constant response.
        package let contributionPercent: Double?
        /// Whether the term was moved into the residual; its numbers are those before pooling.
        package let isPooled: Bool
        /// Whether other terms determine some or all of its levels.
        package let isAliased: Bool
    }

    /// What the terms leave unexplained.
    package struct Residual: Sendable, Equatable, Codable {
        /// Degrees of freedom.
        package let df: Int
        /// Sum of squares.
        package let ss: Double
        /// Mean square, the estimate of the error variance; absent at 0 degrees of freedom.
        package let ms: Double?
    }

    /// All variation about the grand mean.
    package struct Total: Sendable, Equatable, Codable {
        /// Degrees of freedom: rows − 1.
        package let df: Int
        /// Sum of squares.
        package let ss: Double
    }

    /// The mean of one level.
    package struct LevelMean: Sendable, Equatable, Codable {
        /// The level's label.
        package let level: String
        /// The plain mean of its rows.
        package let mean: Double
        /// The number of its rows.
        package let n: Int
        /// The mean that the model expects when all other terms are averaged over their levels with equal weights.
        package let leastSquaresMean: Double?
        /// The standard error of `leastSquaresMean`.
        package let standardError: Double?
    }

    /// The level means of one term and how far they spread.
    package struct TermMeans: Sendable, Equatable, Codable {
        /// The column's name.
        package let term: String
        /// `factor` or `block`.
        package let kind: NormalEquations.Kind
        /// The observed levels in the order of their codes.
        package let levels: [LevelMean]
        /// The greatest plain mean less the smallest.
        package let delta: Double
        /// 1 for the factor of the greatest delta; absent for blocks.
        package let rank: Int?
    }

    /// A level compared with the reference level of its factor, by least-squares means.
    package struct Contrast: Sendable, Equatable, Codable {
        /// The factor.
        package let term: String
        /// The level compared.
        package let level: String
        /// The level it is compared with.
        package let reference: String
        /// Level less reference.
        package let difference: Double
        /// The difference's standard error.
        package let standardError: Double?
        /// Difference over standard error.
        package let t: Double?
        /// The two-sided p value by Student's t.
        package let p: Double?
        /// The p value adjusted by Holm over all contrasts of this analysis.
        package let adjustedP: Double?
        /// The interval of the difference, not adjusted for the number of contrasts.
        package let interval: Interval?
    }

    /// The response's name.
    package let response: String
    /// The number of rows.
    package let n: Int
    /// The mean of the response.
    package let grandMean: Double
    /// One row per term, factors and blocks in the order given.
    package let rows: [Row]
    /// What is unexplained, pooled terms included.
    package let residual: Residual
    /// All variation.
    package let total: Total
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
    /// The confidence of the intervals.
    package let confidence: Double
    /// Level means, delta and rank per term.
    package let means: [TermMeans]
    /// Levels against their reference, factors only.
    package let contrasts: [Contrast]
    /// What a reader must know, in English sentences.
    package let notes: [String]
}
