// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Messaging

/// Asks for a campaign for a goal.
package struct CreateCampaign: Action {
    package typealias Reply = CampaignID
    package static let name = "create_campaign"

    package var goal: Goal
    package var workspace: WorkspaceID
    /// The goal file's digest and path, by which a second run finds the campaign.
    package var digest: String?
    package var path: String?

    /// Creates the request.
    package init(goal: Goal, workspace: WorkspaceID, digest: String?, path: String?) {
        self.goal = goal
        self.workspace = workspace
        self.digest = digest
        self.path = path
    }
}

/// Asks for an order to be carried out on a campaign.
package struct SteerCampaign: Action {
    package typealias Reply = CampaignStatus
    package static let name = "steer_campaign"

    package var campaign: CampaignID
    package var order: CampaignOrder
    /// Why, in a person's words.
    package var reason: String

    /// Creates the request.
    package init(campaign: CampaignID, order: CampaignOrder, reason: String) {
        self.campaign = campaign
        self.order = order
        self.reason = reason
    }
}

/// Asks for every campaign to stop, and with it all spending, at once.
package struct HaltEverything: Action {
    package typealias Reply = Done
    package static let name = "halt_everything"

    package var workspace: WorkspaceID

    /// Creates the request.
    package init(workspace: WorkspaceID) {
        self.workspace = workspace
    }
}

/// Time has passed: the orchestrator judges every running campaign.
struct JudgeCampaigns: Action {
    typealias Reply = Done
    static let name = "judge_campaigns"
}
