// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A broker that can carry what a store keeps: a message is made first, kept, and then sent, as often as needed.
package protocol EnvelopeCarrier: Sendable {
    /// Makes a command without sending it; throws `MessageError`, as `send` does.
    func prepare<A: Action>(
        _ command: A,
        from sender: AgentName,
        to receiver: AgentName,
        deadline: Timestamp?,
        cause: Envelope?
    ) async throws -> Envelope

    /// Makes an event for one receiver without sending it; throws `MessageError`, as `publish` does.
    func prepare<E: Event>(
        _ event: E,
        from sender: AgentName,
        to receiver: AgentName,
        cause: Envelope?
    ) throws -> Envelope

    /// Sends a message that was made before; a receiver to which a copy came before leaves this one out.
    func carry(_ envelope: Envelope) async throws

    /// Puts a message that cannot be handled aside, with the reason.
    func bury(_ envelope: Envelope, reason: String)
}
