// SPDX-License-Identifier: Apache-2.0
package import Domain

/// What is believed of one combination that was tried.
package struct CombinationEstimate: Hashable, Sendable {
    package var combination: Combination
    /// How many outcomes it has.
    package var trials: Int
    /// The plain mean of its responses; nil when all its trials failed.
    package var meanResponse: Double?
    /// The model's mean response, blocks and units averaged out.
    package var posteriorMean: Double
    /// The standard deviation of what is believed about the mean response.
    package var posteriorSD: Double
    /// The observed share of its trials that succeeded.
    package var successRate: Double
    /// The observed share of its trials that kept every guardrail.
    package var guardrailRate: Double
    /// The score (B2) of the posterior mean and of the modelled success and guardrail rates.
    ///
    /// The rates are modelled as the responses are: shares that differ by chance alone are pulled together, so that one
    /// unlucky trial does not decide.
    package var score: Double
    /// The grade among all estimates.
    package var grade: Grade
}
