// SPDX-License-Identifier: Apache-2.0

import Domain

extension JobTables {
    /// Opens a worker's session and ends every other of that worker; returns it with its epoch, and the jobs that those held.
    func openSession(_ opened: WorkerSession, now: Timestamp) throws -> (session: WorkerSession, released: [Job]) {
        let former = try sessions("WHERE worker = ? ORDER BY id", [.text(opened.worker.text)]).map(\.id).filter {
            $0 != opened.id
        }
        let released = try endSessions(former, as: .handedBack, now: now)
        let epochs = try session.query(
            """
            INSERT INTO worker_epochs (worker, epoch) VALUES (?, 1)
            ON CONFLICT (worker) DO UPDATE SET epoch = worker_epochs.epoch + 1 RETURNING epoch
            """,
            [.text(opened.worker.text)]
        ) { Int($0.integer(0)) }
        var opened = opened
        opened.epoch = epochs.first ?? 1
        try session.execute(
            """
            INSERT INTO worker_sessions (id, worker, server, epoch, expires_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, expires_at = excluded.expires_at
            """,
            [
                .text(opened.id.text), .text(opened.worker.text), .text(opened.server), .integer(opened.epoch),
                .integer(opened.expiresAt.milliseconds),
            ]
        )
        return (opened, released)
    }

    /// Renews sessions until an instant; returns those that are open.
    func renewSessions(_ ids: [SessionID], until instant: Timestamp) throws -> Set<SessionID> {
        let counts = try session.execute(
            "UPDATE worker_sessions SET expires_at = ? WHERE id = ?",
            batch: ids.map { [.integer(instant.milliseconds), .text($0.text)] }
        )
        return Set(zip(ids, counts).filter { $0.1 == 1 }.map(\.0))
    }

    /// Ends sessions and takes their leases away; returns the jobs as they then are.
    func endSessions(_ ids: [SessionID], as end: WorkerSession.End, now: Timestamp) throws -> [Job] {
        guard !ids.isEmpty else { return [] }
        try session.execute("DELETE FROM worker_sessions WHERE id = ?", batch: ids.map { [.text($0.text)] })
        return try release(Set(ids), as: end, now: now)
    }

    /// Ends every session of a server, or of all, as handed back.
    func endSessions(ofServer server: String?, now: Timestamp) throws -> [Job] {
        let ended =
            if let server {
                try sessions("WHERE server = ? ORDER BY id", [.text(server)])
            } else {
                try sessions("ORDER BY id", [])
            }
        return try endSessions(ended.map(\.id), as: .handedBack, now: now)
    }

    /// Ends, as lost, every session that nobody renewed in time.
    func endExpiredSessions(now: Timestamp) throws -> (sessions: [WorkerSession], released: [Job]) {
        let expired = try expiredSessions(by: now)
        return (expired, try endSessions(expired.map(\.id), as: .lost, now: now))
    }

    /// The sessions that nobody renewed in time; nobody can until the transaction ends.
    func expiredSessions(by instant: Timestamp) throws -> [WorkerSession] {
        try sessions(
            "p WHERE expires_at <= ? ORDER BY id \(session.dialect.lockingRows)",
            [.integer(instant.milliseconds)]
        )
    }

    /// Open sessions.
    func sessions(_ condition: String, _ arguments: [SQLValue]) throws -> [WorkerSession] {
        try session.query(
            "SELECT id, worker, server, expires_at, epoch FROM worker_sessions \(condition)",
            arguments
        ) { row in
            var session = WorkerSession(
                id: try Column.required(row.text(0), "worker_sessions"),
                worker: try Column.required(row.text(1), "worker_sessions"),
                server: row.text(2),
                expiresAt: Timestamp(milliseconds: row.integer(3))
            )
            session.epoch = Int(row.integer(4))
            return session
        }
    }
}
