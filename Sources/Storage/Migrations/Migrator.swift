// SPDX-License-Identifier: Apache-2.0

import Domain

/// Takes a database's schema up and down, and refuses one whose history is not ours.
struct Migrator {
    /// The migrations, in order.
    let migrations: [Migration]
    /// What tells when a migration ran and how long it took.
    let clock: any TimeSource
    /// How long to wait for another process that changes the schema, and for those that use a table.
    var lockTimeout = TimeSpan.seconds(10)

    /// Reads what ran; an empty list for a new database.
    ///
    /// Throws `StorageError` when it is not how our own list begins.
    func history(_ session: some SQLSession) throws -> MigrationHistory {
        let applied = try applied(session)
        if let last = applied.last, last.version > migrations.count {
            throw StorageError.newerSchema(found: last.version, known: migrations.count)
        }
        for (record, migration) in zip(applied, migrations)
        where record.version != migration.version || record.checksum != migration[session.dialect].checksum {
            throw StorageError.changedMigration(version: record.version, name: record.name)
        }
        return MigrationHistory(applied: applied, pending: Array(migrations.dropFirst(applied.count)))
    }

    /// Runs what has yet to run up to a version, each migration in a transaction of its own with its record.
    ///
    /// Another process that is at it is waited for; where that takes too long `StorageError.migrationActive` is thrown.
    func up(_ session: some SQLSession, to version: Int = .max) throws {
        try alone(session) {
            try session.script(session.dialect.historyTable)
            for migration in try history(session).pending where migration.version <= version {
                try run(migration, session)
            }
        }
    }

    /// Takes back every migration above a version, newest first, each in a transaction of its own.
    func down(_ session: some SQLSession, to version: Int) throws {
        try alone(session) {
            let history = try history(session)
            for migration in migrations.prefix(history.version).reversed() where migration.version > version {
                try transaction(session) {
                    try session.script(migration[session.dialect].down)
                    try session.execute(
                        "DELETE FROM schema_migrations WHERE version = ?",
                        [.integer(migration.version)]
                    )
                }
            }
        }
    }

    private func run(_ migration: Migration, _ session: some SQLSession) throws {
        let start = clock.now
        let texts = migration[session.dialect]
        try transaction(session) {
            try session.script(texts.up)
            try session.execute(
                """
                INSERT INTO schema_migrations (version, name, checksum, applied_at, duration_ms)
                VALUES (?, ?, ?, ?, ?)
                """,
                [
                    .integer(migration.version), .text(migration.name), .text(texts.checksum),
                    .integer(start.milliseconds), .integer((clock.now - start).milliseconds),
                ]
            )
        }
    }

    /// What is cut off in the middle leaves nothing: both databases take back changes of the schema as they do any other.
    private func transaction(_ session: some SQLSession, _ body: () throws -> Void) throws {
        try session.script(session.dialect.begin)
        do {
            try body()
            try session.script("COMMIT")
        } catch {
            // Some errors have taken the transaction back by themselves; then there is none to take back, which is an error again.
            try? session.script("ROLLBACK")
            throw error
        }
    }

    private func alone(_ session: some SQLSession, _ body: () throws -> Void) throws {
        guard let lock = session.dialect.lockSchema(lockTimeout), let unlock = session.dialect.unlockSchema else {
            return try body()
        }
        do {
            try session.script(lock)
        } catch StorageError.database(let code, _) where code == "55P03" {
            throw StorageError.migrationActive
        }
        do {
            try body()
        } catch {
            // The connection may be the cause; the server gives the lock back with it.
            try? session.script(unlock)
            throw error
        }
        try session.script(unlock)
    }

    private func applied(_ session: some SQLSession) throws -> [AppliedMigration] {
        let tables = try session.query(session.dialect.tableExists, [.text("schema_migrations")]) { $0.integer(0) }
        if tables.isEmpty { return [] }
        let sql = "SELECT version, name, checksum, applied_at, duration_ms FROM schema_migrations ORDER BY version"
        return try session.query(sql, []) { row in
            AppliedMigration(
                version: Int(row.integer(0)),
                name: row.text(1),
                checksum: row.text(2),
                appliedAt: Timestamp(milliseconds: row.integer(3)),
                duration: TimeSpan(milliseconds: row.integer(4))
            )
        }
    }
}
