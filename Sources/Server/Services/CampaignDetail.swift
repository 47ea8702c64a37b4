// SPDX-License-Identifier: Apache-2.0

package import Domain

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

    /// The campaign that has a unit which this one needs.
    package struct Holder: Codable, Hashable, Sendable, Described {
        package var campaign: CampaignID
        package var name: String
        package var unit: String

        /// Creates the value from its parts.
        package init(campaign: CampaignID, name: String, unit: String) {
            self.campaign = campaign
            self.name = name
            self.unit = unit
        }

        package static var schema: Schema {
            .named(
                "Holder",
                .answer([
                    .required("campaign", .identifier(Campaign.self)), .required("name", .string()),
                    .required("unit", .string(), "A unit that both need."),
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
    /// What it waits for before it can start: a campaign that has its units.
    package var waitsFor: Holder?
    package var endReason: String?
    /// Why it is paused.
    package var pauseReason: String?
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
        waitsFor: Holder? = nil,
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
        self.waitsFor = waitsFor
        // The record has one place for both.
        endReason = campaign.status.isFinal || campaign.closing != nil ? campaign.endReason : nil
        pauseReason = campaign.status == .paused && campaign.closing == nil ? campaign.endReason : nil
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
        case waitsFor = "waits_for"
        case endReason = "end_reason"
        case pauseReason = "pause_reason"
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
        waitsFor = try values.decodeIfPresent(Holder.self, forKey: .waitsFor)
        pauseReason = try values.decodeIfPresent(String.self, forKey: .pauseReason)
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
        try values.encodeIfPresent(waitsFor, forKey: .waitsFor)
        try values.encodeIfPresent(pauseReason, forKey: .pauseReason)
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
                    .optional("waits_for", Holder.schema, "The campaign that has its units, while it waits for them."),
                    .optional("end_reason", .string(), "Why it ended, or is about to."),
                    .optional("pause_reason", .string(), "Why it is paused."),
                    .optional("closing", .word(CampaignStatus.self), "What it will be once its levers are back."),
                    .required("plan_notes", .list(.string())),
                    .required("alerts", .list(AlertView.schema), "The newest, newest first."),
                    .required("orders", .list(.word(CampaignOrder.self)), "What a person may order now."),
                ]
            )
        )
    }
}
