// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging
package import Messaging

/// What every agent is given: the ports and nothing else.
package struct AgentContext: Sendable {
    package var store: any KnowledgeStore & JobStore & OrderStore
    package var broker: any MessageBroker
    package var clock: any TimeSource
    package var ids: IdentifierGenerator
    package var workspace: WorkspaceID
    package var logger: Logger
    /// Sends what must not be lost, where messages go to other processes; nil where one process has all agents, which rebuild together.
    package var outbox: OutboxRelay?
    /// The right under which the agent writes, where agents of other processes might take its place; nil where there are none.
    package var fence: (@Sendable () -> LeaseFence)?

    /// Creates a context.
    package init(
        store: any KnowledgeStore & JobStore & OrderStore,
        broker: any MessageBroker,
        clock: any TimeSource,
        ids: IdentifierGenerator,
        workspace: WorkspaceID,
        logger: Logger
    ) {
        self.store = store
        self.broker = broker
        self.clock = clock
        self.ids = ids
        self.workspace = workspace
        self.logger = logger
    }

    /// Writes a change under the agent's right; throws what the store throws, `StorageError.fenced` when the right was lost.
    package func commit(_ change: KnowledgeChange, durability: Durability) async throws {
        var change = change
        change.fence = fence?()
        try await store.commit(change, durability: durability)
    }

    /// Writes a change with the events that follow from it, where an outbox keeps those; `publish` is to be called with them afterwards.
    package func commit(
        _ change: KnowledgeChange,
        durability: Durability,
        keeping events: [any KeptEvent],
        from sender: AgentName
    ) async throws {
        var change = change
        if let outbox {
            for event in events { change.messages += try outbox.prepare(event, from: sender) }
        }
        guard !change.isEmpty else { return }
        try await commit(change, durability: durability)
        outbox?.hand(change.messages)
    }

    /// Tells of events that were committed with what they say; one that an outbox keeps is on its way already.
    package func publish(_ events: [any KeptEvent], from sender: AgentName) async throws {
        guard outbox == nil else { return }
        for event in events { try await broker.publish(event, from: sender) }
    }
}
