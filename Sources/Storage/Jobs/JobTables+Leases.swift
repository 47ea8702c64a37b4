// SPDX-License-Identifier: Apache-2.0

import Domain

extension JobTables {
    /// Leases jobs that `choose` gives to somebody, out of the first that wait.
    func claim(
        _ request: ClaimRequest,
        now: Timestamp,
        choose: ([Job]) -> [JobAssignment]
    ) throws -> Claim {
        try promote(now: now, limit: max(request.limit, 100))
        let paused = try pausedKinds()
        var lanes: [[WaitingJob]] = []
        for kind in request.kinds where !paused.contains(kind) {
            for priority in JobPriority.allCases {
                lanes.append(try waiting(kind, priority, limit: request.limit))
            }
        }
        let candidates = JobQueueOrder.first(request.limit, of: lanes, now: now)
        guard !candidates.isEmpty else { return Claim(jobs: [], candidates: 0) }
        let jobs = try lease(choose(candidates.map(\.job)), of: candidates, now: now)
        return Claim(jobs: jobs, candidates: candidates.count)
    }

    private func waiting(_ kind: JobKind, _ priority: JobPriority, limit: Int) throws -> [WaitingJob] {
        try session.query(
            """
            SELECT \(JobRow.body), \(JobRow.progress), p.turn FROM job_ready p JOIN job_bodies b ON b.id = p.id
            WHERE p.kind = ? AND p.priority = ? ORDER BY p.turn, p.id LIMIT ?
            """,
            [.text(kind.rawValue), .integer(priority.rawValue), .integer(limit)]
        ) { WaitingJob(job: try JobRow.waiting($0), turn: $0.integer(JobRow.next)) }
    }

    private func lease(_ assignments: [JobAssignment], of candidates: [WaitingJob], now: Timestamp) throws -> [Job] {
        var open: [SessionID: Bool] = [:]
        var places: [JobID: Int] = [:]
        if !assignments.isEmpty {
            for (place, candidate) in candidates.enumerated() { places[candidate.job.id] = place }
        }
        return try assignments.compactMap { assignment -> Job? in
            guard let place = places.removeValue(forKey: assignment.job) else { return nil }
            let isOpen = try open[assignment.session] ?? self.isOpen(assignment.session)
            open[assignment.session] = isOpen
            var job = candidates[place].job
            guard isOpen, try job.lease(assignment, now: now) else { return nil }
            let removed = try session.execute(
                "DELETE FROM job_ready WHERE kind = ? AND priority = ? AND turn = ? AND id = ?",
                [
                    .text(job.kind.rawValue), .integer(job.priority.rawValue), .integer(candidates[place].turn),
                    .text(job.id.text),
                ]
            )
            guard removed == 1 else { return nil }
            turns.withLock { $0.served(candidates[place].turn, of: job) }
            try self.place(job)
            return job
        }
    }

    private func isOpen(_ id: SessionID) throws -> Bool {
        try !session.query("SELECT 1 FROM worker_sessions WHERE id = ?", [.text(id.text)]) { $0.integer(0) }.isEmpty
    }

