// SPDX-License-Identifier: Apache-2.0

/// What a dispatcher wants to lease: a job, the worker that shall hold it, and a token that was never used before.
package struct JobAssignment: Hashable, Sendable {
    package var job: JobID
    package var worker: WorkerID
    package var token: String

    /// Creates an assignment.
    package init(job: JobID, worker: WorkerID, token: String) {
        self.job = job
        self.worker = worker
        self.token = token
    }
}

/// What the store made of a worker's report.
package enum JobReceipt: Hashable, Sendable {
    /// It counts.
    case accepted
    /// The job was failed, and waits until the instant to be tried again.
    case retrying(at: Timestamp)
    /// The job was failed, and has no tries left.
    case dead
    /// The token is not that of the current lease: the report was dropped.
    case stale
}

/// The durable queue.
///
/// A job is leased to one worker at a time, and its result counts once, however often it ran.
///
/// A job's `attempt` counts the tries that are its own: a lease adds one, and a lease that `release` takes away takes it back, so that
/// neither lost workers nor restarts use tries up. A job that fails with `attempt` at `maxAttempts` is dead. `workersLost` counts the
/// losses. `requeue` sets both to 0.
package protocol JobStore: Sendable {
    /// Adds jobs; returns those that were not there yet by their idempotency key.
    func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID]
    /// Jobs that may be leased now: queued, or delayed until an instant that has come. Urgent first, then by `runAt` and identifier.
    func ready(role: WorkerRole, now: Timestamp, limit: Int) async throws -> [Job]
    /// Leases jobs; returns those that were still to be had, with lease and attempt set.
    func lease(_ assignments: [JobAssignment], now: Timestamp) async throws -> [Job]
    /// Takes in a report. A failed job waits `retryDelay` for its next try, or is dead after its last or when that is nil.
    func finish(_ report: JobReport, now: Timestamp, retryDelay: TimeSpan?) async throws -> JobReceipt
    /// Takes every lease of these workers away because they were lost; returns the jobs as they then are.
    ///
    /// The loss counts, the try does not: the jobs are queued again, on probation after two losses, dead after three. Nil is for a
    /// process that starts anew and has none of the former one's workers: every lease of the store is taken away, and neither a try
    /// nor a loss counts, for the jobs are not to blame; a job with two losses from before is on probation again. The tokens of leases
    /// that were taken away are stale.
    func release(workers: [WorkerID]?, now: Timestamp) async throws -> [Job]
    /// Ended jobs of a campaign (completed, dead) that no committed change has harvested, in order of their end.
    func unharvestedJobs(of campaign: CampaignID) async throws -> [Job]
    /// Jobs in a state, oldest first.
    func jobs(in state: JobState, limit: Int) async throws -> [Job]
    /// Gives a dead job its tries back and queues it.
    func requeue(_ job: JobID, now: Timestamp) async throws
    /// The next instant at which a delayed job becomes ready; nil when none waits.
    func nextRunAt() async throws -> Timestamp?
}
