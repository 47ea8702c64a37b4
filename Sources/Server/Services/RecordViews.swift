// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Something that a person should know.
package struct AlertView: Codable, Hashable, Sendable, Described {
    package var id: AlertID
    package var campaign: CampaignID?
    package var time: String
    package var kind: Alert.Kind
    package var severity: Alert.Severity
    package var message: String

    /// Shows an alert.
    package init(_ alert: Alert) {
        id = alert.id
        campaign = alert.campaign
        time = alert.time.description
        kind = alert.kind
        severity = alert.severity
        message = alert.message
    }

    package static var schema: Schema {
        .named(
            "Alert",
            .answer([
                .required("id", .identifier(Alert.self)), .optional("campaign", .identifier(Campaign.self)),
                .required("time", .time), .required("kind", .word(Alert.Kind.self)),
                .required("severity", .word(Alert.Severity.self)), .required("message", .string()),
            ])
        )
    }
}

/// A decision and why it was made.
package struct DecisionView: Codable, Hashable, Sendable, Described {
    package var id: DecisionID
    package var time: String
    package var agent: String
    package var policy: String
    package var reason: String
    /// What the policy looked at, and what it came to.
    package var inputs: JSONValue
    package var outcome: JSONValue

    /// Creates a view.
    package init(_ decision: Decision, inputs: JSONValue, outcome: JSONValue) {
        id = decision.id
        time = decision.time.description
        agent = decision.agent
        policy = decision.policy
        reason = decision.reason
        self.inputs = inputs
        self.outcome = outcome
    }

    package static var schema: Schema {
        .named(
            "Decision",
            .answer([
                .required("id", .identifier(Decision.self)), .required("time", .time),
                .required("agent", .string()), .required("policy", .string()),
                .required("reason", .string(), "Why, in one sentence."),
                .required("inputs", .anything, "What the policy looked at."), .required("outcome", .anything),
            ])
        )
    }
}

/// One run of one combination.
package struct TrialView: Codable, Hashable, Sendable, Described {
    package var id: TrialID
    package var position: Int
    package var block: Int
    package var unit: String
    package var purpose: Trial.Purpose
    package var status: TrialStatus
    package var settings: [String: JSONValue]
    package var metrics: [String: Double]
    package var guardrailsHeld: Bool?
    package var failure: String?
    package var cost: MoneyView?
    package var startedAt: String?
    package var endedAt: String?

    /// Shows a trial of a goal.
    package init(_ trial: Trial, of goal: Goal) {
        id = trial.id
        position = trial.position
        block = trial.block
        unit = trial.unit
        purpose = trial.purpose
        status = trial.status
        settings = goal.values(of: trial.combination)
        metrics = trial.metrics
        guardrailsHeld = trial.guardrailsHeld
        failure = trial.failure?.description
        cost = trial.cost.map(MoneyView.init)
        startedAt = trial.startedAt?.description
        endedAt = trial.endedAt?.description
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case position
        case block
        case unit
        case purpose
        case status
        case settings
        case metrics
        case guardrailsHeld = "guardrails_held"
        case failure
        case cost
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }

    package static var schema: Schema {
        .named(
            "Trial",
            .answer([
                .required("id", .identifier(Trial.self)), .required("position", .count), .required("block", .count),
                .required("unit", .string()), .required("purpose", .word(Trial.Purpose.self)),
                .required("status", .word(TrialStatus.self)), .required("settings", .map(.anything)),
                .required("metrics", .map(.number)), .optional("guardrails_held", .boolean),
                .optional("failure", .string()), .optional("cost", MoneyView.schema), .optional("started_at", .time),
                .optional("ended_at", .time),
            ])
        )
    }
}

/// A batch of combinations that the search asked for.
package struct GenerationView: Codable, Hashable, Sendable, Described {
    package var id: GenerationID
    package var number: Int
    package var strategy: String
    package var combinations: [[String: JSONValue]]
    package var notes: [String]

    /// Creates a view.
    package init(
        id: GenerationID,
        number: Int,
        strategy: String,
        combinations: [[String: JSONValue]],
        notes: [String]
    ) {
        self.id = id
        self.number = number
        self.strategy = strategy
        self.combinations = combinations
        self.notes = notes
    }

    package static var schema: Schema {
        .named(
            "Generation",
            .answer([
                .required("id", .identifier(Generation.self)), .required("number", .count),
                .required("strategy", .string()), .required("combinations", .list(.map(.anything))),
                .required("notes", .list(.string())),
            ])
        )
    }
}

extension Goal {
    /// The levels of a combination by factor.
    package func values(of combination: Combination) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for (factor, level) in settings(of: combination) { values[factor] = level.json }
        return values
    }
}
