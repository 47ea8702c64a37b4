// SPDX-License-Identifier: Apache-2.0

import Domain
package import Jobs
package import Messaging

/// Speaks for the workers: hands jobs to them by score (C3), says how they are, and tells of what the dispatcher finds (C4, C5).
package actor FleetAgent: Agent {
    package nonisolated let name = AgentName.fleet
    private let context: AgentContext
    private let fleet: any FleetLink
    /// The workers as they were last written: health and rank, not every job.
    private var written: [WorkerID: Worker] = [:]

    /// Creates the agent for a fleet, which the caller runs.
    package init(context: AgentContext, fleet: any FleetLink) {
        self.context = context
        self.fleet = fleet
    }

    package nonisolated var handlers: Handlers<FleetAgent> {
        Handlers()
            .on(DispatchJobs.self) { agent, _, _ in agent.dispatch() }
            .on(FleetStatus.self) { agent, _, _ in try await agent.status() }
            .on(CancelJobs.self) { agent, action, _ in try await agent.cancel(action) }
    }

    /// Tells the dispatcher whom to wake when a job has ended, and whom to tell of the fleet.
    package func start() async throws {
        try await retireFormerWorkers()
        await fleet.tell(Self.hooks(in: context))
    }

    /// What a dispatcher tells: ends to the agents that wait for them, what happens in the fleet to the store.
    package static func hooks(in context: AgentContext) -> DispatcherHooks {
        DispatcherHooks(
            ended: { _, campaign in
                guard let campaign else { return }
                await deliver {
                    try await context.broker.publish(JobEnded(campaign: campaign), from: .fleet, cause: nil)
                }
            },
            fleet: { action, worker in
                await deliver { try await record(action, worker, in: context) }
            }
        )
    }

    /// Notes that the workers of a former process are gone.
    private func retireFormerWorkers() async throws {
        let present = Set(try await fleet.currentWorkers().map(\.id))
        var change = KnowledgeChange()
        for var worker in try await context.store.workers() where !present.contains(worker.id) {
            guard worker.state != .offline else { continue }
            try worker.state.move(to: .offline)
            worker.inFlight = 0
            change.workers.append(worker)
        }
        guard !change.isEmpty else { return }
        try await context.commit(change, durability: .process)
    }

    private func dispatch() -> Done {
        fleet.wake()
        return Done()
    }

    private func status() async throws -> FleetStatus.Reply {
        let workers = try await fleet.currentWorkers()
        try await write(workers)
        return FleetStatus.Reply(workers: workers, healthyShare: workers.healthyShare)
    }

    /// Keeps the workers whose health or rank is not as it was written last.
    private func write(_ workers: [Worker]) async throws {
        var change = KnowledgeChange()
        change.workers = workers.filter { worker in
            guard let before = written[worker.id] else { return true }
            let isSame = before.state == worker.state || (before.state.isHealthy && worker.state.isHealthy)
            return !isSame || before.isLeader != worker.isLeader || before.restarts != worker.restarts
        }
        guard !change.isEmpty else { return }
        try await context.commit(change, durability: .process)
        for worker in change.workers { written[worker.id] = worker }
    }

    private func cancel(_ action: CancelJobs) async throws -> Done {
        try await fleet.stop(action.jobs)
        return Done()
    }

    /// A wake-up that is lost is made up for by the next tick, so it must not stop the dispatcher.
    private static func deliver(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            return
        }
    }

    private static func record(_ action: FleetAction, _ worker: Worker?, in context: AgentContext) async throws {
        var change = KnowledgeChange()
        if let worker { change.workers = [worker] }
        func alert(_ kind: Alert.Kind, _ severity: Alert.Severity, _ message: String) {
            change.alerts.append(
                Alert(
                    id: context.ids.next(),
                    workspace: context.workspace,
                    campaign: nil,
                    time: context.clock.now,
                    kind: kind,
                    severity: severity,
                    message: message
                )
            )
        }
        switch action {
        case .isolate(_, let notice): alert(.workerIsolated, .critical, notice)
        case .correlatedFailure(let notice): alert(.workerSilent, .critical, notice)
        case .promote(_, let group, let term):
            if term > 1 {
                alert(
                    .workerSilent,
                    .notice,
                    "\(worker?.name ?? "A follower") leads group \(group) from now on (term \(term))."
                )
            }
        case .becameSuspect, .leaseExpired, .becameUnresponsive, .restart, .recovered, .demote: break
        }
        guard !change.isEmpty else { return }
        try await context.commit(change, durability: .process)
    }
}
