// SPDX-License-Identifier: Apache-2.0

package import Domain
import Logging
import NIOCore

extension RedisBroker {
    package func request<A: Action>(
        _ action: A,
        from sender: AgentName,
        to receiver: AgentName,
        timeout: TimeSpan,
        cause: Envelope?
    ) async throws -> A.Reply {
        let envelope = try await desk.request(action, from: sender, to: receiver, timeout: timeout, cause: cause)
        let body = try Self.bytes(of: envelope)
        let payload = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (answer: RedisRequests.Answer) in
                guard requests.add(envelope, to: receiver, timeout: timeout, answer: answer) else { return }
                if Task.isCancelled { requests.end(envelope.id, with: .failure(CancellationError())) }
                desk.sent(envelope)
                let replies = options.replies(process)
                let fields: [RedisCommand.Argument] = [
                    .field(.envelope), .bytes(body), .field(.replyTo), .text(replies),
                ]
                // A little longer than the request itself waits, which so ends as timed out whatever was in its way.
                ask(fields, of: envelope, to: receiver, within: timeout + .seconds(1))
            }
        } onCancel: {
            requests.end(envelope.id, with: .failure(CancellationError()))
        }
        return try payload.reply(as: A.Reply.self)
    }

    /// Sends a request, and again when Redis has lost it before its answer came; its receiver knows a second copy.
    private func ask(
        _ fields: [RedisCommand.Argument],
        of envelope: Envelope,
        to receiver: AgentName,
        within span: TimeSpan
    ) {
        emit(fields, of: envelope, to: receiver, within: span) { [self] result in
            switch result {
            case .failure(let error): requests.end(envelope.id, with: .failure(error))
            case .success(let entry):
                look(after: entry, before: receiver, whileWaitingFor: envelope.id) { [self] in
                    ask(fields, of: envelope, to: receiver, within: span)
                }
            }
        }
    }

    /// Looks from time to time whether the entry of a request that waits is there, and calls once it is not.
    private func look(
        after entry: String,
        before receiver: AgentName,
        whileWaitingFor id: MessageID,
        whenLost: @escaping @Sendable () -> Void
    ) {
        eventLoop.scheduleTask(in: .milliseconds(options.requestCheck.milliseconds)) { [self] in
            guard requests.isWaiting(id) else { return }
            let stream = RedisCommand.Argument.text(options.commands(receiver))
            let find = RedisCommand("XRANGE", stream, .text(entry), .text(entry))
            link.submit([find], within: options.sendTimeout) { [self] result in
                if case .success(let replies) = result, replies.first?.elements?.isEmpty == true {
                    if requests.isWaiting(id) { whenLost() }
                } else {
                    look(after: entry, before: receiver, whileWaitingFor: id, whenLost: whenLost)
                }
            }
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
        desk.sent(envelope)
        try await deliver(envelope, to: receiver, mark: coalescing ? .coalescing : nil)
    }

    /// Returns at once: an event that Redis cannot take within `sendTimeout` is dropped and counted.
    package func publish<E: Event>(_ event: E, from sender: AgentName, cause: Envelope?) async throws {
        let envelope = try desk.event(event, from: sender, cause: cause)
        let body = try Self.bytes(of: envelope)
        desk.sent(envelope)
        // Where nobody has ever subscribed there is no stream, and none is made.
        let command = RedisCommand(
            "XADD",
            .text(options.events(E.name)),
            "NOMKSTREAM",
            "*",
            .field(.envelope),
            .bytes(body)
        )
        link.submit([command], within: options.sendTimeout) { [desk, logger] result in
            let failure: String? =
                switch result {
                case .success(let replies): replies.first?.errorText
                case .failure(let error): error.description
                }
            guard let failure else { return }
            desk.count { $0.dropped += 1 }
            logger.warning("an event was dropped", metadata: ["event": "\(E.name)", "error": "\(failure)"])
        }
    }

    package func respond(to request: Envelope, with outcome: Result<any Codable & Sendable, MessageError>) {
        answer(request, with: outcome)
    }

    /// Sends the answer and the acknowledgement of the request in one pipeline.
    func answer(_ request: Envelope, with outcome: Result<any Codable & Sendable, MessageError>) {
        let response = desk.response(to: request, with: outcome)
        let hand = Hand(agent: request.to ?? request.from, message: request.id)
        let held: Held? = state.withLock { state in
            guard let held = state.held[hand], !held.isAnswered else { return nil }
            state.held[hand]?.isAnswered = true
            return held
        }
        guard let held, let replyTo = held.replyTo else {
            desk.count { $0.late += 1 }
            return
        }
        let body: ByteBuffer
        do {
            body = try Self.bytes(of: response)
        } catch {
            logger.error(
                "an answer cannot be written",
                metadata: ["action": "\(request.payload.action)", "error": "\(error)"]
            )
            return
        }
        let reply = RedisCommand(
            "XADD",
            .text(replyTo),
            "NOMKSTREAM",
            "MAXLEN",
            "~",
            .number(options.keptReplies),
            "*",
            .field(.envelope),
            .bytes(body)
        )
        submit([reply, Self.acknowledgement(of: held, by: hand.agent)], triesLeft: Self.answerTries)
    }

    /// How often an answer is sent whose receiver's stream is not there, at the pace at which its broker looks after it.
    private static let answerTries = 20

    /// Sends an answer, the first of the commands.
    ///
    /// Its receiver's stream is not there when that process has ended, and for a moment when Redis has lost its data.
    private func submit(_ commands: [RedisCommand], triesLeft: Int) {
        link.submit(commands, within: options.sendTimeout) { [self] result in
            guard case .success(let replies) = result, replies.first == .null else { return }
            guard triesLeft > 1 else { return desk.count { $0.late += 1 } }
            eventLoop.scheduleTask(in: .milliseconds(options.upkeepInterval.milliseconds)) { [self] in
                submit(Array(commands.prefix(1)), triesLeft: triesLeft - 1)
            }
        }
    }

    /// Sends a command and returns when Redis has it.
    func deliver(_ envelope: Envelope, to receiver: AgentName, mark: StreamEntry.Field?) async throws {
        var fields: [RedisCommand.Argument] = [.field(.envelope), .bytes(try Self.bytes(of: envelope))]
        if let mark { fields += [.field(mark), "1"] }
        let error: MessageError? = await withCheckedContinuation { continuation in
            emit(fields, of: envelope, to: receiver, within: options.sendTimeout) { result in
                if case .failure(let error) = result {
                    continuation.resume(returning: error)
                } else {
                    continuation.resume(returning: nil)
                }
            }
        }
        if let error { throw error }
    }

    /// Adds an entry to the receiver's stream; the completion runs once, with the entry's identifier when Redis has it.
    private func emit(
        _ fields: [RedisCommand.Argument],
        of envelope: Envelope,
        to receiver: AgentName,
        within span: TimeSpan,
        completion: @escaping @Sendable (Result<String, MessageError>) -> Void
    ) {
        let stream = RedisCommand.Argument.text(options.commands(receiver))
        let length = RedisCommand("XLEN", stream)
        guard state.withLock({ $0.backlog[receiver] ?? 0 < options.backlogLimit }) else {
            // The stream may have been worked off since; the next sender will know.
            link.submit([length], within: span) { [self] result in
                if case .success(let replies) = result { note(replies.first, before: receiver) }
            }
            desk.count { $0.dropped += 1 }
            completion(.failure(.mailboxFull(receiver)))
            return
        }
        let add = RedisCommand([.text("XADD"), stream, "NOMKSTREAM", "*"] + fields)
        let giveUp = NIODeadline.now() + .milliseconds(min(span, options.grace).milliseconds)
        attempt([add, length], until: giveUp, within: span, of: envelope, to: receiver, completion: completion)
    }

    private func attempt(
        _ commands: [RedisCommand],
        until giveUp: NIODeadline,
        within span: TimeSpan,
        of envelope: Envelope,
        to receiver: AgentName,
        completion: @escaping @Sendable (Result<String, MessageError>) -> Void
    ) {
        link.submit(commands, within: span) { [self] result in
            switch result {
            case .failure(let error):
                completion(.failure(.unreachable(action: envelope.payload.action, reason: error.description)))
            case .success(let replies):
                if let text = replies.first?.errorText {
                    completion(.failure(.unreachable(action: envelope.payload.action, reason: text)))
                } else if let entry = replies.first?.text {
                    note(replies.last, before: receiver)
                    completion(.success(entry))
                } else if NIODeadline.now() < giveUp {
                    // No stream yet: the agent may be starting, or Redis may have lost its data a moment ago.
                    eventLoop.scheduleTask(in: .milliseconds(10)) { [self] in
                        attempt(
                            commands,
                            until: giveUp,
                            within: span,
                            of: envelope,
                            to: receiver,
                            completion: completion
                        )
                    }
                } else {
                    completion(.failure(.noSuchAgent(receiver)))
                }
            }
        }
    }

    private func note(_ length: RESPValue?, before receiver: AgentName) {
        guard let length = length?.integer else { return }
        state.withLock { $0.backlog[receiver] = Int(clamping: length) }
    }
}

extension RedisBroker: EnvelopeCarrier {
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
        desk.sent(envelope)
        try await deliver(envelope, to: receiver, mark: .kept)
    }
}
