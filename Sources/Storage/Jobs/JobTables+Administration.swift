// SPDX-License-Identifier: Apache-2.0

import Domain

extension JobTables {
    /// How many jobs of every kind are where, by kind.
    func depths() throws -> [QueueDepth] {
        var depths: [JobKind: QueueDepth] = [:]
        for kind in JobKind.allCases { depths[kind] = QueueDepth(kind: kind) }
        let waiting = "SELECT kind, count(*), min(run_at) FROM job_ready GROUP BY kind"
        for (kind, count, oldest) in try counts(waiting) {
            depths[kind]?.ready = count
            depths[kind]?.oldestReadyAt = oldest.map { Timestamp(milliseconds: $0) }
        }
        for (table, path) in [
            ("job_delayed", \QueueDepth.delayed), ("job_leases", \QueueDepth.leased), ("job_dead", \QueueDepth.dead),
        ] {
            let sql = "SELECT b.kind, count(*), NULL FROM \(table) p JOIN job_bodies b ON b.id = p.id GROUP BY b.kind"
            for (kind, count, _) in try counts(sql) { depths[kind]?[keyPath: path] = count }
        }
        for kind in try pausedKinds() { depths[kind]?.isPaused = true }
        return depths.values.sorted { $0.kind.rawValue < $1.kind.rawValue }
    }

    private func counts(_ sql: String) throws -> [(JobKind, Int, Int64?)] {
        try session.query(sql, []) { row in
            (try Column.value(row.text(0), "jobs"), Int(row.integer(1)), row.optionalInteger(2))
        }
    }

    /// Stops giving out jobs of a kind, or gives them out again.
    func setPaused(_ isPaused: Bool, kind: JobKind, now: Timestamp) throws {
        if isPaused {
            try session.execute(
                "INSERT INTO job_pauses (kind, since) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [.text(kind.rawValue), .integer(now.milliseconds)]
            )
        } else {
            try session.execute("DELETE FROM job_pauses WHERE kind = ?", [.text(kind.rawValue)])
        }
    }

    /// The kinds that are paused.
    func pausedKinds() throws -> Set<JobKind> {
        Set(try session.query("SELECT kind FROM job_pauses", []) { try Column.value($0.text(0), "job_pauses") })
    }

    /// Queues a dead job again; what it ends with is to be taken in anew.
    func requeue(_ id: JobID, now: Timestamp) throws {
        guard let before = try job(id) else { throw StorageError.unknownJob(id) }
        var job = before
        try job.requeue(now: now)
        try remove(before)
        if let campaign = before.campaign, let endedAt = before.endedAt {
            try session.execute(
                "DELETE FROM job_unharvested WHERE campaign = ? AND ended_at = ? AND id = ?",
                [.text(campaign.text), .integer(endedAt.milliseconds), .text(id.text)]
            )
        }
        try place(job)
    }

    /// Removes dead jobs that ended before an instant and were taken in; returns how many.
    func purgeDead(before instant: Timestamp) throws -> Int {
        try removeEnded(
            try session.query(
                """
                SELECT p.id FROM job_dead p WHERE p.ended_at < ?
                AND NOT EXISTS (SELECT 1 FROM job_unharvested u WHERE u.ended_at = p.ended_at AND u.id = p.id)
                """,
                [.integer(instant.milliseconds)]
            ) { $0.text(0) },
            from: "job_dead"
        )
    }

    /// Removes completed and cancelled jobs that ended before an instant, oldest first; returns how many.
    ///
    /// Identifiers begin with the time of creation, so the oldest are found without an index on the end.
    func prune(before instant: Timestamp, limit: Int) throws -> Int {
        let active = CampaignStatus.allCases.filter { !$0.isFinal }.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try removeEnded(
            try session.query(
                """
                SELECT p.id FROM job_outcomes p JOIN job_bodies b ON b.id = p.id WHERE p.ended_at < ?
                AND NOT EXISTS (
                    SELECT 1 FROM job_unharvested u
                    WHERE u.campaign = b.campaign AND u.ended_at = p.ended_at AND u.id = p.id)
                AND NOT EXISTS (
                    SELECT 1 FROM campaigns c
                    WHERE c.workspace = b.workspace AND c.id = b.campaign AND c.status IN (\(active)))
                ORDER BY p.id LIMIT ?
                """,
                [.integer(instant.milliseconds), .integer(limit)]
            ) { $0.text(0) },
            from: "job_outcomes"
        )
    }

    private func removeEnded(_ ids: [String], from table: String) throws -> Int {
        let batch = ids.map { [SQLValue.text($0)] }
        try session.execute(
            """
            DELETE FROM job_keys WHERE (workspace, idempotency_key) = (
                SELECT workspace, idempotency_key FROM job_bodies WHERE id = ?)
            """,
            batch: batch
        )
        try session.execute("DELETE FROM \(table) WHERE id = ?", batch: batch)
        try session.execute("DELETE FROM job_bodies WHERE id = ?", batch: batch)
        for share in turns.withLock({ $0.forgetServed() }) {
            try session.execute(
                "DELETE FROM job_turns WHERE kind = ? AND priority = ? AND share = ?",
                [.text(share.lane.kind.rawValue), .integer(share.lane.priority.rawValue), .text(share.name)]
            )
        }
        return ids.count
    }

    /// Writes a schedule.
    func write(_ schedule: JobSchedule) throws {
        try session.execute(
            """
            INSERT INTO job_schedules (workspace, name, next_at, body) VALUES (?, ?, ?, ?)
            ON CONFLICT (workspace, name) DO UPDATE SET next_at = excluded.next_at, body = excluded.body
            """,
            [
                .text(schedule.workspace.name), .text(schedule.name), .integer(schedule.nextAt.milliseconds),
                .text(try CanonicalJSON.text(schedule)),
            ]
        )
    }

    /// Removes a schedule; false when there was none.
    func removeSchedule(_ name: String, in workspace: WorkspaceID) throws -> Bool {
        try session.execute(
            "DELETE FROM job_schedules WHERE workspace = ? AND name = ?",
            [.text(workspace.name), .text(name)]
        ) == 1
    }

    /// Every schedule, by name.
    func schedules() throws -> [JobSchedule] {
        try session.query("SELECT body FROM job_schedules ORDER BY name, workspace", []) {
            try CanonicalJSON.decode(JobSchedule.self, from: $0.text(0))
        }
    }

    /// Adds a schedule's job and moves the schedule on, while it is due at the instant that the caller saw.
    func fire(_ schedule: JobSchedule, job: Job, next: Timestamp) throws -> Bool {
        var moved = schedule
        moved.nextAt = next
        let isDue = try session.execute(
            "UPDATE job_schedules SET next_at = ?, body = ? WHERE workspace = ? AND name = ? AND next_at = ?",
            [
                .integer(next.milliseconds), .text(try CanonicalJSON.text(moved)), .text(schedule.workspace.name),
                .text(schedule.name), .integer(schedule.nextAt.milliseconds),
            ]
        )
        guard isDue == 1 else { return false }
        _ = try insert(job)
        return true
    }
}
