// SPDX-License-Identifier: Apache-2.0

/// Runs of workflows and their checkpoints; they are written with `KnowledgeChange`, in one transaction with the jobs that follow.
///
/// A run is read before its checkpoints: when somebody writes in between, the checkpoints are newer than the run's revision, and what
/// rests on both is refused.
package protocol WorkflowStore: Sendable {
    /// One run; nil when the workspace has none of that identifier.
    func workflowRun(_ id: WorkflowRunID, in workspace: WorkspaceID) async throws -> WorkflowRun?
    /// The run of a key; nil when the workspace has none.
    func workflowRun(key: String, in workspace: WorkspaceID) async throws -> WorkflowRun?
    /// A workspace's runs in a state (nil for any), newest first.
    func workflowRuns(in workspace: WorkspaceID, state: WorkflowRun.State?, limit: Int) async throws -> [WorkflowRun]
    /// Runs of every workspace that have not ended, oldest first, from the one after an identifier on.
    func openWorkflowRuns(after id: WorkflowRunID?, limit: Int) async throws -> [WorkflowRun]
    /// A run's checkpoints, by node.
    func checkpoints(of run: WorkflowRunID) async throws -> [WorkflowCheckpoint]
    /// Removes runs that ended before an instant, with their checkpoints and settled orders, at most `limit`; returns how many.
    func pruneWorkflowRuns(before instant: Timestamp, limit: Int) async throws -> Int
}

/// People's orders about workflow runs.
///
/// What came of an order is written with `KnowledgeChange.settledWorkflowOrders`, in one transaction with what it changes.
package protocol WorkflowOrderStore: Sendable {
    /// Writes orders down, safe from a power cut; one that is there already stays as it is.
    func give(_ orders: [WorkflowOrder]) async throws
    /// Orders that nothing has come of yet, oldest first.
    func waitingWorkflowOrders(limit: Int) async throws -> [WorkflowOrder]
    /// One order; nil when there is none of that identifier.
    func workflowOrder(_ id: WorkflowOrderID) async throws -> WorkflowOrder?
}
