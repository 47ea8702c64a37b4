// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Messaging

/// Asks the campaign agent to plan a campaign for a goal and to keep it.
struct DraftCampaign: Action {
    typealias Reply = CampaignID
    static let name = "draft_campaign"

    var goal: Goal
    var workspace: WorkspaceID
    var digest: String?
    var path: String?
    var parent: CampaignID?
}

/// Asks the campaign agent to carry an order out.
struct CarryOut: Action {
    typealias Reply = CampaignStatus
    static let name = "carry_out"

    var campaign: CampaignID
    var order: CampaignOrder
    var reason: String
}

/// Tells the campaign agent to look for orders of people, which the store keeps.
struct TakeOrders: Action {
    typealias Reply = Done
    static let name = "take_orders"
}

/// Asks the campaign agent to take a decision's consequences into the campaign's record.
struct AmendCampaign: Action {
    typealias Reply = Done
    static let name = "amend_campaign"

    var campaign: CampaignID
    var phase: SearchPhase?
    var effortFactor: Double?
    var milestones: [Int] = []
    var roundsOnTarget: Int?
    /// When the round was that this follows from.
    var judgedRoundAt: Timestamp?
    var isReached = false
    var raisedTarget: Double?
}

/// Time has passed: the campaign agent looks after all its campaigns.
struct LookAfterCampaigns: Action {
    typealias Reply = Done
    static let name = "look_after_campaigns"
}

/// A job of a campaign has ended, well or not.
package struct JobEnded: Event {
    package static let name = "job_ended"

    package var campaign: CampaignID

    /// Creates the event.
    package init(campaign: CampaignID) {
        self.campaign = campaign
    }
}

/// The observers' answers of some rounds were taken in.
struct ObservationsTaken: KeptEvent {
    static let name = "observations_taken"
    static let receivers = [AgentName.monitoring]

    /// One observer's look at all units.
    struct Look: Hashable, Codable, Sendable {
        var source: String
        var observer: String
        var time: Timestamp
        /// In the order of the goal's units; nil where the product was not found.
        var ranks: [Double?]
    }

    var campaign: CampaignID
    /// The number of the round, from 0.
    var round: Int
    var looks: [Look]
}

/// A trial has failed for good.
struct TrialFailed: Event {
    static let name = "trial_failed"

    var campaign: CampaignID
    var failure: Failure
}

/// A campaign has come to its end; its levers are as its record says.
package struct CampaignEnded: KeptEvent {
    package static let name = "campaign_ended"
    package static let receivers = [AgentName.analysis, .monitoring, .orchestrator]

    package var campaign: CampaignID
    package var status: CampaignStatus
}

/// A campaign has moved on: for progress lines and live views.
package struct CampaignProgressed: Event {
    package static let name = "campaign_progressed"

    package var campaign: CampaignID
    /// The trials that have ended and been paid for so far.
    package var endedTrials: Int
    /// The trials that learning counts as results so far, whatever was paid for them: completed with a value, or failed.
    package var results: Int
}
