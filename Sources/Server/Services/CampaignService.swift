// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What people and programs do with campaigns.
///
/// Every call names the workspace, and sees nothing of another one. What is there not is nil; what cannot be done is a `Problem`.
package protocol CampaignService: Sendable {
    /// A workspace's campaigns, newest first; nil for any status.
    func campaigns(in workspace: WorkspaceID, status: CampaignStatus?, paging: Paging) async throws -> Page<
        CampaignSummary
    >
    /// One campaign as it stands.
    func campaign(_ id: CampaignID, in workspace: WorkspaceID) async throws -> CampaignDetail?
    /// Reads a goal and says what it would take, without keeping anything.
    func preview(_ draft: CampaignDraft, in workspace: WorkspaceID) async throws -> GoalPreview
    /// Makes a campaign of a goal; the same once for one `key`, however often it is asked.
    func create(_ draft: CampaignDraft, by caller: Caller, key: String?) async throws -> CampaignDetail
    /// Gives an order, and waits a while for what comes of it; nil when there is no such campaign.
    func give(_ order: OrderDraft, to campaign: CampaignID, by caller: Caller, key: String?) async throws -> OrderView?
    /// An order and what came of it.
    func order(_ id: OrderID, in workspace: WorkspaceID) async throws -> OrderView?
    /// A campaign's decisions, newest first.
    func decisions(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) async throws -> Page<DecisionView>?
    /// A text that changes with whatever is known of a campaign; nil when there is no such campaign.
    ///
    /// It costs little, and what was made of the records holds as long as it stays the same.
    func revision(of id: CampaignID, in workspace: WorkspaceID) async throws -> String?
    /// A campaign's decisions as a person reads them, newest first: what was decided again in the same words is one line.
    func story(of id: CampaignID, in workspace: WorkspaceID) async throws -> [DecisionLine]?
    /// A campaign's trials, the last of the run order first.
    func newestTrials(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) async throws -> Page<TrialView>?
    /// A campaign's trials, by their place in the run order.
    func trials(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) async throws -> Page<TrialView>?
    /// A campaign's generations, oldest first.
    func generations(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) async throws -> Page<GenerationView>?
}

/// Runs goals against the simulated market, in virtual time.
package protocol RehearsalService: Sendable {
    /// Begins a rehearsal of a goal; throws `Problem.tooMany` while too many run.
    func begin(_ draft: RehearsalDraft, by caller: Caller, key: String?) async throws -> RehearsalView
    /// A rehearsal of this server, since it started.
    func rehearsal(_ id: CampaignID, in workspace: WorkspaceID) async throws -> RehearsalView?
    /// The rehearsals of this server, newest first.
    func rehearsals(in workspace: WorkspaceID, paging: Paging) async throws -> Page<RehearsalView>
}

/// A goal that shall become a campaign.
package struct CampaignDraft: Codable, Hashable, Sendable, Described {
    /// The goal, as a goal file has it (YAML, or JSON, which is YAML too).
    package var goal: String
    /// Whether a person must agree before it starts, whatever the goal says; nil for what the goal says.
    package var needsApproval: Bool?

    /// Creates a draft.
    package init(goal: String, needsApproval: Bool? = nil) {
        self.goal = goal
        self.needsApproval = needsApproval
    }

    private enum CodingKeys: String, CodingKey {
        case goal
        case needsApproval = "needs_approval"
    }

    package static var schema: Schema {
        .named(
            "CampaignDraft",
            .request([
                .required("goal", .string(least: 1, most: 200_000), "The goal as a goal file has it: YAML, or JSON."),
                .optional("needs_approval", .boolean, "Whether a person must agree first, whatever the goal says."),
            ])
        )
    }
}

/// A goal that shall be rehearsed.
package struct RehearsalDraft: Codable, Hashable, Sendable, Described {
    package var goal: String
    /// Another seed than the goal's.
    package var seed: Int64?

    /// Creates a draft.
    package init(goal: String, seed: Int64? = nil) {
        self.goal = goal
        self.seed = seed
    }

    package static var schema: Schema {
        .named(
            "RehearsalDraft",
            .request([
                .required("goal", .string(least: 1, most: 200_000), "The goal as a goal file has it: YAML, or JSON."),
                .optional("seed", .integer(least: 0, most: .max), "Another seed than the goal's."),
            ])
        )
    }
}

