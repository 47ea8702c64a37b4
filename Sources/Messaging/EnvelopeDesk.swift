// SPDX-License-Identifier: Apache-2.0

import Domain

/// Makes the envelopes that a broker carries: says who may send what, audits what is refused, counts, and shows each to the observer.
///
/// Every broker has one, so that the rules are the same whatever carries the messages.
final class EnvelopeDesk: Sendable {
    let clock: any TimeSource
    private let ids: IdentifierGenerator
    private let allowList: AllowList
    private let audit: any AuditLog
    private let observer: (@Sendable (Envelope) -> Void)?
    private let state = Locked(MessageCounts())

    init(
        clock: any TimeSource,
        ids: IdentifierGenerator,
        allowList: AllowList,
        audit: any AuditLog,
        observer: (@Sendable (Envelope) -> Void)?
    ) {
        self.clock = clock
        self.ids = ids
        self.allowList = allowList
        self.audit = audit
        self.observer = observer
    }

    /// What went through so far.
    var counts: MessageCounts { state.withLock { $0 } }

    /// Changes the counts.
    func count(_ change: (inout MessageCounts) -> Void) {
        state.withLock { change(&$0) }
    }

    /// Whether what came from outside is on the allow-list; events are for everybody.
    func permits(_ envelope: Envelope) -> Bool {
        if envelope.type == .event { return true }
        guard let receiver = envelope.to else { return false }
        return envelope.type == .request
            ? allowList.permitsRequest(from: envelope.from, to: receiver)
            : allowList.permitsCommand(from: envelope.from, to: receiver)
    }

    /// A request that may be sent; throws `MessageError`, and audits a refusal.
    func request(
        _ action: some Action,
        from sender: AgentName,
        to receiver: AgentName,
        timeout: TimeSpan,
        cause: Envelope?
    ) async throws(MessageError) -> Envelope {
        guard allowList.permitsRequest(from: sender, to: receiver) else {
            throw await refusal(of: type(of: action).name, from: sender, to: receiver)
        }
        let now = clock.now
        return try checked(
            Envelope(
                id: ids.next(),
                type: .request,
                from: sender,
                to: receiver,
                timestamp: now,
                cause: cause,
                deadline: now + timeout,
                payload: Payload(action)
            )
        )
    }

    /// A command that may be sent; throws `MessageError`, and audits a refusal.
    func command(
        _ command: some Action,
        from sender: AgentName,
        to receiver: AgentName,
        deadline: Timestamp? = nil,
        cause: Envelope?
    ) async throws(MessageError) -> Envelope {
        guard allowList.permitsCommand(from: sender, to: receiver) else {
            throw await refusal(of: type(of: command).name, from: sender, to: receiver)
        }
        return try checked(
            Envelope(
                id: ids.next(),
                type: .command,
                from: sender,
                to: receiver,
                timestamp: clock.now,
                cause: cause,
                deadline: deadline,
                payload: Payload(command)
            )
        )
    }

    /// An event, for all who subscribed or for one receiver.
    func event(
        _ event: some Event,
        from sender: AgentName,
        to receiver: AgentName? = nil,
        cause: Envelope?
    ) throws(MessageError) -> Envelope {
        try checked(
            Envelope(
                id: ids.next(),
                type: .event,
                from: sender,
                to: receiver,
                timestamp: clock.now,
                cause: cause,
                payload: Payload(event: event)
            )
        )
    }

    /// The answer to a request, counted.
    func response(to request: Envelope, with outcome: Result<any Codable & Sendable, MessageError>) -> Envelope {
        let response = Envelope(
            id: ids.next(),
            type: .response,
            from: request.to ?? request.from,
            to: request.from,
            timestamp: clock.now,
            cause: request,
            payload: Payload(answering: request.payload.action, with: outcome)
        )
        sent(response)
        return response
    }

    /// Counts a message that is on its way, and shows it to the observer.
    func sent(_ envelope: Envelope) {
        count { counts in
            switch envelope.type {
            case .request: counts.requests += 1
            case .response: counts.responses += 1
            case .command: counts.commands += 1
            case .event: counts.events += 1
            }
        }
        observer?(envelope)
    }

    private func checked(_ envelope: Envelope) throws(MessageError) -> Envelope {
        guard envelope.hops <= Envelope.maximumHops else {
            throw .tooManyHops(action: envelope.payload.action, limit: Envelope.maximumHops)
        }
        return envelope
    }

    private func refusal(of action: String, from sender: AgentName, to receiver: AgentName) async -> MessageError {
        let error = MessageError.refused(from: sender, to: receiver, action: action)
        count { $0.refused += 1 }
        await audit.record(
            actor: sender.rawValue,
            action: "message.refused",
            detail: error.description,
            at: clock.now
        )
        return error
    }
}
