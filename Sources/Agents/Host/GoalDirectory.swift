// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Knows the goals of campaigns, each read from the store once.
package final class GoalDirectory: Sendable {
    private let store: any CampaignStore
    private let workspace: WorkspaceID
    private let known = Locked<[CampaignID: Goal]>([:])

    /// Creates a directory of a workspace's goals.
    package init(store: any CampaignStore, workspace: WorkspaceID) {
        self.store = store
        self.workspace = workspace
    }

    /// The goal of a campaign; throws `Failure` when there is none.
    @Sendable package func goal(of id: CampaignID) async throws -> Goal {
        if let goal = known.withLock({ $0[id] }) { return goal }
        guard let campaign = try await store.campaign(id, in: workspace) else {
            throw Failure(.notFound, "there is no campaign \(id)")
        }
        known.withLock { $0[id] = campaign.goal }
        return campaign.goal
    }
}
