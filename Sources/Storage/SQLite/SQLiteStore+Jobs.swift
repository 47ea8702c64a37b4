// SPDX-License-Identifier: Apache-2.0

package import Domain
import GRDB

/// A report that is acknowledged survives a power cut; a lease need not, for a lost one only makes the job run again.
extension SQLiteStore: JobStore {
    package func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID] {
        try await write(durability) { database in
            let table = JobTable(database: database)
            return try jobs.filter { try table.insert($0) }.map(\.id)
        }
    }

    package func ready(role: WorkerRole, now: Timestamp, limit: Int) async throws -> [Job] {
        guard limit > 0 else { return [] }
        let candidates = try await read { try JobTable(database: $0).ready(role: role, now: now, limit: limit) }
        return JobQueueOrder.first(limit, of: candidates, now: now)
    }

    package func lease(_ assignments: [JobAssignment], now: Timestamp) async throws -> [Job] {
        try await write(.process) { database in
            let table = JobTable(database: database)
            return try assignments.compactMap { assignment in
                guard var job = try table.job(assignment.job), try job.lease(assignment, now: now) else { return nil }
                try table.update(job)
                return job
            }
        }
    }

    package func finish(_ report: JobReport, now: Timestamp, retryDelay: TimeSpan?) async throws -> JobReceipt {
        try await write(.power) { database in
            let table = JobTable(database: database)
            guard var job = try table.job(report.job) else { return .stale }
            let receipt = try job.finish(report, now: now, retryDelay: retryDelay)
            if receipt != .stale { try table.update(job) }
            return receipt
        }
    }

    /// Takes leases away; nil means that the whole process started anew, which is neither a try nor a loss of any worker.
    package func release(workers: [WorkerID]?, now: Timestamp) async throws -> [Job] {
        try await write(.process) { database in
            let table = JobTable(database: database)
            return try table.leased(by: workers).map { leased in
                var job = leased
                if workers == nil { try job.restart() } else { try job.loseWorker(now: now) }
                try table.update(job)
                return job
            }
        }
    }

    package func unharvestedJobs(of campaign: CampaignID) async throws -> [Job] {
        try await read { try JobTable(database: $0).unharvested(of: campaign) }
    }

    package func jobs(in state: JobState, limit: Int) async throws -> [Job] {
        guard limit > 0 else { return [] }
        return try await read { try JobTable(database: $0).jobs(in: state, limit: limit) }
    }

    package func requeue(_ job: JobID, now: Timestamp) async throws {
        try await write(.power) { try JobTable(database: $0).requeue(job, now: now) }
    }

    package func nextRunAt() async throws -> Timestamp? {
        try await read { try JobTable(database: $0).nextRunAt() }
    }
}
