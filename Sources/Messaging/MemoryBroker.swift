// SPDX-License-Identifier: Apache-2.0

package import Domain
import Logging

/// What went through a broker, counted from its start.
package struct MessageCounts: Hashable, Codable, Sendable {
    package var requests = 0
    package var responses = 0
    package var commands = 0
    package var events = 0
    /// Messages that the allow-list does not have.
    package var refused = 0
    /// Requests that were not answered in time.
    package var timedOut = 0
    /// Answers that nobody waited for any more.
    package var late = 0
    /// Messages that had no room in a mailbox, once for each mailbox.
    package var dropped = 0
    /// Commands and events that one of their kind, still unread, made unnecessary.
    package var coalesced = 0
    /// Messages that could not be handled.
    package var dead = 0

    /// Creates counts of zero.
    package init() {}
}

/// A message that nobody could handle.
package struct DeadLetter: Sendable {
    package let envelope: Envelope
    /// One sentence for a person.
    package let reason: String
    package let time: Timestamp
}

/// A broker within one process: mailboxes in memory, waiting through the clock, identifiers from the generator.
///
/// Safe to use from any task. On a `VirtualClock` the same calls give the same messages in the same order.
package final class MemoryBroker: MessageBroker {
    typealias Answer = CheckedContinuation<Payload, any Error>

    struct State {
        var mailboxes: [AgentName: Mailbox] = [:]
        var subscribers: [String: [AgentName]] = [:]
        var pending: [MessageID: Answer] = [:]
        var counts = MessageCounts()
        var deadLetters: [DeadLetter] = []
    }

    /// How many dead letters are kept; the oldest go first.
    package static let deadLetterLimit = 1_000

    let clock: any TimeSource
    let state = Locked(State())
    private let ids: IdentifierGenerator
    private let allowList: AllowList
    private let audit: any AuditLog
    private let limits: MailboxLimits
    private let traffic = Traffic()
    private let observer: (@Sendable (Envelope) -> Void)?
    private let logger: Logger

    /// Creates a broker without mailboxes.
    ///
    /// The observer sees every message that is sent, responses included, in order, before its receiver does; it must be quick.
    package init(
        clock: any TimeSource,
        ids: IdentifierGenerator,
        allowList: AllowList = .standard,
        audit: any AuditLog,
        limits: MailboxLimits = MailboxLimits(),
        observer: (@Sendable (Envelope) -> Void)? = nil
    ) {
        self.clock = clock
        self.ids = ids
        self.allowList = allowList
        self.audit = audit
        self.limits = limits
        self.observer = observer
        logger = Logger(label: "dure.messaging")
    }

    /// What went through so far.
    package var counts: MessageCounts { state.withLock { $0.counts } }

    /// The messages that could not be handled, oldest first.
    package var deadLetters: [DeadLetter] { state.withLock { $0.deadLetters } }

    package func request<A: Action>(
        _ action: A,
        from sender: AgentName,
        to receiver: AgentName,
        timeout: TimeSpan,
        cause: Envelope?
    ) async throws -> A.Reply {
        guard allowList.permitsRequest(from: sender, to: receiver) else {
            throw await refusal(of: A.name, from: sender, to: receiver)
        }
        let now = clock.now
        let envelope = Envelope(
            id: ids.next(),
            type: .request,
            from: sender,
            to: receiver,
            timestamp: now,
            cause: cause,
            deadline: now + timeout,
            payload: Payload(action)
        )
        let mailbox = try mailbox(of: receiver)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.expire(envelope, to: receiver, after: timeout) }
            defer { group.cancelAll() }
            return try await answer(to: envelope, through: mailbox).reply(as: A.Reply.self)
        }
    }

    package func send<A: Action>(
        _ command: A,
        from sender: AgentName,
        to receiver: AgentName,
        coalescing: Bool,
        cause: Envelope?
    ) async throws {
        guard allowList.permitsCommand(from: sender, to: receiver) else {
            throw await refusal(of: A.name, from: sender, to: receiver)
        }
        let mailbox = try mailbox(of: receiver)
        let envelope = Envelope(
            id: ids.next(),
            type: .command,
            from: sender,
            to: receiver,
            timestamp: clock.now,
            cause: cause,
            payload: Payload(command)
        )
        count(envelope)
        try await put(envelope, into: mailbox, coalescing: coalescing)
    }

    package func publish<E: Event>(_ event: E, from sender: AgentName, cause: Envelope?) async throws {
        let envelope = Envelope(
            id: ids.next(),
            type: .event,
            from: sender,
            to: nil,
            timestamp: clock.now,
            cause: cause,
            payload: Payload(event: event)
        )
        count(envelope)
        let mailboxes = state.withLock { state in
            (state.subscribers[E.name] ?? []).filter { $0 != sender }.compactMap { state.mailboxes[$0] }
        }
        var firstError: (any Error)?
        for mailbox in mailboxes {
            do {
                try await put(envelope, into: mailbox, coalescing: false)
            } catch let error as MessageError {
                if case .stopped = error { continue }
                firstError = firstError ?? error
            }
        }
        if let firstError { throw firstError }
    }

    package func respond(to request: Envelope, with outcome: Result<any Codable & Sendable, MessageError>) {
        let response = Envelope(
            id: ids.next(),
            type: .response,
            from: request.to ?? request.from,
            to: request.from,
            timestamp: clock.now,
            cause: request,
            payload: Payload(answering: request.payload.action, with: outcome)
        )
        count(response)
        let answer = state.withLock { state in
            let answer = state.pending.removeValue(forKey: request.id)
            if answer == nil { state.counts.late += 1 }
            return answer
        }
        answer?.resume(returning: response.payload)
    }

    package func mailbox(for owner: AgentName, events: [String]) -> Mailbox {
        let mailbox = Mailbox(owner: owner, limits: limits, traffic: traffic)
        let previous = state.withLock { state in
            for name in state.subscribers.keys {
                state.subscribers[name]?.removeAll { $0 == owner }
            }
            for name in events where state.subscribers[name]?.contains(owner) != true {
                state.subscribers[name, default: []].append(owner)
            }
            defer { state.mailboxes[owner] = mailbox }
            return state.mailboxes[owner]
        }
        for envelope in previous?.empty() ?? [] {
            discard(envelope, because: .stopped(owner))
        }
        return mailbox
    }

    package func bury(_ envelope: Envelope, reason: String) {
        let letter = DeadLetter(envelope: envelope, reason: reason, time: clock.now)
        state.withLock { state in
            state.counts.dead += 1
            if state.deadLetters.count >= Self.deadLetterLimit { state.deadLetters.removeFirst() }
            state.deadLetters.append(letter)
        }
        logger.warning(
            "a message could not be handled",
            metadata: ["action": "\(envelope.payload.action)", "from": "\(envelope.from)", "reason": "\(reason)"]
        )
    }

    package func quiet() async throws { try await traffic.quiet() }
}

