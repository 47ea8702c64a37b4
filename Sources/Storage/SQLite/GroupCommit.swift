// SPDX-License-Identifier: Apache-2.0

import Domain
import GRDB

/// Writes of many callers, committed together: while one transaction goes to disk the next gathers.
///
/// A commit costs the same whether it holds one row or a thousand, so the writer takes all that waits into one transaction. Each write has
/// a savepoint of its own: one that fails takes back what it did, and nothing of the others. A transaction that holds one write which
/// must survive a power cut is synced whole, which hardens everything before it too.
final class GroupCommit: Sendable {
    /// One caller's write, and how the caller is told.
    private struct Write: Sendable {
        var durability: Durability
        /// Makes the changes; false when they failed, and what was done of them must be taken back.
        var make: @Sendable (SQLiteSession) -> Bool
        /// Tells the caller how it went: with nil once the transaction is committed, with the error when it is not.
        var tell: @Sendable ((any Error)?) -> Void

        init<Value: Sendable>(
            _ durability: Durability,
            _ body: @escaping @Sendable (SQLiteSession) throws -> Value,
            _ continuation: CheckedContinuation<Value, any Error>
        ) {
            self.durability = durability
            let outcome = Locked<Result<Value, any Error>?>(nil)
            make = { session in
                let result = Result { try body(session) }
                outcome.withLock { $0 = result }
                if case .failure = result { return false }
                return true
            }
            tell = { error in
                if case .failure(let own) = outcome.withLock({ $0 }) { return continuation.resume(throwing: own) }
                if let error { return continuation.resume(throwing: error) }
                if let result = outcome.withLock({ $0 }) { continuation.resume(with: result) }
            }
        }
    }

    private struct State {
        var waiting: [Write] = []
        var isWriting = false
        var isClosed = false
    }

    /// The most writes in one transaction.
    static let limit = 1_000

    private let pool: DatabasePool
    private let checkpoint: BackgroundCheckpoint
    private let beforeCommit: @Sendable (SQLiteSession) throws -> Void
    private let state = Locked(State())
    private let level = Locked<Durability?>(nil)

    /// Creates a writer; `beforeCommit` adds what is the same for all writes of a transaction.
    init(
        pool: DatabasePool,
        checkpoint: BackgroundCheckpoint,
        beforeCommit: @escaping @Sendable (SQLiteSession) throws -> Void
    ) {
        self.checkpoint = checkpoint
        self.pool = pool
        self.beforeCommit = beforeCommit
    }

    /// Makes a write and returns once it is as safe as it asks to be; throws what the body throws, or what the commit does.
    func write<Value: Sendable>(
        _ durability: Durability,
        _ body: @escaping @Sendable (SQLiteSession) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            let write = Write(durability, body, continuation)
            let (starts, isClosed) = state.withLock { state in
                if state.isClosed { return (false, true) }
                state.waiting.append(write)
                defer { state.isWriting = true }
                return (!state.isWriting, false)
            }
            if isClosed { return continuation.resume(throwing: StorageError.closed) }
            if starts { pool.asyncWriteWithoutTransaction { [self] in work($0) } }
        }
    }

    /// Refuses later writes; those that wait are still made.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Closes the connection that copies the log, once the pool is closed and nobody writes any more.
    func closeCheckpoint() throws {
        try checkpoint.close()
    }

    /// Commits batch after batch until nobody waits.
    private func work(_ database: Database) {
        while true {
            let batch = state.withLock { state in
                if state.waiting.isEmpty { state.isWriting = false }
                guard state.waiting.count > Self.limit else {
                    defer { state.waiting.removeAll(keepingCapacity: true) }
                    return state.waiting
                }
                defer { state.waiting.removeFirst(Self.limit) }
                return Array(state.waiting.prefix(Self.limit))
            }
            if batch.isEmpty { return }
            commit(batch, SQLiteSession(database: database))
        }
    }

    private func commit(_ batch: [Write], _ session: SQLiteSession) {
        do {
            try ensure(batch.contains { $0.durability == .power } ? .power : .process, session)
            try session.execute("BEGIN IMMEDIATE", [])
            if batch.count == 1 {
                let succeeded = batch[0].make(session)
                if succeeded { try beforeCommit(session) }
                try session.execute(succeeded ? "COMMIT" : "ROLLBACK", [])
            } else {
                for write in batch { try make(write, session) }
                try beforeCommit(session)
                try session.execute("COMMIT", [])
            }
        } catch {
            if session.database.isInsideTransaction { try? session.database.rollback() }
            for write in batch { write.tell(error) }
            return
        }
        for write in batch { write.tell(nil) }
        checkpoint.committed(session)
    }

    private func make(_ write: Write, _ session: SQLiteSession) throws {
        try session.execute("SAVEPOINT one_write", [])
        let succeeded = write.make(session)
        // SQLite takes the whole transaction back after some errors, such as a full disk.
        guard session.database.isInsideTransaction else { throw StorageError.transactionLost }
        if !succeeded { try session.execute("ROLLBACK TO one_write", []) }
        try session.execute("RELEASE one_write", [])
    }

    /// Sets how safe the next commit is, before it begins: SQLite keeps the setting while a transaction lasts.
    private func ensure(_ durability: Durability, _ session: SQLiteSession) throws {
        guard level.withLock({ $0 }) != durability else { return }
        try session.script(durability == .power ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
        level.withLock { $0 = durability }
    }
}
