// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// Begins runs, and brings them on: reads a run, makes a change of it, and writes it unless somebody was first.
///
/// Any number of processes may do so at once: of two changes that follow from one revision the store takes one, and the other is made again
/// from what is there then.
package struct WorkflowDesk: Sendable {
    /// What it needs of the store.
    package typealias Home = ChangeStore & JobStore & WorkflowStore & WorkflowOrderStore & EffectLedger

    package let store: any Home
    package let catalogue: WorkflowCatalogue
    package let clock: any TimeSource
    let ids: IdentifierGenerator
    let logger: Logger
    /// Hears of what was committed: there may be new jobs, and some were cancelled.
    private let committed: @Sendable (_ cancelled: [JobID]) async -> Void

    /// How often a change is made again because somebody was first.
    private static let patience = 100

    /// Creates a desk; `committed` is to wake whoever gives jobs out, and to stop those that were cancelled.
    package init(
        store: any Home,
        catalogue: WorkflowCatalogue,
        clock: any TimeSource,
        ids: IdentifierGenerator,
        logger: Logger,
        committed: @escaping @Sendable (_ cancelled: [JobID]) async -> Void = { _ in }
    ) {
        self.store = store
        self.catalogue = catalogue
        self.clock = clock
        self.ids = ids
        self.logger = logger
        self.committed = committed
    }

    /// Begins a run; when there is one with its key, nothing is begun and that one is returned.
    ///
    /// Throws `Failure` for a workflow that there is none of, or an input that does not fit it.
    package func start(
        _ name: String,
        input: String,
        key: String? = nil,
        requestedBy: String,
        as id: WorkflowRunID? = nil,
        in workspace: WorkspaceID = .default
    ) async throws -> WorkflowRun {
        let request = Request(
            name: name,
            input: input,
            key: key,
            requestedBy: requestedBy,
            id: id ?? ids.next(),
            workspace: workspace
        )
        return try await start(request, settling: nil)
    }

    /// What a run is begun with.
    struct Request {
        var name: String
        var input: String
        var key: String?
        var requestedBy: String
        var id: WorkflowRunID
        var workspace: WorkspaceID
    }

    func start(_ request: Request, settling order: WorkflowOrder?) async throws -> WorkflowRun {
        guard let workflow = catalogue.newest(request.name) else {
            let known = catalogue.workflows.map(\.name).joined(separator: ", ")
            throw Failure(
                .notFound,
                "there is no workflow '\(request.name)'; there is \(known.isEmpty ? "none" : known)"
            )
        }
        let now = clock.now
        let run = WorkflowRun(
            id: request.id,
            workspace: request.workspace,
            workflow: workflow.name,
            version: workflow.version,
            input: try workflow.canonicalInput(request.input),
            key: request.key,
            requestedBy: request.requestedBy,
            deadline: workflow.timeOut.map { now + $0 },
            now: now
        )
        let progress = try WorkflowProgress.beginning(run, of: workflow, ids: ids, now: now)
        guard var change = progress.takeChange() else { return run }
        if let order {
            change.settledWorkflowOrders = [
                order.settled(as: .carriedOut, answer: "The run \(run.id) of \(workflow.name) has begun.", at: now)
            ]
        }
        do {
            try await store.commit(change, durability: .power)
        } catch WorkflowConflict.knownKey(let key) {
            guard let known = try await store.workflowRun(key: key, in: request.workspace) else {
                throw WorkflowConflict.knownKey(key)
            }
            return known
        }
        await committed([])
        return progress.run
    }

    /// Makes a change of a run, again for as long as somebody else is first; nil when the run is not there, else as it is afterwards.
    ///
    /// `body` may be called several times. With a job, the change is written only while that is leased under its token.
    func update(
        _ id: WorkflowRunID,
        in workspace: WorkspaceID,
        for job: Job? = nil,
        settling order: @Sendable (WorkflowRun) -> WorkflowOrder? = { _ in nil },
        _ body: (inout WorkflowProgress) async throws -> Void
    ) async throws -> WorkflowRun? {
        for _ in 0..<Self.patience {
            guard var progress = try await progress(id, in: workspace) else { return nil }
            let before = progress.run
            try await body(&progress)
            progress.nextRevision()
            guard var change = progress.takeChange(of: job?.id) else { return before }
            if let job, let token = job.lease?.token { change.heldLeases = [job.id: token] }
            let settled = order(progress.run)
            if let settled { change.settledWorkflowOrders = [settled] }
            do {
                // Between two steps only time is lost with a checkpoint; what people were told and the end must be known after a power cut.
                let isTold = progress.run.state != .running || settled != nil
                try await store.commit(change, durability: isTold ? .power : .process)
            } catch WorkflowConflict.staleRun {
                continue
            }
            await committed(change.cancelledJobs)
            return progress.run
        }
        throw Failure(.unknown, "the workflow run \(id) is changed by others all the time")
    }

    /// A run as it stands; nil when it is not there.
    func progress(_ id: WorkflowRunID, in workspace: WorkspaceID) async throws -> WorkflowProgress? {
        guard let run = try await store.workflowRun(id, in: workspace) else { return nil }
        return WorkflowProgress(
            run,
            checkpoints: try await store.checkpoints(of: id),
            workflow: catalogue.workflow(of: run),
            ids: ids,
            now: clock.now
        )
    }
}
