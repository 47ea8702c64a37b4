// SPDX-License-Identifier: Apache-2.0

package import Domain
import Experiments
package import Messaging

/// Decides the course of campaigns: creates them, starts them, judges them while they run, and makes the next (A4, A7).
package actor OrchestratorAgent: Agent {
    package nonisolated let name = AgentName.orchestrator
    let context: AgentContext
    private let interval: TimeSpan
    /// The day on which each campaign's pace was last judged.
    private var pacedOn: [CampaignID: Int64] = [:]
    /// The trials that have ended, by campaign, as last heard.
    private var ended: [CampaignID: Int] = [:]
    /// Whether what a former process left undone was looked for.
    private var hasCaughtUp = false
    /// What was spent when it was last read; only its settled part is used, which changes only when a trial ends.
    private var settled: [CampaignID: Spending] = [:]

    /// Creates the agent; it judges running campaigns at every interval.
    package init(context: AgentContext, interval: TimeSpan) {
        self.context = context
        self.interval = interval
    }

    package nonisolated var tickers: [Ticker] { [.every(interval, send: JudgeCampaigns())] }

    package nonisolated var handlers: Handlers<OrchestratorAgent> {
        Handlers()
            .on(CreateCampaign.self) { agent, action, _ in try await agent.create(action) }
            .on(SteerCampaign.self) { agent, action, _ in
                try await agent.carryOut(action.order, on: action.campaign, reason: action.reason)
            }
            .on(HaltEverything.self) { agent, action, _ in try await agent.halt(action) }
            .on(JudgeCampaigns.self) { agent, _, _ in try await agent.judgeAll() }
            .onEvent(RoundCompleted.self) { agent, event, _ in try await agent.judgeTarget(event) }
            .onEvent(CampaignProgressed.self) { agent, event, _ in agent.take(event) }
            .onEvent(CampaignEnded.self) { agent, event, _ in try await agent.follow(event) }
            .onEvent(SubjectTrending.self) { agent, event, _ in try await agent.consider(event) }
    }

    /// Nothing to rebuild: every judgement reads the store, or what it read since the last trial ended.
    package func start() async throws {
        ended = [:]
        settled = [:]
        hasCaughtUp = false
    }

    private func take(_ event: CampaignProgressed) {
        ended[event.campaign] = event.endedTrials
    }

    /// What is spent; read again only when a trial has ended since, or nothing was heard of the campaign yet.
    private func spending(of campaign: Campaign) async throws -> Spending {
        if let known = settled[campaign.id], known.settledTrials == ended[campaign.id] { return known }
        let spending = try await context.store.spending(of: campaign.id, in: campaign.workspace)
        settled[campaign.id] = spending
        return spending
    }

    // MARK: Orders

    func create(_ action: CreateCampaign) async throws -> CampaignID {
        try await context.broker.request(
            DraftCampaign(
                goal: action.goal,
                workspace: action.workspace,
                digest: action.digest,
                path: action.path,
                parent: nil
            ),
            from: name,
            to: .campaign
        )
    }

    func carryOut(_ order: CampaignOrder, on id: CampaignID, reason: String) async throws -> CampaignStatus {
        if order == .start { try await refuseTakenUnits(id) }
        return try await context.broker.request(
            CarryOut(campaign: id, order: order, reason: reason),
            from: name,
            to: .campaign
        )
    }

    private func refuseTakenUnits(_ id: CampaignID) async throws {
        guard let campaign = try await context.store.campaign(id, in: context.workspace),
            let holder = try await context.holder(ofUnitsOf: campaign)
        else { return }
        let unit = holder.goal.units.first(where: Set(campaign.goal.units).contains) ?? ""
        throw Failure(
            .invalid,
            "the unit '\(unit)' serves the campaign \(holder.id) (\(holder.goal.name)); stop that one first, or name other units"
        )
    }

    func halt(_ action: HaltEverything) async throws -> Done {
        for campaign in try await context.store.campaigns(in: action.workspace)
        where campaign.status.canMove(to: .stopped) {
            _ = try await carryOut(.stop, on: campaign.id, reason: "Everything was halted by a person.")
        }
        return Done()
    }

    // MARK: Judging

    func judgeAll() async throws -> Done {
        let campaigns = try await context.store.campaigns(in: context.workspace)
        if !hasCaughtUp {
            try await catchUp(campaigns)
            hasCaughtUp = true
        }
        let running = campaigns.filter { $0.status == .running }
        guard !running.isEmpty else { return Done() }
        let fleet = try await context.broker.request(FleetStatus(), from: name, to: .fleet)
        for campaign in running where campaign.closing == nil && campaign.stage != .finished {
            try await judge(campaign, healthyShare: fleet.healthyShare)
            if campaign.stage == .searching { try await pace(campaign) }
        }
        return Done()
    }

    private func judge(_ campaign: Campaign, healthyShare: Double) async throws {
        let now = context.clock.now
        let goal = campaign.goal
        let comparison = try await context.broker.request(
            CompareWithStart(campaign: campaign.id, workspace: campaign.workspace, direction: goal.objective.direction),
            from: name,
            to: .analysis
        )
        let isSearching = campaign.stage == .searching
        let inputs = CoursePolicy.Inputs(
            healthyShare: healthyShare,
            breachedGuardrail: campaign.breachedGuardrail,
            budgetUsed: isSearching ? try await budgetUsed(campaign) : nil,
            timeProgress: isSearching ? campaign.timeProgress(at: now) : 0,
            comparison: comparison.comparison,
            gained: comparison.gained,
            goalProgress: goalProgress(campaign, latest: comparison.latest),
            milestones: campaign.milestones.sorted()
        )
        let (outcome, decision) = try CoursePolicy.decide(
            inputs,
            for: campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: now
        )
        let isNews = outcome.action != .continue || outcome.phase != campaign.phase || !outcome.milestones.isEmpty
        let isHourly = now.milliseconds / 3_600_000 != (now.milliseconds - 1_800_000) / 3_600_000
        guard isNews || (isHourly && goal.trial.window > .zero) else { return }
        var change = KnowledgeChange()
        change.decisions = [decision]
        try await context.commit(change, durability: isNews ? .power : .process)
        try await carryOut(outcome, on: campaign, reason: decision.reason)
    }

    /// Judges the pace once a day, where time limits the campaign (A6).
    private func pace(_ campaign: Campaign) async throws {
        let now = context.clock.now
        let day = CampaignSchedule(goal: campaign.goal).day(of: now)
        guard campaign.goal.trial.window > .zero, let startedAt = campaign.startedAt, pacedOn[campaign.id] != day else {
            return
        }
        let isFirst = pacedOn.updateValue(day, forKey: campaign.id) == nil
        guard !isFirst else { return }
        let spending = try await context.store.spending(of: campaign.id, in: campaign.workspace)
        let searching = campaign.plan.duration - campaign.goal.baseline - campaign.goal.baseline
        let passed = now - startedAt - campaign.goal.baseline
        let share = Double(passed.milliseconds) / Double(max(searching.milliseconds, 1))
        let (outcome, decision) = try PacingPolicy.decide(
            PacingPolicy.Inputs(
                planned: Double(campaign.plan.trials) * share,
                done: Double(spending.settledTrials),
                effortFactor: campaign.effortFactor
            ),
            for: campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: now
        )
        var change = KnowledgeChange()
        change.decisions = [decision]
        try await context.commit(change, durability: .process)
        guard outcome.effortFactor != campaign.effortFactor else { return }
        var amendment = AmendCampaign(campaign: campaign.id)
        amendment.effortFactor = outcome.effortFactor
        _ = try await context.broker.request(amendment, from: name, to: .campaign)
    }

    private func carryOut(_ outcome: CoursePolicy.Outcome, on campaign: Campaign, reason: String) async throws {
        var amendment = AmendCampaign(campaign: campaign.id)
        amendment.phase = outcome.phase
        amendment.milestones = outcome.milestones
        if outcome.action == .scale { amendment.effortFactor = campaign.effortFactor * 1.5 }
        _ = try await context.broker.request(amendment, from: name, to: .campaign)
        switch outcome.action {
        case .continue, .hold, .scale: break
        case .stop: _ = try await carryOut(.stop, on: campaign.id, reason: reason)
        case .conclude: _ = try await carryOut(.conclude, on: campaign.id, reason: reason)
        }
    }

    /// The share of the search's budget that is spent or set aside; nil without a limit.
    private func budgetUsed(_ campaign: Campaign) async throws -> Double? {
        let goal = campaign.goal
        let spending = try await spending(of: campaign)
        var used: Double?
        let closing = Double(PlanPolicy.closingTrials(ending: goal.ending, limit: PlanPolicy.trialLimit(of: goal)))
        if let trials = goal.budget.trials {
            let forSearch = max(Double(trials) - closing, 1)
            used = Double(spending.settledTrials) / forSearch
        }
        if let amount = goal.budget.amount, let cost = goal.trial.cost, cost.minorUnits > 0 {
            let forSearch = max(Double(amount.minorUnits) - closing * Double(cost.minorUnits), 1)
            used = max(used ?? 0, Double(spending.settled) / forSearch)
        }
        return used
    }

    private func goalProgress(_ campaign: Campaign, latest: Double?) -> Double {
        guard let start = campaign.startValue, let target = campaign.target, let latest, start != target else {
            return 0
        }
        return min(max((start - latest) / (start - target), 0), 1)
    }

    /// The milestones (in percent of the goal) that are celebrated once each.
    private static let reachedTarget = 100
    private static let reachedRaisedTarget = 120

    func judgeTarget(_ event: RoundCompleted) async throws {
        guard let campaign = try await context.store.campaign(event.campaign, in: context.workspace),
            campaign.status == .running, campaign.stage != .baseline, let target = campaign.target,
            campaign.judgedRoundAt.map({ $0 < event.round.time }) ?? true
        else { return }
        var inputs = TargetPolicy.Inputs(
            value: event.round.consensus,
            target: target,
            direction: campaign.goal.objective.direction,
            roundsOnTarget: campaign.roundsOnTarget,
            raises: campaign.raises,
            budgetLeft: true
        )
        let preview = TargetPolicy.decide(inputs).outcome
        guard preview.roundsOnTarget != campaign.roundsOnTarget || preview.isReached else { return }
        guard !(preview.isReached && campaign.raises > 0 && campaign.roundsOnTarget >= TargetPolicy.rounds) else {
            return
        }
        // Most rounds decide nothing, whatever is left; to add up what is spent costs most of a look.
        inputs.budgetLeft = (try await budgetUsed(campaign) ?? 0) < 1
        let (outcome, decision) = try TargetPolicy.decide(
            inputs,
            for: campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: context.clock.now
        )
        var change = KnowledgeChange()
        change.decisions = [decision]
        let milestone = campaign.raises == 0 ? Self.reachedTarget : Self.reachedRaisedTarget
        let isFirst = outcome.isReached && !campaign.milestones.contains(milestone)
        if isFirst {
            change.alerts = [
                Alert(
                    id: context.ids.next(),
                    workspace: campaign.workspace,
                    campaign: campaign.id,
                    time: context.clock.now,
                    kind: .goalReached,
                    severity: .notice,
                    message: decision.reason
                )
            ]
        }
        try await context.commit(change, durability: .power)
        var amendment = AmendCampaign(campaign: campaign.id)
        amendment.roundsOnTarget = outcome.roundsOnTarget
        amendment.judgedRoundAt = event.round.time
        amendment.isReached = outcome.isReached
        if isFirst { amendment.milestones = [milestone] }
        amendment.raisedTarget = outcome.raisedTarget
        _ = try await context.broker.request(amendment, from: name, to: .campaign)
    }

    // MARK: State for the extensions

    /// Forgets what was heard of a campaign.
    func forget(_ id: CampaignID) {
        ended[id] = nil
        settled[id] = nil
    }
}
