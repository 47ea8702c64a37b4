// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Storage

/// What one connection gives and refuses.
@Suite(.enabled(if: PostgresServer.isWanted), .timeLimit(.minutes(10)))
struct PostgresConnectionTests {
    private func connect(_ edit: (inout PostgresSettings) -> Void = { _ in }) throws -> PostgresConnection {
        var settings = try PostgresServer.settings()
        edit(&settings)
        let connection = try PostgresConnection(settings)
        try connection.script("CREATE TEMPORARY TABLE t (i bigint, r double precision, s text)")
        return connection
    }

    @Test func `values come back as they were written`() throws {
        let connection = try connect()
        let rows: [[SQLValue]] = [
            [.integer(Int64.min), .real(0.1), .text("")],
            [.integer(Int64.max), .real(-Double.greatestFiniteMagnitude), .text("제목 'ⓐ' \\ \" \n\t$1 ? 🇰🇷")],
            [.integer(0), .real(Double.leastNonzeroMagnitude), .text(String(repeating: "x", count: 1_000_000))],
            [.null, .null, .null],
            [.integer(-1), .real(1e300), .text("NULL")],
        ]
        for row in rows {
            #expect(try connection.execute("INSERT INTO t (i, r, s) VALUES (?, ?, ?)", row) == 1)
        }
        let read = try connection.query("SELECT i, r, s FROM t ORDER BY ctid", []) { row -> [SQLValue] in
            [
                row.isNull(0) ? .null : .integer(row.integer(0)), row.isNull(1) ? .null : .real(row.real(1)),
                row.isNull(2) ? .null : .text(row.text(2)),
            ]
        }
        #expect(read == rows)
        let null = try connection.query("SELECT NULL::bigint, NULL::text, sum(1.5::numeric)", []) {
            ($0.integer(0), $0.text(1), $0.integer(2), $0.optionalText(1))
        }
        #expect(null.first.map { $0 == (0, "", 1, nil) } == true)
    }

    @Test func `columns come back as they were written`() throws {
        let connection = try connect()
        let texts: [String?] = ["a,b", nil, "{\"}", "", "두레\\", "NULL"]
        let numbers: [Int64?] = [1, nil, Int64.min, Int64.max, -1, 0]
        let sql = "SELECT s, i FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS u (s, i, place) ORDER BY place"
        for count in [texts.count, 0] {
            let result = try connection.run(
                sql,
                [.texts(Array(texts.prefix(count))), .integers(Array(numbers.prefix(count)))]
            )
            let rows = (0..<result.count).map { result.row($0) }
            #expect(rows.map { $0.optionalText(0) } == Array(texts.prefix(count)))
            #expect(rows.map { $0.optionalInteger(1) } == Array(numbers.prefix(count)))
        }
    }

