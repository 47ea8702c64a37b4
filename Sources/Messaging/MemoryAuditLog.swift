// SPDX-License-Identifier: Apache-2.0

package import Domain

/// An audit log that is kept in memory, for rehearsals and tests.
package final class MemoryAuditLog: AuditLog {
    /// One line of the log.
    package struct Entry: Hashable, Sendable {
        package let actor: String
        package let action: String
        package let detail: String
        package let time: Timestamp
    }

    private let state = Locked<[Entry]>([])

    /// Creates an empty log.
    package init() {}

    /// What was recorded, oldest first.
    package var entries: [Entry] { state.withLock { $0 } }

    package func record(actor: String, action: String, detail: String, at time: Timestamp) async {
        state.withLock { $0.append(Entry(actor: actor, action: action, detail: detail, time: time)) }
    }
}
