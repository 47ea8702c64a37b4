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
}
