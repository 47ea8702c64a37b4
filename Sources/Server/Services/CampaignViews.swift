// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A campaign in a list.
package struct CampaignSummary: Codable, Hashable, Sendable, Described {
    package var id: CampaignID
    package var name: String
    package var status: CampaignStatus
    package var stage: CampaignStage
    package var phase: SearchPhase
    package var metric: String
    /// The metric at the start, now, and where it shall be.
    package var start: Double?
    package var now: Double?
    package var target: Double?
    /// The share of the way from start to target.
    package var goalProgress: Double?
    /// The share of the planned time.
    package var timeProgress: Double
    package var createdAt: String
    package var startedAt: String?
    package var endedAt: String?
    package var reachedAt: String?
    /// The campaign before this one.
    package var parent: CampaignID?

    /// Shows a campaign with the newest value of its metric.
    package init(_ campaign: Campaign, latest: Double?, at instant: Timestamp) {
        id = campaign.id
        name = campaign.goal.name
        status = campaign.status
        stage = campaign.stage
        phase = campaign.phase
        metric = campaign.goal.objective.metric
        start = campaign.startValue
        now = campaign.endValue ?? latest
        target = campaign.target ?? campaign.goal.objective.target
        timeProgress = campaign.timeProgress(at: campaign.endedAt ?? instant)
        createdAt = campaign.createdAt.description
        startedAt = campaign.startedAt?.description
        endedAt = campaign.endedAt?.description
        reachedAt = campaign.reachedAt?.description
        parent = campaign.parent
        if let start, let now, let target, start != target {
            goalProgress = min(max((start - now) / (start - target), 0), 1)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case status
        case stage
        case phase
        case metric
        case start
        case now
        case target
        case goalProgress = "goal_progress"
        case timeProgress = "time_progress"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case reachedAt = "reached_at"
        case parent
    }

    static var members: [Schema.Member] {
        [
            .required("id", .identifier(Campaign.self)), .required("name", .string()),
            .required("status", .word(CampaignStatus.self)), .required("stage", .word(CampaignStage.self)),
            .required("phase", .word(SearchPhase.self)), .required("metric", .string()),
            .optional("start", .number, "The metric at the start."), .optional("now", .number, "Its newest value."),
            .optional("target", .number, "Where it shall be."),
            .optional("goal_progress", .share, "The share of the way from start to target."),
            .required("time_progress", .share, "The share of the planned time that has passed."),
            .required("created_at", .time), .optional("started_at", .time), .optional("ended_at", .time),
            .optional("reached_at", .time, "When the goal's target was first met."),
            .optional("parent", .identifier(Campaign.self), "The campaign before this one."),
        ]
    }

    package static var schema: Schema { .named("CampaignSummary", .answer(members)) }
}

/// Everything that `dure status` tells of a campaign.
package struct CampaignDetail: Codable, Hashable, Sendable, Described {
    /// Trials by what became of them.
    package struct Trials: Codable, Hashable, Sendable, Described {
        package var planned: Int
        package var running: Int
        package var completed: Int
        package var failed: Int
        /// Cancelled, or discarded after their end.
        package var withdrawn: Int
        /// How many the plan has.
        package var intended: Int

        /// Creates counts.
        package init(planned: Int, running: Int, completed: Int, failed: Int, withdrawn: Int, intended: Int) {
            self.planned = planned
            self.running = running
            self.completed = completed
            self.failed = failed
            self.withdrawn = withdrawn
            self.intended = intended
        }

        package static var schema: Schema {
            .named(
                "TrialCounts",
                .answer([
                    .required("planned", .count), .required("running", .count), .required("completed", .count),
                    .required("failed", .count),
                    .required("withdrawn", .count, "Cancelled, or discarded after their end."),
                    .required("intended", .count, "How many the plan has."),
                ])
            )
        }
    }

    /// What was used of the budget.
    package struct Spending: Codable, Hashable, Sendable, Described {
        package var spent: MoneyView?
        package var reserved: MoneyView?
        package var budget: MoneyView?
        package var trials: Int
        package var reservedTrials: Int
        package var trialBudget: Int?

        /// Creates what was used.
        package init(
            spent: MoneyView?,
            reserved: MoneyView?,
            budget: MoneyView?,
            trials: Int,
            reservedTrials: Int,
            trialBudget: Int?
        ) {
            self.spent = spent
            self.reserved = reserved
            self.budget = budget
            self.trials = trials
            self.reservedTrials = reservedTrials
            self.trialBudget = trialBudget
        }

        private enum CodingKeys: String, CodingKey {
            case spent
            case reserved
            case budget
            case trials
            case reservedTrials = "reserved_trials"
            case trialBudget = "trial_budget"
        }

        package static var schema: Schema {
            .named(
                "Spending",
                .answer([
                    .optional("spent", MoneyView.schema), .optional("reserved", MoneyView.schema),
                    .optional("budget", MoneyView.schema), .required("trials", .count),
                    .required("reserved_trials", .count), .optional("trial_budget", .count),
                ])
            )
        }
    }

    /// The units that have one combination now.
    package struct Levers: Codable, Hashable, Sendable, Described {
        package var settings: [String: JSONValue]
        /// The settings by what differs from the present one.
        package var changes: String
        package var units: [String]
        package var unconfirmed: Int

        /// Creates a group of units.
        package init(settings: [String: JSONValue], changes: String, units: [String], unconfirmed: Int) {
            self.settings = settings
            self.changes = changes
            self.units = units
            self.unconfirmed = unconfirmed
        }

        package static var schema: Schema {
            .named(
                "Levers",
                .answer([
                    .required("settings", .map(.anything), "The level of each factor."),
                    .required("changes", .string(), "What differs from the present setting."),
                    .required("units", .list(.string())),
                    .required("unconfirmed", .count, "The units among them whose lever has not answered yet."),
                ])
            )
        }
    }

    package var summary: CampaignSummary
    package var generation: Int
    package var trials: Trials
    package var spending: Spending
    /// What was found best so far, by factor.
    package var best: [String: JSONValue]?
    package var bestChanges: String?
    package var levers: [Levers]
    /// What happens next, or what a person can do.
    package var next: String
    package var endReason: String?
    /// The status that it will have once its levers are back.
    package var closing: CampaignStatus?
    package var planNotes: [String]
    /// The newest alerts, newest first.
    package var alerts: [AlertView]
    /// What a person may order now.
    package var orders: [CampaignOrder]

    /// Creates a detail.
    package init(
        summary: CampaignSummary,
        generation: Int,
        trials: Trials,
        spending: Spending,
        best: [String: JSONValue]?,
        bestChanges: String?,
        levers: [Levers],
        next: String,
        campaign: Campaign,
        alerts: [AlertView],
        orders: [CampaignOrder]
    ) {
        self.summary = summary
        self.generation = generation
        self.trials = trials
        self.spending = spending
        self.best = best
        self.bestChanges = bestChanges
        self.levers = levers
        self.next = next
        endReason = campaign.endReason
        closing = campaign.closing
        planNotes = campaign.plan.notes
        self.alerts = alerts
        self.orders = orders
    }

    private enum CodingKeys: String, CodingKey {
        case generation
        case trials
        case spending
        case best
        case bestChanges = "best_changes"
        case levers
        case next
        case endReason = "end_reason"
        case closing
        case planNotes = "plan_notes"
        case alerts
        case orders
    }

    package init(from decoder: any Decoder) throws {
        summary = try CampaignSummary(from: decoder)
        let values = try decoder.container(keyedBy: CodingKeys.self)
        generation = try values.decode(Int.self, forKey: .generation)
        trials = try values.decode(Trials.self, forKey: .trials)
        spending = try values.decode(Spending.self, forKey: .spending)
        best = try values.decodeIfPresent([String: JSONValue].self, forKey: .best)
        bestChanges = try values.decodeIfPresent(String.self, forKey: .bestChanges)
        levers = try values.decode([Levers].self, forKey: .levers)
        next = try values.decode(String.self, forKey: .next)
        endReason = try values.decodeIfPresent(String.self, forKey: .endReason)
        closing = try values.decodeIfPresent(CampaignStatus.self, forKey: .closing)
        planNotes = try values.decode([String].self, forKey: .planNotes)
        alerts = try values.decode([AlertView].self, forKey: .alerts)
        orders = try values.decode([CampaignOrder].self, forKey: .orders)
    }

    package func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(generation, forKey: .generation)
        try values.encode(trials, forKey: .trials)
        try values.encode(spending, forKey: .spending)
        try values.encodeIfPresent(best, forKey: .best)
        try values.encodeIfPresent(bestChanges, forKey: .bestChanges)
        try values.encode(levers, forKey: .levers)
        try values.encode(next, forKey: .next)
        try values.encodeIfPresent(endReason, forKey: .endReason)
        try values.encodeIfPresent(closing, forKey: .closing)
        try values.encode(planNotes, forKey: .planNotes)
        try values.encode(alerts, forKey: .alerts)
        try values.encode(orders, forKey: .orders)
    }

    package static var schema: Schema {
        .named(
            "Campaign",
            .answer(
                CampaignSummary.members + [
                    .required("generation", .count), .required("trials", Trials.schema),
                    .required("spending", Spending.schema),
                    .optional("best", .map(.anything), "What was found best so far, by factor."),
                    .optional("best_changes", .string(), "What of it differs from the present setting."),
                    .required("levers", .list(Levers.schema), "What is applied to the units now."),
                    .required("next", .string(), "What happens next, or what a person can do."),
                    .optional("end_reason", .string()),
                    .optional("closing", .word(CampaignStatus.self), "What it will be once its levers are back."),
                    .required("plan_notes", .list(.string())),
                    .required("alerts", .list(AlertView.schema), "The newest, newest first."),
                    .required("orders", .list(.word(CampaignOrder.self)), "What a person may order now."),
                ]
            )
        )
    }
}

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
