// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Chooses the winner after the finalists were measured again: the best by the model, and only when it beats the control.
package enum WinnerPolicy: Policy {
    package static let name = "winner"

    /// One combination that may win.
    package struct Candidate: Codable, Sendable, Equatable {
        package var combination: Combination
        /// 0 to 1 (B2), by the model.
        package var score: Double
        package var trials: Int

        /// Creates a candidate.
        package init(combination: Combination, score: Double, trials: Int) {
            self.combination = combination
            self.score = score
            self.trials = trials
        }
    }

    package struct Inputs: Codable, Sendable, Equatable {
        /// The finalists in order of score.
        package var finalists: [Candidate]
        package var control: Candidate?

        /// Creates inputs.
        package init(finalists: [Candidate], control: Candidate?) {
            self.finalists = finalists
            self.control = control
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        /// The winner; nil when the control stays.
        package var winner: Combination?

        /// Creates an outcome.
        package init(winner: Combination?) {
            self.winner = winner
        }
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        guard let best = inputs.finalists.max(by: { ($0.score, $1.combination) < ($1.score, $0.combination) }) else {
            return Ruling(Outcome(winner: nil), "No combination was measured: the control stays.")
        }
        if let control = inputs.control, control.score >= best.score {
            return Ruling(
                Outcome(winner: nil),
                "No combination is better than the control by the model: the control stays."
            )
        }
        return Ruling(
            Outcome(winner: best.combination),
            "Of \(inputs.finalists.count) finalists measured again the model holds \(best.combination) for the best."
        )
    }
}

/// Decides what follows a finished campaign (A7): the best combination becomes the next one's control.
package enum NextCampaignPolicy: Policy {
    package static let name = "next_campaign"

    package struct Inputs: Codable, Sendable, Equatable {
        package var rule: Ending.NextCampaign
        package var status: CampaignStatus
        package var winner: Combination?
        package var target: Double?
        package var direction: Direction
        package var isReached: Bool

        /// Creates inputs.
        package init(
            rule: Ending.NextCampaign,
            status: CampaignStatus,
            winner: Combination?,
            target: Double?,
            direction: Direction,
            isReached: Bool
        ) {
            self.rule = rule
            self.status = status
            self.winner = winner
            self.target = target
            self.direction = direction
            self.isReached = isReached
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        package var isCreated: Bool
        package var isStarted: Bool
        package var target: Double?

        /// Creates an outcome.
        package init(isCreated: Bool, isStarted: Bool, target: Double?) {
            self.isCreated = isCreated
            self.isStarted = isStarted
            self.target = target
        }
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        let none = Outcome(isCreated: false, isStarted: false, target: nil)
        guard inputs.status == .completed else {
            return Ruling(none, "The campaign did not complete: no campaign follows.")
        }
        guard inputs.winner != nil else {
            return Ruling(none, "No combination beat the control: no campaign follows.")
        }
        guard inputs.rule != .none else {
            return Ruling(none, "The goal asks for no further campaign.")
        }
        let target = inputs.target.map { target in
            guard inputs.isReached else { return target }
            return inputs.direction == .lower ? max(target * 0.8, 1) : target * 1.2
        }
        let starts = inputs.rule == .start
        return Ruling(
            Outcome(isCreated: true, isStarted: starts, target: target),
            starts
                ? "The best combination becomes the control of the next campaign, which starts now."
                : "The best combination becomes the control of the next campaign, which waits for approval."
        )
    }
}
