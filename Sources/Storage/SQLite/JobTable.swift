// SPDX-License-Identifier: Apache-2.0

import Domain
import GRDB

/// Reads and writes jobs within an access that the caller has begun.
struct JobTable {
    /// The database.
    let database: Database

    private static let columns = """
        id, workspace, campaign, kind, priority, payload, state, created_at, run_at, attempt, max_attempts, workers_lost, \
        idempotency_key, lease_token, lease_worker, result, failure, ended_at, worker
        """

    /// Adds a job; false when one of its key or identifier exists.
    func insert(_ job: Job) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO jobs (\(Self.columns), role, is_harvested)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
                ON CONFLICT DO NOTHING
                """
        )
        try statement.execute(
            arguments: [
                job.id.text, job.workspace.name, job.campaign?.text, job.kind.rawValue, job.priority.rawValue,
                job.payload, job.state.rawValue, job.createdAt.milliseconds, job.runAt.milliseconds, job.attempt,
                job.maxAttempts, job.workersLost, job.idempotencyKey, job.lease?.token, job.lease?.worker.text,
                job.result, try job.failure.map { try CanonicalJSON.text($0) }, job.endedAt?.milliseconds,
                job.worker?.text, job.kind.role.rawValue,
            ]
        )
        return database.changesCount > 0
    }

    /// Writes back what may change in a job.
    func update(_ job: Job) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE jobs SET state = ?, run_at = ?, attempt = ?, workers_lost = ?, lease_token = ?, lease_worker = ?,
                    result = ?, failure = ?, ended_at = ?, worker = ?
                WHERE id = ?
                """
        )
        try statement.execute(
            arguments: [
                job.state.rawValue, job.runAt.milliseconds, job.attempt, job.workersLost, job.lease?.token,
                job.lease?.worker.text, job.result, try job.failure.map { try CanonicalJSON.text($0) },
                job.endedAt?.milliseconds, job.worker?.text, job.id.text,
            ]
        )
    }

    /// One job; nil when there is none of that identifier.
    func job(_ id: JobID) throws -> Job? {
        try fetch("WHERE id = ?", [id.text]).first
    }

    /// The jobs that may be leased, the best of every priority.
    ///
    /// Within one priority the order of `JobQueueOrder` is that of the index, so no more than `limit` of each are read.
    func ready(role: WorkerRole, now: Timestamp, limit: Int) throws -> [Job] {
        try JobPriority.allCases.flatMap { priority in
            try fetch(
                """
                WHERE role = ? AND priority = ? AND state IN ('queued', 'probation', 'delayed')
                AND (state <> 'delayed' OR run_at <= ?) ORDER BY run_at, id LIMIT ?
                """,
                [role.rawValue, priority.rawValue, now.milliseconds, limit]
            )
        }
    }

    /// Every leased job, or those of some workers, by identifier.
    func leased(by workers: [WorkerID]?) throws -> [Job] {
        guard let workers else { return try fetch("WHERE state = 'leased' ORDER BY id", []) }
        return try Set(workers).flatMap { try fetch("WHERE state = 'leased' AND lease_worker = ?", [$0.text]) }
            .sorted { $0.id < $1.id }
    }

    /// Ended jobs of a campaign that nobody took in, in order of their end.
    func unharvested(of campaign: CampaignID) throws -> [Job] {
        try fetch(
            "WHERE campaign = ? AND is_harvested = 0 AND state IN ('completed', 'dead') ORDER BY ended_at, id",
            [campaign.text]
        )
    }

    /// Jobs in a state, oldest first.
    func jobs(in state: JobState, limit: Int) throws -> [Job] {
        try fetch("WHERE state = ? ORDER BY created_at, id LIMIT ?", [state.rawValue, limit])
    }

    /// When the first delayed job becomes ready.
    func nextRunAt() throws -> Timestamp? {
        let statement = try database.cachedStatement(
            sql: "SELECT run_at FROM jobs WHERE state = 'delayed' ORDER BY run_at LIMIT 1"
        )
        return try Int64.fetchOne(statement).map { Timestamp(milliseconds: $0) }
    }

    /// Cancels a job that has not ended; nothing for one that has, or that is unknown.
    func cancel(_ id: JobID) throws {
        guard var job = try job(id), try job.cancel() else { return }
        try update(job)
    }

    /// Marks an ended job as taken in; throws when it cannot be, so that no result counts twice.
    func harvest(_ id: JobID) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE jobs SET is_harvested = 1 WHERE id = ? AND is_harvested = 0 AND state IN ('completed', 'dead')
                """
        )
        try statement.execute(arguments: [id.text])
        guard database.changesCount == 1 else { throw StorageError.notHarvestable(id) }
    }

    /// Queues a dead job again; what it ends with is to be taken in anew.
    func requeue(_ id: JobID, now: Timestamp) throws {
        guard var job = try job(id) else { throw StorageError.unknownJob(id) }
        try job.requeue(now: now)
        try update(job)
        try database.cachedStatement(sql: "UPDATE jobs SET is_harvested = 0 WHERE id = ?")
            .execute(arguments: [id.text])
    }

    private func fetch(_ condition: String, _ arguments: StatementArguments) throws -> [Job] {
        let statement = try database.cachedStatement(sql: "SELECT \(Self.columns) FROM jobs \(condition)")
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        var jobs: [Job] = []
        while let row = try rows.next() {
            jobs.append(try Self.job(row))
        }
        return jobs
    }

    private static func job(_ row: Row) throws -> Job {
        let workspace: String = row[1]
        guard let workspace = WorkspaceID(workspace) else {
            throw StorageError.damagedRecord(table: "jobs", detail: "'\(workspace)' is not a workspace")
        }
        var job = Job(
            id: try KnowledgeReader.required(row[0], "jobs"),
            workspace: workspace,
            campaign: try KnowledgeReader.identifier(row[2], "jobs"),
            kind: try KnowledgeReader.value(row[3], "jobs"),
            priority: try KnowledgeReader.value(row[4], "jobs"),
            payload: row[5],
            createdAt: Timestamp(milliseconds: row[7]),
            runAt: Timestamp(milliseconds: row[8]),
            maxAttempts: row[10],
            idempotencyKey: row[12]
        )
        job.state = try KnowledgeReader.value(row[6], "jobs")
        job.attempt = row[9]
        job.workersLost = row[11]
        if let token: String = row[13], let worker: WorkerID = try KnowledgeReader.identifier(row[14], "jobs") {
            job.lease = JobLease(token: token, worker: worker)
        }
        job.result = row[15]
        if let failure: String = row[16] {
            job.failure = try CanonicalJSON.decode(Failure.self, from: failure)
        }
        if let endedAt: Int64 = row[17] { job.endedAt = Timestamp(milliseconds: endedAt) }
        job.worker = try KnowledgeReader.identifier(row[18], "jobs")
        return job
    }
}
