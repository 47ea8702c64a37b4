// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Runs of workflows in memory: for tests and simulations.
struct MemoryWorkflows {
    private struct Key: Hashable {
        var workspace: WorkspaceID
        var text: String
    }

    private(set) var runs: [WorkflowRunID: WorkflowRun] = [:]
    private var keys: [Key: WorkflowRunID] = [:]
    private var checkpoints: [WorkflowRunID: [String: WorkflowCheckpoint]] = [:]
    private(set) var orders: [WorkflowOrderID: WorkflowOrder] = [:]

    /// Throws what `apply` could not write.
    func check(_ change: KnowledgeChange) throws {
        var newKeys: Set<Key> = []
        for run in change.workflowRuns {
            if run.revision == 1, let text = run.key {
                let key = Key(workspace: run.workspace, text: text)
                guard keys[key] == nil, newKeys.insert(key).inserted else { throw WorkflowConflict.knownKey(text) }
            }
            let known = runs[run.id]
            guard (known?.revision ?? 0) == run.revision - 1, known?.workspace ?? run.workspace == run.workspace else {
                throw WorkflowConflict.staleRun(run.id)
            }
        }
        for order in change.settledWorkflowOrders where orders[order.id]?.state != .waiting {
            throw StorageError.settledWorkflowOrder(order.id)
        }
    }

    /// Writes what `check` has let pass.
    mutating func apply(_ change: KnowledgeChange) {
        for run in change.workflowRuns {
            runs[run.id] = run
            if let text = run.key { keys[Key(workspace: run.workspace, text: text)] = run.id }
        }
        for checkpoint in change.checkpoints { checkpoints[checkpoint.run, default: [:]][checkpoint.node] = checkpoint }
        for order in change.settledWorkflowOrders { orders[order.id] = order }
    }

    /// Writes orders down; one that is there already stays as it is.
    mutating func give(_ new: [WorkflowOrder]) {
        for order in new where orders[order.id] == nil { orders[order.id] = order }
    }

    /// The run of a key.
    func run(key: String, in workspace: WorkspaceID) -> WorkflowRun? {
        keys[Key(workspace: workspace, text: key)].flatMap { runs[$0] }
    }

    /// A run's checkpoints, by node.
    func checkpoints(of run: WorkflowRunID) -> [WorkflowCheckpoint] {
        (checkpoints[run] ?? [:]).values.sorted { $0.node < $1.node }
    }

    /// Removes runs that ended before an instant, oldest first; returns how many.
    mutating func prune(before instant: Timestamp, limit: Int) -> Int {
        let old = runs.values.filter { run in run.endedAt.map { $0 < instant } ?? false }
            .sorted { ($0.endedAt ?? $0.createdAt, $0.id) < ($1.endedAt ?? $1.createdAt, $1.id) }
            .prefix(max(limit, 0))
        let ids = Set(old.map(\.id))
        for run in old {
            runs[run.id] = nil
            checkpoints[run.id] = nil
            if let text = run.key { keys[Key(workspace: run.workspace, text: text)] = nil }
        }
        orders = orders.filter { !ids.contains($0.value.run) || $0.value.state == .waiting }
        return ids.count
    }
}

extension MemoryStore: WorkflowStore {
    package func workflowRun(_ id: WorkflowRunID, in workspace: WorkspaceID) async throws -> WorkflowRun? {
        contents.withLock { $0.workflows.runs[id] }.flatMap { $0.workspace == workspace ? $0 : nil }
    }

    package func workflowRun(key: String, in workspace: WorkspaceID) async throws -> WorkflowRun? {
        contents.withLock { $0.workflows.run(key: key, in: workspace) }
    }

    package func workflowRuns(
        in workspace: WorkspaceID,
        state: WorkflowRun.State?,
        limit: Int
    ) async throws -> [WorkflowRun] {
        let found = contents.withLock { Array($0.workflows.runs.values) }
            .filter { $0.workspace == workspace && (state == nil || $0.state == state) }
            .sorted { $0.id > $1.id }
        return Array(found.prefix(max(limit, 0)))
    }

    package func openWorkflowRuns(after id: WorkflowRunID?, limit: Int) async throws -> [WorkflowRun] {
        let found = contents.withLock { Array($0.workflows.runs.values) }
            .filter { run in !run.state.isFinal && (id.map { run.id > $0 } ?? true) }
            .sorted { $0.id < $1.id }
        return Array(found.prefix(max(limit, 0)))
    }

    package func checkpoints(of run: WorkflowRunID) async throws -> [WorkflowCheckpoint] {
        contents.withLock { $0.workflows.checkpoints(of: run) }
    }

    package func pruneWorkflowRuns(before instant: Timestamp, limit: Int) async throws -> Int {
        contents.withLock { $0.workflows.prune(before: instant, limit: limit) }
    }
}

extension MemoryStore: WorkflowOrderStore {
    package func give(_ orders: [WorkflowOrder]) async throws {
        contents.withLock { $0.workflows.give(orders) }
    }

    package func waitingWorkflowOrders(limit: Int) async throws -> [WorkflowOrder] {
        let waiting = contents.withLock { Array($0.workflows.orders.values) }.filter { $0.state == .waiting }
            .sorted { ($0.givenAt, $0.id) < ($1.givenAt, $1.id) }
        return Array(waiting.prefix(max(limit, 0)))
    }

    package func workflowOrder(_ id: WorkflowOrderID) async throws -> WorkflowOrder? {
        contents.withLock { $0.workflows.orders[id] }
    }
}
