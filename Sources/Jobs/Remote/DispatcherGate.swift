// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The dispatcher's fleet for workers elsewhere: sessions instead of posts, orders with beats.
package actor DispatcherGate: FleetGate {
    /// What a session was given and has not answered.
    private struct Stay {
        let worker: WorkerID
        var given: [JobID: Delivery] = [:]
        /// Deliveries that came when the worker had asked for fewer.
        var rest: [Delivery] = []
        /// Since when beats have not named what was given, by the token.
        var unnamed: [String: Timestamp] = [:]
    }

    package nonisolated let timing: FleetTiming
    private let dispatcher: Dispatcher
    private var stays: [SessionID: Stay] = [:]
    /// The newest session of each worker.
    private var newest: [WorkerID: SessionID] = [:]

    /// Creates a gate to a dispatcher.
    package init(_ dispatcher: Dispatcher) {
        self.dispatcher = dispatcher
        timing = dispatcher.timing
    }

    package func register(
        name: String,
        kinds: [JobKind],
        slots: Int,
        resuming: FleetResumption?
    ) async throws -> FleetAdmission {
        let isMoving = resuming != nil
        var worker = try await dispatcher.enrol(name: name, slots: slots, kinds: kinds, continuing: isMoving)
        let session: WorkerSession
        let kept: [Delivery]
        do {
            if worker.state == .draining, !isMoving {
                // Its process ended before it could say so.
                try await dispatcher.leave(worker.id, as: .handedBack)
                worker = try await dispatcher.enrol(name: name, slots: slots, kinds: kinds)
            }
            if worker.state == .isolated { throw FleetRefusal.isolated(worker.id) }
            (session, kept) = try await open(worker.id, resuming)
        } catch {
            await dispatcher.turnedAway(worker.id)
            throw error
        }
        if let former = newest[worker.id] { end(former) }
        var stay = Stay(worker: worker.id)
        for delivery in kept { stay.given[delivery.job.id] = delivery }
        stays[session.id] = stay
        newest[worker.id] = session.id
        return FleetAdmission(worker: worker, session: session, kept: kept.map(\.job.id).sorted())
    }

    /// Opens a session for a worker that has enrolled, with the jobs that it goes on with.
    private func open(_ worker: WorkerID, _ resuming: FleetResumption?) async throws -> (WorkerSession, [Delivery]) {
        guard let resuming else { return (try await dispatcher.started(worker), []) }
        let tokens = Set(resuming.jobs.values)
        guard let moved = try await dispatcher.continued(worker, from: resuming.session, tokens: tokens) else {
            // Nobody is missed who has not come.
            try await dispatcher.leave(worker, as: .handedBack)
            throw FleetRefusal.sessionIsOver
        }
        return moved
    }

    package func pull(session: SessionID, limit: Int) async throws -> [Job] {
        guard limit > 0 else { return [] }
        while true {
            let worker = try await worker(of: session)
            if stays[session]?.rest.isEmpty ?? true {
                let deliveries = try await dispatcher.pull(worker: worker)
                stays[session]?.rest += deliveries.filter { $0.job.lease?.session == session }
                // A pull of a former session may be the one that is given what the present one waits for.
                await dispatcher.redeliver(deliveries.filter { $0.job.lease?.session != session }, to: worker)
            }
            let jobs = take(limit, of: session)
            if !jobs.isEmpty { return jobs }
        }
    }

    private func take(_ limit: Int, of session: SessionID) -> [Job] {
        guard var stay = stays[session] else { return [] }
        stay.rest.removeAll { delivery in
            guard delivery.revocation.isOpen else { return false }
            delivery.ended.open()
            return true
        }
        let taken = stay.rest.prefix(max(limit, 0))
        stay.rest.removeFirst(taken.count)
        for delivery in taken { stay.given[delivery.job.id] = delivery }
        stays[session] = stay
        return taken.map(\.job)
    }

    package func beat(session: SessionID, progress: [JobID: Double], renews: Bool) async throws -> FleetOrders {
        let worker: WorkerID
        do {
            worker = try await self.worker(of: session)
        } catch FleetRefusal.sessionIsOver {
            return FleetOrders(lease: timing.lease, sessionIsOver: true)
        }
        if renews { await dispatcher.beat(worker) }
        try await dispatcher.takeBackForgotten(forgotten(in: session, progress: progress))
        let restart = await dispatcher.post(of: worker)?.restarts.takeAvailable().last
        let orders = await dispatcher.orders[worker] ?? []
        return FleetOrders(
            cancel: cancelled(in: session, progress: progress),
            drain: orders.contains(.drain),
            restart: restart ?? (orders.contains(.restart) ? 1 : nil),
            lease: await dispatcher.restOfLease(of: worker),
            leadership: await dispatcher.leadership(of: worker)
        )
    }

    /// The jobs that the worker holds and should not; those that were taken from it and that it holds no longer have ended.
    private func cancelled(in session: SessionID, progress: [JobID: Double]) -> [JobID] {
        guard let given = stays[session]?.given else { return [] }
        for (id, delivery) in given where delivery.revocation.isOpen && progress[id] == nil {
            delivery.ended.open()
            stays[session]?.given[id] = nil
        }
        return progress.keys.filter { given[$0]?.revocation.isOpen ?? true }.sorted()
    }

    /// What was given and no beat has named for the length of a lease: the worker has lost it, and would hold it for ever.
    private func forgotten(in session: SessionID, progress: [JobID: Double]) -> [Delivery] {
        guard var stay = stays[session] else { return [] }
        let now = dispatcher.clock.steady
        let unnamed = stay.given.values.filter { progress[$0.job.id] == nil && !$0.revocation.isOpen }
        var since: [String: Timestamp] = [:]
        for delivery in unnamed {
            guard let token = delivery.job.lease?.token else { continue }
            since[token] = stay.unnamed[token] ?? now
        }
        let lost = unnamed.filter { delivery in
            delivery.job.lease.flatMap { since[$0.token] }.map { now - $0 >= timing.lease } ?? false
        }
        for delivery in lost { stay.given[delivery.job.id] = nil }
        stay.unnamed = since
        stays[session] = stay
        return lost.sorted { $0.job.id < $1.job.id }
    }

    package func report(_ reports: [JobReport], from session: SessionID) async throws -> [JobReceipt] {
        let worker = try await worker(of: session)
        let receipts = try await dispatcher.report(reports, from: worker)
        for report in reports where stays[session]?.given[report.job]?.job.lease?.token == report.token {
            stays[session]?.given.removeValue(forKey: report.job)?.ended.open()
        }
        return receipts
    }

    package func isOpen(_ session: SessionID) async -> Bool {
        (try? await worker(of: session)) != nil
    }

    /// How many stays are kept.
    var count: Int { stays.count }

    package func leave(session: SessionID, as end: WorkerSession.End) async throws {
        let worker = try await worker(of: session)
        self.end(session)
        try await dispatcher.leave(worker, as: end)
    }

    /// The worker of a session that is open; throws when it is over.
    private func worker(of session: SessionID) async throws -> WorkerID {
        guard let worker = stays[session]?.worker else { throw FleetRefusal.sessionIsOver }
        // One that has parted has no post, and nothing to wait for.
        guard await dispatcher.sessions[worker]?.id == session, await dispatcher.post(of: worker) != nil else {
            end(session)
            throw FleetRefusal.sessionIsOver
        }
        return worker
    }

    private func end(_ session: SessionID) {
        guard let stay = stays.removeValue(forKey: session) else { return }
        if newest[stay.worker] == session { newest[stay.worker] = nil }
        for delivery in stay.rest + stay.given.values { delivery.ended.open() }
    }
}

extension DispatcherGate: FleetControl {
    package func workers() async throws -> [Worker] {
        try await dispatcher.allWorkers()
    }

    package func restart(_ worker: WorkerID) async throws {
        try await dispatcher.order(.restart, worker)
    }

    package func isolate(_ worker: WorkerID, reason: String) async throws {
        try await dispatcher.isolate(worker, reason: reason)
    }

    package func release(_ worker: WorkerID) async throws {
        try await dispatcher.reinstate(worker)
    }

    package func drain(_ worker: WorkerID) async throws {
        try await dispatcher.order(.drain, worker)
    }

    package func forget(_ worker: WorkerID) async throws {
        try await dispatcher.forget(worker)
    }

    package func maintenance() async throws -> MaintenanceBoard {
        try await stored().maintenance()
    }

    package func plan(_ wish: MaintenanceWish) async throws -> MaintenancePlan {
        try await stored().plan(wish)
    }

    package func endMaintenance(of target: MaintenanceTarget) async throws -> Bool {
        try await stored().endMaintenance(of: target)
    }

    private func stored() async throws -> StoredFleetControl {
        guard let stored = await dispatcher.stored else { throw FleetRefusal.notReady }
        return stored
    }
}
