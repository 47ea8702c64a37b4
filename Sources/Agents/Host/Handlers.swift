// SPDX-License-Identifier: Apache-2.0

package import Messaging

/// What an agent does on which message; built up line by line.
///
///     Handlers()
///         .on(CreateCampaign.self) { agent, action, envelope in try await agent.create(action) }
///         .onEvent(JobEnded.self) { agent, event, envelope in try await agent.harvest() }
///
/// Handlers run isolated to the agent. A second handler for one name takes the place of the first.
package struct Handlers<Owner: Actor>: Sendable {
    typealias Handler = @Sendable (isolated Owner, Envelope) async throws -> any Codable & Sendable

    private var actions: [String: Handler] = [:]
    private var eventHandlers: [String: Handler] = [:]

    /// The wire names of the events that are handled, sorted.
    package var events: [String] { eventHandlers.keys.sorted() }

    /// Creates handlers that handle nothing.
    package init() {}

    /// Adds what is done on an action, whether it comes as a request or as a command.
    package func on<A: Action>(
        _ action: A.Type,
        _ handle: @escaping @Sendable (isolated Owner, A, Envelope) async throws -> A.Reply
    ) -> Handlers {
        var handlers = self
        handlers.actions[A.name] = { owner, envelope in
            let value = try Self.read(A.self, from: envelope)
            return try await handle(owner, value, envelope)
        }
        return handlers
    }

    /// Adds what is done on an event.
    package func onEvent<E: Event>(
        _ event: E.Type,
        _ handle: @escaping @Sendable (isolated Owner, E, Envelope) async throws -> Void
    ) -> Handlers {
        var handlers = self
        handlers.eventHandlers[E.name] = { owner, envelope in
            let value = try Self.read(E.self, from: envelope)
            try await handle(owner, value, envelope)
            return Done()
        }
        return handlers
    }

    /// Handles one message; throws `UnhandledMessage` for one that cannot be, and what the handler throws.
    func handle(_ envelope: Envelope, on owner: isolated Owner) async throws -> any Codable & Sendable {
        guard envelope.version == Envelope.currentVersion else {
            let error = MessageError.unreadable(
                action: envelope.payload.action,
                reason: "its version is \(envelope.version), and this program reads \(Envelope.currentVersion)"
            )
            throw UnhandledMessage(error: error)
        }
        let name = envelope.payload.action
        guard let handler = envelope.type == .event ? eventHandlers[name] : actions[name] else {
            throw UnhandledMessage(error: .unknownAction(to: envelope.to ?? envelope.from, action: name))
        }
        return try await handler(owner, envelope)
    }

    private static func read<Value: Codable & Sendable>(
        _ type: Value.Type,
        from envelope: Envelope
    ) throws(UnhandledMessage) -> Value {
        do {
            return try envelope.payload.value(as: type)
        } catch {
            throw UnhandledMessage(error: error)
        }
    }
}

/// A message that its receiver cannot handle: a dead letter, not a crash.
struct UnhandledMessage: Error {
    var error: MessageError
}
