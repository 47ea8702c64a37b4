// SPDX-License-Identifier: Apache-2.0

package import Domain
import Logging

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
        /// The kept messages that came last.
        var recent = RecentMessages(limit: 10_000)
        var deadLetters: [DeadLetter] = []
    }

    /// How many dead letters are kept; the oldest go first.
    package static let deadLetterLimit = 1_000

    let clock: any TimeSource
    let state = Locked(State())
    let desk: EnvelopeDesk
    private let limits: MailboxLimits
    private let traffic = Traffic()
    private let handled: HandledMessages?
    private let logger: Logger

    /// Creates a broker without mailboxes.
    ///
    /// The observer sees every message that is sent, responses included, in order, before its receiver does; it must be quick. `handled` hears
    /// of the messages that a store keeps.
    package init(
        clock: any TimeSource,
        ids: IdentifierGenerator,
        allowList: AllowList = .standard,
        audit: any AuditLog,
        limits: MailboxLimits = MailboxLimits(),
        handled: HandledMessages? = nil,
        observer: (@Sendable (Envelope) -> Void)? = nil
    ) {
        self.clock = clock
        desk = EnvelopeDesk(clock: clock, ids: ids, allowList: allowList, audit: audit, observer: observer)
        self.limits = limits
        self.handled = handled
        logger = Logger(label: "dure.messaging")
    }

    /// What went through so far.
    package var counts: MessageCounts { desk.counts }

    /// The messages that could not be handled, oldest first.
    package var deadLetters: [DeadLetter] { state.withLock { $0.deadLetters } }

    package func request<A: Action>(
        _ action: A,
        from sender: AgentName,
        to receiver: AgentName,
        timeout: TimeSpan,
        cause: Envelope?
    ) async throws -> A.Reply {
        let envelope = try await desk.request(action, from: sender, to: receiver, timeout: timeout, cause: cause)
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
        let envelope = try await desk.command(command, from: sender, to: receiver, cause: cause)
        let mailbox = try mailbox(of: receiver)
        desk.sent(envelope)
        try await put(envelope, into: mailbox, coalescing: coalescing)
    }

    package func publish<E: Event>(_ event: E, from sender: AgentName, cause: Envelope?) async throws {
        let envelope = try desk.event(event, from: sender, cause: cause)
        desk.sent(envelope)
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
        let response = desk.response(to: request, with: outcome)
        let answer = state.withLock { $0.pending.removeValue(forKey: request.id) }
        if answer == nil { desk.count { $0.late += 1 } }
        answer?.resume(returning: response.payload)
    }

    package func mailbox(for owner: AgentName, events: [String]) -> Mailbox {
        let mailbox = Mailbox(owner: owner, limits: limits, traffic: traffic, onEnded: handled == nil ? nil : ended)
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
        desk.count { $0.dead += 1 }
        if envelope.isKept { handled?.add(envelope.id) }
        state.withLock { state in
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
            desk.count { $0.timedOut += 1 }
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
                desk.sent(request)
                switch mailbox.offer(request) {
                case .accepted, .wait: break
                case .replaced(let oldest): discard(oldest, because: .mailboxFull(mailbox.owner))
                case .closed: fail(request.id, with: MessageError.stopped(mailbox.owner))
                case .full, .leftOut:
                    desk.count { $0.dropped += 1 }
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
            desk.count { counts in
                if coalescing { counts.coalesced += 1 } else { counts.dropped += 1 }
            }
        case .full:
            desk.count { $0.dropped += 1 }
            throw MessageError.mailboxFull(mailbox.owner)
        case .closed: throw MessageError.stopped(mailbox.owner)
        case .wait: try await mailbox.enter(envelope)
        }
    }

    package func discard(_ envelope: Envelope, because error: MessageError) {
        desk.count { $0.dropped += 1 }
        // What a store keeps comes again, and must not be taken for a copy then.
        if envelope.isKept { state.withLock { $0.recent.remove(envelope.id) } }
        if envelope.type == .request { fail(envelope.id, with: error) }
    }
}

extension MemoryBroker: EnvelopeCarrier {
    package func prepare<A: Action>(
        _ command: A,
        from sender: AgentName,
        to receiver: AgentName,
        deadline: Timestamp?,
        cause: Envelope?
    ) async throws -> Envelope {
        try await desk.command(command, from: sender, to: receiver, deadline: deadline, cause: cause)
    }

    package func prepare<E: Event>(
        _ event: E,
        from sender: AgentName,
        to receiver: AgentName,
        cause: Envelope?
    ) throws -> Envelope {
        try desk.event(event, from: sender, to: receiver, cause: cause)
    }

    package func carry(_ envelope: Envelope) async throws {
        guard let receiver = envelope.to else { return }
        let mailbox = try mailbox(of: receiver)
        guard state.withLock({ $0.recent.insert(envelope.id) }) else {
            desk.count { $0.duplicates += 1 }
            return
        }
        var kept = envelope
        kept.isKept = true
        desk.sent(kept)
        do {
            try await put(kept, into: mailbox, coalescing: false)
        } catch {
            state.withLock { $0.recent.remove(envelope.id) }
            throw error
        }
    }

    /// Hears how the handling of a message ended.
    private func ended(_ envelope: Envelope, _ ending: Mailbox.Ending) {
        guard envelope.isKept, let handled else { return }
        switch ending {
        case .handled: handled.add(envelope.id)
        case .failed:
            state.withLock { $0.recent.remove(envelope.id) }
            if handled.failed(envelope.id) { bury(envelope, reason: "its handler failed again and again") }
        }
    }
}
