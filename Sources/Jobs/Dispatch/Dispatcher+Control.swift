// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What people do with workers, whichever server those are with.
///
/// A worker that is here is reached at once; one elsewhere through the store, at its server's next look.
extension Dispatcher {
    /// Wants a worker to restart or to drain; it is told with its beats until it begins anew.
    package func order(_ kind: FleetOrder.Kind, _ worker: WorkerID) async throws {
        let isHere = roster.worker(worker) != nil
        if let fleet {
            let order = FleetOrder(worker: worker, kind: kind, givenAt: clock.now)
            guard try await fleet.give(order) || isHere else { throw FleetRefusal.noSuchWorker(worker) }
        } else if !isHere {
            throw FleetRefusal.noSuchWorker(worker)
        }
        guard isHere else { return }
        if posts[worker]?.isRemote == false, kind == .restart {
            posts[worker]?.restarts.put(1)
        } else {
            orders[worker, default: []].insert(kind)
        }
        if kind == .drain { roster.rest(worker) }
    }

    /// Isolates a worker on a person's word: its jobs go to others, and it gets none until it is reinstated.
    package func isolate(_ worker: WorkerID, reason: String) async throws {
        let isHere = roster.worker(worker) != nil
        if let fleet {
            let isolation = FleetMember.Isolation(reason: reason, since: clock.now)
            guard try await fleet.isolate(worker, isolation) || isHere else { throw FleetRefusal.noSuchWorker(worker) }
            if !isHere, let session = try await fleet.fleet(now: clock.now).sessions[worker] {
                let jobs = try await store.endSessions([session.id], as: .handedBack, now: clock.now)
                counts.released += jobs.count
                alarms.put(.newJobs)
            }
        } else if !isHere {
            throw FleetRefusal.noSuchWorker(worker)
        }
        if isHere { try await isolateHere(worker, reason: reason) }
    }

    /// Lets an isolated worker in again.
    package func reinstate(_ worker: WorkerID) async throws {
        let isHere = roster.worker(worker) != nil
        if let fleet {
            shared.isolations[worker] = nil
            guard try await fleet.isolate(worker, nil) || isHere else { throw FleetRefusal.noSuchWorker(worker) }
        } else if !isHere {
            throw FleetRefusal.noSuchWorker(worker)
        }
        if isHere { await reinstateHere(worker) }
    }

    /// Forgets a worker that is with no server, so that its seat is free.
    package func forget(_ worker: WorkerID) async throws {
        guard let fleet else {
            guard roster.worker(worker) != nil else { throw FleetRefusal.noSuchWorker(worker) }
            guard sessions[worker] == nil else { throw FleetRefusal.present(worker) }
            return departed(worker)
        }
        if try await fleet.forget(worker) { return departed(worker) }
        let isKnown = try await fleet.fleet(now: clock.now).members.contains { $0.id == worker }
        throw isKnown ? FleetRefusal.present(worker) : .noSuchWorker(worker)
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
