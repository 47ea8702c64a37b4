// SPDX-License-Identifier: Apache-2.0

package import Domain
import Logging

/// Sees to what no step does by itself: people's orders, time that is over, jobs that are gone.
///
/// Any number of processes may run one each: what one has done the others find done.
package struct WorkflowKeeper: Sendable {
    private let desk: WorkflowDesk
    private let interval: TimeSpan
    private let look: TimeSpan
    private let lookedAt = Locked<Timestamp?>(nil)

    /// How many orders and runs are read at once.
    private static let page = 200

    /// Creates a keeper that looks for orders at every interval, and at all open runs every `look`.
    package init(_ desk: WorkflowDesk, interval: TimeSpan = .seconds(1), look: TimeSpan = .seconds(5)) {
        self.desk = desk
        self.interval = interval
        self.look = look
    }

    /// Keeps runs going until the task is cancelled; throws `CancellationError` then.
    ///
    /// A fault of the store is logged, and what it kept from being done is done the next time.
    package func run() async throws {
        while true {
            do {
                try await takeOrders()
                let now = desk.clock.steady
                let last = lookedAt.withLock { $0 }
                if last.map({ now - $0 >= look }) ?? true {
                    lookedAt.withLock { $0 = now }
                    try await lookAfterRuns()
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                desk.logger.warning("Workflow runs could not be looked after.", metadata: ["error": "\(error)"])
            }
            try await desk.clock.sleep(for: interval)
        }
    }

    /// Does once what is due.
    package func once() async throws {
        try await takeOrders()
        try await lookAfterRuns()
    }

    // MARK: - Orders

    private func takeOrders() async throws {
        for order in try await desk.store.waitingWorkflowOrders(limit: Self.page) {
            do {
                try await carryOut(order)
            } catch let failure as Failure {
                try await refuse(order, failure.message)
            } catch let move as IllegalMove {
                try await refuse(order, "\(move)")
            } catch let error as CancellationError {
                throw error
            } catch {
                // Another keeper was first; where none was, it is a fault.
                guard try await desk.store.workflowOrder(order.id)?.state == .waiting else { continue }
                throw error
            }
        }
    }

    private func carryOut(_ order: WorkflowOrder) async throws {
        switch order.action {
        case .start(let workflow, let input, let key):
            let request = WorkflowDesk.Request(
                name: workflow,
                input: try CanonicalJSON.text(input),
                key: key,
                requestedBy: order.givenBy,
                id: order.run,
                workspace: order.workspace
            )
            let run = try await desk.start(request, settling: order)
            if run.id != order.run { throw Failure(.invalid, "the run with this key is \(run.id)") }
        case .answer(let node, let isApproved):
            try await change(order) { progress in
                let name = try progress.waitingNode(node)
                let answer = PersonAnswer(
                    isApproved: isApproved,
                    by: order.givenBy,
                    reason: order.reason,
                    at: progress.now
                )
                try progress.answer(name, answer)
            }
        case .cancel:
            try await change(order) { progress in
                try progress.finish(
                    as: .cancelled,
                    Failure(.permission, "\(order.givenBy) cancelled it: \(order.reason)")
                )
            }
        }
    }

    private func change(_ order: WorkflowOrder, _ body: (inout WorkflowProgress) throws -> Void) async throws {
        let now = desk.clock.now
        let settled: @Sendable (WorkflowRun) -> WorkflowOrder? = { run in
            order.settled(as: .carriedOut, answer: "\(run.id) is \(run.state.rawValue).", at: now)
        }
        let run = try await desk.update(order.run, in: order.workspace, settling: settled) { try body(&$0) }
        if run == nil { throw Failure(.notFound, "there is no workflow run \(order.run)") }
    }

    /// Writes that an order does not fit; one that another keeper has settled meanwhile is settled.
    private func refuse(_ order: WorkflowOrder, _ answer: String) async throws {
        guard try await desk.store.workflowOrder(order.id)?.state == .waiting else { return }
        var change = KnowledgeChange()
        change.settledWorkflowOrders = [order.settled(as: .refused, answer: answer, at: desk.clock.now)]
        try await desk.store.commit(change, durability: .power)
    }

    // MARK: - Runs

    private func lookAfterRuns() async throws {
        var last: WorkflowRunID?
        while true {
            let runs = try await desk.store.openWorkflowRuns(after: last, limit: Self.page)
            for run in runs {
                do {
                    try await lookAfter(run)
                } catch let error as CancellationError {
                    throw error
                } catch {
                    desk.logger.warning(
                        "A workflow run could not be looked after.",
                        metadata: ["run": "\(run.id)", "error": "\(error)"]
                    )
                }
            }
            guard runs.count == Self.page else { return }
            last = runs.last?.id
        }
    }

    private func lookAfter(_ run: WorkflowRun) async throws {
        let now = desk.clock.now
        if let deadline = run.deadline, deadline <= now {
            _ = try await desk.update(run.id, in: run.workspace) { progress in
                guard !progress.run.state.isFinal else { return }
                let span = deadline - progress.run.createdAt
                try progress.finish(as: .failed, Failure(.timeOut, "the run was not done within \(span)"))
            }
            return
        }
        for checkpoint in try await desk.store.checkpoints(of: run.id) {
            switch checkpoint.state {
            case .waiting:
                guard let deadline = checkpoint.deadline, deadline <= now else { continue }
                try await end(checkpoint, of: run, Failure(.timeOut, "nobody answered in time"))
            case .running: try await lookAfterJob(of: checkpoint, run)
            case .completed, .failed, .skipped, .cancelled: continue
            }
        }
    }

    /// Sees whether the job of a node is still to come to an end.
    ///
    /// The job ends after the checkpoint is written. So one that has ended although the run is still as it was read ended without.
    private func lookAfterJob(of checkpoint: WorkflowCheckpoint, _ run: WorkflowRun) async throws {
        guard let id = checkpoint.job else { return }
        let job = try await desk.store.job(id)
        switch job?.state {
        case .delayed, .queued, .leased, .probation, .failed: return
        case .dead:
            try await end(checkpoint, of: run, job?.failure ?? Failure(.unknown, "its job is dead"))
        case .cancelled:
            try await end(checkpoint, of: run, Failure(.permission, "its job was cancelled"))
        case .completed, nil:
            _ = try await desk.update(run.id, in: run.workspace) { progress in
                guard progress.checkpoints[checkpoint.node] == checkpoint else { return }
                try progress.renew(checkpoint.node)
            }
        }
    }

    private func end(_ checkpoint: WorkflowCheckpoint, of run: WorkflowRun, _ failure: Failure) async throws {
        _ = try await desk.update(run.id, in: run.workspace) { progress in
            guard !progress.run.state.isFinal, progress.checkpoints[checkpoint.node] == checkpoint else { return }
            try progress.fail(checkpoint.node, failure)
        }
    }
}

extension WorkflowProgress {
    /// The node that a person answers: the one that is named, or the only one that waits; throws `Failure` where there is none.
    func waitingNode(_ name: String?) throws(Failure) -> String {
        let waiting = checkpoints.values.filter { $0.state == .waiting }.map(\.node).sorted()
        if let name {
            guard waiting.contains(name) else {
                let state = checkpoints[name].map { "is \($0.state.rawValue)" } ?? "was not reached"
                throw Failure(.invalid, "\(name) waits for nobody: it \(state)")
            }
            return name
        }
        guard let only = waiting.first, waiting.count == 1 else {
            throw Failure(
                .invalid,
                waiting.isEmpty
                    ? "\(run.id) is \(run.state.rawValue) and waits for nobody"
                    : "\(waiting.joined(separator: ", ")) wait; name one with --node"
            )
        }
        return only
    }
}
