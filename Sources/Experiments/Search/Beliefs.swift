// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics

/// The share of trials that is expected to succeed, or to keep the guardrails.
enum ExpectedRate: Sendable {
    /// All trials alike.
    case same(Double)
    /// By combination: shares that differ by chance alone are pulled together.
    case modelled(CombinationModel)

    func of(_ combination: Combination) throws -> Double {
        switch self {
        case .same(let rate): rate
        case .modelled(let model): try model.posterior(of: combination.levels).mean.clampedToUnit
        }
    }
}

/// What is believed of every combination, tried or not.
struct Beliefs: Sendable {
    /// A score and how far its response part may be off.
    struct ScoreBelief {
        let mean: Double
        /// In units of the score.
        let deviation: Double
    }

    let control: Combination
    let weights: ScoreWeights
    let space: FactorSpace
    /// The combinations that were tried, in the order in which they were first.
    let tallies: [Tally]
    /// Nil with fewer than two responses.
    let response: CombinationModel?
    /// The mean response without a model.
    let fallback: Double
    let success: ExpectedRate
    let guardrails: ExpectedRate

    /// The standard deviation of a mean response without a model: scores lie within 0 and 1.
    private static let priorDeviation = 0.25

    /// The mean response and its deviation.
    func posterior(of combination: Combination) throws -> (mean: Double, deviation: Double) {
        guard let response else { return (fallback, Self.priorDeviation) }
        let posterior = try response.posterior(of: combination.levels)
        return (posterior.mean, posterior.standardDeviation)
    }

    /// The expected score (B2) of a combination.
    func score(of combination: Combination) throws -> ScoreBelief {
        let (mean, deviation) = try posterior(of: combination)
        let success = try success.of(combination)
        let guardrails = try guardrails.of(combination)
        func score(_ response: Double) -> Double {
            CombinationScore.score(
                response: response,
                successRate: success,
                guardrailRate: guardrails,
                weights: weights
            )
        }
        return ScoreBelief(mean: score(mean), deviation: deviation * (score(1) - score(0)))
    }

    /// The estimates of all combinations that were tried, best first.
    func estimates() throws -> [CombinationEstimate] {
        var estimates = try tallies.map { tally in
            let (mean, deviation) = try posterior(of: tally.combination)
            return CombinationEstimate(
                combination: tally.combination,
                trials: tally.trials,
                meanResponse: tally.meanResponse,
                posteriorMean: mean,
                posteriorSD: deviation,
                successRate: tally.successRate,
                guardrailRate: tally.guardrailRate,
                score: try score(of: tally.combination).mean,
                grade: .deprecated
            )
        }
        estimates.sort { Recommendation.precedes($0, $1, control: control) }
        for (place, grade) in Grading.grades(estimates.map(\.score)).enumerated() {
            estimates[place].grade = grade
        }
        return estimates
    }
}
