// SPDX-License-Identifier: Apache-2.0

import Domain
import GRDB

/// Takes a database's schema up and down, and refuses one whose history is not ours.
struct Migrator {
    /// The migrations, in order.
    let migrations: [Migration]
    /// What tells when a migration ran and how long it took.
    let clock: any TimeSource

    /// Reads what ran; an empty list for a new database.
    ///
    /// Throws `StorageError` when it is not how our own list begins.
    func history(_ database: Database) throws -> MigrationHistory {
        let applied = try applied(database)
        if let last = applied.last, last.version > migrations.count {
            throw StorageError.newerSchema(found: last.version, known: migrations.count)
        }
        for (record, migration) in zip(applied, migrations)
        where record.version != migration.version || record.checksum != migration.checksum {
            throw StorageError.changedMigration(version: record.version, name: record.name)
        }
        return MigrationHistory(applied: applied, pending: Array(migrations.dropFirst(applied.count)))
    }

    /// Runs what has yet to run up to a version, each migration in a transaction of its own with its record.
    func up(_ database: Database, to version: Int = .max) throws {
        try database.execute(sql: Self.table)
        for migration in try history(database).pending where migration.version <= version {
            let start = clock.now
            try database.inTransaction(.immediate) {
                try database.execute(sql: migration.up)
                try database.execute(
                    sql: """
                        INSERT INTO schema_migrations (version, name, checksum, applied_at, duration_ms)
                        VALUES (?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        migration.version, migration.name, migration.checksum, start.milliseconds,
                        (clock.now - start).milliseconds,
                    ]
                )
                return .commit
            }
        }
    }

    /// Takes back every migration above a version, newest first, each in a transaction of its own.
    func down(_ database: Database, to version: Int) throws {
        let history = try history(database)
        for migration in migrations.prefix(history.version).reversed() where migration.version > version {
            try database.inTransaction(.immediate) {
                try database.execute(sql: migration.down)
                try database.execute(
                    sql: "DELETE FROM schema_migrations WHERE version = ?",
                    arguments: [migration.version]
                )
                return .commit
            }
        }
    }

    private func applied(_ database: Database) throws -> [AppliedMigration] {
        guard try database.tableExists("schema_migrations") else { return [] }
        let sql = "SELECT version, name, checksum, applied_at, duration_ms FROM schema_migrations ORDER BY version"
        return try Row.fetchAll(database, sql: sql).map { row in
            AppliedMigration(
                version: row[0],
                name: row[1],
                checksum: row[2],
                appliedAt: Timestamp(milliseconds: row[3]),
                duration: TimeSpan(milliseconds: row[4])
            )
        }
    }

    private static let table = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version INTEGER NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            checksum TEXT NOT NULL,
            applied_at INTEGER NOT NULL,
            duration_ms INTEGER NOT NULL
        ) STRICT
        """
}
