// SPDX-License-Identifier: Apache-2.0

import Domain
import NIOCore

/// The requests of one process that wait for an answer, at most so many, each until its deadline; one timer serves them all.
final class RedisRequests: Sendable {
    typealias Answer = CheckedContinuation<Payload, any Error>

    private struct Waiting {
        var answer: Answer
        var place: DeadlineWheel<MessageID>.Place
        var error: MessageError
    }

    private struct State {
        var waiting: [MessageID: Waiting] = [:]
        var wheel = DeadlineWheel<MessageID>()
        /// Until when the wheel has turned; nil while it stands, for nobody waits.
        var turnedTo: NIODeadline?
    }

    /// How often the wheel turns; a deadline is kept to this precision.
    private static let tick = TimeSpan(milliseconds: 5)

    private let limit: Int
    private let eventLoop: any EventLoop
    private let onTimeout: @Sendable () -> Void
    private let state = Locked(State())

    init(limit: Int, eventLoop: any EventLoop, onTimeout: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.eventLoop = eventLoop
        self.onTimeout = onTimeout
    }

    /// Waits for the answer to a request; false, and the request fails at once, when too many wait already.
    func add(_ request: Envelope, to receiver: AgentName, timeout: TimeSpan, answer: Answer) -> Bool {
        let ticks = Int(clamping: timeout.milliseconds / Self.tick.milliseconds) + 1
        let error = MessageError.timedOut(to: receiver, action: request.payload.action, after: timeout)
        let (isAdded, isFirst) = state.withLock { state in
            guard state.waiting.count < limit else { return (false, false) }
            let now = NIODeadline.now()
            let isFirst = state.turnedTo == nil
            let turnedTo = state.turnedTo ?? now
            state.turnedTo = turnedTo
            // The wheel may be behind by some slots, which must not make this deadline earlier.
            let late = Int((now - turnedTo).nanoseconds / (Self.tick.milliseconds * 1_000_000))
            let place = state.wheel.insert(request.id, after: ticks + max(0, late))
            state.waiting[request.id] = Waiting(answer: answer, place: place, error: error)
            return (true, isFirst)
        }
        if !isAdded { answer.resume(throwing: MessageError.mailboxFull(receiver)) }
        if isFirst { turn() }
        return isAdded
    }

    /// Whether somebody waits for the answer to a request.
    func isWaiting(_ id: MessageID) -> Bool { state.withLock { $0.waiting[id] != nil } }

    /// Ends a wait; false when nobody waits for that answer.
    @discardableResult
    func end(_ id: MessageID, with result: Result<Payload, any Error>) -> Bool {
        let waiting = state.withLock { state in
            let waiting = state.waiting.removeValue(forKey: id)
            if let waiting { state.wheel.remove(id, at: waiting.place) }
            return waiting
        }
        waiting?.answer.resume(with: result)
        return waiting != nil
    }

    /// Turns the wheel by as many slots as time has passed, and again as long as somebody waits.
    private func turn() {
        let tick = TimeAmount.milliseconds(Self.tick.milliseconds)
        eventLoop.scheduleTask(in: tick) { [self] in
            let now = NIODeadline.now()
            let (due, isOver) = state.withLock { state in
                var due: [Waiting] = []
                // A timer that comes late must not make every deadline later by as much.
                while let turnedTo = state.turnedTo, turnedTo + tick <= now {
                    due += state.wheel.tick().compactMap { state.waiting.removeValue(forKey: $0) }
                    state.turnedTo = turnedTo + tick
                }
                if state.waiting.isEmpty { state.turnedTo = nil }
                return (due, state.waiting.isEmpty)
            }
            for waiting in due {
                onTimeout()
                waiting.answer.resume(throwing: waiting.error)
            }
            if !isOver { turn() }
        }
    }
}
