// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes
import Server

/// Services over nothing but lists, for what the server itself does with requests and answers.
actor FakeServices {
    /// The only campaign that is there, in the workspace `default`.
    static let campaign = Campaign(
        id: IdentifierGenerator(clock: RealClock(), seed: 5).next(),
        workspace: .default,
        goal: Goal(
            name: "g",
            objective: Objective(metric: "rank", direction: .lower),
            factors: [Factor(name: "a", levels: [.integer(1), .integer(2)])],
            trial: TrialTemplate(kind: .simulated)
        ),
        plan: Plan(difficulty: 0, trials: 1, generations: 1, duration: .days(1)),
        createdAt: Timestamp(milliseconds: 1_000)
    )

    /// How many campaigns were asked for.
    private(set) var created = 0
    /// The names of the campaigns that lists have.
    let names: [String]
    /// What creating waits for.
    let gate: Gate?

    init(names: [String] = [], gate: Gate? = nil) {
        self.names = names
        self.gate = gate
    }

    nonisolated var services: Services {
        Services(
            campaigns: self,
            commands: self,
            rehearsals: NoRehearsals(),
            fleet: NoFleet(),
            monitoring: NoMonitoring(),
            analytics: NoAnalytics(),
            system: NoSystem()
        )
    }

    private static func detail() -> CampaignDetail {
        CampaignDetail(
            summary: CampaignSummary(campaign, latest: nil, at: Timestamp(milliseconds: 2_000)),
            generation: 0,
            trials: .init(planned: 0, running: 0, completed: 0, failed: 0, withdrawn: 0, intended: 1),
            spending: .init(spent: nil, reserved: nil, budget: nil, trials: 0, reservedTrials: 0, trialBudget: nil),
            best: nil,
            bestChanges: nil,
            levers: [],
            next: "",
            campaign: campaign,
            alerts: [],
            orders: []
        )
    }
}

extension FakeServices: CommandDirectory {
    func commands(in workspace: WorkspaceID, paging: Paging) async throws -> Page<RegisteredCommandView> {
        try await paging.page(of: ["measure"], key: \.self) { name in
            RegisteredCommandView(name: name, timeout: "1m", registeredAt: "2026-01-01T00:00:00Z")
        }
    }
}

extension FakeServices: CampaignService {
    func campaigns(in workspace: WorkspaceID, status: CampaignStatus?, paging: Paging) async throws
        -> Page<CampaignSummary>
    {
        try await paging.page(of: names, key: \.self) { name in
            var campaign = Self.campaign
            campaign.goal.name = name
            return CampaignSummary(campaign, latest: nil, at: Timestamp(milliseconds: 2_000))
        }
    }

    func campaign(_ id: CampaignID, in workspace: WorkspaceID) -> CampaignDetail? {
        id == Self.campaign.id && workspace == .default ? Self.detail() : nil
    }

    func preview(_ draft: CampaignDraft, in workspace: WorkspaceID) throws -> GoalPreview {
        throw Problem(.invalid, "a goal without factors", field: "goal.factors")
    }

    func create(_ draft: CampaignDraft, by caller: Caller, key: String?) async throws -> CampaignDetail {
        created += 1
        await gate?.wait()
        if draft.goal == "fails" { throw Problem(.invalid, "it fails", field: "goal") }
        return Self.detail()
    }

    func give(_ order: OrderDraft, to campaign: CampaignID, by caller: Caller, key: String?) -> OrderView? { nil }
    func order(_ id: OrderID, in workspace: WorkspaceID) -> OrderView? { nil }
    func decisions(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) -> Page<DecisionView>? { nil }
    func trials(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) -> Page<TrialView>? { nil }
    func revision(of id: CampaignID, in workspace: WorkspaceID) -> String? { nil }
    func story(of id: CampaignID, in workspace: WorkspaceID) -> [DecisionLine]? { nil }
    func newestTrials(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) -> Page<TrialView>? { nil }
    func generations(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) -> Page<GenerationView>? { nil }
}

