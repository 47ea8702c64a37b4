// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Who is in the fleet, in memory.
struct MemoryFleet {
    private var members: [String: FleetMember] = [:]
    private(set) var orders: [FleetOrder] = []
    private var plans: [String: MaintenancePlan] = [:]
    private var windows: [String: MaintenanceWindow] = [:]

    /// Everybody, by seat and then by identifier.
    var allMembers: [FleetMember] {
        members.values.sorted { left, right in
            let end = FleetSeat(group: .max, place: 0)
            return (left.seat ?? end, left.id) < (right.seat ?? end, right.id)
        }
    }

    var allPlans: [MaintenancePlan] { plans.values.sorted { $0.key < $1.key } }
    var allWindows: [MaintenanceWindow] { windows.values.sorted { $0.target.text < $1.target.text } }

    /// Takes a worker in, or knows it again by its name.
    mutating func enrol(_ newcomer: FleetNewcomer, now: Timestamp) -> FleetMember {
        let known = members.removeValue(forKey: newcomer.name)
        if !newcomer.continues, let known { orders.removeAll { $0.worker == known.id } }
        var member =
            known ?? FleetMember(id: newcomer.id, name: newcomer.name, role: .trial, seat: nil, enrolledAt: now)
        if known == nil || newcomer.role.map({ $0 != member.role }) ?? false {
            (member.role, member.seat) = newcomer.placement(taken: Set(members.values.compactMap(\.seat)))
        }
        if known != nil { member.epoch += 1 }
        members[newcomer.name] = member
        return member
    }

    /// Writes the record of a worker whose epoch is the newest; false when it is not.
    mutating func note(_ standing: FleetStanding) -> Bool {
        guard let name = name(of: standing.worker.id), members[name]?.epoch == standing.epoch else { return false }
        members[name]?.record = FleetRecord(
            successRate: standing.worker.successRate,
            completed: standing.worker.completed,
            failed: standing.worker.failed
        )
        return true
    }

    /// Isolates or releases a worker; false when there is none.
    mutating func isolate(_ worker: WorkerID, _ isolation: FleetMember.Isolation?) -> Bool {
        guard let name = name(of: worker) else { return false }
        let known = members[name]?.isolation
        members[name]?.isolation = isolation.map { known ?? $0 }
        return true
    }

    /// Keeps an order; false when there is no such worker.
    mutating func give(_ order: FleetOrder) -> Bool {
        guard name(of: order.worker) != nil else { return false }
        if !orders.contains(where: { $0.worker == order.worker && $0.kind == order.kind }) { orders.append(order) }
        orders.sort { ($0.worker, $0.kind.rawValue) < ($1.worker, $1.kind.rawValue) }
        return true
    }

    /// Forgets a worker; false when there is none.
    mutating func forget(_ worker: WorkerID) -> Bool {
        guard let name = name(of: worker) else { return false }
        orders.removeAll { $0.worker == worker }
        members[name] = nil
        return true
    }

    private func name(of worker: WorkerID) -> String? { members.values.first { $0.id == worker }?.name }

    /// Writes a plan.
    mutating func write(_ plan: MaintenancePlan) {
        plans[plan.key] = plan
    }

    /// Removes a plan and its windows that wait; false when there was none.
    mutating func removePlan(_ target: MaintenanceTarget) -> Bool {
        for (text, window) in windows where window.phase == .waiting {
            if window.target == target || target == .groups { windows[text] = nil }
        }
        let keys = [target.text, MaintenancePlan.onceKey(target)]
        return keys.count { plans.removeValue(forKey: $0) != nil } > 0
    }

    /// Adds a due plan's windows and moves it on, unless another process was first.
    mutating func fire(_ plan: MaintenancePlan, windows new: [MaintenanceWindow], next: Timestamp?) -> Bool {
        guard plans[plan.key]?.nextAt == plan.nextAt else { return false }
        plans[plan.key] = next.map { next in
            var moved = plan
            moved.nextAt = next
            return moved
        }
        for window in new where windows[window.target.text] == nil { windows[window.target.text] = window }
        return true
    }

    /// Moves a window on, unless it is in another phase or must wait for others.
    mutating func advance(_ window: MaintenanceWindow, to next: MaintenanceWindow?) -> Bool {
        guard windows[window.target.text]?.phase == window.phase else { return false }
        if let next, next.phase == .gathering, !next.mayRest(beside: allWindows) { return false }
        windows[window.target.text] = next
        return true
    }
}

extension MemoryStore: FleetStore {
    package func enrol(_ newcomer: FleetNewcomer, now: Timestamp) async throws -> FleetMember {
        contents.withLock { $0.fleet.enrol(newcomer, now: now) }
    }

    package func note(_ standings: [FleetStanding]) async throws {
        contents.withLock { contents in
            for standing in standings where contents.fleet.note(standing) {
                contents.workers[standing.worker.id] = standing.worker
            }
        }
    }

    package func fleet(now: Timestamp) async throws -> FleetView {
        contents.withLock { contents in
            var view = FleetView(now: now)
            view.members = contents.fleet.allMembers
            view.standings = contents.workers
            for session in contents.jobs.openSessions { view.sessions[session.worker] = session }
            for lease in contents.cluster.allLeases { view.leases[lease.name] = lease }
            view.orders = contents.fleet.orders
            view.plans = contents.fleet.allPlans
            view.windows = contents.fleet.allWindows
            return view
        }
    }

    package func isolate(_ worker: WorkerID, _ isolation: FleetMember.Isolation?) async throws -> Bool {
        contents.withLock { $0.fleet.isolate(worker, isolation) }
    }

    package func give(_ order: FleetOrder) async throws -> Bool {
        contents.withLock { $0.fleet.give(order) }
    }

    package func forget(_ worker: WorkerID) async throws -> Bool {
        contents.withLock { contents in
            guard !contents.jobs.openSessions.contains(where: { $0.worker == worker }) else { return false }
            guard contents.fleet.forget(worker) else { return false }
            contents.workers[worker] = nil
            return true
        }
    }
}

extension MemoryStore: MaintenanceStore {
    package func write(_ plan: MaintenancePlan) async throws {
        contents.withLock { $0.fleet.write(plan) }
    }

    package func removePlan(_ target: MaintenanceTarget) async throws -> Bool {
        contents.withLock { $0.fleet.removePlan(target) }
    }

    package func fire(
        _ plan: MaintenancePlan,
        windows: [MaintenanceWindow],
        next: Timestamp?
    ) async throws -> Bool {
        contents.withLock { $0.fleet.fire(plan, windows: windows, next: next) }
    }

    package func advance(
        _ window: MaintenanceWindow,
        to next: MaintenanceWindow?,
        fence: LeaseFence?
    ) async throws -> Bool {
        try contents.withLock { contents in
            try contents.cluster.check(fence)
            return contents.fleet.advance(window, to: next)
        }
    }
}
