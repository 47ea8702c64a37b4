// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Experiments
import Files
import Messaging
import Server

/// Campaigns as the store has them, and orders to the agents that run them.
struct StoredCampaigns: CampaignService {
    /// How long an order is waited for; what takes longer is kept, and looked up.
    private static let patience = TimeSpan.seconds(10)
    private static let look = TimeSpan(milliseconds: 100)
    private static let newestAlerts = 5

    let store: any Store
    let door: AgentDoor
    let commands: CommandShelf
    let clock: any TimeSource
    let ids: IdentifierGenerator
    /// How campaigns stand, until their records change; a look at a large one costs much more than to see that nothing did.
    private let known = KeptValues<CampaignID, Standing?>(most: 32)
    /// How a campaign stood.
    private struct Standing {
        var campaign: Campaign
        var detail: CampaignDetail
    }

    /// The newest values of campaigns' metrics.
    private let latest = KeptValues<CampaignID, Double?>(most: 200)

    /// Creates the service.
    init(
        store: any Store,
        door: AgentDoor,
        commands: CommandShelf,
        clock: any TimeSource,
        ids: IdentifierGenerator
    ) {
        self.store = store
        self.door = door
        self.commands = commands
        self.clock = clock
        self.ids = ids
    }

    func campaigns(
        in workspace: WorkspaceID,
        status: CampaignStatus?,
        paging: Paging
    ) async throws -> Page<CampaignSummary> {
        let all = try await store.campaigns(in: workspace).reversed().filter { status == nil || $0.status == status }
        return try await paging.page(of: Array(all), key: \.id.text) { try await summary(of: $0) }
    }

    /// A campaign in a list, with the newest value of its metric.
    func summary(of campaign: Campaign) async throws -> CampaignSummary {
        let (id, workspace) = (campaign.id, campaign.workspace)
        guard campaign.endValue == nil, campaign.startedAt != nil else {
            return CampaignSummary(campaign, latest: nil, at: clock.now)
        }
        // After its end no round follows.
        let revision = try await campaign.status.isFinal ? "final" : store.revision(of: id, in: workspace) ?? ""
        let newest = try await latest.value(id, at: revision) {
            let round = try await store.analyses(of: id, in: workspace, kind: .round).last
            return try round.map { try CanonicalJSON.decode(RoundFinding.self, from: $0.body).consensus }
        }
        return CampaignSummary(campaign, latest: newest, at: clock.now)
    }

    func revision(of id: CampaignID, in workspace: WorkspaceID) async throws -> String? {
        try await store.revision(of: id, in: workspace)
    }

    func campaign(_ id: CampaignID, in workspace: WorkspaceID) async throws -> CampaignDetail? {
        try await detail(of: id, in: workspace)
    }

    private func detail(of id: CampaignID, in workspace: WorkspaceID) async throws -> CampaignDetail? {
        // The revision first: what is read after it is as new at least, and something newer is read again.
        guard let revision = try await store.revision(of: id, in: workspace),
            let standing = try await known.value(id, at: revision, make: { try await standing(of: id, in: workspace) })
        else { return nil }
        var detail = standing.detail
        // Time goes on without a record of it.
        detail.summary.timeProgress = standing.campaign.timeProgress(at: standing.campaign.endedAt ?? clock.now)
        return detail
    }

    private func standing(of id: CampaignID, in workspace: WorkspaceID) async throws -> Standing? {
        guard let campaign = try await store.campaign(id, in: workspace) else { return nil }
        return Standing(campaign: campaign, detail: try await read(campaign))
    }