private struct NoRehearsals: RehearsalService {
    func begin(_ draft: RehearsalDraft, by caller: Caller, key: String?) -> RehearsalView {
        RehearsalView(id: FakeServices.campaign.id, name: "g", begunAt: "2026-01-01T00:00:00Z")
    }
    func rehearsal(_ id: CampaignID, in workspace: WorkspaceID) -> RehearsalView? { nil }
    func rehearsals(in workspace: WorkspaceID, paging: Paging) -> Page<RehearsalView> { Page(items: []) }
}

private struct NoFleet: FleetService {
    func overview(in workspace: WorkspaceID) -> FleetOverview { FleetOverview([]) }
    func workers(in workspace: WorkspaceID, state: WorkerState?, paging: Paging) -> Page<WorkerDetail> {
        Page(items: [])
    }
    func worker(_ id: WorkerID, in workspace: WorkspaceID) -> WorkerDetail? { nil }
    func give(_ order: WorkerOrderDraft, to worker: WorkerID, in workspace: WorkspaceID) -> WorkerDetail? { nil }
    func queues(in workspace: WorkspaceID) -> [QueueDepth] { [] }
    func setPaused(_ isPaused: Bool, kind: JobKind, in workspace: WorkspaceID) -> Bool { workspace == .default }
    func jobs(in workspace: WorkspaceID, state: JobState, paging: Paging) -> Page<JobDetail> { Page(items: []) }
    func job(_ id: JobID, in workspace: WorkspaceID) -> JobDetail? { nil }
    func requeue(_ id: JobID, in workspace: WorkspaceID) -> JobDetail? { nil }
    func cancel(_ id: JobID, in workspace: WorkspaceID) -> JobDetail? { nil }
}

private struct NoMonitoring: MonitoringService {
    func rounds(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) -> Page<RoundView>? { nil }
    func rankings(in workspace: WorkspaceID, keyword: String?, paging: Paging) -> Page<RankingView> { Page(items: []) }
    func alerts(_ wish: AlertWish, in workspace: WorkspaceID, paging: Paging) -> Page<AlertView> { Page(items: []) }
    func dashboard(in workspace: WorkspaceID) -> DashboardView {
        DashboardView(time: "", campaigns: [:], open: [], fleet: FleetOverview([]), queues: [], alerts: [])
    }
}

private struct NoAnalytics: AnalyticsService {
    func analyse(_ wish: AnalysisWish) -> JSONValue { .object([:]) }
    func analysisPage(_ wish: AnalysisWish, language: String) -> String { "" }
    func effects(of id: CampaignID, in workspace: WorkspaceID) -> EffectsView? { nil }
    func prediction(_ settings: [String: JSONValue], of id: CampaignID, in workspace: WorkspaceID) -> PredictionView? {
        nil
    }
    func forecast(of id: CampaignID, in workspace: WorkspaceID) -> ForecastView? { nil }
    func report(of id: CampaignID, in workspace: WorkspaceID, language: String, zone: String?) -> String? { nil }
    func trends(in workspace: WorkspaceID, paging: Paging) -> Page<TrendView> { Page(items: []) }
    func trendPage(_ id: String, in workspace: WorkspaceID, language: String) -> String? { nil }
}

private struct NoSystem: SystemService {
    func status() -> SystemView {
        SystemView(version: "0", time: "", startedAt: "", isReady: true, checks: [], agents: "nowhere")
    }
}

/// Takes a credential for the name of a role, and a workspace after a slash; `expired` is refused.
struct RoleAuthenticator: Authenticator {
    func caller(of head: RequestHead) async throws -> Caller {
        let text = (head.headers[.authorization] ?? "").replacing("Bearer ", with: "")
        let parts = text.split(separator: "/")
        guard let first = parts.first, let role = Caller.Role(rawValue: String(first)) else {
            throw Problem(.unauthorized, "there is no such key", field: "Authorization")
        }
        let scopes: Set<WorkerKey.Scope> =
            switch role {
            case .viewer: []
            case .operator: [.enqueue]
            case .admin: [.enqueue, .manage]
            case .worker: [.work]
            }
        return Caller(
            workspace: parts.count > 1 ? WorkspaceID(String(parts[1])) ?? .default : .default,
            role: role,
            scopes: scopes,
            credential: .key,
            id: text,
            name: text
        )
    }

    func forget(key: String) async {}
    func flush() async throws {}
}
