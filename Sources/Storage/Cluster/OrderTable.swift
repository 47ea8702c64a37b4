// SPDX-License-Identifier: Apache-2.0

import Domain

/// Orders of people, within a transaction that the caller has begun.
struct OrderTable<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session

    /// Writes orders down; one that is there already stays as it is.
    func give(_ orders: [PersonOrder]) throws {
        try session.execute(
            "INSERT INTO campaign_orders (id, state, given_at, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            batch: try orders.map { order in
                [
                    .text(order.id.text), .text(order.state.rawValue), .integer(order.givenAt.milliseconds),
                    .text(try CanonicalJSON.text(order)),
                ]
            }
        )
    }

    /// Writes what came of orders; throws `StorageError.settledOrder` for one of which something came before.
    func settle(_ orders: [PersonOrder]) throws {
        for order in orders {
            let changed = try session.execute(
                "UPDATE campaign_orders SET state = ?, body = ? WHERE id = ? AND state = 'waiting'",
                [.text(order.state.rawValue), .text(try CanonicalJSON.text(order)), .text(order.id.text)]
            )
            guard changed == 1 else { throw StorageError.settledOrder(order.id) }
        }
    }

    /// Orders that nothing has come of yet, oldest first.
    func waiting(limit: Int) throws -> [PersonOrder] {
        try read("WHERE state = 'waiting' ORDER BY given_at, id LIMIT ?", [.integer(limit)])
    }

    /// One order.
    func order(_ id: OrderID) throws -> PersonOrder? {
        try read("WHERE id = ?", [.text(id.text)]).first
    }

    private func read(_ condition: String, _ arguments: [SQLValue]) throws -> [PersonOrder] {
        try session.query("SELECT id, body FROM campaign_orders \(condition)", arguments) { row in
            do {
                return try CanonicalJSON.decode(PersonOrder.self, from: row.text(1))
            } catch {
                throw StorageError.damagedRecord(table: "campaign_orders", detail: "\(row.text(0)): \(error)")
            }
        }
    }
}