extension MemoryBroker {
    private func mailbox(of receiver: AgentName) throws(MessageError) -> Mailbox {
        guard let mailbox = state.withLock({ $0.mailboxes[receiver] }) else { throw .noSuchAgent(receiver) }
        return mailbox
    }

    private func refusal(of action: String, from sender: AgentName, to receiver: AgentName) async -> MessageError {
        let error = MessageError.refused(from: sender, to: receiver, action: action)
        state.withLock { $0.counts.refused += 1 }
        await audit.record(
            actor: sender.rawValue,
            action: "message.refused",
            detail: error.description,
            at: clock.now
        )
        return error
    }

    private func count(_ envelope: Envelope) {
        state.withLock { state in
            switch envelope.type {
            case .request: state.counts.requests += 1
            case .response: state.counts.responses += 1
            case .command: state.counts.commands += 1
            case .event: state.counts.events += 1
            }
        }
        observer?(envelope)
    }

    private func expire(_ request: Envelope, to receiver: AgentName, after timeout: TimeSpan) async {
        do {
            try await clock.sleep(for: timeout)
        } catch is CancellationError {
            return
        } catch {
            fail(request.id, with: MessageError(error))
            return
        }
        if fail(request.id, with: MessageError.timedOut(to: receiver, action: request.payload.action, after: timeout)) {
            state.withLock { $0.counts.timedOut += 1 }
        }
    }

    private func answer(to request: Envelope, through mailbox: Mailbox) async throws -> Payload {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (answer: Answer) in
                if Task.isCancelled {
                    answer.resume(throwing: CancellationError())
                    return
                }
                state.withLock { $0.pending[request.id] = answer }
                if Task.isCancelled { fail(request.id, with: CancellationError()) }
                count(request)
                switch mailbox.offer(request) {
                case .accepted, .wait: break
                case .replaced(let oldest): discard(oldest, because: .mailboxFull(mailbox.owner))
                case .closed: fail(request.id, with: MessageError.stopped(mailbox.owner))
                case .full, .leftOut:
                    state.withLock { $0.counts.dropped += 1 }
                    fail(request.id, with: MessageError.mailboxFull(mailbox.owner))
                }
            }
        } onCancel: {
            fail(request.id, with: CancellationError())
        }
    }

    @discardableResult
    private func fail(_ id: MessageID, with error: any Error) -> Bool {
        let answer = state.withLock { $0.pending.removeValue(forKey: id) }
        answer?.resume(throwing: error)
        return answer != nil
    }

    private func put(_ envelope: Envelope, into mailbox: Mailbox, coalescing: Bool) async throws {
        switch mailbox.offer(envelope, coalescing: coalescing) {
        case .accepted: break
        case .replaced(let oldest): discard(oldest, because: .mailboxFull(mailbox.owner))
        case .leftOut:
            state.withLock { state in
                if coalescing { state.counts.coalesced += 1 } else { state.counts.dropped += 1 }
            }
        case .full:
            state.withLock { $0.counts.dropped += 1 }
            throw MessageError.mailboxFull(mailbox.owner)
        case .closed: throw MessageError.stopped(mailbox.owner)
        case .wait: try await mailbox.enter(envelope)
        }
    }

    package func discard(_ envelope: Envelope, because error: MessageError) {
        state.withLock { $0.counts.dropped += 1 }
        if envelope.type == .request { fail(envelope.id, with: error) }
    }
}
