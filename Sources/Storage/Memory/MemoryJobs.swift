// SPDX-License-Identifier: Apache-2.0

import Domain

/// The queue of a store in memory.
struct MemoryJobs {
    private struct Key: Hashable {
        var workspace: WorkspaceID
        var text: String
    }

    private var jobs: [JobID: Job] = [:]
    private var keys: Set<Key> = []
    private var waiting: Set<JobID> = []
    private var harvested: Set<JobID> = []

    subscript(id: JobID) -> Job? { jobs[id] }

    /// Every job, in no order.
    var all: [Job] { Array(jobs.values) }

    /// The jobs that no worker holds and that have not ended, in no order.
    var waitingJobs: [Job] { waiting.compactMap { jobs[$0] } }

    /// Adds a job; false when one of its key or identifier exists.
    mutating func insert(_ job: Job) -> Bool {
        guard jobs[job.id] == nil else { return false }
        if let text = job.idempotencyKey {
            guard keys.insert(Key(workspace: job.workspace, text: text)).inserted else { return false }
        }
        update(job)
        return true
    }

    /// Writes a job back.
    mutating func update(_ job: Job) {
        jobs[job.id] = job
        switch job.state {
        case .queued, .probation, .delayed: waiting.insert(job.id)
        default: waiting.remove(job.id)
        }
    }

    /// Every leased job, or those of some workers, by identifier.
    func leased(by workers: [WorkerID]?) -> [Job] {
        let holders = workers.map(Set.init)
        return jobs.values.filter { job in
            guard let worker = job.lease?.worker else { return false }
            return holders?.contains(worker) ?? true
        }
        .sorted { $0.id < $1.id }
    }

    /// Ended jobs of a campaign that nobody took in, in order of their end.
    func unharvested(of campaign: CampaignID) -> [Job] {
        jobs.values.filter { $0.campaign == campaign && isHarvestable($0) }
            .sorted { ($0.endedAt ?? $0.createdAt, $0.id) < ($1.endedAt ?? $1.createdAt, $1.id) }
    }

    /// Cancels a job that has not ended; nothing for one that has, or that is unknown.
    mutating func cancel(_ id: JobID) throws {
        guard var job = jobs[id], try job.cancel() else { return }
        update(job)
    }

    /// Marks ended jobs as taken in; throws, and marks none, when one cannot be, so that no result counts twice.
    mutating func harvest(_ ids: [JobID]) throws(StorageError) {
        var taken: Set<JobID> = []
        for id in ids {
            guard let job = jobs[id], isHarvestable(job), taken.insert(id).inserted else { throw .notHarvestable(id) }
        }
        harvested.formUnion(taken)
    }

    /// Queues a dead job again; what it ends with is to be taken in anew.
    mutating func requeue(_ id: JobID, now: Timestamp) throws {
        guard var job = jobs[id] else { throw StorageError.unknownJob(id) }
        try job.requeue(now: now)
        update(job)
        harvested.remove(id)
    }

    private func isHarvestable(_ job: Job) -> Bool {
        (job.state == .completed || job.state == .dead) && !harvested.contains(job.id)
    }
}
