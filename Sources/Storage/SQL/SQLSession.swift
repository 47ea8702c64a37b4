// SPDX-License-Identifier: Apache-2.0

/// A value on its way into a statement or out of a row.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
}

/// The kinds of SQL that are written here.
package enum SQLDialect: String, Sendable, CaseIterable {
    case sqlite
    case postgres
}

/// A connection to a database that one thread uses at a time, usually within a transaction that its owner began.
///
/// Statements are written with `?` for their arguments on every driver, are prepared once for each connection, and stay prepared: SQL is
/// one of a small number of constant texts, and what varies is an argument. Integers are 64 bits, truth values 0 and 1, instants
/// milliseconds since 1970. Calls block their thread, and throw what the driver says; `StorageError.unavailable` where the
/// connection was lost.
package protocol SQLSession {
    /// Which kind of SQL it takes.
    var dialect: SQLDialect { get }

    /// Runs a statement; returns how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// Runs one statement for each list of arguments, in one round trip where there is a network; returns how many rows each changed.
    @discardableResult
    func execute(_ sql: String, batch: [[SQLValue]]) throws -> [Int]

    /// Runs a statement and reads its rows, in order; a row is valid only while `read` runs.
    func query<Value>(
        _ sql: String,
        _ arguments: [SQLValue],
        _ read: (any SQLRow) throws -> Value
    ) throws -> [Value]

    /// Runs a text of many statements without arguments, for schemas.
    func script(_ sql: String) throws
}

/// A row of a result; columns count from 0.
package protocol SQLRow {
    /// Whether a column is null.
    func isNull(_ column: Int) -> Bool
    /// A column as text; empty where it is null.
    func text(_ column: Int) -> String
    /// A column as a whole number; 0 where it is null.
    func integer(_ column: Int) -> Int64
    /// A column as a number; 0 where it is null.
    func real(_ column: Int) -> Double
}

extension SQLRow {
    /// A column as text; nil where it is null.
    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    /// A column as a whole number; nil where it is null.
    package func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
    /// A column as a truth value.
    package func flag(_ column: Int) -> Bool { integer(column) != 0 }
}

extension SQLValue {
    /// Text, or null.
    package static func optional(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
    /// A whole number, or null.
    package static func optional(_ integer: Int64?) -> SQLValue { integer.map { .integer($0) } ?? .null }
    /// A whole number.
    package static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    /// A truth value.
    package static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
}
