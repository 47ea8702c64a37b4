// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// Does what a queue needs that runs for years: removes what is old, adds jobs that are due by the calendar, looks after effects
/// without an end.
///
/// Any number of processes may run one each: what one has done the others find done.
package struct Housekeeper: Sendable {
    /// How long what has ended is kept.
    package struct Retention: Hashable, Codable, Sendable {
        /// Completed and cancelled jobs, with their results and keys.
        package var ended: TimeSpan
        /// Dead jobs.
        package var dead: TimeSpan
        /// Runs of workflows that have ended, with their checkpoints and keys.
        package var workflowRuns: TimeSpan

        /// Creates a retention; 14, 90 and 30 days unless something else is asked for.
        package init(ended: TimeSpan = .days(14), dead: TimeSpan = .days(90), workflowRuns: TimeSpan = .days(30)) {
            self.ended = ended
            self.dead = dead
            self.workflowRuns = workflowRuns
        }
    }

    /// How many jobs are removed in one transaction.
    static let pruned = 2_000
    /// How long a request may be sent again under its idempotency key.
    static let keptAnswers = TimeSpan.days(1)

    private let store: any Store
    private let clock: any TimeSource
    private let ids: IdentifierGenerator
    private let timing: FleetTiming
    private let retention: Retention
    private let logger: Logger
    private let added: @Sendable () -> Void
    private let unclear: @Sendable (Effect) async throws -> Void
    /// When what is old was last removed.
    private let cleared = Locked<Timestamp?>(nil)

    /// Creates a housekeeper; it calls `added` when it has added jobs, and `unclear` with an effect that a person must look at.
    package init(
        store: any Store,
        clock: any TimeSource,
        ids: IdentifierGenerator,
        timing: FleetTiming,
        retention: Retention = Retention(),
        logger: Logger,
        added: @escaping @Sendable () -> Void = {},
        unclear: @escaping @Sendable (Effect) async throws -> Void = { _ in }
    ) {
        self.store = store
        self.clock = clock
        self.ids = ids
        self.timing = timing
        self.retention = retention
        self.logger = logger
        self.added = added
        self.unclear = unclear
    }

    /// Keeps house until the task is cancelled; throws `CancellationError` then.
    ///
    /// A fault of the store is logged, and what it kept from being done is done the next time.
    package func run() async throws {
        while true {
            try await clock.sleep(for: timing.unresponsive)
            do {
                try await once()
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.warning("The house could not be kept.", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Does once what is due.
    package func once() async throws {
        try await fireSchedules()
        for effect in try await EffectAudit(store: store, clock: clock, patience: timing.lease).run() {
            logger.error(
                "Nobody knows whether an effect was done.",
                metadata: ["key": "\(effect.key)", "kind": "\(effect.kind)"]
            )
            try await unclear(effect)
        }
        try await removeOld()
    }

    /// Removes what is old, once for every sixty rounds: it is looked for among all that has ended.
    private func removeOld() async throws {
        let now = clock.now
        let last = cleared.withLock { $0 }
        if let last, now - last < timing.unresponsive * 60, now >= last { return }
        cleared.withLock { $0 = now }
        var removed = 0
        while true {
            let count = try await store.prune(before: now - retention.ended, limit: Self.pruned)
            removed += count
            if count < Self.pruned { break }
        }
        removed += try await store.purgeDeadJobs(before: now - retention.dead)
        if removed > 0 { logger.info("Removed old jobs.", metadata: ["jobs": "\(removed)"]) }
        var runs = 0
        while true {
            let count = try await store.pruneWorkflowRuns(before: now - retention.workflowRuns, limit: Self.pruned)
            runs += count
            if count < Self.pruned { break }
        }
        if runs > 0 { logger.info("Removed old workflow runs.", metadata: ["runs": "\(runs)"]) }
        while true {
            let count = try await store.pruneAnswers(before: now - Self.keptAnswers, limit: Self.pruned)
            if count < Self.pruned { break }
        }
    }

    /// Adds the jobs of schedules that are due: one job for all times that passed unseen, as when the computer was off.
    private func fireSchedules() async throws {
        let now = clock.now
        var hasAdded = false
        for schedule in try await store.schedules() where !schedule.isPaused && schedule.nextAt <= now {
            let cron = try CronExpression(schedule.cron, timeZone: schedule.timeZone)
            guard let next = cron.next(after: now) else { continue }
            let job = Job(
                id: ids.next(),
                workspace: schedule.workspace,
                campaign: nil,
                kind: schedule.kind,
                priority: schedule.priority,
                payload: schedule.payload,
                createdAt: now,
                idempotencyKey: "schedule/\(schedule.name)/\(schedule.nextAt.milliseconds)"
            )
            if try await store.fire(schedule, job: job, next: next) { hasAdded = true }
        }
        if hasAdded { added() }
    }
}
