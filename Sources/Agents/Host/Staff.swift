// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Jobs
package import Logging
import Messaging

/// The agents and the fleet of workers around one store, put together alike for a run, a rehearsal and a test.
package struct Staff: Sendable {
    /// What differs between them.
    package struct Setting: Sendable {
        package var clock: any TimeSource
        package var timing: FleetTiming
        package var sizes: FleetSizes
        /// How often agents look after their campaigns at least.
        package var interval: TimeSpan
        /// How often orders of people are looked for in the store; nil where nobody gives any.
        package var orders: TimeSpan?
        /// The seed of identifiers and of jitter.
        package var seed: UInt64
        /// A worker's death to rehearse.
        package var death: EmbeddedFleet.Death?
        package var workspace: WorkspaceID
        package var logger: Logger

        /// Creates a setting.
        package init(
            clock: any TimeSource,
            timing: FleetTiming,
            sizes: FleetSizes = FleetSizes(),
            interval: TimeSpan,
            seed: UInt64,
            death: EmbeddedFleet.Death? = nil,
            workspace: WorkspaceID = .default,
            logger: Logger
        ) {
            self.clock = clock
            self.timing = timing
            self.sizes = sizes
            self.interval = interval
            self.seed = seed
            self.death = death
            self.workspace = workspace
            self.logger = logger
        }
    }

    /// What gives the workers their jobs.
    package let dispatcher: Dispatcher
    private let housekeeper: Housekeeper
    private let fleet: EmbeddedFleet
    private let host: AgentHost

    /// Puts agents and workers together; nothing runs yet.
    ///
    /// The workers run trials, restore levers and observe ranks through the lever and the rank source, and what `handlers` add. With a desk
    /// for trends there are the two trend agents, too.
    package init(
        store: any Store,
        setting: Setting,
        lever: any Lever,
        ranks: any RankSource,
        handlers: [any JobHandler] = [],
        trends: WorkflowDesk? = nil
    ) {
        let clock = setting.clock
        let ids = IdentifierGenerator(clock: clock, seed: SplitMix64.seed(setting.seed, "identifiers"))
        let broker = MemoryBroker(clock: clock, ids: ids, audit: MemoryAuditLog())
        let goals = GoalDirectory(store: store, workspace: setting.workspace)
        dispatcher = Dispatcher(
            store: store,
            clock: clock,
            ids: ids,
            timing: setting.timing,
            sizes: setting.sizes,
            seed: setting.seed,
            logger: setting.logger
        )
        fleet = EmbeddedFleet(
            dispatcher: dispatcher,
            handlers: [
                TrialRunHandler(lever: lever, ranks: ranks, ledger: store, goals: goals.goal(of:), clock: clock),
                LeverRestoreHandler(lever: lever, ledger: store, goals: goals.goal(of:), clock: clock),
                RankObserveHandler(ranks: ranks, goals: goals.goal(of:), clock: clock),
            ] + handlers,
            clock: clock,
            timing: setting.timing,
            sizes: setting.sizes,
            death: setting.death
        )
        let context = AgentContext(
            store: store,
            broker: broker,
            clock: clock,
            ids: ids,
            workspace: setting.workspace,
            logger: setting.logger
        )
        housekeeper = .alerting(
            store: store,
            clock: clock,
            ids: ids,
            timing: setting.timing,
            logger: setting.logger,
            added: dispatcher.wake
        )
        host = AgentHost(
            agents: Self.makers(
                fleet: dispatcher,
                interval: setting.interval,
                orders: setting.orders,
                trends: trends
            )
            .map { $0(context) },
            broker: broker,
            clock: clock
        )
    }

    /// Makes an agent for its context.
    package typealias Maker = @Sendable (AgentContext) -> any Agent

    /// What makes each of the six agents, in the order of their subscriptions, and the two for trends where there is a desk for them.
    package static func makers(
        fleet: any FleetLink,
        interval: TimeSpan,
        orders: TimeSpan?,
        trends: WorkflowDesk? = nil
    ) -> [Maker] {
        let six: [Maker] = [
            { FleetAgent(context: $0, fleet: fleet) },
            { VariableAgent(context: $0) },
            { AnalysisAgent(context: $0) },
            { MonitoringAgent(context: $0) },
            { CampaignAgent(context: $0, interval: interval, orders: orders) },
            { OrchestratorAgent(context: $0, interval: interval) },
        ]
        guard let trends else { return six }
        return six
            + TrendAgent.Subject.allCases.map { subject in
                { TrendAgent(subject, context: $0, desk: trends, interval: interval) }
            }
    }

    /// Runs workers and agents while the body runs, then stops both.
    package func run<Value: Sendable>(
        _ body: @escaping @Sendable (Gateway) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            let (dispatcher, housekeeper, fleet, host) = (dispatcher, housekeeper, fleet, host)
            group.addTask {
                try await dispatcher.run()
                return nil
            }
            group.addTask {
                try await housekeeper.run()
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