    private func read(_ campaign: Campaign) async throws -> CampaignDetail {
        let (id, workspace, goal) = (campaign.id, campaign.workspace, campaign.goal)
        let overview = try await CampaignOverview(of: campaign, from: store)
        let levers = try await store.levers(of: id, in: workspace)
        let alerts = try await store.alerts(of: id, in: workspace).filter { $0.campaign == id }
        let money = { (units: Int64) in overview.currency.map { MoneyView(Money(minorUnits: units, currency: $0)) } }
        return CampaignDetail(
            summary: CampaignSummary(campaign, latest: overview.now, at: clock.now),
            generation: overview.generation,
            trials: CampaignDetail.Trials(
                planned: overview.trials.planned,
                running: overview.trials.running,
                completed: overview.trials.completed,
                failed: overview.trials.failed,
                withdrawn: overview.trials.withdrawn,
                intended: overview.plannedTrials
            ),
            spending: CampaignDetail.Spending(
                spent: money(overview.spending.settled),
                reserved: money(overview.spending.reserved),
                budget: goal.budget.amount.map(MoneyView.init),
                trials: overview.spending.settledTrials,
                reservedTrials: overview.spending.reservedTrials,
                trialBudget: goal.budget.trials
            ),
            best: overview.best.map(goal.values(of:)),
            bestChanges: overview.bestChanges,
            levers: Dictionary(grouping: levers, by: \.combination).sorted { $0.key < $1.key }.map {
                combination,
                states in
                CampaignDetail.Levers(
                    settings: goal.values(of: combination),
                    changes: goal.changes(of: combination),
                    units: states.map(\.unit).sorted(),
                    unconfirmed: states.count { !$0.isConfirmed }
                )
            },
            next: CampaignState.next(campaign),
            waitsFor: try await holder(ofUnitsOf: campaign),
            campaign: campaign,
            alerts: alerts.suffix(Self.newestAlerts).reversed().map(AlertView.init),
            orders: Self.orders(for: campaign)
        )
    }

    private func holder(ofUnitsOf campaign: Campaign) async throws -> CampaignDetail.Holder? {
        guard campaign.status == .ready,
            let holder = campaign.holder(ofUnitsAmong: try await store.campaigns(in: campaign.workspace))
        else { return nil }
        let unit = holder.goal.units.first(where: Set(campaign.goal.units).contains) ?? ""
        return CampaignDetail.Holder(campaign: holder.id, name: holder.goal.name, unit: unit)
    }

    /// What a person may order of a campaign as it is.
    static func orders(for campaign: Campaign) -> [CampaignOrder] {
        guard campaign.closing == nil else { return [] }
        return CampaignOrder.allCases.filter { PersonOrderPolicy.fits($0, campaign.status) }
    }

    func preview(_ draft: CampaignDraft, in workspace: WorkspaceID) async throws -> GoalPreview {
        let goal = try await GoalDraft.read(draft.goal, registered: commands.commands(in: workspace)).goal
        return GoalPreview(
            name: goal.name,
            metric: goal.objective.metric,
            target: goal.objective.target,
            units: goal.units.count,
            factors: goal.factors.map(\.name),
            combinations: goal.combinationCount,
            plan: PlanPolicy.decide(PlanPolicy.Inputs(goal: goal, start: nil)).outcome.plan
        )
    }

    func create(_ draft: CampaignDraft, by caller: Caller, key: String?) async throws -> CampaignDetail {
        var (goal, digest) = try await GoalDraft.read(draft.goal, registered: commands.commands(in: caller.workspace))
        if draft.needsApproval == true { goal.approval = .required }
        guard caller.workspace == .default else {
            throw Problem(
                .conflict,
                "the agents of this house run the campaigns of the workspace 'default' alone",
                field: "workspace",
                value: caller.workspace.name,
                expected: "a house of its own for this workspace"
            )
        }
        guard let way = door.way else {
            throw Problem(
                .unavailable,
                "no agents run here that could take a campaign on; start the server with --agents",
                retryAfter: 5
            )
        }
        let path = key.map { "api/\(caller.id)/\($0)" }
        if let path, let known = try await store.campaigns(in: caller.workspace).first(where: { $0.goalPath == path }) {
            return try await made(known.id, in: caller.workspace)
        }
        let create = CreateCampaign(goal: goal, workspace: caller.workspace, digest: digest, path: path)
        let id = try await way.request(create, to: .orchestrator)
        if door.isElsewhere, goal.approval == .none {
            let start = SteerCampaign(campaign: id, order: .start, reason: "The campaign is ready.")
            do {
                _ = try await way.request(start, to: .orchestrator)
            } catch is MessageError {
                // It is kept as ready, and a person sees by its status that its units are taken.
            }
        }
        return try await made(id, in: caller.workspace)
    }

