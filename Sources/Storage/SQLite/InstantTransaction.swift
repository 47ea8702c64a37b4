// SPDX-License-Identifier: Apache-2.0

import Domain
import GRDB

/// Writes in virtual time: one transaction for all that is written at one instant.
///
/// A write that fails takes back what it did itself, and nothing else. Reads on the same connection see every write at once; others, and
/// the file after a kill, have all of an instant or nothing of it. An instant is committed by the first write of a later one, or by
/// `end`. Called on the database's queue alone.
final class InstantTransaction: Sendable {
    private let clock: any TimeSource
    /// The instant of the transaction that is open.
    private let instant = Locked<Timestamp?>(nil)

    init(clock: any TimeSource) {
        self.clock = clock
    }

    /// Makes one write, which is taken back when it throws.
    func write<Value>(_ database: Database, _ body: (Database) throws -> Value) throws -> Value {
        try begin(database)
        try database.cachedStatement(sql: "SAVEPOINT one_write").execute()
        do {
            let value = try body(database)
            try database.cachedStatement(sql: "RELEASE one_write").execute()
            return value
        } catch {
            // SQLite itself takes the whole transaction back after some errors, such as a full disk.
            if database.isInsideTransaction {
                try database.execute(sql: "ROLLBACK TO one_write; RELEASE one_write")
            }
            throw error
        }
    }

    /// Commits the instant that is open, if one is.
    func end(_ database: Database) throws {
        guard let open = instant.withLock({ $0 }) else { return }
        guard database.isInsideTransaction else { throw StorageError.lostInstant(open) }
        try database.cachedStatement(sql: "COMMIT").execute()
        instant.withLock { $0 = nil }
    }

    /// Makes sure that the transaction of the present instant is open; throws when the one that was has been taken back by SQLite.
    private func begin(_ database: Database) throws {
        let now = clock.now
        if let open = instant.withLock({ $0 }) {
            if open == now, database.isInsideTransaction { return }
            try end(database)
        }
        try database.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
        instant.withLock { $0 = now }
    }
}
