// SPDX-License-Identifier: Apache-2.0

import Domain

/// Those who wait for the end of a job of theirs.
final class Waiting: Sendable {
    private enum Place {
        case expected
        case ended
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let places = Locked<[JobID: Place]>([:])

    /// Waits for a job's end, which `start` brings about.
    func wait(for job: JobID, after start: () async throws -> Void) async throws {
        places.withLock { $0[job] = .expected }
        try await start()
        await withCheckedContinuation { continuation in
            let isOver = places.withLock { places in
                if case .ended = places[job] { return true }
                places[job] = .waiting(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
        places.withLock { $0[job] = nil }
    }

    /// Notes that a job ended.
    func ended(_ job: JobID) {
        let waiter = places.withLock { places -> CheckedContinuation<Void, Never>? in
            defer { places[job] = .ended }
            if case .waiting(let continuation) = places[job] { return continuation }
            return nil
        }
        waiter?.resume()
    }
}

/// Counts up to a goal, for one who waits until it is reached.
final class Tally: Sendable {
    private struct State {
        var count = 0
        var waiter: CheckedContinuation<Void, any Error>?
    }

    private let goal: Int
    private let state = Locked(State())

    init(goal: Int) {
        self.goal = goal
    }

    /// Counts one.
    func count() {
        state.withLock { state in
            state.count += 1
            return state.count >= goal ? state.waiter.take() : nil
        }?.resume()
    }

    /// Waits until the goal is reached; throws `CancellationError` when the task is cancelled.
    func wait() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isReached = state.withLock { state in
                    if state.count < goal { state.waiter = continuation }
                    return state.count >= goal
                }
                if isReached { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume(throwing: CancellationError())
        }
    }
}