    private func made(_ id: CampaignID, in workspace: WorkspaceID) async throws -> CampaignDetail {
        guard let detail = try await detail(of: id, in: workspace) else {
            throw Failure(.unknown, "a campaign was made and is not there")
        }
        return detail
    }

    func give(_ order: OrderDraft, to campaign: CampaignID, by caller: Caller, key: String?) async throws -> OrderView?
    {
        guard try await store.campaign(campaign, in: caller.workspace) != nil else { return nil }
        let given = written(order.order, order, campaign, caller, key)
        var orders = [given]
        // Agents elsewhere have nobody beside them who would start what may start.
        if order.order == .approve, !door.expectsOwn {
            orders.append(written(.start, order, campaign, caller, key.map { $0 + "/start" }))
        }
        try await store.give(orders)
        let until = clock.steady + (door.way == nil && !door.expectsOwn ? .zero : Self.patience)
        while clock.steady < until {
            if let known = try await store.order(given.id), known.state != .waiting { return OrderView(known) }
            try await clock.sleep(for: Self.look)
        }
        return try await store.order(given.id).map(OrderView.init)
    }

    private func written(
        _ order: CampaignOrder,
        _ draft: OrderDraft,
        _ campaign: CampaignID,
        _ caller: Caller,
        _ key: String?
    ) -> PersonOrder {
        let now = clock.now
        return PersonOrder(
            // Under one key an order is one order, even where the answer to the first request was never kept.
            id: key.map { OrderID(of: Timestamp(milliseconds: 0), named: "\(caller.id)/\(campaign)/\($0)") }
                ?? ids.next(),
            workspace: caller.workspace,
            campaign: campaign,
            order: order,
            reason: draft.reason.flatMap { $0.isEmpty ? nil : $0 } ?? "A person asked for it.",
            givenBy: caller.name,
            givenAt: now
        )
    }

    func order(_ id: OrderID, in workspace: WorkspaceID) async throws -> OrderView? {
        guard let order = try await store.order(id), order.workspace == workspace else { return nil }
        return OrderView(order)
    }

    func decisions(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) async throws -> Page<DecisionView>? {
        guard try await store.campaign(id, in: workspace) != nil else { return nil }
        let all = try await store.decisions(of: id, in: workspace)
        return try await paging.page(of: Array(all.reversed()), key: \.id.text) { decision in
            DecisionView(
                decision,
                inputs: DecisionsCommand.Line.value(decision.inputs),
                outcome: DecisionsCommand.Line.value(decision.outcome)
            )
        }
    }

    func story(of id: CampaignID, in workspace: WorkspaceID) async throws -> [DecisionLine]? {
        guard try await store.campaign(id, in: workspace) != nil else { return nil }
        return DecisionLine.lines(of: try await store.decisions(of: id, in: workspace))
    }

    func newestTrials(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) async throws -> Page<TrialView>? {
        guard let campaign = try await store.campaign(id, in: workspace) else { return nil }
        let all = try await store.trials(of: id, in: workspace)
        return try await paging.page(of: Array(all.reversed()), key: \.id.text) { TrialView($0, of: campaign.goal) }
    }

    func trials(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) async throws -> Page<TrialView>? {
        guard let campaign = try await store.campaign(id, in: workspace) else { return nil }
        let all = try await store.trials(of: id, in: workspace)
        return try await paging.page(of: all, key: \.id.text) { TrialView($0, of: campaign.goal) }
    }

    func generations(
        of id: CampaignID,
        in workspace: WorkspaceID,
        paging: Paging
    ) async throws -> Page<GenerationView>? {
        guard let campaign = try await store.campaign(id, in: workspace) else { return nil }
        let all = try await store.generations(of: id, in: workspace)
        return try await paging.page(of: all, key: \.id.text) { generation in
            GenerationView(
                id: generation.id,
                number: generation.number,
                strategy: generation.strategy,
                combinations: generation.members.map { campaign.goal.values(of: $0.combination) },
                notes: generation.notes
            )
        }
    }
}
