// SPDX-License-Identifier: Apache-2.0
package import Domain

/// What one finished trial says to a search.
package struct TrialOutcome: Hashable, Codable, Sendable {
    /// What was tried; the control too.
    package var combination: Combination
    /// The block within the campaign: trials of one block are comparable.
    package var block: Int
    /// The index of the unit.
    package var unit: Int
    /// How good the result was, higher being better, as `RankScore` or `GainScore` give it; nil for a failed trial.
    package var response: Double?
    /// How good it was for each further objective of the problem, in their order and on the same scale.
    package var further: [Double?]
    /// Whether the trial ended with a valid result.
    package var succeeded: Bool
    /// Whether every guardrail held.
    package var guardrailsHeld: Bool

    /// Creates an outcome.
    package init(
        combination: Combination,
        block: Int,
        unit: Int,
        response: Double?,
        further: [Double?] = [],
        succeeded: Bool,
        guardrailsHeld: Bool
    ) {
        self.combination = combination
        self.block = block
        self.unit = unit
        self.response = response
        self.further = further
        self.succeeded = succeeded
        self.guardrailsHeld = guardrailsHeld
    }
}

extension TrialOutcome {
    /// Scores an ended trial by a goal's objectives, against what the control reached in comparable trials.
    ///
    /// A metric that the trial lacks, or whose control is not known though it is needed, has no score.
    package init(trial: Trial, unit: Int, goal: Goal, control: Double?, furtherControls: [Double?]) {
        let isCompleted = trial.status == .completed
        let objective = goal.objective
        var response: Double?
        if isCompleted, let value = trial.metrics[objective.metric] {
            response =
                objective.isRank
                ? RankScore.score(averageRank: value, depth: objective.depth)
                : control.map { GainScore.score(value: value, control: $0, direction: objective.direction) }
        }
        let further = zip(goal.furtherObjectives, furtherControls).map { objective, control -> Double? in
            guard isCompleted, let value = trial.metrics[objective.metric], let control else { return nil }
            return GainScore.score(value: value, control: control, direction: objective.direction)
        }
        self.init(
            combination: trial.combination,
            block: trial.block,
            unit: unit,
            response: response,
            further: further,
            succeeded: isCompleted,
            guardrailsHeld: trial.guardrailsHeld ?? false
        )
    }
}
