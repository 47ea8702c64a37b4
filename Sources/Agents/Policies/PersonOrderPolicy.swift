// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Says whether a person's order fits how a campaign is; kept so that the log of decisions says who wanted what, and when.
package enum PersonOrderPolicy: Policy {
    package static let name = "person_order"

    package struct Inputs: Codable, Sendable, Equatable {
        package var order: CampaignOrder
        /// Who gave it.
        package var by: String
        package var givenAt: Timestamp
        /// Why, in the person's words.
        package var reason: String
        package var status: CampaignStatus
        /// Whether the campaign is about to end.
        package var isClosing: Bool
        /// The campaign that has the units which this one needs; nil when they are free, or not needed.
        package var unitsHeldBy: CampaignID?

        /// Creates inputs.
        package init(_ order: PersonOrder, for campaign: Campaign, unitsHeldBy holder: CampaignID? = nil) {
            self.order = order.order
            by = order.givenBy
            givenAt = order.givenAt
            reason = order.reason
            status = campaign.status
            isClosing = campaign.closing != nil
            unitsHeldBy = holder
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        package var isCarriedOut: Bool
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        let wish = "\(inputs.by) asked at \(inputs.givenAt) to \(words(inputs.order))"
        if let objection = objection(to: inputs) {
            return Ruling(Outcome(isCarriedOut: false), "\(wish), which was refused: \(objection).")
        }
        return Ruling(Outcome(isCarriedOut: true), "\(wish): \(inputs.reason)")
    }

    private static func objection(to inputs: Inputs) -> String? {
        if inputs.isClosing { return "the campaign is about to end" }
        if let holder = inputs.unitsHeldBy { return "its units serve the campaign \(holder)" }
        return fits(inputs.order, inputs.status) ? nil : "the campaign is \(inputs.status.rawValue)"
    }

    /// Whether an order fits a campaign's status.
    package static func fits(_ order: CampaignOrder, _ status: CampaignStatus) -> Bool {
        switch order {
        case .approve, .reject: status == .awaitingApproval
        case .start: status == .ready
        case .pause, .conclude, .newGeneration, .stopGeneration: status == .running
        case .resume: status == .paused
        case .stop: status.canMove(to: .stopped)
        case .fail: status.canMove(to: .failed)
        }
    }

    private static func words(_ order: CampaignOrder) -> String {
        switch order {
        case .approve: "approve the campaign"
        case .reject: "turn the campaign down"
        case .start: "start the campaign"
        case .pause: "pause the campaign"
        case .resume: "go on with the campaign"
        case .stop: "stop the campaign"
        case .fail: "fail the campaign"
        case .conclude: "end the search"
        case .newGeneration: "start a generation"
        case .stopGeneration: "stop the present generation"
        }
    }
}
