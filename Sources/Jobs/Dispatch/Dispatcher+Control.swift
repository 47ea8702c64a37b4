// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What people do with workers, whichever server those are with.
///
/// A worker that is here is reached at once; one elsewhere through the store, at its server's next look.
extension Dispatcher {
    /// Wants a worker to restart or to drain; it is told with its beats until it begins anew.
    package func order(_ kind: FleetOrder.Kind, _ worker: WorkerID) async throws {
        let isHere = roster.worker(worker) != nil
        try await through(isHere, worker) {
            kind == .restart ? try await $0.restart(worker) : try await $0.drain(worker)
        }
        guard isHere else { return }
        orders[worker, default: []].insert(kind)
        if posts[worker]?.isRemote == false, kind == .restart { posts[worker]?.restarts.put(1) }
        if kind == .drain { roster.rest(worker) }
    }

    /// Isolates a worker on a person's word: its jobs go to others, and it gets none until it is reinstated.
    package func isolate(_ worker: WorkerID, reason: String) async throws {
        let isHere = roster.worker(worker) != nil
        if isHere { try await isolateHere(worker, reason: reason) }
        try await through(isHere, worker) { try await $0.isolate(worker, reason: reason) }
        alarms.put(.newJobs)
    }

    /// Lets an isolated worker in again.
    package func reinstate(_ worker: WorkerID) async throws {
        let isHere = roster.worker(worker) != nil
        shared.isolations[worker] = nil
        try await through(isHere, worker) { try await $0.release(worker) }
        if isHere { await reinstateHere(worker) }
    }

    /// Forgets a worker that is with no server, so that its seat is free.
    package func forget(_ worker: WorkerID) async throws {
        let isHere = roster.worker(worker) != nil
        if isHere, sessions[worker] != nil { throw FleetRefusal.present(worker) }
        try await through(isHere, worker) { try await $0.forget(worker) }
        departed(worker)
    }

    /// Does something to a worker in the store, where that knows it; a fleet without one knows the workers here alone.
    private func through(
        _ isHere: Bool,
        _ worker: WorkerID,
        _ body: (StoredFleetControl) async throws -> Void
    ) async throws {
        guard let stored else {
            if !isHere { throw FleetRefusal.noSuchWorker(worker) }
            return
        }
        do {
            try await body(stored)
        } catch FleetRefusal.noSuchWorker(worker) where isHere {
            // It never enrolled: it is of this process alone.
        }
    }

    /// The control of the fleet that is shared; nil where none is.
    package var stored: StoredFleetControl? {
        fleet.map { StoredFleetControl(fleet: $0, jobs: store, clock: clock) }
    }

    /// Forgets what is known here of a worker that is here no longer.
    func departed(_ worker: WorkerID) {
        roster.depart(worker)
        shared.epochs[worker] = nil
        shared.isolations[worker] = nil
        posts[worker] = nil
        orders[worker] = nil
    }

    /// Isolates a worker of this server: its jobs go to others.
    func isolateHere(_ worker: WorkerID, reason: String) async throws {
        guard let action = roster.isolate(worker, reason: reason) else { return }
        try await release([worker], as: .handedBack)
        await tell(action)
    }

    /// What a worker is told of its group; nil where it is in none.
    package func leadership(of worker: WorkerID) -> FleetOrders.Leadership? {
        guard let known = roster.worker(worker), let group = known.group else { return nil }
        return FleetOrders.Leadership(
            group: group,
            leads: known.isLeader,
            term: known.leaderTerm,
            isResting: known.isResting ?? false
        )
    }
}

extension FleetRoster {
    /// Isolates a worker on a person's word; nil when it is isolated already, or unknown.
    mutating func isolate(_ id: WorkerID, reason: String) -> FleetAction? {
        guard let place = members.firstIndex(where: { $0.worker.id == id }),
            members[place].worker.state != .isolated
        else { return nil }
        members[place].worker.state = .isolated
        members[place].nextStepAt = nil
        return .isolate(id, notice: "worker \(members[place].worker.name) is isolated: \(reason)")
    }

    /// Gives a worker no more work.
    mutating func rest(_ id: WorkerID) {
        guard let place = members.firstIndex(where: { $0.worker.id == id }), members[place].worker.state != .isolated
        else { return }
        members[place].worker.state = .draining
    }
}
