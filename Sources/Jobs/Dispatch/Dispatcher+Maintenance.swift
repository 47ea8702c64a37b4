// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

/// Windows in which the workers of a group rest (C6).
///
/// The server that has a group's leader moves its windows on, in the leader's term; what nobody leads any server moves on.
extension Dispatcher {
    /// Begins windows that are due, moves on those that are ours, and keeps the workers here from work in theirs.
    func maintain(_ view: FleetView, _ fleet: any FleetHome) async throws {
        var windows = view.windows
        for plan in view.plans where plan.nextAt <= view.now {
            let groups = Set(view.members.compactMap(\.seat?.group)).sorted()
            let (new, next) = try plan.due(at: view.now, groups: groups)
            guard try await fleet.fire(plan, windows: new, next: next) else { continue }
            windows += new.filter { window in !windows.contains { $0.target == window.target } }
        }
        let workers = windows.isEmpty ? [] : view.workers(besides: roster)
        for (place, window) in windows.enumerated().reversed() where isOurs(window, view) {
            let hasJobs = workers.contains { rests($0, in: window) && $0.inFlight > 0 }
            switch MaintenanceStep(after: window, hasJobs: hasJobs, now: view.now) {
            case .stay: continue
            case .end:
                guard try await fleet.advance(window, to: nil, fence: fence(of: window, view)) else { continue }
                windows.remove(at: place)
                logger.info("A maintenance window is over.", metadata: ["target": "\(window.target.text)"])
            case .move(let next):
                guard try await fleet.advance(window, to: next, fence: fence(of: window, view)) else { continue }
                windows[place] = next
                if next.phase == .open { try await opened(next, view, fleet) }
            }
        }
        try await keepResting(windows)
    }

    /// Whether this server moves a window on: it has the leader of the group, or the worker, or nobody else has.
    private func isOurs(_ window: MaintenanceWindow, _ view: FleetView) -> Bool {
        switch window.target {
        case .groups: return false
        case .group(let group):
            guard let leader = view.held(FleetSeat.lease(ofGroup: group)) else { return true }
            return WorkerID(leader.holder).map { sessions[$0] != nil } ?? true
        case .worker(let name):
            guard let member = view.members.first(where: { $0.name == name }) else { return true }
            return sessions[member.id] != nil || view.sessions[member.id] == nil
        }
    }

    private func fence(of window: MaintenanceWindow, _ view: FleetView) -> LeaseFence? {
        guard case .group(let group) = window.target else { return nil }
        return view.held(FleetSeat.lease(ofGroup: group))?.fence
    }

    private func rests(_ worker: Worker, in window: MaintenanceWindow) -> Bool {
        switch window.target {
        case .groups: false
        case .group(let group): worker.group == group
        case .worker(let name): worker.name == name
        }
    }

    private func opened(_ window: MaintenanceWindow, _ view: FleetView, _ fleet: any FleetHome) async throws {
        logger.info("A maintenance window is open.", metadata: ["target": "\(window.target.text)"])
        guard window.restarts else { return }
        for worker in view.workers(besides: roster) where rests(worker, in: window) && worker.state != .offline {
            _ = try await fleet.give(FleetOrder(worker: worker.id, kind: .restart, givenAt: view.now))
        }
    }

    /// Gives the workers here no new jobs in their windows, and hands back what they still have when those are open.
    private func keepResting(_ windows: [MaintenanceWindow]) async throws {
        let begun = windows.filter { $0.phase != .waiting }
        let before = Set(roster.workers.filter { $0.isResting == true }.map(\.id))
        let resting = roster.workers.filter { worker in begun.contains { rests(worker, in: $0) } }
        roster.rest(Set(resting.map(\.id)))
        if !before.isSubset(of: resting.map(\.id)) { alarms.put(.newJobs) }
        let closed = resting.filter { worker in begun.contains { $0.phase == .open && rests(worker, in: $0) } }
        try await handBackHeld(by: Set(closed.map(\.id)))
    }

    /// Stops what workers run, and gives it to others: neither a try nor a loss.
    private func handBackHeld(by workers: Set<WorkerID>) async throws {
        let taken = held.filter { workers.contains($0.value.worker) }
        guard !taken.isEmpty else { return }
        let jobs = try await store.handBack(
            taken.compactMapValues { $0.delivery.job.lease?.token },
            now: clock.now
        )
        counts.released += jobs.count
        for (_, holding) in taken.sorted(by: { $0.key < $1.key }) {
            holding.delivery.revocation.open()
            settle(holding.delivery, succeeded: nil)
        }
        alarms.put(.newJobs)
    }
}
