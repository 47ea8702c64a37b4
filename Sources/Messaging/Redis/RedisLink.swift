// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import NIOCore

/// Runs something on a connection to Redis, and again on a new one whenever that breaks, with a growing wait.
struct RedisSupervision: Sendable {
    let url: RedisURL
    let eventLoop: any EventLoop
    let clock: any TimeSource
    let seed: UInt64
    let logger: Logger

    /// How long a connection must have lasted for its end not to count as one more failure in a row.
    private static let steady = TimeSpan.seconds(1)

    /// Returns when the task is cancelled, or the body returns true: it has nothing more to do.
    func run(_ body: (RedisConnection) async throws -> Bool) async {
        var backoff = Backoff(seed: seed)
        while !Task.isCancelled {
            let start = clock.steady
            do {
                let connection = try await RedisConnection.open(url, on: eventLoop)
                let isDone = try await withTaskCancellationHandler {
                    defer { connection.close() }
                    return try await body(connection)
                } onCancel: {
                    connection.close()
                }
                if isDone { return }
            } catch {
                if Task.isCancelled { return }
                logger.warning("a connection to Redis failed", metadata: ["redis": "\(url)", "error": "\(error)"])
            }
            if clock.steady - start >= Self.steady { backoff.reset() }
            do {
                try await clock.sleep(for: backoff.next())
            } catch {
                return
            }
        }
    }
}

/// Sends commands to Redis whatever becomes of the connection: what was not answered is sent again on the next one, in its order.
///
/// So a command may be carried out twice; all that go through here are made so that this does no harm.
final class RedisLink: Sendable {
    typealias Completion = @Sendable (Result<[RESPValue], RedisError>) -> Void

    private struct Submission {
        var commands: [RedisCommand]
        var deadline: NIODeadline
        var completion: Completion
    }

    private enum Placed {
        case sending(RedisConnection)
        case waiting(isFirst: Bool)
        case refused
    }

    private struct State {
        var current: RedisConnection?
        var waiting: [Submission] = []
        var isExpiring = false
        var connections = 0
    }

    /// How many submissions may wait for a connection.
    static let limit = 10_000
    private static let expiryInterval = TimeAmount.milliseconds(50)

    private let supervision: RedisSupervision
    private let state = Locked(State())

    init(_ supervision: RedisSupervision) {
        self.supervision = supervision
    }

    /// Whether there is a connection at the moment.
    var isConnected: Bool { state.withLock { $0.current != nil } }

    /// How often a connection was made.
    var connections: Int { state.withLock { $0.connections } }

    /// Keeps a connection until the task is cancelled; what waits then fails.
    func run() async {
        await supervision.run { connection in
            adopt(connection)
            await connection.closed()
            state.withLock { $0.current = nil }
            return false
        }
        let left = state.withLock { state in
            defer { state.waiting = [] }
            state.current = nil
            return state.waiting
        }
        for submission in left {
            submission.completion(.failure(.disconnected(reason: "closing down")))
        }
    }

    /// Sends what waits, on the event loop, so that nothing submitted later overtakes it.
    private func adopt(_ connection: RedisConnection) {
        supervision.eventLoop.execute { [self] in
            let waiting = state.withLock { state in
                state.current = connection
                state.connections += 1
                defer { state.waiting = [] }
                return state.waiting
            }
            for submission in waiting {
                send(submission, on: connection)
            }
        }
    }

    /// Runs commands in one pipeline, by the deadline; the completion runs exactly once, as a rule on the event loop.
    func submit(_ commands: [RedisCommand], within span: TimeSpan, completion: @escaping Completion) {
        let deadline = NIODeadline.now() + .milliseconds(span.milliseconds)
        place(Submission(commands: commands, deadline: deadline, completion: completion), failed: nil)
    }

    /// Runs commands in one pipeline, by the deadline, and returns their replies.
    func execute(_ commands: [RedisCommand], within span: TimeSpan) async throws(RedisError) -> [RESPValue] {
        let result: Result<[RESPValue], RedisError> = await withCheckedContinuation { continuation in
            submit(commands, within: span) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    private func send(_ submission: Submission, on connection: RedisConnection) {
        connection.send(submission.commands) { [self] result in
            if case .failure(let error) = result, error.isOfConnection, NIODeadline.now() < submission.deadline {
                place(submission, failed: connection)
            } else {
                submission.completion(result)
            }
        }
    }

    /// Sends on the present connection, unless that is the one that failed; otherwise the next one will have it.
    private func place(_ submission: Submission, failed: RedisConnection?) {
        let placed: Placed = state.withLock { state in
            if let current = state.current, current !== failed { return .sending(current) }
            guard state.waiting.count < Self.limit else { return .refused }
            state.waiting.append(submission)
            defer { state.isExpiring = true }
            return .waiting(isFirst: !state.isExpiring)
        }
        switch placed {
        case .sending(let connection): send(submission, on: connection)
        case .refused: submission.completion(.failure(.overloaded(limit: Self.limit)))
        case .waiting(let isFirst): if isFirst { scheduleExpiry() }
        }
    }

    private func scheduleExpiry() {
        supervision.eventLoop.scheduleTask(in: Self.expiryInterval) { [self] in
            let now = NIODeadline.now()
            let (expired, isOver) = state.withLock { state in
                let expired = state.waiting.filter { $0.deadline <= now }
                if !expired.isEmpty { state.waiting.removeAll { $0.deadline <= now } }
                state.isExpiring = !state.waiting.isEmpty
                return (expired, state.waiting.isEmpty)
            }
            for submission in expired {
                submission.completion(.failure(.timedOut(command: submission.commands.first?.name ?? "")))
            }
            if !isOver { scheduleExpiry() }
        }
    }
}
