// SPDX-License-Identifier: Apache-2.0

/// What a person, or a decision, wants of a campaign.
package enum CampaignOrder: String, Codable, Sendable, CaseIterable {
    case approve
    case reject
    case start
    case pause
    case resume
    case stop
    /// Fails it: what is wrong will not go away by itself.
    case fail
    /// Ends the search and measures the best again.
    case conclude
    /// Starts a generation now.
    case newGeneration = "new_generation"
    /// Cancels what the present generation has not tried yet.
    case stopGeneration = "stop_generation"
}

/// A person's order, kept until the agent of campaigns has carried it out or refused it; it does so once.
package struct PersonOrder: Hashable, Codable, Sendable {
    /// How far it is.
    package enum State: String, Codable, LifeCycle {
        /// Nobody has carried it out yet.
        case waiting
        case carriedOut = "carried_out"
        /// It does not fit how things are; the answer says why.
        case refused

        package static var subject: String { "order" }
        package static var moves: [State: Set<State>] {
            [.waiting: [.carriedOut, .refused], .carriedOut: [], .refused: []]
        }
    }

    package var id: OrderID
    package var workspace: WorkspaceID
    /// The campaign; nil for every campaign.
    package var campaign: CampaignID?
    package var order: CampaignOrder
    /// Why, in the person's words.
    package var reason: String
    /// Who gave it, as they or their computer call them.
    package var givenBy: String
    package var givenAt: Timestamp
    package var state: State
    /// What came of it, in one sentence; nil while it waits.
    package var answer: String?
    package var settledAt: Timestamp?

    /// Creates an order that waits.
    package init(
        id: OrderID,
        workspace: WorkspaceID,
        campaign: CampaignID?,
        order: CampaignOrder,
        reason: String,
        givenBy: String,
        givenAt: Timestamp
    ) {
        self.id = id
        self.workspace = workspace
        self.campaign = campaign
        self.order = order
        self.reason = reason
        self.givenBy = givenBy
        self.givenAt = givenAt
        state = .waiting
    }

    /// The order as it is once something has come of it.
    package func settled(as state: State, answer: String, at time: Timestamp) -> PersonOrder {
        var order = self
        order.state = state
        order.answer = answer
        order.settledAt = time
        return order
    }
}
