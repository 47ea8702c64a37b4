// SPDX-License-Identifier: Apache-2.0

import Domain

/// An outbox in memory, for tests.
actor MemoryOutbox: OutboxStore {
    private var messages: [MessageID: OutboxMessage] = [:]
    private(set) var failures = 0
    private var failsNext = 0
    private var refusesNext = false

    var count: Int { messages.count }

    /// Makes the next calls fail that are not posts.
    func fail(_ times: Int) { failsNext = times }

    /// Makes the next post fail.
    func refuse() { refusesNext = true }

    private func check() throws {
        guard failsNext > 0 else { return }
        failsNext -= 1
        failures += 1
        throw Failure(.unknown, "the store is away")
    }

    func post(_ messages: [OutboxMessage]) async throws {
        defer { refusesNext = false }
        if refusesNext { throw Failure(.unknown, "the store is away") }
        for message in messages where self.messages[message.id] == nil {
            self.messages[message.id] = message
        }
    }

    func unhandledMessages(limit: Int) async throws -> [OutboxMessage] {
        try check()
        return Array(messages.values.sorted { $0.id < $1.id }.prefix(limit))
    }

    func outboxDepth() async throws -> OutboxDepth {
        OutboxDepth(messages: messages.count, oldestAt: messages.values.map(\.createdAt).min())
    }

    func handled(_ messages: [MessageID]) async throws {
        try check()
        for message in messages {
            self.messages[message] = nil
        }
    }
}
