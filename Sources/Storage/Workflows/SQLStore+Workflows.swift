// SPDX-License-Identifier: Apache-2.0

package import Domain

// Runs of workflows.
extension SQLStore {
    package func workflowRun(_ id: WorkflowRunID, in workspace: WorkspaceID) async throws -> WorkflowRun? {
        try await read { try WorkflowTables(session: $0).run(id, in: workspace) }
    }

    package func workflowRun(key: String, in workspace: WorkspaceID) async throws -> WorkflowRun? {
        try await read { try WorkflowTables(session: $0).run(key: key, in: workspace) }
    }

    package func workflowRuns(
        in workspace: WorkspaceID,
        state: WorkflowRun.State?,
        limit: Int
    ) async throws -> [WorkflowRun] {
        try await read { try WorkflowTables(session: $0).runs(in: workspace, state: state, limit: limit) }
    }

    package func openWorkflowRuns(after id: WorkflowRunID?, limit: Int) async throws -> [WorkflowRun] {
        try await read { try WorkflowTables(session: $0).openRuns(after: id, limit: limit) }
    }

    package func checkpoints(of run: WorkflowRunID) async throws -> [WorkflowCheckpoint] {
        try await read { try WorkflowTables(session: $0).checkpoints(of: run) }
    }

    package func pruneWorkflowRuns(before instant: Timestamp, limit: Int) async throws -> Int {
        try await write(.process, seeing: .snapshot) { session in
            try WorkflowTables(session: session).prune(before: instant, limit: limit)
        }
    }
}

// People's orders about them.
extension SQLStore {
    package func give(_ orders: [WorkflowOrder]) async throws {
        try await write(.power) { try WorkflowTables(session: $0).give(orders) }
    }

    package func waitingWorkflowOrders(limit: Int) async throws -> [WorkflowOrder] {
        try await read { try WorkflowTables(session: $0).waitingOrders(limit: limit) }
    }

    package func workflowOrder(_ id: WorkflowOrderID) async throws -> WorkflowOrder? {
        try await read { try WorkflowTables(session: $0).order(id) }
    }
}
