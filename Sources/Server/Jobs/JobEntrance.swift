// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Why the queue takes no job now.
package struct QueueIsFull: Error, Hashable, Sendable {
    package var kind: JobKind
    package var waiting: Int
    package var limit: Int
    /// When to try again.
    package var retryAfter: TimeSpan

    /// Creates a refusal.
    package init(kind: JobKind, waiting: Int, limit: Int, retryAfter: TimeSpan) {
        self.kind = kind
        self.waiting = waiting
        self.limit = limit
        self.retryAfter = retryAfter
    }
}

/// Where outsiders put jobs into the queue, and look at them.
package protocol JobEntrance: Sendable {
    /// Adds a job; gives the one that was there before with its idempotency key instead.
    ///
    /// When this returns the job is safe from a loss of power, or from the process's death where the entrance was set up for that alone.
    /// Throws `QueueIsFull` for a job that is new when too many wait.
    func add(_ job: Job) async throws -> (job: Job, isNew: Bool)
    /// A job, whatever its state; nil when there is none.
    func job(_ id: JobID) async throws -> Job?
}

/// An entrance to a queue in memory; for tests.
package actor MemoryEntrance: JobEntrance {
    private var jobs: [JobID: Job] = [:]
    private var keys: [String: JobID] = [:]
    private let limit: Int
    private let onAdd: @Sendable (Job) async -> Void

    /// Creates an entrance; `onAdd` gets each new job.
    package init(limit: Int = 1_000, onAdd: @escaping @Sendable (Job) async -> Void = { _ in }) {
        self.limit = limit
        self.onAdd = onAdd
    }

    package func add(_ job: Job) async throws -> (job: Job, isNew: Bool) {
        if let key = job.idempotencyKey, let known = keys[key].flatMap({ jobs[$0] }) { return (known, false) }
        guard jobs.count < limit else {
            throw QueueIsFull(kind: job.kind, waiting: jobs.count, limit: limit, retryAfter: .seconds(1))
        }
        jobs[job.id] = job
        if let key = job.idempotencyKey { keys[key] = job.id }
        await onAdd(job)
        return (job, true)
    }

    package func job(_ id: JobID) async throws -> Job? { jobs[id] }
}
