// SPDX-License-Identifier: Apache-2.0

import Domain

/// The fleet's tables within a transaction that the caller has begun.
struct FleetTables<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    private static var columns: String {
        """
        p.id, p.name, p.role, p.group_number, p.place, p.enrolled_at, p.epoch, p.success_rate, p.completed, p.failed,
        p.isolated_at, p.isolation
        """
    }

    // MARK: - Members

    /// Takes a worker in, or knows it again by its name.
    ///
    /// Another transaction may take the name or the seat first: then this one looks again.
    func enrol(_ newcomer: FleetNewcomer, now: Timestamp) throws -> FleetMember {
        while true {
            let condition = "WHERE p.name = ? \(session.dialect.lockingRows)"
            let known = try members(condition, [.text(newcomer.name)]).first
            if !newcomer.continues, let known { try settleOrders(of: known.id) }
            guard var member = known, newcomer.role.map({ $0 == member.role }) ?? true else {
                guard let placed = try place(newcomer, instead: known, now: now) else { continue }
                return placed
            }
            member.epoch += 1
            try session.execute(
                "UPDATE fleet_members SET epoch = ? WHERE id = ?",
                [.integer(member.epoch), .text(member.id.text)]
            )
            return member
        }
    }

    /// Gives a worker the first free seat; nil when another transaction was first.
    private func place(_ newcomer: FleetNewcomer, instead former: FleetMember?, now: Timestamp) throws -> FleetMember? {
        if let former { try session.execute("DELETE FROM fleet_members WHERE id = ?", [.text(former.id.text)]) }
        let taken = try session.query(
            "SELECT group_number, place FROM fleet_members WHERE group_number IS NOT NULL",
            []
        ) { FleetSeat(group: Int($0.integer(0)), place: Int($0.integer(1))) }
        let (role, seat) = newcomer.placement(taken: Set(taken))
        var member =
            former
            ?? FleetMember(id: newcomer.id, name: newcomer.name, role: role, seat: seat, enrolledAt: now)
        if former != nil {
            member.role = role
            member.seat = seat
            member.epoch += 1
        }
        if try insert(member) { return member }
        // Nothing of the former member may be lost while somebody else takes its seat.
        if let former, try !insert(former) {
            throw StorageError.damagedRecord(table: "fleet_members", detail: "a seat")
        }
        return nil
    }

    private func insert(_ member: FleetMember) throws -> Bool {
        try session.execute(
            """
            INSERT INTO fleet_members (id, name, role, group_number, place, enrolled_at, epoch, success_rate, completed,
                failed, isolated_at, isolation)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                .text(member.id.text), .text(member.name), .text(member.role.rawValue),
                .optional(member.seat.map { Int64($0.group) }), .optional(member.seat.map { Int64($0.place) }),
                .integer(member.enrolledAt.milliseconds), .integer(member.epoch), .real(member.record.successRate),
                .integer(member.record.completed), .integer(member.record.failed),
                .optional(member.isolation?.since.milliseconds), .optional(member.isolation?.reason),
            ]
        ) == 1
    }

    /// Members in the order of their seats, and then of their enrolment.
    func members(_ condition: String, _ arguments: [SQLValue]) throws -> [FleetMember] {
        try session.query("SELECT \(Self.columns) FROM fleet_members p \(condition)", arguments) { row in
            var member = FleetMember(
                id: try Column.required(row.text(0), "fleet_members"),
                name: row.text(1),
                role: try Column.value(row.text(2), "fleet_members"),
                seat: row.optionalInteger(3).map { FleetSeat(group: Int($0), place: Int(row.integer(4))) },
                enrolledAt: Timestamp(milliseconds: row.integer(5))
            )
            member.epoch = Int(row.integer(6))
            member.record = FleetRecord(
                successRate: row.real(7),
                completed: Int(row.integer(8)),
                failed: Int(row.integer(9))
            )
            member.isolation = row.optionalInteger(10).map {
                FleetMember.Isolation(reason: row.text(11), since: Timestamp(milliseconds: $0))
            }
            return member
        }
    }

    /// Writes the records of workers whose epoch is the newest; returns which those are.
    func note(_ standings: [FleetStanding]) throws -> [FleetStanding] {
        let counts = try session.execute(
            "UPDATE fleet_members SET success_rate = ?, completed = ?, failed = ? WHERE id = ? AND epoch = ?",
            batch: standings.map { standing in
                [
                    .real(standing.worker.successRate), .integer(standing.worker.completed),
                    .integer(standing.worker.failed), .text(standing.worker.id.text), .integer(standing.epoch),
                ]
            }
        )
        return zip(standings, counts).filter { $0.1 == 1 }.map(\.0)
    }

    /// Isolates a worker that is not yet; false when there is none.
    func isolate(_ worker: WorkerID, _ isolation: FleetMember.Isolation) throws -> Bool {
        try session.execute(
            """
            UPDATE fleet_members SET isolation = CASE WHEN isolated_at IS NULL THEN ? ELSE isolation END,
                isolated_at = coalesce(isolated_at, ?)
            WHERE id = ?
            """,
            [.text(isolation.reason), .integer(isolation.since.milliseconds), .text(worker.text)]
        ) == 1
    }

    /// Releases a worker; false when there is none.
    func release(_ worker: WorkerID) throws -> Bool {
        try session.execute(
            "UPDATE fleet_members SET isolation = NULL, isolated_at = NULL WHERE id = ?",
            [.text(worker.text)]
        ) == 1
    }

    /// Forgets a worker that has no session.
    func forget(_ worker: WorkerID) throws -> Bool {
        let isGone =
            try session.execute(
                """
                DELETE FROM fleet_members
                WHERE id = ? AND NOT EXISTS (SELECT 1 FROM worker_sessions s WHERE s.worker = fleet_members.id)
                """,
                [.text(worker.text)]
            ) == 1
        guard isGone else { return false }
        try settleOrders(of: worker)
        try session.execute("DELETE FROM workers WHERE id = ?", [.text(worker.text)])
        return true
    }

    // MARK: - Orders

    /// Keeps an order; false when there is no such worker.
    func give(_ order: FleetOrder) throws -> Bool {
        guard try !members("WHERE p.id = ?", [.text(order.worker.text)]).isEmpty else { return false }
        try session.execute(
            """
            INSERT INTO fleet_orders (worker, kind, given_at) VALUES (?, ?, ?) ON CONFLICT (worker, kind) DO NOTHING
            """,
            [.text(order.worker.text), .text(order.kind.rawValue), .integer(order.givenAt.milliseconds)]
        )
        return true
    }

    /// Every order, by worker.
    func orders() throws -> [FleetOrder] {
        try session.query("SELECT worker, kind, given_at FROM fleet_orders ORDER BY worker, kind", []) { row in
            FleetOrder(
                worker: try Column.required(row.text(0), "fleet_orders"),
                kind: try Column.value(row.text(1), "fleet_orders"),
                givenAt: Timestamp(milliseconds: row.integer(2))
            )
        }
    }

    private func settleOrders(of worker: WorkerID) throws {
        try session.execute("DELETE FROM fleet_orders WHERE worker = ?", [.text(worker.text)])
    }
}
