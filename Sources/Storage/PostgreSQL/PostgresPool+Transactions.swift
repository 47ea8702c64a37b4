// SPDX-License-Identifier: Apache-2.0

import Domain
import Glibc

extension TransactionView {
    fileprivate var begin: String {
        switch self {
        case .newest: "BEGIN"
        case .snapshot: "BEGIN ISOLATION LEVEL REPEATABLE READ"
        }
    }
}

extension PostgresPool {
    /// Reads within one snapshot, and again on another connection when one is lost on the way.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await perform { connection in
            do {
                return try Self.transaction(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
            } catch StorageError.outcomeUnknown(let reason) {
                // There is nothing of which to be unsure: nothing was written.
                throw StorageError.unavailable(reason)
            }
        }
    }

    /// Writes in one transaction; on an error nothing is written.
    ///
    /// The body runs again when the server broke the transaction off in favour of another, and when the connection was lost before the
    /// commit: it must do nothing but write. A connection that is lost during the commit throws `StorageError.outcomeUnknown`.
    @discardableResult
    func write<Value: Sendable>(
        _ durability: Durability,
        seeing view: TransactionView = .newest,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await perform { connection in
            try connection.ensure(durability)
            return try Self.transaction(connection, view.begin, body)
        }
    }

    /// Runs one statement that is a transaction of its own, in one round trip.
    ///
    /// A connection that is lost meanwhile throws `StorageError.outcomeUnknown`.
    @discardableResult
    func write<Value: Sendable>(
        _ durability: Durability,
        statement sql: String,
        _ arguments: @escaping @Sendable () -> [PostgresValue],
        _ read: @escaping @Sendable (PostgresResult) throws -> Value
    ) async throws -> Value {
        try await perform { connection in
            try connection.ensure(durability)
            // Preparing writes nothing, so that a connection that is found to be lost here is of no account.
            _ = try connection.statement(sql)
            let values = arguments()
            return try Self.repeating {
                do {
                    return try read(try connection.run(sql, values))
                } catch StorageError.unavailable(let reason) {
                    throw StorageError.outcomeUnknown(reason)
                }
            }
        }
    }

    /// How often a transaction is begun before its conflicts with others are an error.
    private static let limit = 8

    private static func transaction<Value>(
        _ connection: PostgresConnection,
        _ begin: String,
        _ body: (PostgresConnection) throws -> Value
    ) throws -> Value {
        try repeating {
            _ = try connection.simple(begin)
            let value: Value
            do {
                value = try body(connection)
            } catch {
                try rollBack(connection, after: error)
                throw error
            }
            try commit(connection)
            return value
        }
    }

    private static func repeating<Value>(_ body: () throws -> Value) throws -> Value {
        var backoff = Backoff()
        backoff.first = .milliseconds(2)
        backoff.cap = .milliseconds(100)
        for _ in 1..<limit {
            do {
                return try body()
            } catch StorageError.database(let code, _) where isConflict(code) {
                usleep(UInt32(clamping: Int64(backoff.next() / .microseconds(1))))
            }
        }
        return try body()
    }

    /// A serialization failure or a deadlock: the same transaction may succeed when it is begun again.
    private static func isConflict(_ code: String) -> Bool { code == "40001" || code == "40P01" }

    private static func rollBack(_ connection: PostgresConnection, after error: any Error) throws(StorageError) {
        guard connection.isInTransaction else { return }
        _ = try connection.simple("ROLLBACK")
        if case StorageError.database(let code, _) = error, code == "0A000" || code == "26000" {
            try connection.forgetStatements()
        }
    }

    /// Commits; a transaction that the server has broken off answers `ROLLBACK` to it, and no error.
    private static func commit(_ connection: PostgresConnection) throws(StorageError) {
        let answer: PostgresResult
        do {
            answer = try connection.simple("COMMIT")
        } catch .unavailable(let reason) {
            throw .outcomeUnknown(reason)
        }
        guard answer.command == "COMMIT" else {
            throw .database(code: "25P02", message: "the transaction was broken off by an error that was passed over")
        }
    }
}
