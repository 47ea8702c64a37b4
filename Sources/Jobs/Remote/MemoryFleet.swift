// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A fleet and a queue in memory, without leases that end by time: for tests of what talks to a fleet, and for measuring it alone.
package actor MemoryFleet: FleetGate, FleetControl {
    private struct Stay {
        var worker: WorkerID
        var kinds: Set<JobKind>
        var slots: Int
        var held: [JobID: Job] = [:]
        var orders: FleetOrders
        let inbox = Inbox<Void>()
    }

    package nonisolated let timing: FleetTiming
    private let ids: IdentifierGenerator
    private let clock: any TimeSource
    private var stays: [SessionID: Stay] = [:]
    private var members: [Worker] = []
    private var waiting: [Job] = []
    private var first = 0
    private var board = MaintenanceBoard()
    /// The jobs that ended, with what was said of each.
    package private(set) var ended: [JobID: JobReport.Outcome] = [:]
    /// How many jobs ended; kept apart so that `keepsOutcomes` can be off.
    package private(set) var count = 0
    /// How many reports were stale.
    package private(set) var stale = 0
    /// How far each job was said to be.
    package private(set) var progress: [JobID: Double] = [:]
    private let keepsOutcomes: Bool
    private let watch: (@Sendable (JobID) -> Void)?

    /// Creates a fleet; `watch` is told of every job that ends.
    package init(
        ids: IdentifierGenerator,
        clock: any TimeSource,
        timing: FleetTiming = .real,
        keepsOutcomes: Bool = true,
        watch: (@Sendable (JobID) -> Void)? = nil
    ) {
        self.ids = ids
        self.clock = clock
        self.timing = timing
        self.keepsOutcomes = keepsOutcomes
        self.watch = watch
    }

    /// Adds jobs and wakes those who wait.
    package func add(_ jobs: [Job]) {
        waiting += jobs
        for stay in stays.values { stay.inbox.put(()) }
    }

    /// The sessions that are open.
    package var sessions: [SessionID] { stays.keys.sorted() }

    /// Gives orders to the worker of a session with its next beat.
    package func order(_ session: SessionID, _ change: @Sendable (inout FleetOrders) -> Void) {
        guard var orders = stays[session]?.orders else { return }
        change(&orders)
        stays[session]?.orders = orders
    }

    package func register(
        name: String,
        kinds: [JobKind],
        slots: Int,
        resuming: FleetResumption?
    ) async throws -> FleetAdmission {
        if resuming != nil { throw FleetRefusal.sessionIsOver }
        let now = clock.now
        var worker =
            members.first { $0.name == name }
            ?? Worker(id: ids.next(), name: name, role: .trial, slots: slots, registeredAt: now)
        if worker.state == .isolated { throw FleetRefusal.isolated(worker.id) }
        worker.state = .idle
        worker.slots = slots
        members.removeAll { $0.name == name }
        members.append(worker)
        for (id, stay) in stays where stay.worker == worker.id { end(id) }
        let session = WorkerSession(id: ids.next(), worker: worker.id, server: "memory", expiresAt: now + timing.lease)
        let orders = FleetOrders(lease: timing.lease)
        stays[session.id] = Stay(worker: worker.id, kinds: Set(kinds), slots: slots, orders: orders)
        return FleetAdmission(worker: worker, session: session)
    }

    package func pull(session: SessionID, limit: Int) async throws -> [Job] {
        while true {
            guard let stay = stays[session] else { throw FleetRefusal.sessionIsOver }
            let jobs = take(min(limit, stay.slots - stay.held.count), for: session)
            if !jobs.isEmpty { return jobs }
            _ = try await stay.inbox.take()
        }
    }

    private func take(_ limit: Int, for session: SessionID) -> [Job] {
        guard limit > 0, let stay = stays[session], !stay.orders.drain else { return [] }
        var taken: [Job] = []
        while taken.count < limit, first < waiting.count, stay.kinds.contains(waiting[first].kind) {
            var job = waiting[first]
            first += 1
            job.attempt += 1
            job.state = .leased
            job.lease = JobLease(token: ids.next(MessageIdentity.self).text, worker: stay.worker, session: session)
            taken.append(job)
            stays[session]?.held[job.id] = job
        }
        if first > 10_000, first * 2 > waiting.count {
            waiting.removeFirst(first)
            first = 0
        }
        return taken
    }

    package func beat(session: SessionID, progress: [JobID: Double], renews: Bool) async throws -> FleetOrders {
        guard let stay = stays[session] else { return FleetOrders(lease: timing.lease, sessionIsOver: true) }
        self.progress.merge(progress) { $1 }
        var orders = stay.orders
        orders.cancel += progress.keys.filter { stay.held[$0] == nil }.sorted()
        stays[session]?.orders.restart = nil
        return orders
    }

    package func report(_ reports: [JobReport], from session: SessionID) async throws -> [JobReceipt] {
        let receipts = reports.map { report -> JobReceipt in
            guard let job = stays[session]?.held[report.job], job.lease?.token == report.token else {
                stale += 1
                return .stale
            }
            stays[session]?.held[report.job] = nil
            count += 1
            if keepsOutcomes { ended[report.job] = report.outcome }
            watch?(report.job)
            return .accepted
        }
        stays[session]?.inbox.put(())
        return receipts
    }

    package func isOpen(_ session: SessionID) async -> Bool { stays[session] != nil }

    package func leave(session: SessionID, as end: WorkerSession.End) async throws {
        self.end(session)
    }

    private func end(_ session: SessionID) {
        guard let stay = stays.removeValue(forKey: session) else { return }
        stay.inbox.put(())
        add(
            stay.held.values.sorted { $0.id < $1.id }.map { job in
                var job = job
                job.lease = nil
                job.state = .queued
                job.attempt -= 1
                return job
            }
        )
    }

    package func workers() async throws -> [Worker] { members }

    private func change(_ worker: WorkerID, _ body: (inout Worker, SessionID?) throws -> Void) throws {
        guard let place = members.firstIndex(where: { $0.id == worker }) else {
            throw FleetRefusal.noSuchWorker(worker)
        }
        try body(&members[place], stays.first { $0.value.worker == worker }?.key)
    }

    package func restart(_ worker: WorkerID) async throws {
        try change(worker) { _, session in
            if let session { stays[session]?.orders.restart = 1 }
        }
    }

    package func isolate(_ worker: WorkerID, reason: String) async throws {
        try change(worker) { member, session in
            member.state = .isolated
            if let session { end(session) }
        }
    }

    package func release(_ worker: WorkerID) async throws {
        try change(worker) { member, _ in member.state = .offline }
    }

    package func drain(_ worker: WorkerID) async throws {
        try change(worker) { member, session in
            member.state = .draining
            if let session { stays[session]?.orders.drain = true }
        }
    }

    package func forget(_ worker: WorkerID) async throws {
        try change(worker) { member, session in
            if session != nil { throw FleetRefusal.present(worker) }
            member.state = .offline
        }
        members.removeAll { $0.id == worker }
    }

    package func maintenance() async throws -> MaintenanceBoard { board }

    package func plan(_ wish: MaintenanceWish) async throws -> MaintenancePlan {
        let plan = try wish.plan(at: clock.now)
        board.plans.removeAll { $0.target == plan.target }
        board.plans.append(plan)
        return plan
    }

    package func endMaintenance(of target: MaintenanceTarget) async throws -> Bool {
        let count = board.plans.count
        board.plans.removeAll { $0.target == target }
        return board.plans.count < count
    }
}
