// SPDX-License-Identifier: Apache-2.0

import Domain

/// Calls of many callers, carried out together: while one group is with the server the next gathers.
///
/// A round trip and a commit cost the same whether they hold one call or a hundred.
final class GroupedCalls<Request: Sendable, Response: Sendable>: Sendable {
    private struct Call {
        var request: Request
        var size: Int
        var continuation: CheckedContinuation<Response, any Error>
    }

    private struct State {
        var waiting: [Call] = []
        var isRunning = false
    }

    private let limit: Int
    private let carryOut: @Sendable ([Request]) async throws -> [Response]
    private let state = Locked(State())

    /// Creates a group.
    ///
    /// - Parameters:
    ///   - limit: The most that one group holds, in what callers say is the size of their calls; a larger call goes alone.
    ///   - carryOut: Carries a group out whole or not at all; answers in its order.
    init(limit: Int, carryOut: @escaping @Sendable ([Request]) async throws -> [Response]) {
        self.limit = limit
        self.carryOut = carryOut
    }

    /// Makes a call, with others where they come at the same time.
    func call(_ request: Request, size: Int) async throws -> Response {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            let starts = state.withLock { state in
                state.waiting.append(Call(request: request, size: size, continuation: continuation))
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if starts { Task { await work() } }
        }
    }

    private func work() async {
        while true {
            let group = state.withLock { state in
                var (count, size) = (0, 0)
                while count < state.waiting.count, count == 0 || size + state.waiting[count].size <= limit {
                    size += state.waiting[count].size
                    count += 1
                }
                let group = Array(state.waiting.prefix(count))
                state.waiting.removeFirst(count)
                if group.isEmpty { state.isRunning = false }
                return group
            }
            if group.isEmpty { return }
            await carryOut(group)
        }
    }

    private func carryOut(_ group: [Call]) async {
        do {
            let responses = try await carryOut(group.map(\.request))
            for (call, response) in zip(group, responses) { call.continuation.resume(returning: response) }
        } catch let error as StorageError where group.count == 1 || error.isOfConnection {
            for call in group { call.continuation.resume(throwing: error) }
        } catch {
            // One of them cannot be carried out; it must not spoil the others.
            if group.count == 1 { return group[0].continuation.resume(throwing: error) }
            for call in group { await carryOut([call]) }
        }
    }
}

extension StorageError {
    /// Whether the connection is to blame, and not what was asked.
    fileprivate var isOfConnection: Bool {
        switch self {
        case .unavailable, .outcomeUnknown: true
        default: false
        }
    }
}
