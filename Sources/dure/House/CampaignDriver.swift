// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Messaging

/// Drives one campaign through a running house until it ends, or until it waits for a person.
struct CampaignDriver: Sendable {
    let store: any CampaignStore
    let clock: any TimeSource
    let workspace: WorkspaceID
    /// How often to look how the campaign is.
    let interval: TimeSpan
    /// Hears how the campaign is at every look.
    let onLook: @Sendable (Campaign) async throws -> Void

    /// Starts the campaign when it is ready, and returns it once it has ended, waits for approval or is paused.
    func drive(_ id: CampaignID, through gateway: Gateway) async throws -> Campaign {
        var campaign = try await campaign(id)
        if campaign.status == .ready {
            _ = try await gateway.request(
                SteerCampaign(campaign: id, order: .start, reason: "The campaign is ready."),
                to: .orchestrator
            )
        }
        while true {
            campaign = try await self.campaign(id)
            try await onLook(campaign)
            let isClosing = campaign.closing != nil
            switch campaign.status {
            case .running: break
            case .paused where isClosing: break
            case .draft, .ready, .paused, .awaitingApproval, .rejected, .expired, .completed, .stopped, .failed:
                return campaign
            }
            try await clock.sleep(for: interval)
        }
    }

    private func campaign(_ id: CampaignID) async throws -> Campaign {
        guard let campaign = try await store.campaign(id, in: workspace) else {
            throw Failure(.notFound, "there is no campaign \(id)")
        }
        return campaign
    }
}
