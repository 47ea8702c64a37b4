// SPDX-License-Identifier: Apache-2.0

import Domain

extension JobTables {
    /// One job, wherever it is in its life; nil when there is none.
    func job(_ id: JobID) throws -> Job? {
        let isOne: [SQLValue] = [.text(id.text)]
        if let job = try leased("WHERE p.id = ?", isOne).first { return job }
        if let job = try ended("WHERE p.id = ?", isOne).first { return job }
        if let job = try waiting("job_ready", "WHERE p.id = ?", isOne, read: JobRow.waiting).first { return job }
        if let job = try delayed("WHERE p.id = ?", isOne).first { return job }
        return try dead("WHERE p.id = ?", isOne).first
    }

    /// Jobs in a state, oldest first.
    func jobs(in state: JobState, limit: Int) throws -> [Job] {
        let oldest = "ORDER BY b.created_at, b.id LIMIT ?"
        let count: [SQLValue] = [.integer(limit)]
        return switch state {
        case .queued:
            try waiting("job_ready", "WHERE p.workers_lost < 2 \(oldest)", count, read: JobRow.waiting)
        case .probation:
            try waiting("job_ready", "WHERE p.workers_lost >= 2 \(oldest)", count, read: JobRow.waiting)
        case .delayed: try delayed(oldest, count)
        case .leased: try leased(oldest, count)
        case .completed, .cancelled:
            try ended("WHERE p.state = ? \(oldest)", [.text(state.rawValue)] + count)
        case .dead: try dead(oldest, count)
        // No job is left in this state: a failure delays, queues or ends it in the same breath.
        case .failed: []
        }
    }

    /// Ended jobs of a campaign that nobody took in, in order of their end.
    func unharvested(of campaign: CampaignID) throws -> [Job] {
        let ids = "JOIN job_unharvested u ON u.id = p.id WHERE u.campaign = ?"
        let jobs = try ended(ids, [.text(campaign.text)]) + dead(ids, [.text(campaign.text)])
        return jobs.sorted { ($0.endedAt ?? $0.createdAt, $0.id) < ($1.endedAt ?? $1.createdAt, $1.id) }
    }

    /// Campaigns with jobs that ended before an instant and were not taken in.
    func campaignsWithUnharvested(before instant: Timestamp) throws -> [CampaignID] {
        try session.query(
            "SELECT DISTINCT campaign FROM job_unharvested WHERE ended_at < ? ORDER BY campaign",
            [.integer(instant.milliseconds)]
        ) { try Column.required($0.text(0), "job_unharvested") }
    }

    /// When the first delayed job becomes ready.
    func nextRunAt() throws -> Timestamp? {
        try session.query("SELECT run_at FROM job_delayed ORDER BY run_at LIMIT 1", []) {
            Timestamp(milliseconds: $0.integer(0))
        }.first
    }

    /// Cancels a job that has not ended; nil for one that has, or that is unknown.
    func cancel(_ id: JobID, now: Timestamp) throws -> Job? {
        guard let before = try job(id) else { return nil }
        var job = before
        guard try job.cancel() else { return nil }
        job.endedAt = now
        try remove(before)
        try place(job)
        return job
    }

    /// Marks an ended job as taken in; throws when it cannot be, so that no result counts twice.
    func harvest(_ id: JobID) throws {
        let ended = try session.query(
            """
            SELECT b.campaign, p.ended_at FROM (
                SELECT id, ended_at FROM job_outcomes WHERE id = ?
                UNION ALL SELECT id, ended_at FROM job_dead WHERE id = ?
            ) p JOIN job_bodies b ON b.id = p.id
            """,
            [.text(id.text), .text(id.text)]
        ) { (campaign: $0.text(0), endedAt: $0.integer(1)) }
        guard let ended = ended.first else { throw StorageError.notHarvestable(id) }
        let removed = try session.execute(
            "DELETE FROM job_unharvested WHERE campaign = ? AND ended_at = ? AND id = ?",
            [.text(ended.campaign), .integer(ended.endedAt), .text(id.text)]
        )
        guard removed == 1 else { throw StorageError.notHarvestable(id) }
    }

    // MARK: - Reading one table

    private func waiting(
        _ table: String,
        _ condition: String,
        _ arguments: [SQLValue],
        read: (any SQLRow) throws -> Job
    ) throws -> [Job] {
        try session.query(
            "SELECT \(JobRow.body), \(JobRow.progress) FROM \(table) p JOIN job_bodies b ON b.id = p.id \(condition)",
            arguments,
            read
        )
    }

    private func delayed(_ condition: String, _ arguments: [SQLValue]) throws -> [Job] {
        try waiting("job_delayed", condition, arguments) { try JobRow.job($0, state: .delayed) }
    }

    private func ended(_ condition: String, _ arguments: [SQLValue]) throws -> [Job] {
        try session.query(
            """
            SELECT \(JobRow.body), \(JobRow.progress), p.state, p.result, p.ended_at
            FROM job_outcomes p JOIN job_bodies b ON b.id = p.id \(condition)
            """,
            arguments
        ) { row in
            var job = try JobRow.job(row, state: try Column.value(row.text(JobRow.next), "job_outcomes"))
            job.result = row.optionalText(JobRow.next + 1)
            job.endedAt = Timestamp(milliseconds: row.integer(JobRow.next + 2))
            if job.state == .completed { job.failure = nil }
            return job
        }
    }

    private func dead(_ condition: String, _ arguments: [SQLValue]) throws -> [Job] {
        try session.query(
            """
            SELECT \(JobRow.body), \(JobRow.progress), p.failure, p.ended_at
            FROM job_dead p JOIN job_bodies b ON b.id = p.id \(condition)
            """,
            arguments
        ) { row in
            var job = try JobRow.job(row, state: .dead)
            if let failure = row.optionalText(JobRow.next) {
                job.failure = try CanonicalJSON.decode(Failure.self, from: failure)
            }
            job.endedAt = Timestamp(milliseconds: row.integer(JobRow.next + 1))
            return job
        }
    }
}
