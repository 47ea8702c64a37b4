// SPDX-License-Identifier: Apache-2.0

import Domain
import GRDB
import Testing

@testable import Storage

/// The schema's way up and down, and what is refused.
struct MigrationTests {
    private static let clock = StandingClock()
    private static let next = Migration(
        version: Migration.all.count + 1,
        name: "notes",
        up: "CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY) STRICT; CREATE INDEX by_id ON notes (id);",
        down: "DROP TABLE notes;"
    )

    @Test func `numbers rise from 1 without gaps, and names differ`() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
        #expect(Set(Migration.all.map(\.name)).count == Migration.all.count)
    }

    @Test func `up, down and up again give the same schema`() throws {
        let database = try DatabaseQueue()
        let migrator = Migrator(migrations: Migration.all + [Self.next], clock: Self.clock)
        try database.inDatabase { database in
            try migrator.up(database)
            let first = try schema(database)
            #expect(first.count > 20)
            try migrator.down(database, to: 0)
            let empty = try schema(database)
            #expect(empty.allSatisfy { $0.contains("schema_migrations") }, "\(empty)")
            #expect(try migrator.history(database).version == 0)
            try migrator.up(database)
            #expect(try schema(database) == first)
            try migrator.up(database)
            #expect(try schema(database) == first, "up is idempotent")
            try migrator.down(database, to: Migration.all.count)
            #expect(try migrator.history(database).pending == [Self.next])
            #expect(try migrator.history(database).version == Migration.all.count)
        }
    }

    @Test func `the history says what ran, and when`() async throws {
        let folder = try Folder()
        let store = try folder.open(.live)
        let history = try await store.migrationStatus()
        #expect(history.applied.map(\.version) == Migration.all.map(\.version))
        #expect(history.applied.map(\.checksum) == Migration.all.map(\.checksum))
        #expect(history.applied.allSatisfy { $0.appliedAt == Self.clock.now && $0.duration == .zero })
        #expect(history.pending.isEmpty)
        try store.close()
    }

    @Test func `a database whose migration was edited is refused`() throws {
        let folder = try Folder()
        try folder.open(.simulation).close()
        let edited = Migration.all.map {
            Migration(version: $0.version, name: $0.name, up: $0.up + "\n", down: $0.down)
        }
        for mode in [SQLiteStore.Mode.live, .simulation, .readOnly] {
            #expect(throws: StorageError.changedMigration(version: 1, name: "records")) {
                _ = try open(folder, mode, edited)
            }
        }
        try folder.open(.live).close()
    }

    @Test func `a newer database is refused, an older one only for reading`() async throws {
        let folder = try Folder()
        try folder.open(.simulation).close()
        let newer = Migration.all + [Self.next]
        let known = Migration.all.count
        #expect(throws: StorageError.olderSchema(found: known, known: known + 1)) {
            _ = try open(folder, .readOnly, newer)
        }
        try open(folder, .live, newer).close()
        for mode in [SQLiteStore.Mode.live, .simulation, .readOnly] {
            #expect(throws: StorageError.newerSchema(found: known + 1, known: known)) { _ = try folder.open(mode) }
        }
    }

    @Test func `a file is taken down and up while nobody writes to it`() throws {
        let folder = try Folder()
        #expect(throws: StorageError.missing(path: folder.database)) { try migrate(folder, to: 0) }
        let known = Migration.all.count
        let migrator = Migrator(migrations: Migration.all + [Self.next], clock: Self.clock)
        let store = try SQLiteStore(path: folder.database, mode: .live, migrator: migrator)
        #expect(throws: StorageError.self, "while a writer is open") { try migrate(folder, to: known) }
        try store.close()
        let down = try SQLiteStore.migrate(path: folder.database, to: known, migrator: migrator)
        #expect(down.version == known)
        #expect(try migrate(folder, to: known).version == known, "the older Dure takes it")
        #expect(try migrate(folder, to: 0).version == 0)
        try folder.open(.live).close()
        #expect(try migrate(folder, to: known).pending.isEmpty)
    }

    @Test func `a migration that fails leaves neither a table nor a record`() throws {
        let database = try DatabaseQueue()
        let broken = Migration(
            version: Migration.all.count + 1,
            name: "broken",
            up: "CREATE TABLE half (id INTEGER); CREATE TABLE campaigns (id INTEGER);",
            down: ""
        )
        try database.inDatabase { database in
            let migrator = Migrator(migrations: Migration.all + [broken], clock: Self.clock)
            #expect(throws: DatabaseError.self) { try migrator.up(database) }
            #expect(try migrator.history(database).version == Migration.all.count)
            let tables = try schema(database)
            #expect(!tables.contains { $0.contains("half") })
        }
    }

    @Test func `a checksum is that of the published hash, and tells up from down`() {
        let empty = Migration(version: 1, name: "", up: "", down: "")
        let moved = Migration(version: 1, name: "", up: "a", down: "")
        let other = Migration(version: 1, name: "", up: "", down: "a")
        #expect(empty.checksum == "af63bd4c8601b7df", "FNV-1a 64 of one zero byte")
        #expect(Set([empty, moved, other].map(\.checksum)).count == 3)
    }

    private func open(_ folder: Folder, _ mode: SQLiteStore.Mode, _ migrations: [Migration]) throws -> SQLiteStore {
        let migrator = Migrator(migrations: migrations, clock: Self.clock)
        return try SQLiteStore(path: folder.database, mode: mode, migrator: migrator)
    }

    private func migrate(_ folder: Folder, to version: Int) throws -> MigrationHistory {
        try SQLiteStore.migrate(path: folder.database, to: version, clock: Self.clock)
    }

    private func schema(_ database: Database) throws -> [String] {
        let sql = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name"
        return try String.fetchAll(database, sql: sql)
    }
}
