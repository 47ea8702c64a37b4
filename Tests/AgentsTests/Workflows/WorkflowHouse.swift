// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Jobs
import Logging
import Storage

/// What lies outside: it does what it is told each time, and knows what it has done.
final class Outside: Sendable {
    private let calls = Locked<[String: Int]>([:])
    private let bodies = Locked<[String: Int]>([:])

    /// How often each thing was done.
    var done: [String: Int] { calls.withLock { $0 } }
    /// How often each node's body ran.
    var runs: [String: Int] { bodies.withLock { $0 } }

    func does(_ key: String) { calls.withLock { $0[key, default: 0] += 1 } }
    func hasDone(_ key: String) -> Bool { calls.withLock { $0[key] != nil } }
    func ran(_ node: String) { bodies.withLock { $0[node, default: 0] += 1 } }
}

/// A store in memory, an outside, and processes that work on them one after the other or at once, in virtual time.
struct WorkflowHouse: Sendable {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let clock = VirtualClock(start: WorkflowHouse.start)
    let store = MemoryStore()
    let outside = Outside()

    /// A process: dispatcher, workers and keeper around the store as it sees it.
    struct Process: Sendable {
        let life: Mortality
        let desk: WorkflowDesk
        let keeper: WorkflowKeeper
        let fleet: EmbeddedFleet
        let dispatcher: Dispatcher
    }

    /// Puts a process together; processes that run at once need names of their own.
    func process(
        _ make: (Mortality) throws -> [Workflow],
        dyingAfter last: Int? = nil,
        seed: UInt64 = 1,
        name: String? = nil
    ) throws -> Process {
        let life = Mortality(dyingAfter: last, clock: clock)
        let mortal = MortalStore(inner: store, life: life)
        let ids = IdentifierGenerator(clock: clock, seed: seed)
        let dispatcher = Dispatcher(
            store: mortal,
            clock: clock,
            ids: ids,
            poll: name == nil ? nil : .seconds(1),
            logger: Self.logger
        )
        let desk = WorkflowDesk(
            store: mortal,
            catalogue: WorkflowCatalogue(try make(life)),
            clock: clock,
            ids: ids,
            logger: Self.logger
        ) { cancelled in
            // What cannot be stopped here is stopped at the dispatcher's next look.
            try? await dispatcher.cancel(cancelled)
            dispatcher.wake()
        }
        return Process(
            life: life,
            desk: desk,
            keeper: WorkflowKeeper(desk),
            fleet: EmbeddedFleet(
                dispatcher: dispatcher,
                handlers: [WorkflowStepHandler(desk)],
                clock: clock,
                sizes: FleetSizes(trialRunners: 3, observers: 0),
                kinds: [.workflowStep],
                prefix: (name ?? "w") + "-"
            ),
            dispatcher: dispatcher
        )
    }

    /// Runs a process until the body ends, or the process dies: then nil.
    func run<Value: Sendable>(
        _ process: Process,
        _ body: @escaping @Sendable (Process) async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await process.dispatcher.run()
                return nil
            }
            group.addTask {
                try await process.fleet.run()
                return nil
            }
            group.addTask {
                try await process.keeper.run()
                return nil
            }
            group.addTask {
                try await process.life.end()
                return nil
            }
            group.addTask { try await body(process) }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Waits until a run is in one of some states; returns it.
    @Sendable func wait(for id: WorkflowRunID, in states: Set<WorkflowRun.State>) async throws -> WorkflowRun {
        while true {
            if let run = try await store.workflowRun(id, in: .default), states.contains(run.state) { return run }
            try await clock.sleep(for: TimeSpan(milliseconds: 500))
        }
    }

    /// Waits until a run has ended; returns it.
    @Sendable func end(of id: WorkflowRunID) async throws -> WorkflowRun {
        try await wait(for: id, in: [.completed, .failed, .cancelled])
    }

    /// A run's checkpoints by node.
    func nodes(of id: WorkflowRunID) async throws -> [String: WorkflowCheckpoint] {
        Dictionary(uniqueKeysWithValues: try await store.checkpoints(of: id).map { ($0.node, $0) })
    }

    /// Gives an order about a run.
    func order(_ action: WorkflowOrder.Action, _ run: WorkflowRunID, seed: UInt64 = 77) async throws -> WorkflowOrder {
        let order = WorkflowOrder(
            id: IdentifierGenerator(clock: clock, seed: seed).next(),
            workspace: .default,
            run: run,
            action: action,
            reason: "because",
            givenBy: "jane",
            givenAt: clock.now
        )
        try await store.give([order])
        return order
    }

    /// Waits until something has come of an order.
    @Sendable func answer(to order: WorkflowOrder) async throws -> WorkflowOrder {
        while true {
            if let now = try await store.workflowOrder(order.id), now.state != .waiting { return now }
            try await clock.sleep(for: TimeSpan(milliseconds: 100))
        }
    }
}
