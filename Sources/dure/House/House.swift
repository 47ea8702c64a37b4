// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Jobs
import Logging
import MarketSimulation
import Messaging
import Storage

/// The composition root: builds agents, fleet and adapters around one store, the same for a run in earnest and for a rehearsal.
struct House: Sendable {
    /// What differs between a run and a rehearsal.
    struct Setting: Sendable {
        var clock: any TimeSource
        var timing: FleetTiming
        var sizes = FleetSizes()
        /// How often agents look after their campaigns at least.
        var interval: TimeSpan
        /// The seed of identifiers and of jitter.
        var seed: UInt64
        /// A worker's death to rehearse.
        var death: EmbeddedFleet.Death?
        var workspace = WorkspaceID.default
        /// What is logged: in a rehearsal even a dying worker is part of the play.
        var logLevel = Logger.Level.warning
    }

    let store: SQLiteStore
    let setting: Setting
    let ids: IdentifierGenerator
    let markets: Markets
    private let dispatcher: Dispatcher
    private let fleet: EmbeddedFleet
    private let host: AgentHost

    init(store: SQLiteStore, setting: Setting) {
        self.store = store
        self.setting = setting
        let clock = setting.clock
        let ids = IdentifierGenerator(clock: clock, seed: SplitMix64.seed(setting.seed, "identifiers"))
        self.ids = ids
        var logger = Logger(label: "dure")
        logger.logLevel = setting.logLevel
        let broker = MemoryBroker(clock: clock, ids: ids, audit: MemoryAuditLog())
        let context = AgentContext(
            store: store,
            broker: broker,
            clock: clock,
            ids: ids,
            workspace: setting.workspace,
            logger: logger
        )
        dispatcher = Dispatcher(
            store: store,
            clock: clock,
            ids: ids,
            timing: setting.timing,
            sizes: setting.sizes,
            seed: setting.seed,
            logger: logger
        )
        let goals = GoalDirectory(store: store, workspace: setting.workspace)
        let markets = Markets(store: store, clock: clock, workspace: setting.workspace)
        self.markets = markets
        let runner = ProgramRunner.inheriting
        fleet = EmbeddedFleet(
            dispatcher: dispatcher,
            handlers: [
                TrialRunHandler(lever: markets, ranks: markets, goals: goals.goal(of:), clock: clock),
                TrialCommandHandler(runner: runner, clock: clock),
                LeverRestoreHandler(
                    lever: LeverRouter(markets: markets, runner: runner),
                    goals: goals.goal(of:),
                    clock: clock
                ),
                RankObserveHandler(ranks: markets, goals: goals.goal(of:), clock: clock),
                ProbeHandler(clock: clock),
            ],
            clock: clock,
            timing: setting.timing,
            sizes: setting.sizes,
            death: setting.death
        )
        host = AgentHost(
            agents: [
                FleetAgent(context: context, dispatcher: dispatcher),
                VariableAgent(context: context),
                AnalysisAgent(context: context),
                MonitoringAgent(context: context),
                CampaignAgent(context: context, interval: setting.interval),
                OrchestratorAgent(context: context, interval: setting.interval),
            ],
            broker: broker,
            clock: clock
        )
    }

    /// Runs fleet and agents while the body runs, then stops both.
    func run<Value: Sendable>(_ body: @escaping @Sendable (Gateway) async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            let (dispatcher, fleet, host) = (dispatcher, fleet, host)
            group.addTask {
                try await dispatcher.run()
                return nil
            }
            group.addTask {
                try await fleet.run()
                return nil
            }
            group.addTask { try await host.run(body) }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}

/// Knows the goals of campaigns, each read from the store once.
final class GoalDirectory: Sendable {
    private let store: SQLiteStore
    private let workspace: WorkspaceID
    private let known = Locked<[CampaignID: Goal]>([:])

    init(store: SQLiteStore, workspace: WorkspaceID) {
        self.store = store
        self.workspace = workspace
    }

    /// The goal of a campaign; throws `Failure` when there is none.
    @Sendable func goal(of id: CampaignID) async throws -> Goal {
        if let goal = known.withLock({ $0[id] }) { return goal }
        guard let campaign = try await store.campaign(id, in: workspace) else {
            throw Failure(.notFound, "there is no campaign \(id)")
        }
        known.withLock { $0[id] = campaign.goal }
        return campaign.goal
    }
}
