// SPDX-License-Identifier: Apache-2.0

import Domain

/// How much a mailbox holds, and what happens to what comes on top.
package struct MailboxLimits: Hashable, Sendable {
    /// What happens to a message that finds the mailbox full.
    package enum Policy: String, Sendable, CaseIterable {
        /// Its sender waits until there is room.
        case wait
        /// The oldest message makes room; if that was a request, it is answered with `MessageError.mailboxFull`.
        case dropOldest
        /// Its sender gets `MessageError.mailboxFull`.
        case fail
    }

    /// How many messages may lie in the mailbox, at least 1.
    package let capacity: Int
    /// For requests and commands.
    package let policy: Policy
    /// For events, which never take the place of anything but an older event: without one, the new event itself is dropped.
    package let eventPolicy: Policy

    /// Creates limits; events are wake-ups, and so by default an old one gives way to a new one.
    package init(capacity: Int = 1_024, policy: Policy = .wait, eventPolicy: Policy = .dropOldest) {
        self.capacity = max(1, capacity)
        self.policy = policy
        self.eventPolicy = eventPolicy
    }
}

/// The bounded queue of one agent's messages, first in, first out, with one reader.
///
/// To ask for the next message is to say that the one before is handled.
package final class Mailbox: Sendable {
    struct Waiting {
        var envelope: Envelope
        var order: UInt64
        /// Nil for a request, whose sender waits for the answer anyway.
        var sender: CheckedContinuation<Void, any Error>?
    }

    struct State {
        var queue = Queue()
        var line: [Waiting] = []
        var order: UInt64 = 0
        var reader: CheckedContinuation<Envelope?, Never>?
        /// The message that is being handled.
        var taken: Envelope?
        var isFailed = false
        var isClosed = false
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    /// How the handling of a message ended.
    enum Ending: Sendable {
        case handled
        /// Its handler threw.
        case failed
    }

    /// What became of a message that was put in.
    enum Outcome {
        case accepted
        /// Accepted; these made room.
        case replaced(Envelope)
        /// The message itself was left out.
        case leftOut
        case full
        case closed
        /// The sender has to wait for room.
        case wait
    }

    /// Whose mailbox it is.
    package let owner: AgentName
    /// Its bounds.
    package let limits: MailboxLimits
    let state = Locked(State())
    let traffic: Traffic
    /// Open once the mailbox is closed.
    let closing = Gate()
    private let onEnded: (@Sendable (Envelope, Ending) -> Void)?

    /// `onEnded` hears of every message that was taken, when the next one is asked for.
    init(
        owner: AgentName,
        limits: MailboxLimits,
        traffic: Traffic,
        onEnded: (@Sendable (Envelope, Ending) -> Void)? = nil
    ) {
        self.owner = owner
        self.limits = limits
        self.traffic = traffic
        self.onEnded = onEnded
    }

    /// How many messages lie in the mailbox or wait before it; the one that is being handled is not among them.
    package var count: Int { state.withLock { $0.queue.count + $0.line.count } }

    /// Whether it takes no more messages.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// How many messages fit in at the moment; none once it is closed.
    var freeRoom: Int { state.withLock { $0.isClosed ? 0 : max(0, limits.capacity - $0.queue.count) } }

    /// The next message, or nil when the mailbox is closed and empty, or the task is cancelled.
    package func next() async -> Envelope? {
        let (ended, isFailed) = state.withLock { state in
            defer {
                state.taken = nil
                state.isFailed = false
            }
            return (state.taken, state.isFailed)
        }
        if let ended {
            onEnded?(ended, isFailed ? .failed : .handled)
            traffic.ended()
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Envelope?, Never>) in
                take(for: continuation)
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
    }

    /// Says that the handler of the message taken last threw; it still counts as read, but what must not be lost is sent again.
    package func failed() {
        state.withLock { $0.isFailed = true }
    }

    private func take(for reader: CheckedContinuation<Envelope?, Never>) {
        var next: Envelope?
        var admitted: CheckedContinuation<Void, any Error>?
        var watchers: [CheckedContinuation<Void, Never>] = []
        let isReady = state.withLock { state in
            if Task.isCancelled { return true }
            next = state.queue.popFirst()
            guard next != nil else {
                if !state.isClosed { state.reader = reader }
                return state.isClosed
            }
            state.taken = next
            watchers = state.takeWatchers()
            if !state.line.isEmpty {
                let first = state.line.removeFirst()
                state.queue.append(first.envelope)
                admitted = first.sender
            }
            return true
        }
        admitted?.resume()
        for watcher in watchers {
            watcher.resume()
        }
        if isReady { reader.resume(returning: next) }
    }

    /// Puts a message in without waiting; `.wait` means that nothing was done yet, and the sender shall call `enter`.
    func offer(_ envelope: Envelope, coalescing: Bool = false) -> Outcome {
        var reader: CheckedContinuation<Envelope?, Never>?
        let outcome = state.withLock { state -> Outcome in
            if state.isClosed { return .closed }
            if coalescing, state.queue.contains(where: { $0.isRepeated(by: envelope) }) { return .leftOut }
            if let waiting = state.reader {
                reader = waiting
                state.reader = nil
                state.taken = envelope
                traffic.began()
                return .accepted
            }
            guard state.queue.count >= limits.capacity else {
                state.queue.append(envelope)
                traffic.began()
                return .accepted
            }
            return makeRoom(for: envelope, in: &state)
        }
        reader?.resume(returning: envelope)
        return outcome
    }

    private func makeRoom(for envelope: Envelope, in state: inout State) -> Outcome {
        switch envelope.type == .event ? limits.eventPolicy : limits.policy {
        case .fail: return .full
        case .wait:
            guard envelope.type == .request else { return .wait }
            state.order += 1
            state.line.append(Waiting(envelope: envelope, order: state.order, sender: nil))
            traffic.began()
            return .accepted
        case .dropOldest:
            let oldest =
                envelope.type == .event
                ? state.queue.removeFirst(where: { $0.type == .event }) : state.queue.popFirst()
            guard let oldest else { return .leftOut }
            state.queue.append(envelope)
            return .replaced(oldest)
        }
    }

    /// Waits in the line before a full mailbox until there is room.
    func enter(_ envelope: Envelope) async throws {
        let order = state.withLock { state in
            state.order += 1
            return state.order
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (sender: CheckedContinuation<Void, any Error>) in
                join(Waiting(envelope: envelope, order: order, sender: sender), sender: sender)
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.line.firstIndex { $0.order == order }.map { state.line.remove(at: $0) }
            }
            if let waiting {
                traffic.ended()
                waiting.sender?.resume(throwing: CancellationError())
            }
        }
    }

    private func join(_ waiting: Waiting, sender: CheckedContinuation<Void, any Error>) {
        var reader: CheckedContinuation<Envelope?, Never>?
        let outcome: Result<Void, any Error>? = state.withLock { state in
            if Task.isCancelled { return .failure(CancellationError()) }
            if state.isClosed { return .failure(MessageError.stopped(owner)) }
            traffic.began()
            if let waitingReader = state.reader {
                reader = waitingReader
                state.reader = nil
                state.taken = waiting.envelope
            } else if state.queue.count < limits.capacity {
                state.queue.append(waiting.envelope)
            } else {
                state.line.append(waiting)
                return nil
            }
            return .success(())
        }
        reader?.resume(returning: waiting.envelope)
        if let outcome { sender.resume(with: outcome) }
    }

    /// Takes no more messages; those that lie in it can still be read.
    package func close() {
        let (reader, watchers) = state.withLock { state in
            state.isClosed = true
            defer { state.reader = nil }
            return (state.reader, state.takeWatchers())
        }
        closing.open()
        reader?.resume(returning: nil)
        for watcher in watchers {
            watcher.resume()
        }
    }

    /// Closes the mailbox and gives back what nobody has read; their senders who wait get `MessageError.stopped`.
    package func empty() -> [Envelope] {
        close()
        let (left, line, taken) = state.withLock { state in
            var left: [Envelope] = []
            while let envelope = state.queue.popFirst() {
                left.append(envelope)
            }
            let line = state.line
            let taken = state.taken == nil ? 0 : 1
            state.line = []
            state.taken = nil
            return (left + line.map(\.envelope), line, taken)
        }
        for waiting in line {
            waiting.sender?.resume(throwing: MessageError.stopped(owner))
        }
        traffic.ended(left.count + taken)
        return left
    }
}

extension Mailbox.State {
    mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
        defer { watchers = [] }
        return watchers
    }
}

extension Envelope {
    func isRepeated(by other: Envelope) -> Bool {
        from == other.from && type == other.type && payload.action == other.payload.action
    }
}
