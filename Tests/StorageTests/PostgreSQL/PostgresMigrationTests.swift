// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Storage

/// The schema's way up and down on a server, which several processes may want to go at once.
@Suite(.enabled(if: PostgresServer.isWanted), .timeLimit(.minutes(10)))
struct PostgresMigrationTests {
    private static let known = Migration.all.count
    private let migrator = Migrator(migrations: Migration.all, clock: StandingClock())

    @Test func `up, down and up again give the same schema`() async throws {
        try await with { connection in
            try migrator.up(connection)
            let first = try schema(connection)
            #expect(first.count > 40)
            #expect(try migrator.history(connection).applied.map(\.checksum) == checksums)
            for version in (0...Self.known).reversed() {
                try migrator.down(connection, to: version)
                #expect(try migrator.history(connection).version == version)
            }
            #expect(try schema(connection).allSatisfy { $0.contains("schema_migrations") })
            try migrator.up(connection)
            #expect(try schema(connection) == first)
            try migrator.up(connection)
            #expect(try schema(connection) == first, "up is idempotent")
        }
    }

    @Test func `texts compare by their bytes in every key`() async throws {
        try await with { connection in
            try migrator.up(connection)
            let sql = """
                SELECT c.relname || '.' || a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
                JOIN pg_type t ON t.oid = a.atttypid JOIN pg_collation l ON l.oid = a.attcollation
                WHERE c.relnamespace = current_schema()::regnamespace AND t.typname = 'text' AND l.collname <> 'C'
                """
            #expect(try connection.query(sql, []) { $0.text(0) } == [])
        }
    }

    @Test func `of two processes that migrate at once one does it, and both go on`() async throws {
        try await PostgresSchema.with { schema in
            let slow = Migration(
                version: Self.known + 1,
                name: "slow",
                up: "SELECT pg_sleep(0.1); CREATE TABLE slow (id bigint);",
                down: "DROP TABLE slow;"
            )
            let migrator = Migrator(migrations: Migration.all + [slow], clock: StandingClock())
            try await schema.pool(connections: 4) { pool in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { try await pool.perform { try migrator.up($0) } } }
                    try await group.waitForAll()
                }
                let applied = try await pool.perform { try migrator.history($0).applied.count }
                #expect(applied == Self.known + 1)
            }
        }
    }

    @Test func `a process that waits too long for another one's migration says so`() async throws {
        try await with { connection in
            let lock = try #require(connection.dialect.lockSchema(.seconds(1)))
            try connection.script(lock)
            var settings = try PostgresServer.settings()
            settings.schema = try connection.simple("SELECT current_schema()").row(0).text(0)
            let other = try PostgresConnection(settings)
            var hasty = migrator
            hasty.lockTimeout = TimeSpan(milliseconds: 50)
            #expect(throws: StorageError.migrationActive) { try hasty.up(other) }
            try connection.script(try #require(connection.dialect.unlockSchema))
            try hasty.up(other)
        }
    }

    @Test func `a process that dies in the middle of a migration leaves nothing of it, and no lock`() async throws {
        try await with { connection in
            let broken = Migration(
                version: Self.known + 1,
                name: "cut off",
                up: "CREATE TABLE half (id bigint); SELECT pg_terminate_backend(pg_backend_pid());",
                down: ""
            )
            var settings = try PostgresServer.settings()
            settings.schema = try connection.simple("SELECT current_schema()").row(0).text(0)
            let dying = try PostgresConnection(settings)
            let cutOff = Migrator(migrations: Migration.all + [broken], clock: StandingClock())
            let error = #expect(throws: StorageError.self) { try cutOff.up(dying) }
            #expect(error?.isUnavailable == true)
            #expect(try migrator.history(connection).version == Self.known, "the migrations before it stand")
            #expect(try !schema(connection).contains { $0.contains("half") })
            var hasty = migrator
            hasty.lockTimeout = .seconds(5)
            try hasty.up(connection)
        }
    }

    @Test func `a database whose migration was edited is refused`() async throws {
        try await with { connection in
            try migrator.up(connection)
            try connection.execute("UPDATE schema_migrations SET checksum = 'x' WHERE version = 1", [])
            #expect(throws: StorageError.changedMigration(version: 1, name: "records")) { try migrator.up(connection) }
        }
    }

    private var checksums: [String] { Migration.all.map { $0[.postgres].checksum } }

    private func with(_ body: (PostgresConnection) throws -> Void) async throws {
        try await PostgresSchema.with { schema in try body(PostgresConnection(schema.settings)) }
    }

    private func schema(_ connection: PostgresConnection) throws -> [String] {
        try connection.query(
            """
            SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable
            FROM information_schema.columns WHERE table_schema = current_schema()
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()
            UNION ALL SELECT relname || ' ' || coalesce(array_to_string(reloptions, ','), '')
                FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
            ORDER BY 1
            """,
            []
        ) { $0.text(0) }
    }
}
