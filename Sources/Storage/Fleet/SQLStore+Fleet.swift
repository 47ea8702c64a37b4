// SPDX-License-Identifier: Apache-2.0

package import Domain

// Who is in the fleet.
extension SQLStore {
    package func enrol(_ newcomer: FleetNewcomer, now: Timestamp) async throws -> FleetMember {
        try await write(.power) { try FleetTables(session: $0).enrol(newcomer, now: now) }
    }

    package func note(_ standings: [FleetStanding]) async throws {
        guard !standings.isEmpty else { return }
        try await write(.process) { [encoder] session in
            let noted = try FleetTables(session: session).note(standings)
            let writer = KnowledgeWriter(session: session, encoder: encoder)
            for standing in noted { try writer.write(standing.worker) }
        }
    }

    package func fleet(now: Timestamp) async throws -> FleetView {
        try await read { [self] session in
            var view = FleetView(now: try present(now, session))
            let fleet = FleetTables(session: session)
            view.members = try fleet.members("ORDER BY p.group_number IS NULL, p.group_number, p.place, p.id", [])
            for worker in try KnowledgeReader(session: session, decoder: decoder).workers() {
                view.standings[worker.id] = worker
            }
            let jobs = JobTables(session: session, turns: Locked(Turns()))
            for open in try jobs.sessions("ORDER BY id", []) { view.sessions[open.worker] = open }
            let leases = try ClusterTables(session: session).leases("ORDER BY name", [])
            for lease in leases { view.leases[lease.name] = lease }
            view.orders = try fleet.orders()
            let maintenance = MaintenanceTables(session: session)
            view.plans = try maintenance.plans()
            view.windows = try maintenance.shownWindows()
            return view
        }
    }

    package func isolate(_ worker: WorkerID, _ isolation: FleetMember.Isolation?) async throws -> Bool {
        try await write(.power) { session in
            let tables = FleetTables(session: session)
            guard let isolation else { return try tables.release(worker) }
            return try tables.isolate(worker, isolation)
        }
    }

    package func give(_ order: FleetOrder) async throws -> Bool {
        try await write(.power) { try FleetTables(session: $0).give(order) }
    }

    package func forget(_ worker: WorkerID) async throws -> Bool {
        try await write(.power) { try FleetTables(session: $0).forget(worker) }
    }
}

// When workers rest.
extension SQLStore {
    package func write(_ plan: MaintenancePlan) async throws {
        try await write(.power) { try MaintenanceTables(session: $0).write(plan) }
    }

    package func removePlan(_ target: MaintenanceTarget) async throws -> Bool {
        try await write(.power) { session in
            let tables = MaintenanceTables(session: session)
            let wasThere = try tables.removePlan(target)
            try tables.removeWaiting(of: target)
            return wasThere
        }
    }

    package func fire(
        _ plan: MaintenancePlan,
        windows: [MaintenanceWindow],
        next: Timestamp?
    ) async throws -> Bool {
        try await write(.power) { try MaintenanceTables(session: $0).fire(plan, windows: windows, next: next) }
    }

    package func advance(
        _ window: MaintenanceWindow,
        to next: MaintenanceWindow?,
        fence: LeaseFence?
    ) async throws -> Bool {
        try await write(.power) { session in
            try ClusterTables(session: session).check(fence)
            return try MaintenanceTables(session: session).advance(window, to: next)
        }
    }
}