    @Test func `a text with a NUL is refused, not cut`() throws {
        let connection = try connect()
        #expect(throws: StorageError.nulCharacter) {
            try connection.execute("INSERT INTO t (s) VALUES (?)", [.text("a\0b")])
        }
        #expect(throws: StorageError.nulCharacter) { try connection.run("SELECT $1::text[]", [.texts(["a", "\0"])]) }
        #expect(try connection.query("SELECT count(*) FROM t", []) { $0.integer(0) } == [0])
    }

    @Test func `a batch is sent whole before its answers are read, however long it is`() throws {
        let connection = try connect()
        // Far more than the sockets hold in either direction.
        let filler = String(repeating: "x", count: 500)
        let batch: [[SQLValue]] = (0..<20_000).map { [.integer($0), .text("\($0)\(filler)")] }
        let sql = "INSERT INTO t (i, s) SELECT ?::bigint, ?::text"
        #expect(try connection.execute(sql, batch: batch).reduce(0, +) == 20_000)
        let update = "UPDATE t SET r = 1 WHERE i < ?"
        let changes = try connection.execute(update, batch: [[.integer(3)], [.integer(0)], [.integer(5)]])
        #expect(changes == [3, 0, 5])
        #expect(try connection.execute(update, batch: []).isEmpty)
    }

    @Test func `a batch that fails writes nothing, and leaves the connection usable`() throws {
        let connection = try connect()
        try connection.script("CREATE UNIQUE INDEX ON t (s)")
        let sql = "INSERT INTO t (s) VALUES (?)"
        let batch: [[SQLValue]] = [[.text("a")], [.text("b")], [.text("a")], [.text("c")]]
        let error = #expect(throws: StorageError.self) { try connection.execute(sql, batch: batch) }
        guard case .database(let code, let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(code == "23505")
        #expect(!message.contains("(a)"), "details quote values")
        #expect(try connection.query("SELECT count(*) FROM t", []) { $0.integer(0) } == [0])
        #expect(try connection.execute(sql, batch: Array(batch.prefix(2))) == [1, 1])
    }

    @Test func `a bounded number of statements stays prepared, those that were used last`() throws {
        let connection = try connect { $0.preparedStatements = 3 }
        func run(_ number: Int) throws { _ = try connection.query("SELECT \(number)", []) { $0.integer(0) } }
        for number in [1, 2, 3, 1, 4, 5] { try run(number) }
        #expect(Set(connection.prepared.keys) == ["SELECT 1", "SELECT 4", "SELECT 5"])
        let known = try connection.simple("SELECT count(*) FROM pg_prepared_statements").row(0).integer(0)
        #expect(known == 3)
        let parsed = connection.prepared["SELECT 1"]?.name
        try run(1)
        #expect(connection.prepared["SELECT 1"]?.name == parsed, "it is not parsed again")
    }

    @Test func `the server ends statements and transactions that take too long`() throws {
        let connection = try connect { $0.statementTimeout = .init(milliseconds: 50) }
        #expect(throws: StorageError.database(code: "57014", message: "canceling statement due to statement timeout")) {
            try connection.simple("SELECT pg_sleep(20)")
        }
        let idle = try connection.simple("SHOW idle_in_transaction_session_timeout").row(0).text(0)
        #expect(idle == "15s")
    }

    @Test func `a server that does not answer is given up`() throws {
        let connection = try connect { $0.answerTimeout = .init(milliseconds: 100) }
        let error = #expect(throws: StorageError.self) { try connection.simple("SELECT pg_sleep(20)") }
        #expect(error?.isUnavailable == true)
        #expect(connection.isLost, "an answer that comes late must not be taken for that of the next statement")
        #expect(throws: StorageError.self) { try connection.simple("SELECT 1") }
    }

    @Test func `how safe a commit is can be told, and a server that forgets is overruled`() throws {
        let connection = try connect()
        func level() throws -> String { try connection.simple("SHOW synchronous_commit").row(0).text(0) }
        let safe = try level()
        #expect(safe != "off")
        try connection.ensure(.process)
        #expect(try level() == "off")
        try connection.ensure(.power)
        #expect(try level() == safe)
        let address = try #require(PostgresServer.address)
        let mark = address.contains("?") ? "&" : "?"
        let forgetful = try PostgresConnection(
            PostgresSettings(address + mark + "options=-csynchronous_commit%3Doff")
        )
        #expect(try forgetful.simple("SHOW synchronous_commit").row(0).text(0) == "on")
    }

    @Test func `a connection that was cut says so`() throws {
        let connection = try connect()
        let other = try connect()
        try other.script("SELECT pg_terminate_backend(\(connection.processID), 5000)")
        let error = #expect(throws: StorageError.self) { try connection.simple("SELECT 1") }
        #expect(error?.isUnavailable == true)
        #expect(connection.isLost)
        #expect(throws: StorageError.self) { try connection.execute("SELECT ?::text", [.text("a")]) }
        #expect(throws: StorageError.self) { try connection.execute("SELECT ?::text", batch: [[.text("a")], [.null]]) }
    }
}

/// What is read from an address, and what is never said again.
struct PostgresSettingsTests {
    @Test func `an address is described without its password`() throws {
        let settings = try PostgresSettings("postgresql://min:s3cret@db.example:5433/shop?sslmode=require")
        #expect(settings.description == "postgresql://min@db.example:5433/shop")
        #expect(settings.parameters["password"] == "s3cret")
        #expect(settings.parameters["sslmode"] == "require")
        #expect(settings.parameters["connect_timeout"] == "5")
        #expect(try PostgresSettings("postgres://h/?connect_timeout=9").parameters["connect_timeout"] == "9")
    }

    @Test(arguments: [
        "s3cret", "mysql://u:s3cret@h/d", "postgresql://u:s3cret%zz@h/d", "postgresql://u:s3cret@[::1]x/d",
        "postgresql://u:s3cret@[::1/d", "postgresql://u:s3cret@h/d?colour=s3cret", "postgresql://u:s3cret@h/d?=s3cret",
    ])
    func `a wrong address is refused without saying what it holds`(_ address: String) {
        let error = #expect(throws: StorageError.self) { _ = try PostgresSettings(address) }
        guard case .wrongAddress(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!reason.contains("s3cret"))
        #expect(reason.count > 5)
    }

    @Test func `a server that is not there is named without the password`() throws {
        // Port 1 of loopback: nobody listens there.
        let settings = try PostgresSettings("postgresql://u:s3cret@127.0.0.1:1/d")
        let error = #expect(throws: StorageError.self) { _ = try PostgresConnection(settings) }
        #expect(error?.isUnavailable == true)
        #expect(error?.description.contains("127.0.0.1") == true)
        #expect(error?.description.contains("s3cret") == false)
    }
}
