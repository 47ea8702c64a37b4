// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
package import Logging

/// Notifies channels on a connection of its own, at most once in 5 ms for each of them and what it is told.
///
/// It is meant for the time after a commit: a notification within the transaction would hold a lock of the whole database through the
/// commit. What cannot be sent for `PostgresSettings.patience` is dropped, and so who listens must look by itself now and then.
package final class PostgresNotifier: Sendable {
    /// The least time between two notifications of a channel.
    static let interval = Duration.milliseconds(5)

    private struct Note: Hashable {
        var channel: String
        var payload: String
    }

    private let pending = Locked<Set<Note>>([])
    private let pool: PostgresPool
    private let isSending = Locked(false)

    /// Creates a notifier; it connects at its first note.
    package init(_ settings: PostgresSettings, log: Logger) {
        pool = PostgresPool(settings, connections: 1, log: log)
    }

    /// Notes that a channel is to be notified, and returns at once.
    package func notify(_ channel: String, _ payload: String) {
        let isNew = pending.withLock { $0.insert(Note(channel: channel, payload: payload)).inserted }
        guard isNew else { return }
        let isFirst = isSending.withLock { isSending in
            defer { isSending = true }
            return !isSending
        }
        if isFirst { Task { await send() } }
    }

    /// Closes the connection once what is pending was sent.
    package func close() async {
        await pool.close()
    }

    private func send() async {
        repeat {
            do {
                try await pool.perform { [self] in try sendPending($0) }
            } catch {
                // The poll of whoever listens takes its place.
                pending.withLock { $0 = [] }
            }
        } while goesOn()
    }

    /// Whether more came meanwhile; if not, the next note begins anew.
    private func goesOn() -> Bool {
        isSending.withLock { isSending in
            isSending = pending.withLock { !$0.isEmpty }
            return isSending
        }
    }

    private func sendPending(_ connection: PostgresConnection) throws {
        let notes = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        do {
            try connection.execute(
                "SELECT pg_notify(?, ?)",
                batch: notes.sorted { ($0.channel, $0.payload) < ($1.channel, $1.payload) }
                    .map { [.text($0.channel), .text($0.payload)] }
            )
        } catch let error as StorageError where error.isUnavailable {
            pending.withLock { $0.formUnion(notes) }
            throw error
        }
        Thread.sleep(forTimeInterval: Self.interval / .seconds(1))
    }
}
