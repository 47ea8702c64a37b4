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

/// What went through a dispatcher, counted from its start.
package struct DispatcherCounts: Hashable, Sendable {
    /// Jobs that were leased to workers.
    package var claimed = 0
    /// Reports that count.
    package var accepted = 0
    /// Failures that are tried again.
    package var retried = 0
    /// Jobs that have used up their tries.
    package var dead = 0
    /// Reports that came after their lease was over, and were dropped.
    package var stale = 0
    /// Leases that were taken away.
    package var released = 0
}

/// Gives jobs to workers, takes their reports in, and looks after the fleet.
///
/// Each process that workers talk to has one; several may share a store. `run()` does the work until its task is cancelled; whoever
/// adds jobs to the store calls `wake()` afterwards.
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
    /// What is kept of the fleet for all servers; nil for a fleet that ends with this process.
    let fleet: (any FleetHome)?
    let clock: any TimeSource
    let ids: IdentifierGenerator
    let timing: FleetTiming
    let logger: Logger
    let server: String
    let identity: ServerIdentity
    let poll: TimeSpan?
    let alarms = Inbox<Alarm>()
    let seed: UInt64
    var hooks: DispatcherHooks
    var roster: FleetRoster
    var posts: [WorkerID: WorkerPost] = [:]
    var sessions: [WorkerID: WorkerSession] = [:]
    /// The sessions that the store is just being told of, and whose they are.
    var opening: [SessionID: WorkerID] = [:]
    var held: [JobID: Held] = [:]
    /// What was held without a lease at the last look.
    var unleased: Set<JobID> = []
    /// What was leased to a worker here and held by none at the last look, with the token.
    var unheld: [JobID: String] = [:]
    /// What this process knows of the fleet that it shares.
    var shared = SharedFleet()
    /// What people want of the workers here.
    var orders: [WorkerID: Set<FleetOrder.Kind>] = [:]
    /// What went through so far.
    package internal(set) var counts = DispatcherCounts()
    /// The roles for which the store had no job left to give when it was last asked.
    private var exhausted: Set<WorkerRole> = []
    var isDraining = false
    let emptied = Latch()

    /// Creates a dispatcher.
    ///
    /// The server is the name of this process among those that share the store: what a former process of this name left leased is taken
    /// back at the start. It is nil where nobody else has the store; then every lease is. Where others add jobs to the store too, `poll`
    /// is how often it is asked although nobody said that there are new ones. With a `fleet` workers keep what they are there, whichever
    /// server they come to, and a server that others know by its name gives work out only while it has its lease; the `identity` tells it
    /// whether a former process of its name, which has that lease, is dead. The seed chooses the jitter of retries and polls.
    package init(
        store: any JobStore,
        fleet: (any FleetHome)? = nil,
        clock: any TimeSource,
        ids: IdentifierGenerator,
        timing: FleetTiming = .real,
        sizes: FleetSizes = FleetSizes(),
        server: String? = nil,
        identity: ServerIdentity = .unknown,
        poll: TimeSpan? = nil,
        seed: UInt64 = 1,
        logger: Logger = Logger(label: "dure.jobs"),
        hooks: DispatcherHooks = DispatcherHooks()
    ) {
        self.store = store
        self.fleet = fleet
        self.clock = clock
        self.ids = ids
        self.timing = timing
        self.server = server ?? ""
        self.identity = identity
        self.poll = poll
        self.seed = seed
        self.logger = logger
        self.hooks = hooks
        roster = FleetRoster(timing: timing, sizes: sizes, leadersAreLeased: fleet != nil)
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

    /// Says that the store has new jobs; may be called from anywhere, and returns at once.
    package nonisolated func wake() {
        alarms.put(.newJobs)
    }

    // MARK: - Giving out

    /// Gives out what can be given out now (C3); not `asksAgain` leaves out the roles that had nothing waiting at the last time.
    package func dispatch(asksAgain: Bool = true) async throws {
        guard !isDraining, holdsServer else { return }
        if asksAgain { exhausted = [] }
        for role in WorkerRole.allCases where !exhausted.contains(role) {
            try await dispatch(role)
        }
    }

    private func dispatch(_ role: WorkerRole) async throws {
        let able = roster.standing(for: role).filter { $0.canTake && sessions[$0.id] != nil }
        guard !able.isEmpty else { return }
        let now = clock.now
        let limit = able.reduce(16) { $0 + $1.slots - $1.inFlight }
        let request = ClaimRequest(kinds: role.kinds(of: able), limit: limit)
        let claim = try await store.claim(request, now: now, choose: chooser(among: able, now: clock.steady))
        if claim.candidates < limit, claim.jobs.count == claim.candidates { exhausted.insert(role) }
        counts.claimed += claim.jobs.count
        try await deliver(claim.jobs)
    }

    /// Chooses within the store's transaction: by score, with a token of its own for every lease.
    private func chooser(
        among workers: [Worker],
        now: Timestamp
    ) -> @Sendable ([Job]) -> [JobAssignment] {
        let probation = Set(held.values.filter { $0.delivery.job.isOnProbation }.map(\.worker))
        let (sessions, ids) = (sessions, ids)
        return { jobs in
            Assignment.assign(jobs: jobs, workers: workers, now: now, probation: probation).compactMap { job, worker in
                sessions[worker].map { session in
                    JobAssignment(
                        job: job,
                        worker: worker,
                        session: session.id,
                        token: ids.next(MessageIdentity.self).text
                    )
                }
            }
        }
    }

    /// Hands leased jobs to the posts of their workers; those of a worker that is silent or gone go back.
    private func deliver(_ jobs: [Job]) async throws {
        var undelivered: [JobID: String] = [:]
        var former: Set<SessionID> = []
        let now = clock.steady
        for job in jobs {
            guard let lease = job.lease else { continue }
            guard sessions[lease.worker]?.id == lease.session else {
                former.insert(lease.session)
                continue
            }
            guard roster.worker(lease.worker)?.state.isHealthy ?? false, let post = posts[lease.worker] else {
                undelivered[job.id] = lease.token
                continue
            }
            let delivery = Delivery(job: job)
            held[job.id] = Held(delivery: delivery, worker: lease.worker)
            roster.assigned(to: lease.worker, now: now)
            post.deliveries.put(delivery)
        }
        if !former.isEmpty { try await handBack(former) }
        guard !undelivered.isEmpty else { return }
        // What its worker never got says nothing about the job.
        counts.released += try await store.handBack(undelivered, now: clock.now).count
        alarms.put(.newJobs)
    }

    /// Gives back what was leased to sessions that ended meanwhile; those that their workers have now go on.
    private func handBack(_ former: Set<SessionID>) async throws {
        let jobs = try await store.endSessions(former.sorted(), as: .handedBack, now: clock.now)
        counts.released += jobs.count
        alarms.put(.newJobs)
    }

    // MARK: - Taking in

    /// Takes a worker's report in.
    @discardableResult
    package func report(_ report: JobReport, from worker: WorkerID) async throws -> JobReceipt {
        try await self.report([report], from: worker).first ?? .stale
    }

    /// Takes a worker's reports in; the receipts are in their order.
    ///
    /// A report whose lease is over is dropped (`.stale`). A failure waits for its next try, or ends the job, as `RecoveryPolicy`
    /// says. Whoever is told of the end is told before this returns.
    package func report(_ reports: [JobReport], from worker: WorkerID) async throws -> [JobReceipt] {
        let holdings = reports.map { holding($0, worker) }
        let current = zip(reports, holdings).filter { $0.1 != nil }.map(\.0)
        let now = clock.now
        let seed = seed
        let isCheap = holdings.allSatisfy { $0?.job.kind.isCheapToRepeat ?? true }
        var receipts =
            current.isEmpty
            ? []
            : try await store.finish(current, now: now, durability: isCheap ? .process : .power) { failure, job in
                Self.retryDelay(after: failure, of: job, seed: seed)
            }
        receipts.reverse()
        var answers: [JobReceipt] = []
        for (report, delivery) in zip(reports, holdings) {
            guard let delivery, let receipt = receipts.popLast() else {
                counts.stale += 1
                answers.append(.stale)
                continue
            }
            await note(receipt, of: report, delivery)
            answers.append(receipt)
        }
        return answers
    }

    private func holding(_ report: JobReport, _ worker: WorkerID) -> Delivery? {
        guard let holding = held[report.job], holding.worker == worker,
            holding.delivery.job.lease?.token == report.token
        else { return nil }
        return holding.delivery
    }

    private func note(_ receipt: JobReceipt, of report: JobReport, _ delivery: Delivery) async {
        var succeeded: Bool? = false
        if receipt == .stale { succeeded = nil } else if case .completed = report.outcome { succeeded = true }
        settle(delivery, succeeded: succeeded)
        switch receipt {
        case .accepted:
            counts.accepted += 1
            await hooks.ended(report.job, delivery.job.campaign)
        case .dead:
            counts.dead += 1
            await hooks.ended(report.job, delivery.job.campaign)
        case .retrying:
            counts.retried += 1
            alarms.put(.newJobs)
        case .stale: counts.stale += 1
        }
    }

    private static func retryDelay(after failure: Failure, of job: Job, seed: UInt64) -> TimeSpan? {
        RecoveryPolicy.outcome(
            of: failure.class,
            attempt: job.attempt,
            maxAttempts: job.maxAttempts,
            seed: SplitMix64.seed(seed, job.id.text, String(job.attempt))
        ).retryDelay
    }

    /// Notes that a delivery is held no longer, unless that is noted already.
    func settle(_ delivery: Delivery, succeeded: Bool?) {
        guard let holding = held[delivery.job.id], holding.delivery === delivery else { return }
        held[delivery.job.id] = nil
        roster.finished(by: holding.worker, succeeded: succeeded, now: clock.steady)
        alarms.put(.freeSlot)
        if isDraining, held.isEmpty { emptied.open() }
    }
}

extension WorkerRole {
    /// The kinds that at least one of some workers of this role runs, in their usual order.
    fileprivate func kinds(of workers: [Worker]) -> [JobKind] {
        let all = JobKind.allCases.filter { $0.role == self }
        guard workers.allSatisfy({ $0.kinds != nil }) else { return all }
        let wanted = Set(workers.flatMap { $0.kinds ?? [] })
        return all.filter(wanted.contains)
    }
}
