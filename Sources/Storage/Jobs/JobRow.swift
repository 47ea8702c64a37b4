// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Which columns a job is read from, and how: those of its body first, then those of the table that says where it is in its life.
enum JobRow {
    /// The columns of `job_bodies AS b` that `job` reads first.
    static let body = """
        b.id, b.workspace, b.campaign, b.kind, b.priority, b.payload, b.created_at, b.max_attempts, b.idempotency_key
        """
    /// The columns of a table `AS p` that `job` reads next.
    static let progress = "p.run_at, p.attempt, p.workers_lost, p.worker, p.failures"
    /// The number of the first column after these.
    static let next = 14

    /// Reads a job in a state; what only its table has (lease, result, end) is the caller's to add.
    static func job(_ row: any SQLRow, state: JobState) throws -> Job {
        let workspace = row.text(1)
        guard let workspace = WorkspaceID(workspace) else {
            throw StorageError.damagedRecord(table: "job_bodies", detail: "'\(workspace)' is not a workspace")
        }
        guard let priority = JobPriority(rawValue: Int(row.integer(4))) else {
            throw StorageError.damagedRecord(table: "job_bodies", detail: "\(row.integer(4)) is not a priority")
        }
        var job = Job(
            id: try Column.required(row.text(0), "job_bodies"),
            workspace: workspace,
            campaign: try Column.identifier(row.optionalText(2), "job_bodies"),
            kind: try Column.value(row.text(3), "job_bodies"),
            priority: priority,
            payload: row.text(5),
            createdAt: Timestamp(milliseconds: row.integer(6)),
            runAt: Timestamp(milliseconds: row.integer(9)),
            maxAttempts: Int(row.integer(7)),
            idempotencyKey: row.optionalText(8)
        )
        job.state = state
        job.attempt = Int(row.integer(10))
        job.workersLost = Int(row.integer(11))
        job.worker = try Column.identifier(row.optionalText(12), "jobs")
        if let failures = row.optionalText(13) {
            job.failures = try JobFailures.read(failures)
            job.failure = job.failures.last?.failure
        }
        return job
    }

    /// Reads a job that waits in `job_ready`.
    static func waiting(_ row: any SQLRow) throws -> Job {
        var job = try job(row, state: .queued)
        if job.workersLost >= Job.lossesBeforeProbation { job.state = .probation }
        return job
    }
}

/// What went wrong with a job, as it is stored.
enum JobFailures {
    /// Reads failures.
    static func read(_ text: String) throws -> [JobTry] {
        do {
            return try CanonicalJSON.decode([JobTry].self, from: text)
        } catch {
            throw StorageError.damagedRecord(table: "jobs", detail: "failures: \(error)")
        }
    }

    /// Writes failures; null for none.
    static func value(_ failures: [JobTry]) throws -> SQLValue {
        .optional(try text(failures))
    }

    /// Failures as text; nil for none.
    static func text(_ failures: [JobTry]) throws -> String? {
        failures.isEmpty ? nil : try CanonicalJSON.text(failures)
    }
}

/// Reads columns whose values are of a type of ours.
enum Column {
    /// Reads an identifier that may be absent.
    static func identifier<Kind>(_ text: String?, _ table: String) throws -> Identifier<Kind>? {
        guard let text else { return nil }
        return try required(text, table)
    }

    /// Reads an identifier.
    static func required<Kind>(_ text: String, _ table: String) throws -> Identifier<Kind> {
        guard let identifier = Identifier<Kind>(text) else {
            throw StorageError.damagedRecord(table: table, detail: "'\(text)' is not an identifier")
        }
        return identifier
    }

    /// Reads a case of an enumeration.
    static func value<Value: RawRepresentable>(_ raw: Value.RawValue, _ table: String) throws -> Value {
        guard let value = Value(rawValue: raw) else {
            throw StorageError.damagedRecord(table: table, detail: "'\(raw)' is not a \(Value.self)")
        }
        return value
    }
}
