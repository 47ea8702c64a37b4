// SPDX-License-Identifier: Apache-2.0

package import Domain
import Experiments
import Messaging

/// Asks the variable agent for the next generation's combinations.
struct ProposeGeneration: Action {
    static let name = "propose_generation"

    struct Reply: Codable, Sendable {
        var strategy: String
        var seed: UInt64
        var members: [Generation.Member]
        var notes: [String]
    }

    var campaign: CampaignID
    var workspace: WorkspaceID
    var number: Int
    var size: Int
    var replicates: Int
    var phase: SearchPhase
    /// The outcomes that the agent has not been told yet; all of them when `fromStart`.
    var outcomes: [TrialOutcome]
    var fromStart: Bool
}

/// Asks the variable agent which combinations are best by what is known, after telling it the newest outcomes.
struct RankCombinations: Action {
    static let name = "rank_combinations"

    struct Reply: Codable, Sendable {
        var estimates: [Estimate]
    }

    var campaign: CampaignID
    var workspace: WorkspaceID
    var outcomes: [TrialOutcome]
    var fromStart: Bool
}

/// What is believed of a combination, best first in a list.
package struct Estimate: Codable, Sendable, Equatable {
    package var combination: Combination
    package var trials: Int
    package var posteriorMean: Double
    package var posteriorSD: Double
    package var score: Double
    package var grade: Grade
    package var successRate: Double
    package var guardrailRate: Double
    package var wasAnswered: Bool

    init(_ estimate: CombinationEstimate) {
        combination = estimate.combination
        trials = estimate.trials
        posteriorMean = estimate.posteriorMean
        posteriorSD = estimate.posteriorSD
        score = estimate.score
        grade = estimate.grade
        successRate = estimate.successRate
        guardrailRate = estimate.guardrailRate
        wasAnswered = estimate.meanResponse != nil
    }
}
