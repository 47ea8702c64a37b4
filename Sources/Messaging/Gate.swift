// SPDX-License-Identifier: Apache-2.0

import Domain

/// A gate that tasks wait at until it is open; it may be closed again.
package final class Gate: Sendable {
    private struct State {
        var isOpen: Bool
        var order: UInt64 = 0
        var waiting: [(order: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Locked<State>

    /// Creates a gate.
    package init(isOpen: Bool = false) {
        state = Locked(State(isOpen: isOpen))
    }

    /// Lets all who wait pass, in the order in which they came, and all who come later.
    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting {
            waiter.continuation.resume()
        }
    }

    /// Makes those wait who come from now on.
    package func close() {
        state.withLock { $0.isOpen = false }
    }

    /// Returns when the gate is open; throws `CancellationError` when the task is cancelled before.
    package func wait() async throws {
        let order = state.withLock { state in
            state.order += 1
            return state.order
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.isOpen { return .success(()) }
                    state.waiting.append((order, continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.order == order }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}

/// Counts the messages that are not handled yet, and tells when there are none.
final class Traffic: Sendable {
    private let open = Locked(0)
    private let gate = Gate(isOpen: true)

    /// One message more to handle.
    func began() {
        open.withLock { count in
            count += 1
            if count == 1 { gate.close() }
        }
    }

    /// Some messages less.
    func ended(_ number: Int = 1) {
        guard number > 0 else { return }
        open.withLock { count in
            count -= number
            if count == 0 { gate.open() }
        }
    }

    /// Whether no message is left at the moment.
    var isQuiet: Bool { open.withLock { $0 == 0 } }

    /// Waits until no message is left.
    func quiet() async throws { try await gate.wait() }
}
