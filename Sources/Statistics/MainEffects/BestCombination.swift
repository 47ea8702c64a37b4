// SPDX-License-Identifier: Apache-2.0

/// The combination of levels that a main-effects model expects to be best, and how sure that is.
///
/// JSON keys are the names of the properties. Blocks are averaged over their levels.
package struct BestCombination: Sendable, Equatable, Codable {
    /// What best means.
    package enum Direction: Sendable, Equatable, Codable {
        /// The greatest response.
        case higher
        /// The smallest response.
        case lower
        /// The response nearest to a value.
        case nominal(target: Double)
    }

    /// A factor and its chosen level.
    package struct Choice: Sendable, Equatable, Codable {
        /// The factor.
        package let factor: String
        /// The level.
        package let level: String
        /// Whether the factor was pooled: its level is chosen by its means, but adds nothing to the prediction.
        package let isPooled: Bool
    }

    /// The difference from the control combination that the model predicts.
    package struct Gain: Sendable, Equatable, Codable {
        /// The control's levels.
        package let control: [Choice]
        /// The control's predicted mean.
        package let controlMean: Double
        /// Predicted mean of the best less that of the control.
        package let difference: Double
        /// Its standard error; absent for saturated and perfect fits.
        package let standardError: Double?
        /// The two-sided p value of no difference.
        package let p: Double?
        /// Its interval.
        package let interval: Interval?
    }

    /// The chosen level of every factor.
    package let levels: [Choice]
    /// The predicted mean response.
    package let predictedMean: Double
    /// Grand mean plus, per factor, the level's plain mean less the grand mean; the same for a balanced design.
    package let levelMeansPrediction: Double
    /// The standard error of the predicted mean; absent for saturated and perfect fits.
    package let standardError: Double?
    /// The interval of the mean.
    package let confidenceInterval: Interval?
    /// The interval of one new observation.
    package let predictionInterval: Interval?
    /// What is gained over the control, when one was given.
    package let gain: Gain?
    /// What a reader must know, in English sentences.
    package let notes: [String]
}
