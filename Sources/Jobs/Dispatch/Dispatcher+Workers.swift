// SPDX-License-Identifier: Apache-2.0

package import Domain
import Logging

/// How workers come, beat, take jobs and go.
extension Dispatcher {
    /// Takes a worker into the fleet (C1) and gives it an identifier; it gets jobs once its session is open.
    ///
    /// A name that is known keeps its worker. Kinds of one role alone decide it; otherwise the order of registration does.
    package func register(name: String, slots: Int, kinds: [JobKind]? = nil, isRemote: Bool = false) -> Worker {
        let now = clock.steady
        let id = roster.workers.first { $0.name == name }?.id ?? ids.next(Worker.self)
        if posts[id] == nil { posts[id] = WorkerPost(now: now, isRemote: isRemote) }
        return roster.register(id, name: name, slots: slots, kinds: kinds, now: now)
    }

    /// The post of a registered worker, through which it beats and gets its jobs.
    package func post(of worker: WorkerID) -> WorkerPost? { posts[worker] }

    /// Opens a worker's session, for it starts or starts anew: what was delivered to it before is void.
    @discardableResult
    package func started(_ worker: WorkerID) async throws -> WorkerSession {
        try await checkServer()
        orders[worker] = nil
        for delivery in posts[worker]?.deliveries.takeAvailable() ?? [] { delivery.ended.open() }
        drop(heldBy: [worker])
        roster.released(worker)
        sessions[worker] = nil
        let opened = WorkerSession(
            id: ids.next(),
            worker: worker,
            server: server,
            expiresAt: clock.steady + timing.lease
        )
        opening[opened.id] = worker
        defer { opening[opened.id] = nil }
        let (session, released) = try await store.openSession(opened, now: clock.steady)
        counts.released += released.count
        sessions[worker] = session
        // Another try of its, which failed meanwhile, may have had it for gone.
        roster.arrived(worker)
        // One that names its kinds may run what nobody could so far: what waits has to be asked for again.
        if !released.isEmpty || roster.worker(worker)?.kinds != nil { alarms.put(.newJobs) }
        await beat(worker)
        return session
    }

    /// Goes on with what a worker still holds of a session at another server, in a session here; nil when that session is over.
    ///
    /// `tokens` are those of the jobs that it still has; what else it was leased is handed back.
    package func continued(
        _ worker: WorkerID,
        from former: SessionID,
        tokens: Set<String>
    ) async throws -> (session: WorkerSession, kept: [Delivery])? {
        try await checkServer()
        let opened = WorkerSession(
            id: ids.next(),
            worker: worker,
            server: server,
            expiresAt: clock.steady + timing.lease
        )
        opening[opened.id] = worker
        defer { opening[opened.id] = nil }
        guard let moved = try await store.moveSession(former, to: opened, keeping: tokens, now: clock.steady) else {
            return nil
        }
        for delivery in posts[worker]?.deliveries.takeAvailable() ?? [] { delivery.ended.open() }
        drop(heldBy: [worker])
        roster.released(worker)
        sessions[worker] = moved.session
        roster.arrived(worker)
        counts.released += moved.released.count
        await beat(worker)
        let kept = moved.kept.map { job in
            let delivery = Delivery(job: job)
            held[job.id] = Held(delivery: delivery, worker: worker)
            roster.assigned(to: worker, now: clock.steady)
            return delivery
        }
        if !moved.released.isEmpty { alarms.put(.newJobs) }
        return (moved.session, kept)
    }

    /// Throws unless this server may look after workers; asks for the right once more before.
    private func checkServer() async throws {
        guard !holdsServer else { return }
        try await holdServer()
        guard holdsServer else { throw FleetRefusal.notReady }
    }

    /// Takes a beat in at once, for workers that have no post at hand.
    package func beat(_ worker: WorkerID) async {
        let now = clock.steady
        posts[worker]?.beat(at: now)
        await tell(roster.beat(worker, at: now))
        alarms.put(.freeSlot)
    }

    /// How long a worker's lease still is, when no beat comes.
    func restOfLease(of worker: WorkerID) -> TimeSpan {
        guard let last = roster.worker(worker)?.lastBeatAt else { return .zero }
        return max(last + timing.lease - clock.steady, .zero)
    }

