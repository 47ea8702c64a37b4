// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Jobs
import Logging
import Storage

/// What runs workflows in a process: the graphs that this program has, and what hears of new jobs.
struct WorkflowEngine: Sendable {
    let desk: WorkflowDesk
    /// What tells people of what steps found; whoever carries steps out runs it.
    let post: NoticePost
    private let listener: Locked<(@Sendable ([JobID]) async -> Void)?>

    /// Creates an engine around a store; notices that wait in the folder are sent, too.
    init(
        store: any Store,
        clock: any TimeSource,
        ids: IdentifierGenerator,
        logger: Logger,
        folder: DataFolder = DataFolder(path: DataFolder.standard),
        environment: [String: String] = HouseEnvironment.present
    ) {
        post = NoticePost(ledger: store, clock: clock, folder: folder, environment: environment)
        let listener = Locked<(@Sendable ([JobID]) async -> Void)?>(nil)
        self.listener = listener
        desk = WorkflowDesk(
            store: store,
            catalogue: Self.catalogue(store, post),
            clock: clock,
            ids: ids,
            logger: logger
        ) { cancelled in
            if let tell = listener.withLock({ $0 }) { await tell(cancelled) }
        }
    }

    /// The workflows that there are.
    static func catalogue(_ store: any Store, _ post: NoticePost) -> WorkflowCatalogue {
        do {
            return WorkflowCatalogue([
                try ReportWorkflow(store: store).workflow(),
                try NewsWorkflow(.house(store: store, post: post)).workflow(),
                try VideoWorkflow(.house(store: store, post: post)).workflow(),
            ])
        } catch {
            // The graphs are constants, and a test builds them all.
            Logger.house().critical("A workflow is wrong.", metadata: ["error": "\(error)"])
            return WorkflowCatalogue([])
        }
    }

    /// Wakes a dispatcher whenever there are new jobs, and has it stop those that were cancelled.
    func serve(_ dispatcher: Dispatcher) {
        listener.withLock {
            $0 = { cancelled in
                // Who cannot be stopped at once is stopped when the dispatcher next compares what it holds with the store.
                try? await dispatcher.cancel(cancelled)
                dispatcher.wake()
            }
        }
    }

    /// Carries steps out.
    var handler: WorkflowStepHandler { WorkflowStepHandler(desk) }

    /// Looks after runs and people's orders.
    func keeper(interval: TimeSpan = .seconds(1)) -> WorkflowKeeper { WorkflowKeeper(desk, interval: interval) }
}

/// Dispatcher, a few workers and a keeper that run workflows and nothing else: for a folder that no other process holds.
struct LocalWorkflows: Sendable {
    let store: any Store
    let clock: any TimeSource
    let folder: DataFolder
    /// Names the ways by which people are told.
    var environment = ProcessInfo.processInfo.environment

    /// Runs workflows while the body runs, then stops and sends the notices that may go out.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        let logger = Logger.house()
        let dispatcher = Dispatcher(
            store: store,
            clock: clock,
            ids: ids,
            seed: .random(in: .min ... .max),
            logger: logger
        )
        let engine = WorkflowEngine(
            store: store,
            clock: clock,
            ids: ids,
            logger: logger,
            folder: folder,
            environment: environment
        )
        engine.serve(dispatcher)
        let fleet = EmbeddedFleet(
            dispatcher: dispatcher,
            handlers: [engine.handler],
            clock: clock,
            sizes: FleetSizes(trialRunners: 3, observers: 0),
            kinds: [.workflowStep]
        )
        let value = try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await dispatcher.run()
                return nil
            }
            group.addTask {
                try await fleet.run()
                return nil
            }
            group.addTask {
                try await engine.keeper(interval: TimeSpan(milliseconds: 200)).run()
                return nil
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
        try await engine.post.close()
        return value
    }
}
