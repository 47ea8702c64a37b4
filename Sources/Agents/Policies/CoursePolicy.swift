// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Keeps a running campaign on course (A4): emergency, guardrail, budget, stop, scale, phase, in this order of precedence.
package enum CoursePolicy: Policy {
    package static let name = "course"

    /// How the metric stands against the start, by the analysis agent's test on two windows and not by two raw numbers.
    package enum Comparison: String, Codable, Sendable, CaseIterable {
        case better
        case worse
        case unclear
    }

    package struct Inputs: Codable, Sendable, Equatable {
        /// The share of the fleet's workers that are healthy, 0 to 1.
        package var healthyShare: Double
        /// The guardrail that was breached and stops the campaign; nil while all hold.
        package var breachedGuardrail: String?
        /// The share of the budget that is spent or set aside, 0 to 1; nil without a limit.
        package var budgetUsed: Double?
        /// The share of the planned time that has passed, 0 to 1.
        package var timeProgress: Double
        /// How the metric stands against the start.
        package var comparison: Comparison
        /// Places (units of the metric) gained since the start; negative when lost.
        package var gained: Double
        /// The way from the start to the target that is done, 0 to 1.
        package var goalProgress: Double
        /// The milestones (30, 50) that were judged before.
        package var milestones: [Int]

        /// Creates inputs.
        package init(
            healthyShare: Double,
            breachedGuardrail: String? = nil,
            budgetUsed: Double? = nil,
            timeProgress: Double,
            comparison: Comparison,
            gained: Double,
            goalProgress: Double,
            milestones: [Int]
        ) {
            self.healthyShare = healthyShare
            self.breachedGuardrail = breachedGuardrail
            self.budgetUsed = budgetUsed
            self.timeProgress = timeProgress
            self.comparison = comparison
            self.gained = gained
            self.goalProgress = goalProgress
            self.milestones = milestones
        }
    }

    /// What to do.
    package enum Action: String, Codable, Sendable, CaseIterable {
        case `continue`
        /// Start nothing new until the fleet is healthy again.
        case hold
        /// Take the levers back and stop.
        case stop
        /// End the search and measure the best again: the budget is used.
        case conclude
        /// Multiply the effort by 1.5.
        case scale
    }

    package struct Outcome: Codable, Sendable, Equatable {
        package var action: Action
        package var phase: SearchPhase
        /// The milestones that are judged now.
        package var milestones: [Int]

        /// Creates an outcome.
        package init(action: Action, phase: SearchPhase, milestones: [Int]) {
            self.action = action
            self.phase = phase
            self.milestones = milestones
        }
    }

    /// The phase that a share of the way to the target calls for: explore below 0.3, optimise below 0.7, then stabilise.
    package static func phase(goalProgress: Double) -> SearchPhase {
        if goalProgress < 0.3 { return .explore }
        return goalProgress < 0.7 ? .optimise : .stabilise
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        let phase = phase(goalProgress: inputs.goalProgress)
        func ruling(_ action: Action, _ phase: SearchPhase, _ milestones: [Int], _ reason: String) -> Ruling<Outcome> {
            Ruling(Outcome(action: action, phase: phase, milestones: milestones), reason)
        }
        if inputs.healthyShare <= 0.5 {
            let share = percent(inputs.healthyShare)
            return ruling(.hold, .emergency, [], "Only \(share) of the workers are healthy: nothing new is started.")
        }
        if let guardrail = inputs.breachedGuardrail {
            return ruling(
                .stop,
                phase,
                [],
                "The guardrail on \(guardrail) was breached: the levers go back and the campaign stops."
            )
        }
        if let used = inputs.budgetUsed, used >= 1 {
            return ruling(
                .conclude,
                phase,
                [],
                "The budget for searching is used: the best combinations are measured again."
            )
        }
        if inputs.timeProgress >= 0.5, !inputs.milestones.contains(50) {
            if inputs.comparison == .worse {
                return ruling(
                    .stop,
                    phase,
                    [50],
                    "Half of the time has passed and the rank is worse than at the start: the campaign stops."
                )
            }
            return ruling(
                .continue,
                phase,
                [50],
                "Half of the time has passed and the rank is not worse than at the start: it goes on."
            )
        }
        if inputs.timeProgress >= 0.3, !inputs.milestones.contains(30) {
            if inputs.gained >= 10, inputs.comparison == .better {
                return ruling(
                    .scale,
                    phase,
                    [30],
                    "At 30 % of the time \(rounded(inputs.gained)) places were gained: the effort grows by half."
                )
            }
            return ruling(
                .continue,
                phase,
                [30],
                inputs.gained >= 10
                    ? "At 30 % of the time \(rounded(inputs.gained)) places were gained, but it may be chance: the effort stays."
                    : "At 30 % of the time fewer than 10 places were gained: the effort stays."
            )
        }
        let way = percent(inputs.goalProgress)
        return ruling(
            .continue,
            phase,
            [],
            "\(way) of the way to the target is done: the search goes on to \(phase.rawValue)."
        )
    }

    private static func percent(_ share: Double) -> String { "\(rounded(share * 100)) %" }

    private static func rounded(_ value: Double) -> String { String(Int64(clampingFinite: value.rounded())) }
}

extension Int64 {
    /// The nearest whole number that fits; 0 for what is not a number.
    init(clampingFinite value: Double) {
        guard !value.isNaN else {
            self = 0
            return
        }
        self = Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
    }
}
