// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Foundation
import Jobs
import Storage

/// Gives a person's order about a workflow run to whoever runs workflows, or carries it out here where nobody does.
struct WorkflowOrderGiver {
    static let discussion = """
        The order is kept, and carried out once: with --database by 'dure agents', in a folder by the process that holds it, or here when \
        none does; then the run goes on here, too, until it ends or waits for a person. Exit codes: 0 it was carried out; 1 it does not \
        fit how the run is, or the run failed here; 66 there is no such run or database; 75 nobody runs workflows: the order is kept.
        """

    /// How long an answer may take.
    private static let patience = TimeSpan.seconds(20)
    private static let look = TimeSpan(milliseconds: 200)

    let place: DataPlace
    var clock: any TimeSource = SystemClock()

    /// What came of an order: a run that goes on or has ended, or what the order was answered.
    private enum Outcome {
        case run(WorkflowRun)
        case order(WorkflowOrder)
    }

    /// Gives an order, and tells what came of it.
    ///
    /// With `waits` the end of a run that is carried out elsewhere is awaited. A new run has no identifier yet.
    func give(
        _ action: WorkflowOrder.Action,
        to run: WorkflowRunID? = nil,
        reason: String?,
        by person: String?,
        waits: Bool = false
    ) async throws {
        switch try await outcome(action, on: run, reason: reason, by: person, waits: waits) {
        case .run(let run): try tell(run)
        case .order(let order): try tell(order)
        }
    }

    /// Begins a run and waits for its end; throws an exit code where it is refused.
    func run(_ workflow: String, input: JSONValue) async throws -> WorkflowRun {
        let start = WorkflowOrder.Action.start(workflow: workflow, input: input, key: nil)
        switch try await outcome(start, on: nil, reason: nil, by: nil, waits: true) {
        case .run(let run): return run
        case .order(let order): throw ExitCode.failure.saying(order.answer ?? "the run was refused")
        }
    }

    private func outcome(
        _ action: WorkflowOrder.Action,
        on run: WorkflowRunID?,
        reason: String?,
        by person: String?,
        waits: Bool
    ) async throws -> Outcome {
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        let process = ProcessInfo.processInfo
        let order = WorkflowOrder(
            id: ids.next(),
            workspace: .default,
            run: run ?? ids.next(),
            action: action,
            reason: reason ?? "A person asked for it.",
            givenBy: person ?? "\(process.userName)@\(process.hostName)",
            givenAt: clock.now
        )
        guard place.address() == nil else {
            return try await place.writing { store in
                try await store.give([order])
                return try await waitForOthers(order, waits: waits) { try await $0(store) }
            }
        }
        do {
            return try await carryOutHere(order, in: try place.folder.openForWriting())
        } catch StorageError.writerActive {
            try OrderBox(folder: place.folder).leave(order)
            return try await waitForOthers(order, waits: waits) { body in
                try await place.reading { try await body($0) }
            }
        }
    }

    /// Waits until somebody has carried the order out, and for the run's end where that is wanted.
    private func waitForOthers(
        _ order: WorkflowOrder,
        waits: Bool,
        reading: ((any Store) async throws -> WorkflowOrder?) async throws -> WorkflowOrder?
    ) async throws -> Outcome {
        let start = clock.steady
        var run: WorkflowRun?
        while true {
            let settled = try await reading { store in
                run = try await store.workflowRun(order.run, in: order.workspace)
                return try await store.workflowOrder(order.id)
            }
            if let settled, settled.state != .waiting {
                if settled.state == .refused || !waits { return .order(settled) }
                if let run, run.state != .running { return .run(run) }
            } else if clock.steady - start >= Self.patience {
                throw ExitCode.temporary.saying(
                    "nobody has carried the order out within \(Self.patience); it is kept until 'dure agents' with this database does, and "
                        + "'dure worker --database' carries out its steps"
                )
            }
            try await clock.sleep(for: Self.look)
        }
    }

    /// Carries the order out, and what others have left, and brings the run on until it ends or waits for a person.
    private func carryOutHere(_ order: WorkflowOrder, in store: SQLiteStore) async throws -> Outcome {
        try await OrderBox(folder: place.folder).takeUp(into: store)
        try await store.give([order])
        let (clock, look, folder) = (clock, Self.look, place.folder)
        let ended = try await Interruption.guarding {
            try await LocalWorkflows(store: store, clock: clock, folder: folder).run {
                while true {
                    if let settled = try await store.workflowOrder(order.id), settled.state != .waiting {
                        let run = try await store.workflowRun(order.run, in: order.workspace)
                        if settled.state == .refused || run?.state != .running { return (settled, run) }
                    }
                    try await clock.sleep(for: look)
                }
            }
        }
        try store.close()
        guard let (settled, run) = ended else {
            Console.note(
                "Stopped. The run \(order.run) goes on with 'dure workflow resume', or with the next 'dure run'."
            )
            throw ExitCode.interrupted
        }
        guard settled.state == .carriedOut, let run else { return .order(settled) }
        return .run(run)
    }

    /// Brings every open run of a folder on until each has ended or waits for a person.
    func resume() async throws {
        guard place.address() == nil else {
            throw ExitCode.usage.saying(
                "runs of a shared database go on by themselves where 'dure agents' and workers run"
            )
        }
        let store = try place.folder.openForWriting()
        try await OrderBox(folder: place.folder).takeUp(into: store)
        let (clock, look, folder) = (clock, Self.look, place.folder)
        let isDone = try await Interruption.guarding {
            try await LocalWorkflows(store: store, clock: clock, folder: folder).run {
                while true {
                    let orders = try await store.waitingWorkflowOrders(limit: 1)
                    let runs = try await store.workflowRuns(in: .default, state: .running, limit: 1)
                    if orders.isEmpty, runs.isEmpty { return true }
                    try await clock.sleep(for: look)
                }
            }
        }
        let waiting = try await store.workflowRuns(in: .default, state: .waiting, limit: 100)
        try store.close()
        guard isDone == true else { throw ExitCode.interrupted }
        for run in waiting { try tell(run) }
        if waiting.isEmpty { try Console.line("Every run has ended.") }
    }

    private func tell(_ order: WorkflowOrder) throws {
        guard order.state == .carriedOut else { throw ExitCode.failure.saying(order.answer ?? "it was refused") }
        try Console.line(order.answer ?? "It was carried out.")
    }

    private func tell(_ run: WorkflowRun) throws {
        try Console.line("\(run.id) is \(run.state.rawValue).")
        if run.state == .waiting { try Console.line("See 'dure workflow show \(run.id)', then approve or reject it.") }
        guard let failure = run.failure else { return }
        guard run.state == .failed else { return try Console.line(failure.message) }
        throw ExitCode.failure.saying(failure.message)
    }
}
