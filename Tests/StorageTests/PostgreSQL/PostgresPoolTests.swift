// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Storage

/// Transactions, and what a lost connection does to them.
@Suite(.enabled(if: PostgresServer.isWanted), .timeLimit(.minutes(10)))
struct PostgresPoolTests {
    /// Counts what happened, in the order in which it did.
    private let events = Locked<[String]>([])

    @Test func `what a transaction wrote is there after it, and nothing after an error`() async throws {
        try await withTable { pool in
            try await pool.write(.power) { try $0.execute("INSERT INTO t (i) VALUES (?)", [.integer(1)]) }
            await #expect(throws: StorageError.readOnly) {
                try await pool.write(.process) { session in
                    try session.execute("INSERT INTO t (i) VALUES (2)", [])
                    throw StorageError.readOnly
                }
            }
            #expect(try await numbers(pool) == [1])
        }
    }

    @Test func `an error that is passed over does not look like a commit`() async throws {
        try await withTable { pool in
            await #expect(throws: StorageError.self) {
                try await pool.write(.process) { session in
                    try session.execute("INSERT INTO t (i) VALUES (2)", [])
                    do {
                        try session.execute("SELECT 1 / 0", [])
                    } catch {}
                }
            }
            let kept = try await numbers(pool)
            #expect(kept.isEmpty)
        }
    }

    @Test func `a read sees one snapshot, and writes nothing`() async throws {
        try await withTable { pool in
            try await pool.write(.process) { try $0.execute("INSERT INTO t (i) VALUES (1)", []) }
            let settings = pool.settings
            let counts = try await pool.read { session in
                let before = try session.query("SELECT count(*) FROM t", []) { $0.integer(0) }
                let other = try PostgresConnection(settings)
                try other.execute("INSERT INTO t (i) VALUES (2)", [])
                return before + (try session.query("SELECT count(*) FROM t", []) { $0.integer(0) })
            }
            #expect(counts == [1, 1])
            #expect(try await numbers(pool) == [1, 2])
            await #expect(throws: StorageError.self) {
                try await pool.read { try $0.execute("INSERT INTO t (i) VALUES (3)", []) }
            }
        }
    }

    @Test func `work that waits is done by few connections, and more is done at once than there are threads`()
        async throws
    {
        try await withTable { pool in
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        try await pool.write(.process) { session in
                            try session.execute("INSERT INTO t (i) VALUES (?)", [.integer(number)])
                            return session.processID
                        }
                    }
                }
                var processes: Set<Int32> = []
                for try await process in group { processes.insert(process) }
                #expect(processes.count <= 2)
            }
            #expect(try await numbers(pool) == (0..<500).map { Int64($0) })
        }
    }

    @Test func `transactions that stand in each other's way both succeed`() async throws {
        try await withTable { pool in
            try await pool.write(.process) { session in
                try session.execute("INSERT INTO t (i) VALUES (?)", batch: [[.integer(1)], [.integer(2)]])
                try session.script("ALTER TABLE t ADD n bigint NOT NULL DEFAULT 0")
            }
            let met = Barrier(2)
            func add(_ first: Int, _ second: Int) async throws {
                try await pool.write(.process) { [events] session in
                    try session.execute("UPDATE t SET n = n + 1 WHERE i = ?", [.integer(first)])
                    events.withLock { $0.append("first") }
                    met.wait()
                    try session.execute("UPDATE t SET n = n + 1 WHERE i = ?", [.integer(second)])
                }
            }
            async let one: Void = add(1, 2)
            async let other: Void = add(2, 1)
            _ = try await (one, other)
            #expect(events.withLock(\.count) == 3, "one of them was broken off, and begun again")
            let sums = try await pool.read { try $0.query("SELECT n FROM t", []) { $0.integer(0) } }
            #expect(sums == [2, 2])
        }
    }

    @Test func `work is done on a new connection when the old one was lost before the commit`() async throws {
        try await withTable { pool in
            try await pool.write(.power) { [events] session in
                try session.execute("INSERT INTO t (i) VALUES (1)", [])
                let isFirst = events.withLock { events in
                    events.append("run")
                    return events.count == 1
                }
                if isFirst { try session.script("SELECT pg_terminate_backend(pg_backend_pid())") }
            }
            #expect(events.withLock(\.count) == 2)
            #expect(try await numbers(pool) == [1])
            #expect(try #require(pool.sinceLastSuccess) < .seconds(60))
        }
    }

    @Test func `connections that were cut while idle are of no account`() async throws {
        try await withTable { pool in
            let other = try PostgresConnection(pool.settings)
            for number in 0..<5 {
                try other.script("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE \(Self.others)")
                try await pool.write(.power) { try $0.execute("INSERT INTO t (i) VALUES (?)", [.integer(number)]) }
            }
            #expect(try await numbers(pool) == [0, 1, 2, 3, 4])
        }
    }

    @Test(arguments: [false, true])
    func `a connection that is lost during the commit leaves the outcome unknown`(_ isStatement: Bool) async throws {
        try await withTable { pool in
            try await pool.write(.process) { session in
                // It runs when the transaction commits.
                try session.script(
                    """
                    CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
                        'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(9); RETURN NULL; END';
                    CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION cut();
                    """
                )
            }
            let sql = "INSERT INTO t (i) VALUES (1)"
            let error = await #expect(throws: StorageError.self) {
                try await insert(sql, isStatement: isStatement, pool)
            }
            guard case .outcomeUnknown = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(events.withLock(\.count) == (isStatement ? 0 : 1), "it is not silently begun again")
        }
    }

    @Test func `a server that stays away is reported once patience is over`() async throws {
        var settings = try PostgresSettings("postgresql://dure@127.0.0.1:1/dure")
        settings.patience = TimeSpan(milliseconds: 200)
        let pool = PostgresPool(settings, connections: 1, log: quiet)
        let error = await #expect(throws: StorageError.self) { try await pool.ping() }
        #expect(error?.isUnavailable == true)
        #expect(pool.sinceLastSuccess == nil)
        await pool.close()
        let late = await #expect(throws: StorageError.self) { try await pool.ping() }
        #expect(late == .closed)
    }

    @Test func `closing waits for what was begun, and for what waits`() async throws {
        try await withTable { pool in
            let begun = Barrier(2)
            async let first: Void = pool.write(.process) { session in
                begun.wait()
                try session.execute("INSERT INTO t (i) SELECT 1 FROM pg_sleep(0.1)", [])
            }
            await Task.detached { begun.wait() }.value
            async let closed: Void = pool.close()
            _ = try await (first, closed)
            let check = PostgresPool(pool.settings, connections: 1, log: quiet)
            #expect(try await numbers(check) == [1])
            await check.close()
        }
    }

    private func insert(_ sql: String, isStatement: Bool, _ pool: PostgresPool) async throws {
        if isStatement { return try await pool.write(.power, statement: sql, { [] }, { _ in }) }
        try await pool.write(.power) { [events] session in
            events.withLock { $0.append("run") }
            try session.execute(sql, [])
        }
    }

    /// The backends of this schema's pools, which name it in what they ran last.
    private static let others = "pid <> pg_backend_pid() AND application_name = current_schema()"

    private func withTable(_ body: (PostgresPool) async throws -> Void) async throws {
        try await PostgresSchema.with { schema in
            try await schema.pool { pool in
                try await pool.write(.process) { try $0.script("CREATE TABLE t (i bigint PRIMARY KEY)") }
                try await body(pool)
            }
        }
    }

    private func numbers(_ pool: PostgresPool) async throws -> [Int64] {
        try await pool.read { try $0.query("SELECT i FROM t ORDER BY i", []) { $0.integer(0) } }
    }
}
