// SPDX-License-Identifier: Apache-2.0

import Domain

/// Who leads the groups that have members here (C5): by leases, so that each group has one leader, whichever servers its members are with.
extension Dispatcher {
    /// Takes, renews or gives back the right to lead, for the members here, and tells who leads from now on.
    ///
    /// Every server chooses alike from what all have written; the one with the chosen worker takes the lease in its name.
    func lead(_ view: inout FleetView, _ fleet: any FleetHome) async throws {
        let groups = Set(roster.workers.compactMap(\.group)).sorted()
        var leaders: [Int: (worker: WorkerID?, term: Int)] = [:]
        let all = candidates(in: view)
        for group in groups {
            let name = FleetSeat.lease(ofGroup: group)
            let current = view.leases[name].flatMap { WorkerID($0.holder) }
            var candidates = all[group] ?? []
            // A leader elsewhere whose right was not renewed has a server that is gone or stands still.
            if view.held(name) == nil { candidates.removeAll { $0.id == current && sessions[$0.id] == nil } }
            let choice = GroupLeader.choice(among: candidates, current: current)
            if let current, current != choice, let lease = view.held(name),
                sessions[current] != nil || isGone(current, view)
            {
                try await fleet.releaseLease(name, holder: lease.holder, term: lease.term)
                view.leases[name] = nil
            }
            if let choice, sessions[choice] != nil, !isFresh(view.held(name), of: choice, at: view.now) {
                view.leases[name] = try await fleet.acquireLease(
                    name,
                    holder: choice.text,
                    for: leadership,
                    now: clock.now
                )
            }
            let held = view.held(name)
            leaders[group] = (held.flatMap { WorkerID($0.holder) }, held?.term ?? 0)
        }
        for action in roster.lead(leaders) {
            log(action)
            await tell(action)
        }
    }

    /// How long a right to lead lasts: long where no other server could want it.
    private var leadership: TimeSpan { server.isEmpty ? .days(1) : timing.leadership }

    /// Whether a right need not be renewed yet.
    private func isFresh(_ lease: LeaderLease?, of holder: WorkerID, at now: Timestamp) -> Bool {
        guard let lease, lease.holder == holder.text else { return false }
        return (lease.expiresAt - now) * 2 > leadership
    }

    /// Whether a worker that has a lease is with no server at all, so that nobody else would give it back.
    private func isGone(_ worker: WorkerID, _ view: FleetView) -> Bool {
        view.sessions[worker] == nil
    }

    /// The members of each group as they are here, or as other servers have written them; those of servers that are gone are not there.
    private func candidates(in view: FleetView) -> [Int: [GroupLeader.Candidate]] {
        var candidates: [Int: [GroupLeader.Candidate]] = [:]
        for (member, written) in zip(view.members, view.workers()) {
            guard let seat = member.seat else { continue }
            let here = roster.worker(member.id)
            let worker = here ?? written
            let isHere = sessions[member.id] != nil
            let isThere = here == nil && (worker.state.isHealthy || worker.state == .starting)
            guard isHere || isThere else { continue }
            candidates[seat.group, default: []].append(
                GroupLeader.Candidate(id: member.id, place: seat.place, state: worker.state, inFlight: worker.inFlight)
            )
        }
        return candidates
    }
}
