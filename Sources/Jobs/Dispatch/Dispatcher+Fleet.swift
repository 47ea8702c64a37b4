// SPDX-License-Identifier: Apache-2.0

package import Domain
import Logging

/// What a dispatcher knows of the fleet that it shares with other servers.
struct SharedFleet {
    /// Tells this process from a former one of the same name; empty until it has asked for the server's lease.
    var instance = ""
    /// Whether what a former process of this name left was taken back.
    var hasTakenBack = false
    /// Until when this server has its lease, by the steady clock.
    var heldUntil: Timestamp?
    /// The epoch of each worker that enrolled here.
    var epochs: [WorkerID: Int] = [:]
    /// Isolations that the store does not know of yet.
    var isolations: [WorkerID: FleetMember.Isolation] = [:]
    /// The fleet as the store last showed it.
    var view: FleetView?
}

/// The fleet that several servers share.
extension Dispatcher {
    /// Takes a worker into the fleet, or knows it again by its name (C1); it gets jobs once its session is open.
    ///
    /// It is `continuing` where it goes on with what it holds. Throws what the store throws.
    package func enrol(
        name: String,
        slots: Int,
        kinds: [JobKind]?,
        isRemote: Bool = true,
        continuing: Bool = false
    ) async throws -> Worker {
        guard let fleet else { return register(name: name, slots: slots, kinds: kinds, isRemote: isRemote) }
        let newcomer = FleetNewcomer(
            id: ids.next(),
            name: name,
            role: FleetRoster.onlyRole(of: kinds),
            trialRunners: roster.sizes.trialRunners,
            groupSize: roster.sizes.groupSize,
            continues: continuing
        )
        var member = try await fleet.enrol(newcomer, now: clock.now)
        if let isolation = shared.isolations[member.id] { member.isolation = isolation }
        shared.epochs[member.id] = member.epoch
        let now = clock.steady
        if posts[member.id] == nil { posts[member.id] = WorkerPost(now: now, isRemote: isRemote) }
        return roster.admit(member, slots: slots, kinds: kinds, now: now)
    }

    /// Every worker of the fleet, whichever server it is with.
    package func allWorkers() async throws -> [Worker] {
        guard let view = try await fleet?.fleet(now: clock.now) else { return workers }
        shared.view = view
        return view.workers(besides: roster)
    }

    // MARK: - This server's right

    /// Whether this server may give work out: its lease is not over, or it needs none.
    var holdsServer: Bool {
        guard fleet != nil, !server.isEmpty else { return true }
        return shared.heldUntil.map { clock.steady < $0 } ?? false
    }

    /// Takes this server's lease or renews it.
    ///
    /// Where a former process of this name has it, that must be dead for certain, or the lease run out: one that lives keeps its workers.
    func holdServer() async throws {
        guard let fleet, !server.isEmpty else { return }
        if shared.instance.isEmpty { shared.instance = identity.holder(ids.next(MessageIdentity.self).text) }
        let name = WorkerSession.lease(ofServer: server)
        let (asked, couldGive) = (clock.steady, holdsServer)
        var lease = try await fleet.acquireLease(name, holder: shared.instance, for: timing.lease, now: clock.now)
        if lease.holder != shared.instance, identity.isDead(lease.holder) {
            try await fleet.releaseLease(name, holder: lease.holder, term: lease.term)
            lease = try await fleet.acquireLease(name, holder: shared.instance, for: timing.lease, now: clock.now)
        }
        guard lease.holder == shared.instance else {
            shared.heldUntil = nil
            logger.error(
                "Another process has this server's name, and is not known to be dead: this one waits for the end of its lease.",
                metadata: ["server": "\(server)", "holder": "\(lease.holder)", "until": "\(lease.expiresAt)"]
            )
            return
        }
        shared.heldUntil = asked + timing.lease
        if !couldGive { alarms.put(.newJobs) }
    }

    /// Gives the jobs of this server's workers back, and what a former process of its name left, unless another one has the name now.
    package func handBack() async throws -> [Job] {
        guard holdsServer else {
            return try await store.endSessions(sessions.values.map(\.id).sorted(), as: .handedBack, now: clock.now)
        }
        return try await store.endSessions(ofServer: server, now: clock.now)
    }

