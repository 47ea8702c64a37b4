// SPDX-License-Identifier: Apache-2.0

import Domain

/// A queue that many fill; putting never waits, and whoever takes, takes all that is there.
final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var order = 0
    }

    private let state = Locked(State())

    /// Adds an element and wakes all who wait: one of them may have been cancelled, and would leave it lying.
    func put(_ element: Element) {
        let waiters = state.withLock { state in
            state.elements.append(element)
            guard !state.waiters.isEmpty else { return [CheckedContinuation<Void, any Error>]() }
            defer { state.waiters = [:] }
            return state.waiters.sorted { $0.key < $1.key }.map(\.value)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Takes what is there, without waiting.
    func takeAvailable() -> [Element] {
        state.withLock { state in
            defer { state.elements.removeAll(keepingCapacity: true) }
            return state.elements
        }
    }

    /// Takes what is there, and waits for it when there is nothing; throws `CancellationError` when the task is cancelled.
    func take() async throws -> [Element] {
        while true {
            try Task.checkCancellation()
            let elements = takeAvailable()
            if !elements.isEmpty { return elements }
            try await wait()
        }
    }

    private func wait() async throws {
        let order = state.withLock { state in
            state.order += 1
            return state.order
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if !state.elements.isEmpty { return .success(()) }
                    state.waiters[order] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: order) }?.resume(throwing: CancellationError())
        }
    }
}

/// A door that opens once, for everybody who waits and who comes later.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var order = 0
    }

    private let state = Locked(State())

    /// Whether it is open.
    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Opens it; doing so twice is the same as once.
    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters.sorted { $0.key < $1.key }.map(\.value)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until it is open; throws `CancellationError` when the task is cancelled.
    func wait() async throws {
        let order = state.withLock { state in
            state.order += 1
            return state.order
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.isOpen { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[order] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: order) }?.resume(throwing: CancellationError())
        }
    }
}

/// Runs two operations at once and returns what the first of them to end returns or throws; the other is cancelled and awaited.
package func race<Value: Sendable>(
    _ first: @escaping @Sendable () async throws -> Value,
    _ second: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await first() }
        group.addTask { try await second() }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
