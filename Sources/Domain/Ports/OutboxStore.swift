// SPDX-License-Identifier: Apache-2.0

/// A message that must not be lost: written with the change that causes it, and sent again until its receiver has handled it.
package struct OutboxMessage: Hashable, Codable, Sendable {
    /// The message's own identifier: a receiver handles a second copy of it no more than once.
    package var id: MessageID
    /// The receiver's name.
    package var receiver: String
    /// The envelope, as canonical JSON.
    package var envelope: String
    package var createdAt: Timestamp

    /// Creates a message.
    package init(id: MessageID, receiver: String, envelope: String, createdAt: Timestamp) {
        self.id = id
        self.receiver = receiver
        self.envelope = envelope
        self.createdAt = createdAt
    }
}

/// How much waits in an outbox.
package struct OutboxDepth: Hashable, Sendable {
    /// How many messages are kept.
    package var messages: Int
    /// When the oldest of them was made; nil when there is none.
    package var oldestAt: Timestamp?

    /// Creates a depth.
    package init(messages: Int, oldestAt: Timestamp?) {
        self.messages = messages
        self.oldestAt = oldestAt
    }
}

/// Messages that wait for their receivers.
package protocol OutboxStore: Sendable {
    /// Writes messages down, safe from a power cut; one that is there already stays as it is.
    func post(_ messages: [OutboxMessage]) async throws
    /// Messages that are not handled yet, oldest first.
    func unhandledMessages(limit: Int) async throws -> [OutboxMessage]
    /// How many messages are not handled yet.
    func outboxDepth() async throws -> OutboxDepth
    /// Removes messages that were handled; one that is gone already is passed over.
    func handled(_ messages: [MessageID]) async throws
}
