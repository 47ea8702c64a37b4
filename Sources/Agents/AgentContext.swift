// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging
package import Messaging

/// What every agent is given: the ports and nothing else.
package struct AgentContext: Sendable {
    package var store: any KnowledgeStore & JobStore
    package var broker: any MessageBroker
    package var clock: any TimeSource
    package var ids: IdentifierGenerator
    package var workspace: WorkspaceID
    package var logger: Logger
    /// The right under which the agent writes, where agents of other processes might take its place; nil where there are none.
    package var fence: (@Sendable () -> LeaseFence)?

    /// Creates a context.
    package init(
        store: any KnowledgeStore & JobStore,
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
}
