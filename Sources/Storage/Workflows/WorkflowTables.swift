// SPDX-License-Identifier: Apache-2.0

import Domain

/// Runs of workflows, their checkpoints and orders, within a transaction that the caller has begun.
struct WorkflowTables<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    // MARK: - Writing

    /// Throws `WorkflowConflict.leaseOver` for a job that is not leased under its token.
    func check(_ leases: [JobID: String]) throws {
        for (job, token) in leases.sorted(by: { $0.key < $1.key }) {
            let held = try session.query(
                "SELECT p.token FROM job_leases p WHERE p.id = ? \(session.dialect.sharingRows)",
                [.text(job.text)]
            ) { $0.text(0) }
            guard held.first == token else { throw WorkflowConflict.leaseOver(job) }
        }
    }

    /// Writes a run that is new, or that follows from the revision which is stored; throws `WorkflowConflict` for any other.
    func write(_ run: WorkflowRun) throws {
        guard run.revision == 1 else { return try replace(run) }
        let added = try session.execute(
            """
            INSERT INTO workflow_runs (id, workspace, state, revision, idempotency_key, ended_at, body)
            VALUES (?, ?, ?, 1, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                .text(run.id.text), .text(run.workspace.name), .text(run.state.rawValue), .optional(run.key),
                .optional(run.endedAt?.milliseconds), .text(try CanonicalJSON.text(run)),
            ]
        )
        if added == 1 { return }
        if let key = run.key, try self.run(key: key, in: run.workspace) != nil { throw WorkflowConflict.knownKey(key) }
        throw WorkflowConflict.staleRun(run.id)
    }

    private func replace(_ run: WorkflowRun) throws {
        let changed = try session.execute(
            """
            UPDATE workflow_runs SET state = ?, revision = ?, ended_at = ?, body = ?
            WHERE id = ? AND workspace = ? AND revision = ?
            """,
            [
                .text(run.state.rawValue), .integer(run.revision), .optional(run.endedAt?.milliseconds),
                .text(try CanonicalJSON.text(run)), .text(run.id.text), .text(run.workspace.name),
                .integer(run.revision - 1),
            ]
        )
        guard changed == 1 else { throw WorkflowConflict.staleRun(run.id) }
    }

    /// Writes checkpoints; one of a node that has one replaces it.
    func write(_ checkpoints: [WorkflowCheckpoint]) throws {
        try session.execute(
            """
            INSERT INTO workflow_checkpoints (run, node, body) VALUES (?, ?, ?)
            ON CONFLICT (run, node) DO UPDATE SET body = excluded.body
            """,
            batch: try checkpoints.map { [.text($0.run.text), .text($0.node), .text(try CanonicalJSON.text($0))] }
        )
    }

    /// Writes orders down; one that is there already stays as it is.
    func give(_ orders: [WorkflowOrder]) throws {
        try session.execute(
            "INSERT INTO workflow_orders (id, run, state, given_at, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            batch: try orders.map { order in
                [
                    .text(order.id.text), .text(order.run.text), .text(order.state.rawValue),
                    .integer(order.givenAt.milliseconds), .text(try CanonicalJSON.text(order)),
                ]
            }
        )
    }

    /// Writes what came of orders; throws `StorageError.settledWorkflowOrder` for one of which something came before.
    func settle(_ orders: [WorkflowOrder]) throws {
        for order in orders {
            let changed = try session.execute(
                "UPDATE workflow_orders SET state = ?, body = ? WHERE id = ? AND state = 'waiting'",
                [.text(order.state.rawValue), .text(try CanonicalJSON.text(order)), .text(order.id.text)]
            )
            guard changed == 1 else { throw StorageError.settledWorkflowOrder(order.id) }
        }
    }

    /// Removes runs that ended before an instant, oldest first; returns how many.
    func prune(before instant: Timestamp, limit: Int) throws -> Int {
        let ids = try session.query(
            "SELECT id FROM workflow_runs WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at, id LIMIT ?",
            [.integer(instant.milliseconds), .integer(max(limit, 0))]
        ) { [SQLValue.text($0.text(0))] }
        try session.execute("DELETE FROM workflow_checkpoints WHERE run = ?", batch: ids)
        try session.execute("DELETE FROM workflow_orders WHERE run = ? AND state <> 'waiting'", batch: ids)
        return try session.execute("DELETE FROM workflow_runs WHERE id = ?", batch: ids).reduce(0, +)
    }

    // MARK: - Reading

    /// One run.
    func run(_ id: WorkflowRunID, in workspace: WorkspaceID) throws -> WorkflowRun? {
        try runs("WHERE id = ? AND workspace = ?", [.text(id.text), .text(workspace.name)]).first
    }

    /// The run of a key.
    func run(key: String, in workspace: WorkspaceID) throws -> WorkflowRun? {
        try runs("WHERE workspace = ? AND idempotency_key = ?", [.text(workspace.name), .text(key)]).first
    }

    /// A workspace's runs, newest first.
    func runs(in workspace: WorkspaceID, state: WorkflowRun.State?, limit: Int) throws -> [WorkflowRun] {
        let limit = SQLValue.integer(max(limit, 0))
        guard let state else {
            return try runs("WHERE workspace = ? ORDER BY id DESC LIMIT ?", [.text(workspace.name), limit])
        }
        return try runs(
            "WHERE workspace = ? AND state = ? ORDER BY id DESC LIMIT ?",
            [.text(workspace.name), .text(state.rawValue), limit]
        )
    }

    /// Runs that have not ended, oldest first.
    func openRuns(after id: WorkflowRunID?, limit: Int) throws -> [WorkflowRun] {
        try runs(
            "WHERE state IN ('running', 'waiting') AND id > ? ORDER BY id LIMIT ?",
            [.text(id?.text ?? ""), .integer(max(limit, 0))]
        )
    }

    /// A run's checkpoints, by node.
    func checkpoints(of run: WorkflowRunID) throws -> [WorkflowCheckpoint] {
        try read(
            WorkflowCheckpoint.self,
            "SELECT run, body FROM workflow_checkpoints WHERE run = ? ORDER BY node",
            [.text(run.text)],
            table: "workflow_checkpoints"
        )
    }

    /// Orders that nothing has come of yet, oldest first.
    func waitingOrders(limit: Int) throws -> [WorkflowOrder] {
        try orders("WHERE state = 'waiting' ORDER BY given_at, id LIMIT ?", [.integer(max(limit, 0))])
    }

    /// One order.
    func order(_ id: WorkflowOrderID) throws -> WorkflowOrder? {
        try orders("WHERE id = ?", [.text(id.text)]).first
    }

    private func runs(_ condition: String, _ arguments: [SQLValue]) throws -> [WorkflowRun] {
        try read(
            WorkflowRun.self,
            "SELECT id, body FROM workflow_runs \(condition)",
            arguments,
            table: "workflow_runs"
        )
    }

    private func orders(_ condition: String, _ arguments: [SQLValue]) throws -> [WorkflowOrder] {
        try read(
            WorkflowOrder.self,
            "SELECT id, body FROM workflow_orders \(condition)",
            arguments,
            table: "workflow_orders"
        )
    }

    private func read<Record: Decodable>(
        _ type: Record.Type,
        _ sql: String,
        _ arguments: [SQLValue],
        table: String
    ) throws -> [Record] {
        try session.query(sql, arguments) { row in
            do {
                return try CanonicalJSON.decode(type, from: row.text(1))
            } catch {
                throw StorageError.damagedRecord(table: table, detail: "\(row.text(0)): \(error)")
            }
        }
    }
}
