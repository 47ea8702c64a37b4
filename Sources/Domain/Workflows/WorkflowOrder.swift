// SPDX-License-Identifier: Apache-2.0

package typealias WorkflowOrderID = Identifier<WorkflowOrder>

/// A person's order about a workflow run, kept until somebody has carried it out or refused it; it is carried out once.
package struct WorkflowOrder: Hashable, Codable, Sendable {
    /// What a person wants.
    package enum Action: Hashable, Codable, Sendable {
        /// Begin the run under the order's identifier of it.
        case start(workflow: String, input: JSONValue, key: String?)
        /// Answer a node that waits; nil for the only one that does.
        case answer(node: String?, isApproved: Bool)
        /// End the run; steps that run stop.
        case cancel
    }

    package var id: WorkflowOrderID
    package var workspace: WorkspaceID
    package var run: WorkflowRunID
    package var action: Action
    /// Why, in the person's words.
    package var reason: String
    package var givenBy: String
    package var givenAt: Timestamp
    package var state: PersonOrder.State
    /// What came of it, in one sentence; nil while it waits.
    package var answer: String?
    package var settledAt: Timestamp?

    /// Creates an order that waits.
    package init(
        id: WorkflowOrderID,
        workspace: WorkspaceID,
        run: WorkflowRunID,
        action: Action,
        reason: String,
        givenBy: String,
        givenAt: Timestamp
    ) {
        self.id = id
        self.workspace = workspace
        self.run = run
        self.action = action
        self.reason = reason
        self.givenBy = givenBy
        self.givenAt = givenAt
        state = .waiting
    }

    /// The order as it is once something has come of it.
    package func settled(as state: PersonOrder.State, answer: String, at time: Timestamp) -> WorkflowOrder {
        var order = self
        order.state = state
        order.answer = answer
        order.settledAt = time
        return order
    }
}

extension WorkflowOrder: Identified {
    package static var identifierPrefix: String { "wfo" }
}
