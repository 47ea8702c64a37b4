// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// The tables of maintenance windows within a transaction that the caller has begun.
struct MaintenanceTables<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    /// Every plan, by target.
    func plans() throws -> [MaintenancePlan] {
        try session.query("SELECT body FROM maintenance_plans ORDER BY target", []) { row in
            try read(MaintenancePlan.self, row.text(0), "maintenance_plans")
        }
    }

    /// Every window, by target.
    func windows() throws -> [MaintenanceWindow] {
        try session.query(
            "SELECT p.body FROM maintenance_windows p ORDER BY p.target \(session.dialect.lockingRows)",
            []
        ) { try read(MaintenanceWindow.self, $0.text(0), "maintenance_windows") }
    }

    /// Every window, by target, for a transaction that only reads.
    func shownWindows() throws -> [MaintenanceWindow] {
        try session.query("SELECT body FROM maintenance_windows ORDER BY target", []) { row in
            try read(MaintenanceWindow.self, row.text(0), "maintenance_windows")
        }
    }

    /// Writes a plan; one of the same target is replaced, unless one recurs and the other does not.
    func write(_ plan: MaintenancePlan) throws {
        try session.execute(
            """
            INSERT INTO maintenance_plans (target, next_at, body) VALUES (?, ?, ?)
            ON CONFLICT (target) DO UPDATE SET next_at = excluded.next_at, body = excluded.body
            """,
            [.text(plan.key), .integer(plan.nextAt.milliseconds), .text(try CanonicalJSON.text(plan))]
        )
    }

    /// Removes a target's plans; false when there was none.
    func removePlan(_ target: MaintenanceTarget) throws -> Bool {
        try session.execute(
            "DELETE FROM maintenance_plans WHERE target IN (?, ?)",
            [.text(target.text), .text(MaintenancePlan.onceKey(target))]
        ) > 0
    }

    /// Removes windows that wait.
    func removeWaiting(of target: MaintenanceTarget) throws {
        for window in try windows() where window.phase == .waiting && (window.target == target || target == .groups) {
            _ = try remove(window)
        }
    }

    /// Adds a due plan's windows and moves it on, unless another process was first.
    func fire(_ plan: MaintenancePlan, windows: [MaintenanceWindow], next: Timestamp?) throws -> Bool {
        let (target, due) = (SQLValue.text(plan.key), SQLValue.integer(plan.nextAt.milliseconds))
        if let next {
            var moved = plan
            moved.nextAt = next
            let count = try session.execute(
                "UPDATE maintenance_plans SET next_at = ?, body = ? WHERE target = ? AND next_at = ?",
                [.integer(next.milliseconds), .text(try CanonicalJSON.text(moved)), target, due]
            )
            guard count == 1 else { return false }
        } else {
            let sql = "DELETE FROM maintenance_plans WHERE target = ? AND next_at = ?"
            guard try session.execute(sql, [target, due]) == 1 else { return false }
        }
        try session.execute(
            "INSERT INTO maintenance_windows (target, phase, body) VALUES (?, ?, ?) ON CONFLICT (target) DO NOTHING",
            batch: windows.map { window in
                [.text(window.target.text), .text(window.phase.rawValue), .text(try CanonicalJSON.text(window))]
            }
        )
        return true
    }

    /// Moves a window on, unless it is in another phase or must wait for others.
    ///
    /// All windows are locked meanwhile, so that of two that begin to rest one sees the other.
    func advance(_ window: MaintenanceWindow, to next: MaintenanceWindow?) throws -> Bool {
        let all = try windows()
        guard all.contains(where: { $0.target == window.target && $0.phase == window.phase }) else { return false }
        guard let next else { return try remove(window) }
        if next.phase == .gathering, !next.mayRest(beside: all) { return false }
        return try session.execute(
            "UPDATE maintenance_windows SET phase = ?, body = ? WHERE target = ?",
            [.text(next.phase.rawValue), .text(try CanonicalJSON.text(next)), .text(window.target.text)]
        ) == 1
    }

    private func remove(_ window: MaintenanceWindow) throws -> Bool {
        try session.execute("DELETE FROM maintenance_windows WHERE target = ?", [.text(window.target.text)]) == 1
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ text: String, _ table: String) throws -> Value {
        do {
            return try CanonicalJSON.decode(type, from: text)
        } catch {
            throw StorageError.damagedRecord(table: table, detail: "\(error)")
        }
    }
}

extension MaintenanceWindow {
    /// Whether its workers may rest while those of other windows do.
    func mayRest(beside others: [MaintenanceWindow]) -> Bool {
        others.allSatisfy { other in
            other.target == target || other.phase == .waiting || (together && other.together)
        }
    }
}
