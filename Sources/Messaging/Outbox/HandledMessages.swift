// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The kept messages that this process has handled and whose store has not been told yet; a broker fills it, a relay empties it.
package final class HandledMessages: Sendable {
    private struct State {
        var handled: Set<MessageID> = []
        var failures: [MessageID: Int] = [:]
    }

    /// How often a message's handler may throw before the message is put aside.
    package static let maximumFailures = 3

    private let state = Locked(State())

    /// Creates an empty list.
    package init() {}

    /// Notes that a message was handled, or put aside.
    package func add(_ id: MessageID) {
        state.withLock { state in
            state.handled.insert(id)
            state.failures[id] = nil
        }
    }

    /// Notes that a message's handler threw; returns whether it has thrown too often for another try.
    func failed(_ id: MessageID) -> Bool {
        state.withLock { state in
            state.failures[id, default: 0] += 1
            return state.failures[id, default: 0] >= Self.maximumFailures
        }
    }

    /// The messages that were noted since, oldest first; they are the caller's to tell the store of.
    package func take() -> [MessageID] {
        state.withLock { state in
            defer { state.handled = [] }
            return state.handled.sorted()
        }
    }
}