    /// Gives up this server's rights, once its workers' sessions have ended, so that nobody waits for their end.
    package func retire() async throws {
        guard let fleet else { return }
        for lease in shared.view?.leases.values.sorted(by: { $0.name < $1.name }) ?? [] {
            let isOurs = roster.workers.contains { $0.id.text == lease.holder && $0.isLeader }
            if isOurs { try await fleet.releaseLease(lease.name, holder: lease.holder, term: lease.term) }
        }
        guard !server.isEmpty, holdsServer else { return }
        let name = WorkerSession.lease(ofServer: server)
        let lease = try await fleet.leases().first { $0.name == name && $0.holder == shared.instance }
        shared.heldUntil = nil
        if let lease { try await fleet.releaseLease(name, holder: lease.holder, term: lease.term) }
    }

    // MARK: - At every look

    /// Tells the store how the workers here are, and takes over what it knows: who went elsewhere, who is isolated, what is wanted of
    /// whom, who leads and who rests.
    func meetFleet() async throws {
        guard let fleet else { return }
        for (worker, isolation) in shared.isolations.sorted(by: { $0.key < $1.key }) {
            _ = try await fleet.isolate(worker, isolation)
            shared.isolations[worker] = nil
        }
        let standings = roster.workers.compactMap { worker in
            shared.epochs[worker.id].map { FleetStanding(worker: worker, epoch: $0) }
        }
        try await fleet.note(standings)
        var view = try await fleet.fleet(now: clock.now)
        shared.view = view
        try await takeOver(view)
        try await lead(&view, fleet)
        try await maintain(view, fleet)
        shared.view = view
    }

    private func takeOver(_ view: FleetView) async throws {
        let members = Dictionary(view.members.map { ($0.id, $0) }) { first, _ in first }
        for worker in roster.workers where shared.epochs[worker.id] != nil {
            if hasGone(worker.id, view, members) {
                try await part(from: worker.id)
                continue
            }
            guard let member = members[worker.id] else { continue }
            if let isolation = member.isolation, worker.state != .isolated {
                try await isolateHere(worker.id, reason: isolation.reason)
            } else if member.isolation == nil, worker.state == .isolated, shared.isolations[worker.id] == nil {
                await reinstateHere(worker.id)
            }
            let wanted = Set(view.orders.filter { $0.worker == worker.id }.map(\.kind))
            if posts[worker.id]?.isRemote == false {
                // What was read may be older than the enrolment that settled it.
                if member.epoch == shared.epochs[worker.id] { try await obey(wanted, worker.id) }
            } else if sessions[worker.id] != nil {
                orders[worker.id] = wanted
                if orders[worker.id]?.contains(.drain) ?? false { roster.rest(worker.id) }
            }
        }
    }

    /// Has a worker within this process do what people want of it: nobody tells it with its beats.
    private func obey(_ wanted: Set<FleetOrder.Kind>, _ worker: WorkerID) async throws {
        let new = wanted.subtracting(orders[worker] ?? [])
        orders[worker] = wanted.isEmpty ? nil : wanted
        if new.contains(.restart) { posts[worker]?.restarts.put(1) }
        guard wanted.contains(.drain), sessions[worker] != nil else { return }
        roster.rest(worker)
        let isDone = roster.worker(worker)?.state == .draining && !held.values.contains { $0.worker == worker }
        if isDone { try await leave(worker, as: .handedBack) }
    }

    /// Takes a worker within this process in anew where people asked it to begin anew: that settles what they want of it.
    func beginsAnew(_ worker: Worker) async throws {
        guard fleet != nil, orders[worker.id] != nil else { return }
        if roster.worker(worker.id)?.state == .draining { try await leave(worker.id, as: .handedBack) }
        _ = try await enrol(name: worker.name, slots: worker.slots, kinds: worker.kinds, isRemote: false)
    }

    /// Whether a worker is with another server now, or was forgotten.
    private func hasGone(_ worker: WorkerID, _ view: FleetView, _ members: [WorkerID: FleetMember]) -> Bool {
        guard let member = members[worker] else { return sessions[worker] == nil && opening.isEmpty }
        // What was read may be older than what has just begun here.
        guard member.epoch > shared.epochs[worker] ?? 0, let session = view.sessions[worker] else { return false }
        return session.server != server
    }

    private func part(from worker: WorkerID) async throws {
        logger.info("A worker is with another server.", metadata: ["worker": "\(roster.worker(worker)?.name ?? "-")"])
        let epoch = shared.epochs[worker]
        try await release([worker], as: .handedBack)
        // It may have come back while the store was asked: then it has a session and a post here that must stay.
        guard sessions[worker] == nil, opening.isEmpty, shared.epochs[worker] == epoch else { return }
        departed(worker)
    }
}
