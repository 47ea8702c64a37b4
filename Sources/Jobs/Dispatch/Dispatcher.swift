// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// What the dispatcher tells the rest of the program.
///
/// Both are awaited: they should hand on and return.
package struct DispatcherHooks: Sendable {
    /// A job ended (completed or dead), and its result can be harvested.
    package var ended: @Sendable (JobID, CampaignID?) async -> Void
    /// Something happened in the fleet; the worker is as it is after it, nil where it concerns many.
    package var fleet: @Sendable (FleetAction, Worker?) async -> Void

    /// Creates hooks that do nothing unless given.
    package init(
        ended: @escaping @Sendable (JobID, CampaignID?) async -> Void = { _, _ in },
        fleet: @escaping @Sendable (FleetAction, Worker?) async -> Void = { _, _ in }
    ) {
        self.ended = ended
        self.fleet = fleet
    }
}

/// Gives jobs to workers, takes their reports in, and looks after the fleet.
///
/// One dispatcher owns the fleet and the leases of its store. `run()` does the work until its task is cancelled; whoever adds jobs
/// to the store calls `wake()` afterwards.
package actor Dispatcher {
    /// A job that a worker holds.
    struct Held {
        let delivery: Delivery
        let worker: WorkerID
    }

    /// Why the dispatching loop should go round again.
    enum Alarm: Sendable {
        case newJobs
        case freeSlot
    }

    let store: any JobStore
    let clock: any TimeSource
    let ids: IdentifierGenerator
    let timing: FleetTiming
    let logger: Logger
    let alarms = Inbox<Alarm>()
    private let seed: UInt64
    private var hooks: DispatcherHooks
    var roster: FleetRoster
    var posts: [WorkerID: WorkerPost] = [:]
    private var held: [JobID: Held] = [:]
    /// The roles for which the store had no job left to give when it was last asked.
    private var exhausted: Set<WorkerRole> = []
    private var isDraining = false
    private let emptied = Latch()

    /// Creates a dispatcher; the seed chooses the jitter of retries.
    package init(
        store: any JobStore,
        clock: any TimeSource,
        ids: IdentifierGenerator,
        timing: FleetTiming = .real,
        sizes: FleetSizes = FleetSizes(),
        seed: UInt64 = 1,
        logger: Logger = Logger(label: "dure.jobs"),
        hooks: DispatcherHooks = DispatcherHooks()
    ) {
        self.store = store
        self.clock = clock
        self.ids = ids
        self.timing = timing
        self.seed = seed
        self.logger = logger
        self.hooks = hooks
        roster = FleetRoster(timing: timing, sizes: sizes)
    }

    /// The workers in order of registration.
    package var workers: [Worker] { roster.workers }

    /// The share of workers that are healthy, 0 to 1; 1 for an empty fleet.
    package var healthyShare: Double { roster.healthyShare }

    /// How many jobs the workers hold.
    package var heldJobs: Int { held.count }

    /// Replaces the hooks.
    package func setHooks(_ hooks: DispatcherHooks) {
        self.hooks = hooks
    }

    /// Takes a worker into the fleet (C1) and gives it an identifier; it gets jobs from its first beat on.
    package func register(name: String, slots: Int) -> Worker {
        let id = ids.next(Worker.self)
        let now = clock.now
        posts[id] = WorkerPost(now: now)
        return roster.register(id, name: name, slots: slots, now: now)
    }

    /// The post of a registered worker, through which it beats and gets its jobs.
    package func post(of worker: WorkerID) -> WorkerPost? { posts[worker] }

    /// Takes a beat in at once, for workers that have no post at hand.
    package func beat(_ worker: WorkerID) async {
        let now = clock.now
        posts[worker]?.beat(at: now)
        await tell(roster.beat(worker, at: now))
        alarms.put(.freeSlot)
    }

    /// Takes in that a worker starts, or starts anew: what was delivered to it before is void.
    package func started(_ worker: WorkerID) async throws {
        for delivery in posts[worker]?.deliveries.takeAvailable() ?? [] { delivery.ended.open() }
        if held.values.contains(where: { $0.worker == worker }) { try await release([worker]) }
        await beat(worker)
    }

    /// Lets an isolated worker in again.
    package func reinstate(_ worker: WorkerID) async {
        posts[worker]?.beat(at: clock.now)
        await tell(roster.reinstate(worker, at: clock.now))
        alarms.put(.freeSlot)
    }

    /// Waits for jobs that were given to a worker; at most as many as it has free slots.
    ///
    /// A worker has one task that pulls. Throws `CancellationError` when that is cancelled.
    package func pull(worker: WorkerID) async throws -> [Delivery] {
        guard let post = posts[worker] else { return [] }
        return try await post.deliveries.take()
    }

    /// Waits until the fleet wants a worker restarted, and returns which attempt that is, from 1.
    package func restartOrder(for worker: WorkerID) async throws -> Int {
        guard let post = posts[worker] else { return 0 }
        return try await post.restarts.take().last ?? 0
    }

    /// Says that the store has new jobs; may be called from anywhere, and returns at once.
    package nonisolated func wake() {
        alarms.put(.newJobs)
    }

    /// Gives out what can be given out now (C3); not `asksAgain` leaves out the roles that had nothing waiting at the last time.
    package func dispatch(asksAgain: Bool = true) async throws {
        guard !isDraining else { return }
        if asksAgain { exhausted = [] }
        for role in WorkerRole.allCases where !exhausted.contains(role) {
            try await dispatch(role)
        }
    }

    private func dispatch(_ role: WorkerRole) async throws {
        let free = roster.workers.reduce(0) { sum, worker in
            sum + (worker.role == role && worker.state.isHealthy ? max(worker.slots - worker.inFlight, 0) : 0)
        }
        guard free > 0 else { return }
        let now = clock.now
        let limit = free + 16
        let jobs = try await store.ready(role: role, now: now, limit: limit)
        let probation = Set(held.values.filter { $0.delivery.job.isOnProbation }.map(\.worker))
        let pairs = Assignment.assign(jobs: jobs, workers: roster.workers, now: now, probation: probation)
        if jobs.count < limit, pairs.count == jobs.count { exhausted.insert(role) }
        guard !pairs.isEmpty else { return }
        let tokens = pairs.map { job, worker in
            JobAssignment(job: job, worker: worker, token: ids.next(MessageIdentity.self).text)
        }
        var lost: [WorkerID] = []
        for job in try await store.lease(tokens, now: now) {
            guard let lease = job.lease else { continue }
            let delivery = Delivery(job: job)
            held[job.id] = Held(delivery: delivery, worker: lease.worker)
            roster.assigned(to: lease.worker, now: now)
            let isHealthy = roster.worker(lease.worker)?.state.isHealthy ?? false
            if isHealthy { posts[lease.worker]?.deliveries.put(delivery) } else { lost.append(lease.worker) }
        }
        if !lost.isEmpty { try await release(lost) }
    }

    /// Takes a worker's report in.
    ///
    /// A report whose lease is over is dropped (`.stale`). A failure waits for its next try, or ends the job, as `RecoveryPolicy`
    /// says. Whoever is told of the end is told before this returns.
    @discardableResult
    package func report(_ report: JobReport, from worker: WorkerID) async throws -> JobReceipt {
        guard let holding = held[report.job], holding.worker == worker,
            holding.delivery.job.lease?.token == report.token
        else { return .stale }
        let now = clock.now
        let receipt = try await store.finish(report, now: now, retryDelay: retryDelay(report, of: holding.delivery.job))
        var succeeded: Bool? = false
        switch (receipt, report.outcome) {
        case (.stale, _): succeeded = nil
        case (_, .completed): succeeded = true
        case (_, .failed): break
        }
        settle(holding.delivery, now: now, succeeded: succeeded)
        switch receipt {
        case .accepted, .dead: await hooks.ended(report.job, holding.delivery.job.campaign)
        case .retrying: alarms.put(.newJobs)
        case .stale: break
        }
        return receipt
    }

    private func retryDelay(_ report: JobReport, of job: Job) -> TimeSpan? {
        guard case .failed(let failure) = report.outcome else { return nil }
        let outcome = RecoveryPolicy.outcome(
            of: failure.class,
            attempt: job.attempt,
            maxAttempts: job.maxAttempts,
            seed: SplitMix64.seed(seed, job.id.text, String(job.attempt))
        )
        return outcome.retryDelay
    }

    /// Notes that a delivery is held no longer, unless that is noted already.
    private func settle(_ delivery: Delivery, now: Timestamp, succeeded: Bool?) {
        guard let holding = held[delivery.job.id], holding.delivery === delivery else { return }
        held[delivery.job.id] = nil
        roster.finished(by: holding.worker, succeeded: succeeded, now: now)
        alarms.put(.freeSlot)
        if isDraining, held.isEmpty { emptied.open() }
    }

    /// Notes that a worker dropped a job that was taken from it.
    func dropped(_ delivery: Delivery) {
        settle(delivery, now: clock.now, succeeded: nil)
    }

    /// Stops jobs that workers still run, after the store has cancelled them, and waits until their handlers have ended.
    ///
    /// Jobs that nobody holds are passed over. Waits one lease at most for a handler that does not end.
    package func cancel(_ jobs: [JobID]) async throws {
        let deliveries = jobs.compactMap { held[$0]?.delivery }
        guard !deliveries.isEmpty else { return }
        for delivery in deliveries { delivery.revocation.open() }
        let (clock, bound) = (clock, timing.lease)
        try await race(
            { for delivery in deliveries { try await delivery.ended.wait() } },
            { try await clock.sleep(for: bound) }
        )
        for delivery in deliveries { dropped(delivery) }
    }

    /// Takes no more jobs, waits for those that run, and after the bound stops them; they are leased until the next start.
    package func drain(within bound: TimeSpan) async throws {
        isDraining = true
        if !held.isEmpty {
            let (clock, emptied) = (clock, emptied)
            try await race({ try await emptied.wait() }, { try await clock.sleep(for: bound) })
        }
        try await cancel(held.keys.sorted())
    }

    /// Gives the jobs of workers whose lease is over back to the queue, and stops them where they still run.
    func release(_ workers: [WorkerID]) async throws {
        let lost = Set(workers)
        for id in held.keys.sorted() {
            guard let holding = held[id], lost.contains(holding.worker) else { continue }
            holding.delivery.revocation.open()
            held[id] = nil
        }
        for worker in workers { roster.released(worker) }
        let jobs = try await store.release(workers: workers, now: clock.now)
        if isDraining, held.isEmpty { emptied.open() }
        alarms.put(.newJobs)
        for job in jobs where job.state == .dead { await hooks.ended(job.id, job.campaign) }
    }

    /// Tells of actions that need nothing else to be done.
    func tell(_ actions: [FleetAction]) async {
        for action in actions { await tell(action) }
    }

    func tell(_ action: FleetAction) async {
        await hooks.fleet(action, action.worker.flatMap { roster.worker($0) })
    }
}
