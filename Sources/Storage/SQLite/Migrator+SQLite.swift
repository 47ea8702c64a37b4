// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The migrator on a connection of GRDB's.
extension Migrator {
    /// Reads what ran.
    func history(_ database: Database) throws -> MigrationHistory {
        try history(SQLiteSession(database: database))
    }

    /// Runs what has yet to run up to a version.
    func up(_ database: Database, to version: Int = .max) throws {
        try up(SQLiteSession(database: database), to: version)
    }

    /// Takes back every migration above a version.
    func down(_ database: Database, to version: Int) throws {
        try down(SQLiteSession(database: database), to: version)
    }
}
