// SPDX-License-Identifier: Apache-2.0

import Domain

/// The queue's tables within a transaction that the caller has begun: what is the same SQL on every database.
struct JobTables<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session
    /// Gives waiting jobs their turns.
    let turns: Locked<Turns>

    // MARK: - Moving a job from table to table

    /// Adds a job; false when one of its key or identifier exists.
    func insert(_ job: Job) throws -> Bool {
        let isNew = try session.execute(
            """
            INSERT INTO job_bodies
                (id, workspace, campaign, kind, priority, payload, created_at, max_attempts, idempotency_key)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                .text(job.id.text), .text(job.workspace.name), .optional(job.campaign?.text),
                .text(job.kind.rawValue), .integer(job.priority.rawValue), .text(job.payload),
                .integer(job.createdAt.milliseconds), .integer(job.maxAttempts), .optional(job.idempotencyKey),
            ]
        )
        guard isNew == 1 else { return false }
        if let key = job.idempotencyKey {
            let isFirst = try session.execute(
                "INSERT INTO job_keys (workspace, idempotency_key, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [.text(job.workspace.name), .text(key), .text(job.id.text)]
            )
            guard isFirst == 1 else {
                try session.execute("DELETE FROM job_bodies WHERE id = ?", [.text(job.id.text)])
                return false
            }
        }
        try place(job)
        return true
    }

    /// Writes a job that is in no table of states into the one of its state.
    ///
    /// One that comes back from a lease waits before those that were never leased.
    func place(_ job: Job, comesBack: Bool = false) throws {
        switch job.state {
        case .queued, .probation: try placeReady(job, comesBack: comesBack)
        case .delayed, .failed:
            try session.execute(
                """
                INSERT INTO job_delayed (run_at, id, attempt, workers_lost, worker, failures)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(job.runAt.milliseconds), .text(job.id.text), .integer(job.attempt),
                    .integer(job.workersLost), .optional(job.worker?.text), try JobFailures.value(job.failures),
                ]
            )
        case .leased: try placeLeased(job)
        case .completed, .cancelled:
            try session.execute(
                """
                INSERT INTO job_outcomes
                    (id, state, worker, run_at, attempt, workers_lost, failures, result, ended_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(job.id.text), .text(job.state.rawValue), .optional(job.worker?.text),
                    .integer(job.runAt.milliseconds), .integer(job.attempt), .integer(job.workersLost),
                    try JobFailures.value(job.failures), .optional(job.result),
                    .integer((job.endedAt ?? job.createdAt).milliseconds),
                ]
            )
            if job.state == .completed { try awaitHarvest(job.id, job.campaign?.text, job.endedAt) }
        case .dead:
            try session.execute(
                """
                INSERT INTO job_dead (id, worker, run_at, attempt, workers_lost, failures, failure, ended_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(job.id.text), .optional(job.worker?.text), .integer(job.runAt.milliseconds),
                    .integer(job.attempt), .integer(job.workersLost), try JobFailures.value(job.failures),
                    .optional(try job.failure.map { try CanonicalJSON.text($0) }),
                    .integer((job.endedAt ?? job.createdAt).milliseconds),
                ]
            )
            try awaitHarvest(job.id, job.campaign?.text, job.endedAt)
        }
    }

    private func placeReady(_ job: Job, comesBack: Bool) throws {
        let turn = turns.withLock { $0.next(job, comesBack: comesBack) }
        try session.execute(
            """
            INSERT INTO job_ready (kind, priority, turn, id, run_at, attempt, workers_lost, worker, failures)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(job.kind.rawValue), .integer(job.priority.rawValue), .integer(turn), .text(job.id.text),
                .integer(job.runAt.milliseconds), .integer(job.attempt), .integer(job.workersLost),
                .optional(job.worker?.text), try JobFailures.value(job.failures),
            ]
        )
    }

    private func placeLeased(_ job: Job) throws {
        guard let lease = job.lease else { throw StorageError.damagedRecord(table: "job_leases", detail: "no lease") }
        try session.execute(
            """
            INSERT INTO job_leases
                (id, token, session, worker, campaign, run_at, attempt, workers_lost, failures)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(job.id.text), .text(lease.token), .text(lease.session.text), .text(lease.worker.text),
                .optional(job.campaign?.text), .integer(job.runAt.milliseconds), .integer(job.attempt),
                .integer(job.workersLost), try JobFailures.value(job.failures),
            ]
        )
    }

    /// Notes that a job ended whose campaign has to take its result in.
    func awaitHarvest(_ id: JobID, _ campaign: String?, _ endedAt: Timestamp?) throws {
        guard let campaign, let endedAt else { return }
        try session.execute(
            "INSERT INTO job_unharvested (campaign, ended_at, id) VALUES (?, ?, ?)",
            [.text(campaign), .integer(endedAt.milliseconds), .text(id.text)]
        )
    }

    /// Takes a job out of the table of its state; called with the job as it was read.
    func remove(_ job: Job) throws {
        let sql: String
        switch job.state {
        case .queued, .probation: sql = "DELETE FROM job_ready WHERE id = ?"
        case .delayed, .failed: sql = "DELETE FROM job_delayed WHERE id = ?"
        case .leased: sql = "DELETE FROM job_leases WHERE id = ?"
        case .completed, .cancelled: sql = "DELETE FROM job_outcomes WHERE id = ?"
        case .dead: sql = "DELETE FROM job_dead WHERE id = ?"
        }
        guard try session.execute(sql, [.text(job.id.text)]) == 1 else { throw StorageError.unknownJob(job.id) }
    }

    /// Moves delayed jobs whose time has come to those that wait; returns how many.
    @discardableResult
    func promote(now: Timestamp, limit: Int) throws -> Int {
        let due = try session.query(
            """
            SELECT \(JobRow.body), \(JobRow.progress) FROM job_delayed p JOIN job_bodies b ON b.id = p.id
            WHERE p.run_at <= ? ORDER BY p.run_at, p.id LIMIT ?
            """,
            [.integer(now.milliseconds), .integer(limit)]
        ) { try JobRow.job($0, state: .delayed) }
        for var job in due {
            try session.execute(
                "DELETE FROM job_delayed WHERE run_at = ? AND id = ?",
                [.integer(job.runAt.milliseconds), .text(job.id.text)]
            )
            try job.state.move(to: job.workersLost < Job.lossesBeforeProbation ? .queued : .probation)
            try placeReady(job, comesBack: job.attempt > 0)
        }
        return due.count
    }

    /// Stores the turns that were given since the last time.
    func storeTurns() throws {
        for (share, turn) in turns.withLock({ $0.takeChanges() }) {
            try session.execute(
                """
                INSERT INTO job_turns (kind, priority, share, turn) VALUES (?, ?, ?, ?)
                ON CONFLICT (kind, priority, share) DO UPDATE SET turn = excluded.turn
                WHERE excluded.turn > job_turns.turn
                """,
                [
                    .text(share.lane.kind.rawValue), .integer(share.lane.priority.rawValue), .text(share.name),
                    .integer(turn),
                ]
            )
        }
    }
}
