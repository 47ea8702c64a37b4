// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The knowledge base and the queue in memory: everything that `SQLiteStore` promises, but nothing outlives the process.
///
/// Safe to call from any thread; every call runs at once on the calling thread.
package final class MemoryStore: Sendable {
    private let contents = Locked(MemoryContents())

    /// Creates an empty store.
    package init() {}
}

extension MemoryStore: KnowledgeStore {
    package func commit(_ change: KnowledgeChange, durability: Durability) async throws {
        try contents.withLock { try $0.apply(change) }
    }

    package func campaign(_ id: CampaignID, in workspace: WorkspaceID) async throws -> Campaign? {
        contents.withLock { $0.campaigns[workspace]?[id] }
    }

    package func campaigns(in workspace: WorkspaceID) async throws -> [Campaign] {
        contents.withLock { Array(($0.campaigns[workspace] ?? [:]).values) }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    package func generations(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Generation] {
        file(campaign, workspace).generations.values.sorted { ($0.number, $0.id) < ($1.number, $1.id) }
    }

    package func trials(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Trial] {
        file(campaign, workspace).trials.values.sorted { ($0.position, $0.id) < ($1.position, $1.id) }
    }

    package func levers(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LeverState] {
        file(campaign, workspace).levers.values.sorted { $0.unit < $1.unit }
    }

    package func spending(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> Spending {
        try file(campaign, workspace).account.spending()
    }

    package func measurements(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        since: Timestamp?
    ) async throws -> [Measurement] {
        file(campaign, workspace).measurements.enumerated()
            .filter { measurement in since.map { measurement.element.time >= $0 } ?? true }
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    package func decisions(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Decision] {
        file(campaign, workspace).decisions.values.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    package func alerts(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Alert] {
        contents.withLock { Array(($0.alerts[workspace] ?? [:]).values) }
            .filter { $0.campaign == nil || $0.campaign == campaign }
            .sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    package func analyses(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        kind: AnalysisRecord.Kind
    ) async throws -> [AnalysisRecord] {
        file(campaign, workspace).analyses.values.filter { $0.kind == kind }
            .sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    package func ledger(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LedgerEntry] {
        file(campaign, workspace).account.lines.values.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    package func workers() async throws -> [Worker] {
        contents.withLock { Array($0.workers.values) }
            .sorted { ($0.registeredAt, $0.id) < ($1.registeredAt, $1.id) }
    }

    private func file(_ campaign: CampaignID, _ workspace: WorkspaceID) -> CampaignFile {
        contents.withLock { $0.files[CampaignKey(workspace: workspace, campaign: campaign)] ?? CampaignFile() }
    }
}

extension MemoryStore: JobStore {
    package func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID] {
        contents.withLock { contents in jobs.filter { contents.jobs.insert($0) }.map(\.id) }
    }

    package func ready(role: WorkerRole, now: Timestamp, limit: Int) async throws -> [Job] {
        let candidates = contents.withLock { $0.jobs.waitingJobs }
            .filter { $0.kind.role == role && JobQueueOrder.isReady($0, now: now) }
        return JobQueueOrder.first(limit, of: candidates, now: now)
    }

    package func lease(_ assignments: [JobAssignment], now: Timestamp) async throws -> [Job] {
        try contents.withLock { contents in
            try assignments.compactMap { assignment in
                guard var job = contents.jobs[assignment.job], try job.lease(assignment, now: now) else { return nil }
                contents.jobs.update(job)
                return job
            }
        }
    }

    package func finish(_ report: JobReport, now: Timestamp, retryDelay: TimeSpan?) async throws -> JobReceipt {
        try contents.withLock { contents in
            guard var job = contents.jobs[report.job] else { return .stale }
            let receipt = try job.finish(report, now: now, retryDelay: retryDelay)
            if receipt != .stale { contents.jobs.update(job) }
            return receipt
        }
    }

    /// Takes leases away; nil means that the whole process started anew, which is neither a try nor a loss of any worker.
    package func release(workers: [WorkerID]?, now: Timestamp) async throws -> [Job] {
        try contents.withLock { contents in
            try contents.jobs.leased(by: workers).map { leased in
                var job = leased
                if workers == nil { try job.restart() } else { try job.loseWorker(now: now) }
                contents.jobs.update(job)
                return job
            }
        }
    }

    package func unharvestedJobs(of campaign: CampaignID) async throws -> [Job] {
        contents.withLock { $0.jobs.unharvested(of: campaign) }
    }

    package func jobs(in state: JobState, limit: Int) async throws -> [Job] {
        let jobs = contents.withLock { $0.jobs.all }.filter { $0.state == state }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        return Array(jobs.prefix(max(limit, 0)))
    }

    package func requeue(_ job: JobID, now: Timestamp) async throws {
        try contents.withLock { try $0.jobs.requeue(job, now: now) }
    }

    package func nextRunAt() async throws -> Timestamp? {
        contents.withLock { $0.jobs.waitingJobs }.filter { $0.state == .delayed }.map(\.runAt).min()
    }
}
