// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The entrance to a store's queue, with a limit on how many jobs of a kind may wait.
package actor StoreEntrance: JobEntrance {
    /// How long the depths of the queue are believed; a second's worth of jobs may come on top of the limit.
    private static let freshness = TimeSpan.seconds(1)

    private let store: any JobStore & JobAdministration & JobLookup
    private let clock: any TimeSource
    private let limit: Int
    private let durability: Durability
    private let onNew: @Sendable () -> Void
    private var depths: [JobKind: Int] = [:]
    private var readAt: Timestamp?

    /// Creates an entrance.
    ///
    /// - Parameters:
    ///   - store: Where the jobs are kept.
    ///   - clock: Tells how old the depths are.
    ///   - limit: How many jobs of a kind may wait.
    ///   - durability: What a job survives once it is acknowledged.
    ///   - onNew: Called after new jobs; must return at once.
    package init(
        store: any JobStore & JobAdministration & JobLookup,
        clock: any TimeSource,
        limit: Int = 1_000_000,
        durability: Durability = .power,
        onNew: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.clock = clock
        self.limit = limit
        self.durability = durability
        self.onNew = onNew
    }

    package func add(_ job: Job) async throws -> (job: Job, isNew: Bool) {
        let waiting = try await waiting(job.kind)
        if let key = job.idempotencyKey, let known = try await store.job(withKey: key, in: job.workspace) {
            return (known, false)
        }
        guard waiting < limit else {
            throw QueueIsFull(kind: job.kind, waiting: waiting, limit: limit, retryAfter: .seconds(5))
        }
        guard try await store.enqueue([job], durability: durability).isEmpty else {
            depths[job.kind, default: 0] += 1
            onNew()
            return (job, true)
        }
        // Somebody with the same key was first.
        guard let key = job.idempotencyKey, let known = try await store.job(withKey: key, in: job.workspace) else {
            throw Failure(.unknown, "a job was neither new nor known")
        }
        return (known, false)
    }

    package func job(_ id: JobID) async throws -> Job? {
        try await store.job(id)
    }

    private func waiting(_ kind: JobKind) async throws -> Int {
        let now = clock.steady
        if readAt.map({ now - $0 >= Self.freshness }) ?? true {
            readAt = now
            let read = try await store.depths()
            depths = Dictionary(read.map { ($0.kind, $0.ready + $0.delayed) }) { first, _ in first }
        }
        return depths[kind] ?? 0
    }
}
