// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Carries messages between agents.
///
/// Messages of one sender to one receiver arrive in the order in which they were sent. A message that the allow-list does not permit
/// is refused and audited. Nothing here is durable: agents rebuild from the store, messages only wake them.
package protocol MessageBroker: Sendable {
    /// Asks and waits for the answer; throws `MessageError`, and `CancellationError` when the asking task is cancelled.
    ///
    /// A `cause` is the message whose handling makes this one necessary; the new one continues its conversation.
    func request<A: Action>(
        _ action: A,
        from sender: AgentName,
        to receiver: AgentName,
        timeout: TimeSpan,
        cause: Envelope?
    ) async throws -> A.Reply

    /// Sends a command and returns when it lies in the receiver's mailbox, not when it is carried out.
    ///
    /// With `coalescing` a command is not added while one of that action and sender still lies there.
    func send<A: Action>(
        _ command: A,
        from sender: AgentName,
        to receiver: AgentName,
        coalescing: Bool,
        cause: Envelope?
    ) async throws

    /// Tells all subscribers but the sender, in the order in which they subscribed.
    func publish<E: Event>(_ event: E, from sender: AgentName, cause: Envelope?) async throws

    /// Answers a request; an answer that nobody waits for any more is dropped and counted.
    func respond(to request: Envelope, with outcome: Result<any Codable & Sendable, MessageError>)

    /// Opens the mailbox of an agent, subscribed to events by their wire names; one that was open before is closed.
    func mailbox(for owner: AgentName, events: [String]) -> Mailbox

    /// Puts a message that cannot be handled aside, with the reason.
    func bury(_ envelope: Envelope, reason: String)

    /// Gives up a message that its receiver will not read: a request fails with the error, any other counts as dropped.
    func discard(_ envelope: Envelope, because error: MessageError)

    /// Waits until every message is handled; throws `CancellationError` when the waiting task is cancelled.
    func quiet() async throws
}

extension MessageBroker {
    /// How long a request waits for its answer when the caller does not say.
    package static var defaultTimeout: TimeSpan { .seconds(30) }

    /// Asks and waits for the answer for up to 30 seconds.
    package func request<A: Action>(
        _ action: A,
        from sender: AgentName,
        to receiver: AgentName,
        cause: Envelope? = nil
    ) async throws -> A.Reply {
        try await request(action, from: sender, to: receiver, timeout: Self.defaultTimeout, cause: cause)
    }

    /// Asks with what no other message has caused, and waits for the answer.
    package func request<A: Action>(
        _ action: A,
        from sender: AgentName,
        to receiver: AgentName,
        timeout: TimeSpan
    ) async throws -> A.Reply {
        try await request(action, from: sender, to: receiver, timeout: timeout, cause: nil)
    }

    /// Sends a command that is never merged with an earlier one.
    package func send<A: Action>(
        _ command: A,
        from sender: AgentName,
        to receiver: AgentName,
        cause: Envelope? = nil
    ) async throws {
        try await send(command, from: sender, to: receiver, coalescing: false, cause: cause)
    }

    /// Tells all subscribers of something that no other message has caused.
    package func publish<E: Event>(_ event: E, from sender: AgentName) async throws {
        try await publish(event, from: sender, cause: nil)
    }
}
