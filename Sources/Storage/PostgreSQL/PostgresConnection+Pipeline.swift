// SPDX-License-Identifier: Apache-2.0

import CPQ
import Glibc

extension PostgresConnection {
    /// Runs one statement for each list of arguments in libpq's pipeline mode: one round trip for all.
    ///
    /// Outside of a transaction they are one of their own: all count, or none.
    @discardableResult
    package func execute(_ sql: String, batch: [[SQLValue]]) throws -> [Int] {
        guard !batch.isEmpty else { return [] }
        if batch.count == 1 { return [try execute(sql, batch[0])] }
        let name = try statement(sql)
        let arguments = try batch.map { try PostgresArguments($0) }
        return try pipeline(count: batch.count) { index throws(StorageError) in
            try send(name, arguments[index])
        }
    }

    /// Sends statements one behind the other and reads their results; returns how many rows each changed.
    ///
    /// Throws the first error, after which the server passed the rest over.
    private func pipeline(count: Int, send: (Int) throws(StorageError) -> Void) throws(StorageError) -> [Int] {
        guard unsafe PQenterPipelineMode(pointer) == 1 else { throw .unavailable("pipeline mode was refused") }
        // Sending must not wait for a server that itself waits for its answers to be read.
        _ = unsafe PQsetnonblocking(pointer, 1)
        defer {
            _ = unsafe PQsetnonblocking(pointer, 0)
            _ = unsafe PQexitPipelineMode(pointer)
        }
        for index in 0..<count {
            try send(index)
            if index % 64 == 63 { try flush() }
        }
        guard unsafe PQpipelineSync(pointer) == 1 else { throw connectionError() }
        try flush()
        return try results(count: count)
    }

    private func results(count: Int) throws(StorageError) -> [Int] {
        var changes: [Int] = []
        changes.reserveCapacity(count)
        var failure: StorageError?
        while true {
            let result = try nextResult()
            guard let result else { continue }
            if result.status == PGRES_PIPELINE_SYNC { break }
            do throws(StorageError) {
                try check(result)
                changes.append(result.changes)
            } catch {
                if case .unavailable = error { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return changes
    }

    private func send(_ name: String, _ arguments: PostgresArguments) throws(StorageError) {
        let sent = unsafe Self.withPointers(arguments) { values, lengths, formats in
            unsafe PQsendQueryPrepared(pointer, name, Int32(arguments.count), values, lengths, formats, 0)
        }
        guard sent == 1 else { throw connectionError() }
    }

    /// Sends what libpq holds back, and takes in meanwhile what the server answers.
    private func flush() throws(StorageError) {
        while true {
            switch unsafe PQflush(pointer) {
            case 0: return
            case 1:
                let events = try wait(POLLIN | POLLOUT)
                if events & Int16(POLLIN) != 0, unsafe PQconsumeInput(pointer) != 1 { throw connectionError() }
            default: throw connectionError()
            }
        }
    }
}
