// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite

/// The connection that GRDB gave an access, spoken to in SQLite's own calls: GRDB's way of binding and reading costs more than the
/// statements of the queue do.
///
/// Used on the connection's queue alone, and not after the access.
package struct SQLiteSession: SQLSession {
    /// The connection.
    let database: Database

    package var dialect: SQLDialect { .sqlite }

    @discardableResult
    package func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let statement = try unsafe prepare(sql)
        unsafe try run(statement, sql, arguments)
        return Int(unsafe sqlite3_changes(database.sqliteConnection))
    }

    @discardableResult
    package func execute(_ sql: String, batch: [[SQLValue]]) throws -> [Int] {
        guard !batch.isEmpty else { return [] }
        let statement = try unsafe prepare(sql)
        return try batch.map { arguments in
            unsafe try run(statement, sql, arguments)
            return Int(unsafe sqlite3_changes(database.sqliteConnection))
        }
    }

    package func query<Value>(
        _ sql: String,
        _ arguments: [SQLValue],
        _ read: (any SQLRow) throws -> Value
    ) throws -> [Value] {
        let statement = try unsafe prepare(sql)
        defer { unsafe sqlite3_reset(statement) }
        unsafe bind(arguments, to: statement)
        var values: [Value] = []
        while true {
            let code = unsafe sqlite3_step(statement)
            if code == SQLITE_DONE { return values }
            guard code == SQLITE_ROW else { throw error(code, sql) }
            values.append(try read(unsafe SQLiteRow(statement: statement)))
        }
    }

    package func script(_ sql: String) throws {
        try database.execute(sql: sql)
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        unsafe try database.cachedStatement(sql: sql).sqliteStatement
    }

    private func run(_ statement: OpaquePointer, _ sql: String, _ arguments: [SQLValue]) throws {
        unsafe bind(arguments, to: statement)
        var code = unsafe sqlite3_step(statement)
        while code == SQLITE_ROW { code = unsafe sqlite3_step(statement) }
        unsafe sqlite3_reset(statement)
        guard code == SQLITE_DONE else { throw error(code, sql) }
    }

    private func bind(_ arguments: [SQLValue], to statement: OpaquePointer) {
        unsafe sqlite3_clear_bindings(statement)
        var place: Int32 = 0
        for argument in arguments {
            place += 1
            switch argument {
            case .null: break
            case .integer(let value): unsafe sqlite3_bind_int64(statement, place, value)
            case .real(let value): unsafe sqlite3_bind_double(statement, place, value)
            case .text(var value):
                value.withUTF8 { bytes in
                    // An empty buffer may have no address, which SQLite would take for null.
                    unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                        _ =
                            if let start = text.baseAddress {
                                unsafe sqlite3_bind_text(
                                    statement,
                                    place,
                                    start,
                                    Int32(clamping: text.count),
                                    transient
                                )
                            } else {
                                unsafe sqlite3_bind_text(statement, place, "", 0, transient)
                            }
                    }
                }
            }
        }
    }

    private func error(_ code: Int32, _ sql: String) -> DatabaseError {
        let message = unsafe sqlite3_errmsg(database.sqliteConnection).map { unsafe String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: sql)
    }
}

/// The row that a statement stands on.
@safe
private struct SQLiteRow: SQLRow {
    private let statement: OpaquePointer

    init(statement: OpaquePointer) {
        unsafe self.statement = statement
    }

    func isNull(_ column: Int) -> Bool { unsafe sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) -> Int64 { unsafe sqlite3_column_int64(statement, Int32(column)) }

    func real(_ column: Int) -> Double { unsafe sqlite3_column_double(statement, Int32(column)) }

    func text(_ column: Int) -> String {
        guard let start = unsafe sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(statement, Int32(column)))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
