// SPDX-License-Identifier: Apache-2.0

import Domain
package import Jobs
package import Messaging

/// Speaks for the workers: hands jobs to them by score (C3), says how they are, and tells of what the dispatcher finds (C4, C5).
package actor FleetAgent: Agent {
    package nonisolated let name = AgentName.fleet
    private let context: AgentContext
    private let dispatcher: Dispatcher
    /// The workers as they were last written: health and rank, not every job.
    private var written: [WorkerID: Worker] = [:]

    /// Creates the agent for a dispatcher, which the caller runs.
    package init(context: AgentContext, dispatcher: Dispatcher) {
        self.context = context
        self.dispatcher = dispatcher
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
        let (broker, name) = (context.broker, name)
        let context = context
        await dispatcher.setHooks(
            DispatcherHooks(
                ended: { _, campaign in
                    guard let campaign else { return }
                    await Self.deliver {
                        try await broker.publish(JobEnded(campaign: campaign), from: name, cause: nil)
                    }
                },
                fleet: { action, worker in
                    await Self.deliver { try await Self.record(action, worker, in: context) }
                }
            )
        )
    }

    /// Notes that the workers of a former process are gone.
    private func retireFormerWorkers() async throws {
        let present = Set(await dispatcher.workers.map(\.id))
        var change = KnowledgeChange()
        for var worker in try await context.store.workers() where !present.contains(worker.id) {
            guard worker.state != .offline else { continue }
            try worker.state.move(to: .offline)
            worker.inFlight = 0
            change.workers.append(worker)
        }
        guard !change.isEmpty else { return }
        try await context.store.commit(change, durability: .process)
    }

    private func dispatch() -> Done {
        dispatcher.wake()
        return Done()
    }

    private func status() async throws -> FleetStatus.Reply {
        let workers = await dispatcher.workers
        try await write(workers)
        return FleetStatus.Reply(workers: workers, healthyShare: await dispatcher.healthyShare)
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
        try await context.store.commit(change, durability: .process)
        for worker in change.workers { written[worker.id] = worker }
    }

    private func cancel(_ action: CancelJobs) async throws -> Done {
        try await dispatcher.cancel(action.jobs)
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
        try await context.store.commit(change, durability: .process)
    }
}
