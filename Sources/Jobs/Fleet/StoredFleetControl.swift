// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What people do with a fleet through its store alone; servers carry it out at their next look.
package struct StoredFleetControl: FleetControl {
    private let store: any FleetHome
    private let jobs: any JobStore
    private let clock: any TimeSource

    /// Creates a control of the fleet and the queue that a store keeps.
    package init(fleet: any FleetHome, jobs: any JobStore, clock: any TimeSource) {
        store = fleet
        self.jobs = jobs
        self.clock = clock
    }

    package func workers() async throws -> [Worker] {
        try await store.fleet(now: clock.now).workers()
    }

    package func restart(_ worker: WorkerID) async throws {
        try await give(.restart, to: worker)
    }

    package func drain(_ worker: WorkerID) async throws {
        try await give(.drain, to: worker)
    }

    private func give(_ kind: FleetOrder.Kind, to worker: WorkerID) async throws {
        guard try await store.give(FleetOrder(worker: worker, kind: kind, givenAt: clock.now)) else {
            throw FleetRefusal.noSuchWorker(worker)
        }
    }

    package func isolate(_ worker: WorkerID, reason: String) async throws {
        guard try await store.isolate(worker, FleetMember.Isolation(reason: reason, since: clock.now)) else {
            throw FleetRefusal.noSuchWorker(worker)
        }
        // Its server finds the session gone; the jobs need not wait for that.
        guard let session = try await store.fleet(now: clock.now).sessions[worker] else { return }
        _ = try await jobs.endSessions([session.id], as: .handedBack, now: clock.now)
    }

    package func release(_ worker: WorkerID) async throws {
        guard try await store.isolate(worker, nil) else { throw FleetRefusal.noSuchWorker(worker) }
    }

    package func forget(_ worker: WorkerID) async throws {
        if try await store.forget(worker) { return }
        let isKnown = try await store.fleet(now: clock.now).members.contains { $0.id == worker }
        throw isKnown ? FleetRefusal.present(worker) : .noSuchWorker(worker)
    }

    package func maintenance() async throws -> MaintenanceBoard {
        let view = try await store.fleet(now: clock.now)
        return MaintenanceBoard(plans: view.plans, windows: view.windows)
    }

    package func plan(_ wish: MaintenanceWish) async throws -> MaintenancePlan {
        let plan = try wish.plan(at: clock.now)
        try Self.check(plan.target, among: try await store.fleet(now: clock.now).members)
        try await store.write(plan)
        return plan
    }

    /// Throws what is wrong where nobody would rest.
    private static func check(_ target: MaintenanceTarget, among members: [FleetMember]) throws(MaintenanceWish.Fault) {
        let (isThere, kind, known): (Bool, String, [String])
        switch target {
        case .groups: return
        case .group(let number):
            let groups = Set(members.compactMap(\.seat?.group)).sorted()
            (isThere, kind, known) = (
                groups.contains(number), "a group", groups.map { MaintenanceTarget.group($0).text }
            )
        case .worker(let name):
            let names = members.map(\.name).sorted()
            (isThere, kind, known) = (names.contains(name), "a worker", names.map { MaintenanceTarget.worker($0).text })
        }
        guard !isThere else { return }
        let shown = known.prefix(20).joined(separator: ", ") + (known.count > 20 ? ", …" : "")
        throw MaintenanceWish.Fault(
            field: "target",
            value: target.text,
            expected: "\(kind) that there is" + (known.isEmpty ? ": none has registered yet" : ": " + shown)
        )
    }

    package func endMaintenance(of target: MaintenanceTarget) async throws -> Bool {
        var hasEnded = try await store.removePlan(target)
        for window in try await store.fleet(now: clock.now).windows where target.covers(window.target) {
            if try await store.advance(window, to: nil, fence: nil) { hasEnded = true }
        }
        return hasEnded
    }
}

extension MaintenanceTarget {
    /// Whether it is another target, or all groups and the other is one.
    fileprivate func covers(_ other: MaintenanceTarget) -> Bool {
        if case (.groups, .group) = (self, other) { return true }
        return self == other
    }
}