    /// Takes one report in.
    func finish(
        _ report: JobReport,
        now: Timestamp,
        retryDelay: (Failure, Job) -> TimeSpan?
    ) throws -> JobReceipt {
        guard case .completed(let answer) = report.outcome else {
            return try finishFailed(report, now: now, retryDelay: retryDelay)
        }
        let campaigns = try session.query(
            """
            DELETE FROM job_leases WHERE id = ? AND token = ?
            RETURNING campaign, worker, run_at, attempt, workers_lost, failures
            """,
            [.text(report.job.text), .text(report.token)]
        ) { row in
            FinishedLease(
                campaign: row.optionalText(0),
                worker: row.text(1),
                runAt: row.integer(2),
                attempt: row.integer(3),
                workersLost: row.integer(4),
                failures: row.optionalText(5)
            )
        }
        guard let lease = campaigns.first else { return .stale }
        try session.execute(
            """
            INSERT INTO job_outcomes
                (id, state, token, worker, run_at, attempt, workers_lost, failures, result, ended_at)
            VALUES (?, 'completed', ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(report.job.text), .text(report.token), .text(lease.worker), .integer(lease.runAt),
                .integer(lease.attempt), .integer(lease.workersLost), .optional(lease.failures), .text(answer),
                .integer(now.milliseconds),
            ]
        )
        try awaitHarvest(report.job, lease.campaign, now)
        return .accepted
    }

    private func finishFailed(
        _ report: JobReport,
        now: Timestamp,
        retryDelay: (Failure, Job) -> TimeSpan?
    ) throws -> JobReceipt {
        guard
            var job = try leased(
                "WHERE p.id = ? AND p.token = ? \(session.dialect.lockingRows)",
                [.text(report.job.text), .text(report.token)]
            ).first
        else { return .stale }
        let before = job
        var delay: TimeSpan?
        if case .failed(let failure) = report.outcome { delay = retryDelay(failure, job) }
        let receipt = try job.finish(report, now: now, retryDelay: delay)
        try remove(before)
        try place(job)
        return receipt
    }

    /// Takes the leases of sessions away; returns the jobs as they then are, by identifier.
    func release(_ sessions: Set<SessionID>, as end: WorkerSession.End, now: Timestamp) throws -> [Job] {
        guard !sessions.isEmpty else { return [] }
        // Few jobs are leased at a time, so the table needs no index that every lease would pay for.
        let condition = "WHERE p.session = ? ORDER BY p.id \(session.dialect.lockingRows)"
        return try sessions.sorted().flatMap { try leased(condition, [.text($0.text)]) }
            .sorted { $0.id < $1.id }
            .map { try takeAway($0, as: end, now: now) }
    }

    /// Takes the lease of a token away, if there is one: neither a try nor a loss of any worker.
    func handBack(token: String) throws {
        let condition = "WHERE p.token = ? \(session.dialect.lockingRows)"
        for job in try leased(condition, [.text(token)]) {
            _ = try takeAway(job, as: .handedBack, now: job.runAt)
        }
    }

    private func takeAway(_ leased: Job, as end: WorkerSession.End, now: Timestamp) throws -> Job {
        var job = leased
        switch end {
        case .lost: try job.loseWorker(now: now)
        case .handedBack: try job.restart()
        }
        try remove(leased)
        try place(job, comesBack: true)
        return job
    }

    /// Takes leases away that nobody carries out; returns the jobs as they then are.
    func handBack(_ leases: [JobID: String], now: Timestamp) throws -> [Job] {
        try leases.sorted { $0.key < $1.key }.compactMap { id, token -> Job? in
            let condition = "WHERE p.id = ? AND p.token = ? \(session.dialect.lockingRows)"
            guard let leased = try leased(condition, [.text(id.text), .text(token)]).first else { return nil }
            var job = leased
            try job.restart()
            try remove(leased)
            try place(job, comesBack: true)
            return job
        }
    }

    /// Leased jobs.
    func leased(_ condition: String, _ arguments: [SQLValue]) throws -> [Job] {
        try session.query(
            """
            SELECT \(JobRow.body), \(JobRow.progress), p.token, p.session
            FROM job_leases p JOIN job_bodies b ON b.id = p.id \(condition)
            """,
            arguments
        ) { row in
            var job = try JobRow.job(row, state: .leased)
            guard let worker = job.worker else { return job }
            job.lease = JobLease(
                token: row.text(JobRow.next),
                worker: worker,
                session: try Column.required(row.text(JobRow.next + 1), "job_leases")
            )
            return job
        }
    }
}

/// What a completed job's lease leaves for its outcome.
private struct FinishedLease {
    var campaign: String?
    var worker: String
    var runAt: Int64
    var attempt: Int64
    var workersLost: Int64
    var failures: String?
}
