// SPDX-License-Identifier: Apache-2.0
package import Domain
import Statistics

/// The share of trials that is expected to succeed, or to keep the guardrails.
enum ExpectedRate: Sendable {
    /// All trials alike.
    case same(Double)
    /// By combination: shares that differ by chance alone are pulled together.
    case modelled(CombinationModel)

    /// Models how often something holds among a record's outcomes; earlier campaigns count by their weight.
    init(_ record: SearchRecord, _ holds: (TrialOutcome) -> Bool) throws {
        let table = record.observations { holds($0) ? 1 : 0 }
        let count = table.rows.count { $0.response == 1 }
        guard count > 0, count < table.rows.count else {
            self = .same(count == table.rows.count ? 1 : 0)
            return
        }
        let model = try CombinationModel(
            observations: table.rows.map { row in
                CombinationModel.Observation(
                    combination: row.combination,
                    response: row.response,
                    weight: row.weight
                )
            },
            combinations: table.combinations.map(\.levels),
            levelCounts: record.problem.space.levelCounts
        )
        self = .modelled(model)
    }

    func of(_ combination: Combination) throws -> Double {
        switch self {
        case .same(let rate): rate
        case .modelled(let model): try model.posterior(of: combination.levels).mean.clampedToUnit
        }
    }

    /// The probability that the share is `least` or more, by the model's normal approximation.
    func probability(of combination: Combination, atLeast least: Double) throws -> Double {
        switch self {
        case .same(let rate): return rate >= least ? 1 : 0
        case .modelled(let model):
            let posterior = try model.posterior(of: combination.levels)
            guard posterior.standardDeviation > 0 else { return posterior.mean >= least ? 1 : 0 }
            return StandardNormal.cdf((posterior.mean - least) / posterior.standardDeviation) ?? 1
        }
    }
}

/// What is believed of every combination, tried or not: response, success and guardrails.
package struct Beliefs: Sendable {
    /// A score and how far its response part may be off.
    package struct ScoreBelief: Sendable {
        package let mean: Double
        /// In units of the score.
        package let deviation: Double
    }

    /// The share of trials that must keep the guardrails for a combination to count as keeping them.
    static let guardrailShare = 0.5
    /// The probability of keeping the guardrails from which a combination is tried or recommended.
    package static let leastFeasibility = 0.5

    /// What was searched and found.
    package let record: SearchRecord
    /// The model of the response; nil with fewer than two responses.
    package let response: (any SearchModel)?
    /// The combinations that were tried, in the order in which they were first.
    let tallies: [Tally]
    /// The mean response without a model.
    private let fallback: Double
    private let success: ExpectedRate
    private let guardrails: ExpectedRate

    /// The standard deviation of a mean response without a model: scores lie within 0 and 1.
    private static let priorDeviation = 0.25

    /// Models success and guardrails beside a model of the response.
    package init(_ record: SearchRecord, response: (any SearchModel)?) throws {
        self.record = record
        self.response = response
        tallies = record.tallies
        fallback = tallies.lazy.compactMap(\.meanResponse).first ?? 0.5
        success = try ExpectedRate(record, \.succeeded)
        guardrails = try ExpectedRate(record, \.guardrailsHeld)
    }

    /// What is believed of the mean response.
    package func posterior(of combination: Combination) throws -> ResponseBelief {
        try response?.belief(of: combination)
            ?? ResponseBelief(mean: fallback, deviation: Self.priorDeviation)
    }

    /// The probability that more than half of a combination's trials keep every guardrail.
    ///
    /// 1 before anything is known, since the first trials must be made somewhere.
    package func feasibility(of combination: Combination) throws -> Double {
        guard !record.outcomes.isEmpty || !record.earlier.isEmpty else { return 1 }
        return try guardrails.probability(of: combination, atLeast: Self.guardrailShare)
    }

    /// The expected share of a combination's trials that succeed.
    package func successRate(of combination: Combination) throws -> Double {
        try success.of(combination)
    }

    /// The expected score (B2) of a combination.
    package func score(of combination: Combination) throws -> ScoreBelief {
        let belief = try posterior(of: combination)
        let scores = try scores(of: combination, responses: [belief.mean, 0, 1])
        return ScoreBelief(mean: scores[0], deviation: belief.deviation * (scores[2] - scores[1]))
    }

    /// The scores that a combination would have for some responses, with the rates that are expected of it.
    func scores(of combination: Combination, responses: [Double]) throws -> [Double] {
        let success = try success.of(combination)
        let guardrails = try guardrails.of(combination)
        return responses.map { response in
            CombinationScore.score(
                response: response,
                successRate: success,
                guardrailRate: guardrails,
                weights: record.problem.weights
            )
        }
    }

    /// The estimates of all combinations that were tried, best first.
    package func estimates() throws -> [CombinationEstimate] {
        let control = record.problem.control
        var estimates = try tallies.map { tally in
            let belief = try posterior(of: tally.combination)
            return CombinationEstimate(
                combination: tally.combination,
                trials: tally.trials,
                meanResponse: tally.meanResponse,
                posteriorMean: belief.mean,
                posteriorSD: belief.deviation,
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