/// What a goal would take.
package struct GoalPreview: Codable, Hashable, Sendable, Described {
    package var name: String
    package var metric: String
    package var target: Double?
    package var units: Int
    package var factors: [String]
    package var combinations: Int?
    package var trials: Int
    package var generations: Int
    package var durationSeconds: Int64
    package var cost: MoneyView?
    /// What does not fit, and what would.
    package var notes: [String]

    /// Creates a preview.
    package init(
        name: String,
        metric: String,
        target: Double?,
        units: Int,
        factors: [String],
        combinations: Int?,
        plan: Plan
    ) {
        self.name = name
        self.metric = metric
        self.target = target
        self.units = units
        self.factors = factors
        self.combinations = combinations
        trials = plan.trials
        generations = plan.generations
        durationSeconds = plan.duration.milliseconds / 1_000
        cost = plan.cost.map(MoneyView.init)
        notes = plan.notes
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case metric
        case target
        case units
        case factors
        case combinations
        case trials
        case generations
        case durationSeconds = "duration_seconds"
        case cost
        case notes
    }

    package static var schema: Schema {
        .named(
            "GoalPreview",
            .answer([
                .required("name", .string()), .required("metric", .string()), .optional("target", .number),
                .required("units", .count), .required("factors", .list(.string())),
                .optional("combinations", .count, "How many combinations the factors span; absent beyond counting."),
                .required("trials", .count), .required("generations", .count), .required("duration_seconds", .count),
                .optional("cost", MoneyView.schema),
                .required("notes", .list(.string()), "What does not fit, and what would."),
            ])
        )
    }
}

/// What shall be done with a campaign.
package struct OrderDraft: Codable, Hashable, Sendable, Described {
    package var order: CampaignOrder
    /// Why, in the person's words.
    package var reason: String?

    /// Creates a draft.
    package init(order: CampaignOrder, reason: String? = nil) {
        self.order = order
        self.reason = reason
    }

    package static var schema: Schema {
        .named(
            "OrderDraft",
            .request([
                .required("order", .word(CampaignOrder.self)),
                .optional("reason", .string(most: 500), "Why; it is kept with the decision."),
            ])
        )
    }
}

/// An order, and what came of it.
package struct OrderView: Codable, Hashable, Sendable, Described {
    package var id: OrderID
    package var campaign: CampaignID?
    package var order: CampaignOrder
    package var reason: String
    package var givenBy: String
    package var givenAt: String
    package var state: PersonOrder.State
    /// What came of it, in one sentence.
    package var answer: String?
    package var settledAt: String?

    /// Shows an order.
    package init(_ order: PersonOrder) {
        id = order.id
        campaign = order.campaign
        self.order = order.order
        reason = order.reason
        givenBy = order.givenBy
        givenAt = order.givenAt.description
        state = order.state
        answer = order.answer
        settledAt = order.settledAt?.description
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case campaign
        case order
        case reason
        case givenBy = "given_by"
        case givenAt = "given_at"
        case state
        case answer
        case settledAt = "settled_at"
    }

    package static var schema: Schema {
        .named(
            "Order",
            .answer([
                .required("id", .identifier(PersonOrder.self)), .optional("campaign", .identifier(Campaign.self)),
                .required("order", .word(CampaignOrder.self)), .required("reason", .string()),
                .required("given_by", .string()), .required("given_at", .time),
                .required("state", .word(PersonOrder.State.self), "waiting until somebody has carried it out."),
                .optional("answer", .string(), "What came of it, in one sentence."), .optional("settled_at", .time),
            ])
        )
    }
}

/// An amount of money.
package struct MoneyView: Codable, Hashable, Sendable, Described {
    /// In the currency's minor units: won, cents.
    package var minorUnits: Int64
    package var currency: Currency
    /// As people write it.
    package var text: String

    /// Shows an amount.
    package init(_ money: Money) {
        minorUnits = money.minorUnits
        currency = money.currency
        text = money.description
    }

    private enum CodingKeys: String, CodingKey {
        case minorUnits = "minor_units"
        case currency
        case text
    }

    package static var schema: Schema {
        .named(
            "Money",
            .answer([
                .required("minor_units", .integer, "A whole number of won, cents and the like."),
                .required("currency", .word(Currency.self)), .required("text", .string(), "As people write it."),
            ])
        )
    }
}
