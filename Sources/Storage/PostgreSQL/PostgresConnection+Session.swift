// SPDX-License-Identifier: Apache-2.0

import CPQ

extension PostgresConnection: SQLSession {
    package var dialect: SQLDialect { .postgres }

    @discardableResult
    package func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try run(sql, PostgresArguments(arguments)).changes
    }

    package func query<Value>(
        _ sql: String,
        _ arguments: [SQLValue],
        _ read: (any SQLRow) throws -> Value
    ) throws -> [Value] {
        let result = try run(sql, PostgresArguments(arguments))
        return try (0..<result.count).map { try read(result.row($0)) }
    }

    package func script(_ sql: String) throws {
        _ = try simple(sql)
    }

    /// Runs a statement that is written for PostgreSQL alone.
    func run(_ sql: String, _ arguments: [PostgresValue]) throws(StorageError) -> PostgresResult {
        try run(sql, PostgresArguments(arguments))
    }

    private func run(_ sql: String, _ arguments: PostgresArguments) throws(StorageError) -> PostgresResult {
        let name = try statement(sql)
        let isSent = unsafe Self.withPointers(arguments) { values, lengths, formats in
            unsafe PQsendQueryPrepared(pointer, name, Int32(arguments.count), values, lengths, formats, 0)
        }
        guard isSent == 1 else { throw connectionError() }
        return try receive()
    }

    /// The name under which the server knows a statement; prepared at its first use on this connection.
    func statement(_ sql: String) throws(StorageError) -> String {
        uses += 1
        if let name = prepared[sql]?.name {
            prepared[sql]?.lastUse = uses
            return name
        }
        if prepared.count >= preparedLimit { try forgetOldest() }
        let name = "s\(uses)"
        guard unsafe PQsendPrepare(pointer, name, StatementText.numbered(sql), 0, nil) == 1 else {
            throw connectionError()
        }
        _ = try receive()
        prepared[sql] = PreparedStatement(name: name, lastUse: uses)
        return name
    }

    /// Forgets every prepared statement: their plans do not fit a schema that has changed.
    func forgetStatements() throws(StorageError) {
        _ = try simple("DEALLOCATE ALL")
        prepared = [:]
    }

    private func forgetOldest() throws(StorageError) {
        guard let oldest = prepared.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
        _ = try simple("DEALLOCATE \(oldest.value.name)")
        prepared[oldest.key] = nil
    }

    /// Calls with the three arrays that libpq wants, which point into the arguments.
    static func withPointers<Value>(
        _ arguments: PostgresArguments,
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value
    ) -> Value {
        unsafe arguments.bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values: [UnsafePointer<CChar>?] = unsafe arguments.offsets.map { offset in
                guard let offset, let start = unsafe start else { return nil }
                return unsafe start + offset
            }
            return unsafe arguments.lengths.withUnsafeBufferPointer { lengths in
                unsafe arguments.formats.withUnsafeBufferPointer { formats in
                    unsafe values.withUnsafeBufferPointer { values in
                        unsafe body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
