// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
package import Logging

/// A few connections, each used by a thread of its own, so that libpq never blocks a thread of Swift's.
///
/// Work is taken in the order in which it came. A connection that was lost is made anew when work comes, with growing pauses; work
/// that had written nothing yet is done on the new one, until `PostgresSettings.patience` is over. Safe to call from any task.
package final class PostgresPool: Sendable {
    let settings: PostgresSettings
    private let inbox = PoolInbox()
    private let log: Logger
    private let state: Locked<State>

    private struct State {
        var threads: Int
        var lastSuccess: ContinuousClock.Instant?
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    /// Starts the threads; connections are made when there is work for them.
    package init(_ settings: PostgresSettings, connections: Int, log: Logger) {
        self.settings = settings
        self.log = log
        let count = max(connections, 1)
        state = Locked(State(threads: count))
        for index in 0..<count {
            let thread = Thread { [self] in serve() }
            thread.name = "postgres-\(index)"
            thread.start()
        }
    }

    /// How long ago the server last answered as it should; nil when it never did.
    package var sinceLastSuccess: Duration? {
        state.withLock(\.lastSuccess).map { ContinuousClock.now - $0 }
    }

    /// Asks the server for a sign of life.
    package func ping() async throws {
        try await perform { _ = try $0.simple("SELECT 1") }
    }

    /// Ends the threads once what was begun has ended; what waits is still done, and what comes later is refused.
    package func close() async {
        inbox.close()
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.threads > 0 { state.closing.append(continuation) }
                return state.threads == 0
            }
            if isOver { continuation.resume() }
        }
    }

    /// Does work on one of the connections, and returns once it is done.
    ///
    /// Work that throws `StorageError.unavailable` must have written nothing: it is done again on another connection.
    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        let deadline = ContinuousClock.now + settings.patience.duration
        return try await withCheckedThrowingContinuation { continuation in
            let item = PoolWork(
                deadline: deadline,
                run: { connection in
                    do {
                        continuation.resume(returning: try work(connection))
                    } catch let error as StorageError where error.isUnavailable {
                        return error
                    } catch {
                        continuation.resume(throwing: error)
                    }
                    return nil
                },
                fail: { continuation.resume(throwing: $0) }
            )
            if !inbox.push(item) { item.fail(inbox.closed ? .closed : .unavailable("too much waits for it")) }
        }
    }

    private func serve() {
        var connection: PostgresConnection?
        var backoff = Backoff()
        while let work = inbox.pop() {
            carryOut(work, &connection, &backoff)
        }
        connection = nil
        let waiting = state.withLock { state in
            state.threads -= 1
            defer { if state.threads == 0 { state.closing = [] } }
            return state.threads == 0 ? state.closing : []
        }
        for continuation in waiting { continuation.resume() }
    }

    private static func usable(
        _ connection: PostgresConnection?,
        _ settings: PostgresSettings
    ) throws(StorageError) -> PostgresConnection {
        if let connection { return connection }
        return try PostgresConnection(settings)
    }

    private func carryOut(_ work: PoolWork, _ connection: inout PostgresConnection?, _ backoff: inout Backoff) {
        while true {
            let error: StorageError
            do throws(StorageError) {
                let current = try Self.usable(connection, settings)
                connection = current
                guard let lost = work.run(current) else {
                    backoff.reset()
                    // The answer to a commit was lost with it; whoever waited was told so.
                    if current.isLost {
                        connection = nil
                        return
                    }
                    return state.withLock { $0.lastSuccess = ContinuousClock.now }
                }
                error = lost
            } catch let failure {
                error = failure
            }
            connection = nil
            let pause = backoff.next()
            log.warning("The database cannot be reached", metadata: ["reason": "\(error)", "pause": "\(pause)"])
            guard error.isUnavailable, ContinuousClock.now + pause < work.deadline, !inbox.closed else {
                return work.fail(error)
            }
            inbox.pause(pause)
        }
    }
}

extension StorageError {
    /// Whether the connection was lost before anything was written.
    package var isUnavailable: Bool {
        if case .unavailable = self { return true }
        return false
    }
}
