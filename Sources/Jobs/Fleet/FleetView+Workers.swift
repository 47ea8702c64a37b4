// SPDX-License-Identifier: Apache-2.0

package import Domain

extension FleetView {
    /// Every member as far as its server has written how it is; those whose server is gone are suspect, those without a session offline.
    package func workers() -> [Worker] { members.map(worker) }

    /// Every worker: those of a roster as they are there, the others as their servers have written.
    func workers(besides roster: FleetRoster) -> [Worker] {
        let known = Set(members.map(\.id))
        return members.map { roster.worker($0.id) ?? worker($0) } + roster.workers.filter { !known.contains($0.id) }
    }

    private func worker(_ member: FleetMember) -> Worker {
        var worker =
            standings[member.id]
            ?? Worker(id: member.id, name: member.name, role: member.role, slots: 1, registeredAt: member.enrolledAt)
        worker.name = member.name
        worker.role = member.role
        worker.group = member.seat?.group
        worker.successRate = member.record.successRate
        worker.completed = member.record.completed
        worker.failed = member.record.failed
        let lease = member.seat.flatMap { held(FleetSeat.lease(ofGroup: $0.group)) }
        worker.isLeader = lease?.holder == member.id.text
        worker.leaderTerm = lease?.term ?? 0
        worker.isResting = rests(member) ? true : nil
        worker.state = state(of: member, written: standings[member.id]?.state)
        if !worker.state.isHealthy, worker.state != .draining { worker.inFlight = 0 }
        return worker
    }

    private func state(of member: FleetMember, written: WorkerState?) -> WorkerState {
        if member.isolation != nil { return .isolated }
        guard let session = sessions[member.id] else { return .offline }
        let state = written ?? .starting
        guard isAlive(server: session.server) else { return state.isHealthy ? .suspect : state }
        // What was written before it registered anew says nothing any more.
        return state == .offline || state == .isolated ? .starting : state
    }

    /// Whether a member is in a maintenance window.
    package func rests(_ member: FleetMember) -> Bool {
        windows.contains { window in
            guard window.phase != .waiting else { return false }
            switch window.target {
            case .groups: return false
            case .group(let group): return member.seat?.group == group
            case .worker(let name): return member.name == name
            }
        }
    }
}
