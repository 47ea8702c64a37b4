// SPDX-License-Identifier: Apache-2.0

package import Domain
import Experiments
import Messaging

/// A question that brings what the search does not know yet.
protocol BringsOutcomes {
    var campaign: CampaignID { get }
    var workspace: WorkspaceID { get }
    /// The outcomes that the agent has not been told yet; all of them when `fromStart`.
    var outcomes: [TrialOutcome] { get }
    var fromStart: Bool { get }
    /// Combinations whose trials are still to come; whatever else was asked for will not be told of.
    var open: [Combination] { get }
}

/// Asks the variable agent for the next generation's combinations.
struct ProposeGeneration: Action, BringsOutcomes {
    static let name = "propose_generation"

    struct Reply: Codable, Sendable {
        var strategy: String
        var seed: UInt64
        var members: [Generation.Member]
        var notes: [String]
        /// What has to be kept with the generation for a restart.
        var memory: [String: [Double]]
    }

    var campaign: CampaignID
    var workspace: WorkspaceID
    var number: Int
    var size: Int
    var replicates: Int
    var phase: SearchPhase
    var outcomes: [TrialOutcome]
    var fromStart: Bool
    var open: [Combination]
    /// How many trials the search can still make, these included; nil when that is not limited.
    var trialsLeft: Int?
}

/// Asks the variable agent what a further generation is expected to gain, after telling it the newest outcomes.
struct JudgeFurtherTrials: Action, BringsOutcomes {
    static let name = "judge_further_trials"

    struct Reply: Codable, Sendable {
        /// Nil while there are fewer than two results.
        var verdict: StoppingVerdict?
    }

    var campaign: CampaignID
    var workspace: WorkspaceID
    /// The number of the generation that would be next.
    var number: Int
    /// The trials that it would have.
    var trials: Int
    var outcomes: [TrialOutcome]
    var fromStart: Bool
    var open: [Combination]
}

/// Asks the variable agent which combinations are best by what is known, after telling it the newest outcomes.
struct RankCombinations: Action, BringsOutcomes {
    static let name = "rank_combinations"

    struct Reply: Codable, Sendable {
        var estimates: [Estimate]
    }

    var campaign: CampaignID
    var workspace: WorkspaceID
    var outcomes: [TrialOutcome]
    var fromStart: Bool
    var open: [Combination]
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