    /// Lets an isolated worker in again, on this server.
    func reinstateHere(_ worker: WorkerID) async {
        // A worker within this process beats on and is given a session; one elsewhere comes when it likes, or never.
        let isAway = sessions[worker] == nil && posts[worker]?.isRemote ?? true
        if !isAway { posts[worker]?.beat(at: clock.steady) }
        await tell(roster.reinstate(worker, isAway: isAway, at: clock.steady))
        alarms.put(.freeSlot)
    }

    /// Waits for jobs that were given to a worker; at most as many as it has free slots.
    ///
    /// A worker has one task that pulls. Throws `CancellationError` when that is cancelled.
    package func pull(worker: WorkerID) async throws -> [Delivery] {
        guard let post = posts[worker] else { return [] }
        return try await post.deliveries.take()
    }

    /// Puts back what a pull took that was meant for another session of its worker; what was leased to a former one is void.
    func redeliver(_ deliveries: [Delivery], to worker: WorkerID) {
        for delivery in deliveries {
            let isPresent = delivery.job.lease.map { sessions[worker]?.id == $0.session } ?? false
            if isPresent, let post = posts[worker] { post.deliveries.put(delivery) } else { delivery.ended.open() }
        }
    }

    /// Waits until the fleet wants a worker restarted, and returns which attempt that is, from 1.
    package func restartOrder(for worker: WorkerID) async throws -> Int {
        guard let post = posts[worker] else { return 0 }
        return try await post.restarts.take().last ?? 0
    }

    /// Ends a worker's session, and its jobs go to others at once; throws what the store throws.
    ///
    /// It is `lost` where its process died, which counts against the jobs that it held, and `handedBack` where it stopped.
    package func leave(_ worker: WorkerID, as end: WorkerSession.End) async throws {
        await tell(roster.leave(worker))
        try await release([worker], as: end)
        sessions[worker] = nil
    }

    /// Notes that a worker enrolled and could not be given a session, so that nobody misses it.
    func turnedAway(_ worker: WorkerID) async {
        // It may have come once more meanwhile, or still have the session of before.
        guard sessions[worker] == nil, !opening.values.contains(worker) else { return }
        await tell(roster.leave(worker))
    }

    /// Notes that a worker dropped a job that was taken from it.
    func dropped(_ delivery: Delivery) {
        settle(delivery, succeeded: nil)
    }

    /// Hands back what workers were given and have lost.
    func takeBackForgotten(_ lost: [Delivery]) async throws {
        guard !lost.isEmpty else { return }
        var leases: [JobID: String] = [:]
        for delivery in lost {
            leases[delivery.job.id] = delivery.job.lease?.token
            settle(delivery, succeeded: nil)
            delivery.ended.open()
        }
        let jobs = try await store.handBack(leases, now: clock.now)
        counts.released += jobs.count
        logger.warning(
            "A worker has lost jobs that it was given; they are handed back.",
            metadata: ["jobs": "\(jobs.count)"]
        )
        alarms.put(.newJobs)
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

    /// Takes no more jobs, waits for those that run, and after the bound stops them and hands them back.
    package func drain(within bound: TimeSpan) async throws {
        isDraining = true
        if !held.isEmpty {
            let (clock, emptied) = (clock, emptied)
            try await race({ try await emptied.wait() }, { try await clock.sleep(for: bound) })
        }
        try await cancel(held.keys.sorted())
    }

    /// Gives the jobs of workers whose session is over back to the queue, and stops them where they still run.
    ///
    /// A worker that beats again gets a session of its own anew.
    func release(_ workers: [WorkerID], as end: WorkerSession.End) async throws {
        drop(heldBy: Set(workers))
        let over = workers.compactMap { sessions.removeValue(forKey: $0)?.id }
        for worker in workers { roster.released(worker) }
        let jobs = try await store.endSessions(over, as: end, now: clock.now)
        counts.released += jobs.count
        if isDraining, held.isEmpty { emptied.open() }
        alarms.put(.newJobs)
        for job in jobs where job.state == .dead {
            counts.dead += 1
            await hooks.ended(job.id, job.campaign)
        }
    }

    /// Stops what workers run, and forgets that they hold it.
    private func drop(heldBy workers: Set<WorkerID>) {
        for id in held.keys.sorted() {
            guard let holding = held[id], workers.contains(holding.worker) else { continue }
            holding.delivery.revocation.open()
            held[id] = nil
        }
    }

    /// Tells of actions that need nothing else to be done.
    func tell(_ actions: [FleetAction]) async {
        for action in actions { await tell(action) }
    }

    func tell(_ action: FleetAction) async {
        await hooks.fleet(action, action.worker.flatMap { roster.worker($0) })
    }
}
