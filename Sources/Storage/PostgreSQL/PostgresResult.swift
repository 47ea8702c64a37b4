// SPDX-License-Identifier: Apache-2.0

import CPQ
import Glibc

/// What a statement gave, in the server's text form; freed with its last reference.
@safe
final class PostgresResult {
    private let pointer: OpaquePointer

    /// Takes a result over.
    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe PQclear(pointer)
    }

    /// How it ended.
    var status: ExecStatusType { unsafe PQresultStatus(pointer) }

    /// How many rows it holds.
    var count: Int { Int(unsafe PQntuples(pointer)) }

    /// How many rows the statement changed; 0 for one that changes none.
    var changes: Int { Int(unsafe strtoll(PQcmdTuples(pointer), nil, 10)) }

    /// What the server did, such as `COMMIT`.
    var command: String { unsafe String(cString: PQcmdStatus(pointer)) }

    /// One of its rows.
    func row(_ index: Int) -> PostgresRow { PostgresRow(result: self, index: Int32(index)) }

    /// The five characters that name an error; empty where the server did not say.
    var code: String { field("C") }

    /// What the server says of an error, without the values that its details may quote.
    var message: String { field("M") }

    private func field(_ name: Character) -> String {
        guard let code = name.asciiValue, let text = unsafe PQresultErrorField(pointer, Int32(code)) else { return "" }
        return unsafe String(cString: text)
    }

    fileprivate func isNull(_ row: Int32, _ column: Int32) -> Bool { unsafe PQgetisnull(pointer, row, column) == 1 }

    fileprivate func text(_ row: Int32, _ column: Int32) -> String {
        guard let bytes = unsafe PQgetvalue(pointer, row, column) else { return "" }
        let length = Int(unsafe PQgetlength(pointer, row, column))
        return unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
            unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
        }
    }

    /// libpq ends every value with a NUL, so that C's functions stop there; sums come as `numeric`, whose fraction is left out.
    fileprivate func integer(_ row: Int32, _ column: Int32) -> Int64 {
        guard let bytes = unsafe PQgetvalue(pointer, row, column) else { return 0 }
        return Int64(unsafe strtoll(bytes, nil, 10))
    }

    fileprivate func real(_ row: Int32, _ column: Int32) -> Double {
        guard let bytes = unsafe PQgetvalue(pointer, row, column) else { return 0 }
        return unsafe strtod(bytes, nil)
    }
}

/// A row of a PostgreSQL result.
struct PostgresRow: SQLRow {
    fileprivate let result: PostgresResult
    fileprivate let index: Int32

    func isNull(_ column: Int) -> Bool { result.isNull(index, Int32(column)) }
    func text(_ column: Int) -> String { result.text(index, Int32(column)) }
    func integer(_ column: Int) -> Int64 { result.integer(index, Int32(column)) }
    func real(_ column: Int) -> Double { result.real(index, Int32(column)) }
}
