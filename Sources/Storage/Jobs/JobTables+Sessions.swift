// SPDX-License-Identifier: Apache-2.0

import Domain

extension JobTables {
    /// Opens a worker's session and ends every other of that worker; returns it with its epoch, and the jobs that those held.
    func openSession(_ opened: WorkerSession, now: Timestamp) throws -> (session: WorkerSession, released: [Job]) {
        try open(opened, epoch: try nextEpoch(of: opened.worker), now: now)
    }

    /// Raises a worker's epoch, and keeps every other transaction from doing so until this one has ended.
    ///
    /// It comes before the look at the worker's sessions: of two servers that open one at once, the later sees and ends the earlier's.
    private func nextEpoch(of worker: WorkerID) throws -> Int {
        try session.query(
            """
            INSERT INTO worker_epochs (worker, epoch) VALUES (?, 1)
            ON CONFLICT (worker) DO UPDATE SET epoch = worker_epochs.epoch + 1 RETURNING epoch
            """,
            [.text(worker.text)]
        ) { Int($0.integer(0)) }.first ?? 1
    }

    private func open(
        _ opened: WorkerSession,
        epoch: Int,
        now: Timestamp
    ) throws -> (session: WorkerSession, released: [Job]) {
        let former = try sessions("WHERE worker = ? ORDER BY id", [.text(opened.worker.text)]).map(\.id).filter {
            $0 != opened.id
        }
        let released = try endSessions(former, as: .handedBack, now: now)
        var opened = opened
        opened.epoch = epoch
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

    /// Moves a worker's session to another one, with those leases whose tokens are named.
    func moveSession(
        _ former: SessionID,
        to opened: WorkerSession,
        keeping tokens: Set<String>,
        now: Timestamp
    ) throws -> MovedSession? {
        let epoch = try nextEpoch(of: opened.worker)
        // Locked first, so that no claim gives this session a job meanwhile.
        let condition = "p WHERE id = ? \(session.dialect.lockingRows)"
        guard try sessions(condition, [.text(former.text)]).first?.worker == opened.worker else { return nil }
        let held = try leased("WHERE p.session = ? ORDER BY p.id \(session.dialect.lockingRows)", [.text(former.text)])
        let kept = held.filter { tokens.contains($0.lease?.token ?? "") }
        try session.execute(
            "UPDATE job_leases SET session = ? WHERE id = ?",
            batch: kept.map { [.text(opened.id.text), .text($0.id.text)] }
        )
        // What is still the former's comes back with its end.
        let (opened, released) = try open(opened, epoch: epoch, now: now)
        return MovedSession(
            session: opened,
            kept: kept.map { job in
                var job = job
                job.lease?.session = opened.id
                return job
            },
            released: released
        )
    }

    /// Ends every session that nobody renewed in time, as lost, and those of servers whose lease ran out, as handed back.
    func endExpiredSessions(by server: String, now: Timestamp) throws -> (sessions: [WorkerSession], released: [Job]) {
        let end = SQLValue.integer(now.milliseconds)
        let stranded = try sessions(
            """
            p WHERE EXISTS (SELECT 1 FROM leader_leases l WHERE l.name = ? || p.server AND l.expires_at <= ?)
            ORDER BY id \(session.dialect.lockingRows)
            """,
            [.text(WorkerSession.lease(ofServer: "")), end]
        )
        let handedBack = try endSessions(stranded.map(\.id), as: .handedBack, now: now)
        let expired = try sessions(
            """
            p WHERE expires_at <= ?
                AND (p.server = ? OR NOT EXISTS (SELECT 1 FROM leader_leases l WHERE l.name = ? || p.server))
            ORDER BY id \(session.dialect.lockingRows)
            """,
            [end, .text(server), .text(WorkerSession.lease(ofServer: ""))]
        )
        return (stranded + expired, handedBack + (try endSessions(expired.map(\.id), as: .lost, now: now)))
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
