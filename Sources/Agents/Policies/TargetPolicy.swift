// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Says when a goal is reached (three rounds in a row), and raises it by 20 % within the budget, once.
package enum TargetPolicy: Policy {
    package static let name = "target"

    package struct Inputs: Codable, Sendable, Equatable {
        /// The newest round's value, in the units of the metric.
        package var value: Double
        package var target: Double
        package var direction: Direction
        /// Rounds in a row that met the target before this one.
        package var roundsOnTarget: Int
        /// How often the target was raised.
        package var raises: Int
        /// Whether the budget allows to go on.
        package var budgetLeft: Bool

        /// Creates inputs.
        package init(
            value: Double,
            target: Double,
            direction: Direction,
            roundsOnTarget: Int,
            raises: Int,
            budgetLeft: Bool
        ) {
            self.value = value
            self.target = target
            self.direction = direction
            self.roundsOnTarget = roundsOnTarget
            self.raises = raises
            self.budgetLeft = budgetLeft
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        package var roundsOnTarget: Int
        /// Whether the target counts as reached with this round.
        package var isReached: Bool
        /// The target from now on, when it is raised.
        package var raisedTarget: Double?

        /// Creates an outcome.
        package init(roundsOnTarget: Int, isReached: Bool, raisedTarget: Double?) {
            self.roundsOnTarget = roundsOnTarget
            self.isReached = isReached
            self.raisedTarget = raisedTarget
        }
    }

    /// How many rounds in a row must meet the target.
    package static let rounds = 3

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        let isMet = inputs.direction == .lower ? inputs.value <= inputs.target : inputs.value >= inputs.target
        guard isMet else {
            return Ruling(
                Outcome(roundsOnTarget: 0, isReached: false, raisedTarget: nil),
                "The round does not meet the target."
            )
        }
        let count = inputs.roundsOnTarget + 1
        guard count >= rounds else {
            return Ruling(
                Outcome(roundsOnTarget: count, isReached: false, raisedTarget: nil),
                "The target is met in \(count) of \(rounds) rounds in a row."
            )
        }
        guard inputs.raises == 0, inputs.budgetLeft else {
            return Ruling(
                Outcome(roundsOnTarget: count, isReached: true, raisedTarget: nil),
                "The target is met in \(rounds) rounds in a row."
            )
        }
        let raised = inputs.direction == .lower ? max(inputs.target * 0.8, 1) : inputs.target * 1.2
        return Ruling(
            Outcome(roundsOnTarget: 0, isReached: true, raisedTarget: raised),
            "The target is met in \(rounds) rounds in a row: well done. It is raised by 20 %, once."
        )
    }
}
