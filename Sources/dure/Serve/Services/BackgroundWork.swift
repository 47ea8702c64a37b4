// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Domain
import Server

/// Runs what computes for long beside the threads that answer requests, a little at a time.
final class BackgroundWork: Sendable {
    private let queue: DispatchQueue
    private let waiting = Locked(0)
    private let most: Int

    /// Creates a place for work of a name; more than `most` pieces at once are refused.
    init(_ name: String, most: Int) {
        queue = DispatchQueue(label: "dure.\(name)", qos: .utility)
        self.most = most
    }

    /// Runs a piece when those before it are done; throws `Problem.tooMany` where too many wait.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try enter()
        defer { leave() }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Claims a place; throws where there is none.
    private func enter() throws {
        let isFull = waiting.withLock { waiting in
            guard waiting < most else { return true }
            waiting += 1
            return false
        }
        guard !isFull else {
            throw Problem(.tooMany, "\(most) of these are being worked on already", retryAfter: 5)
        }
    }

    private func leave() {
        waiting.withLock { $0 -= 1 }
    }
}
