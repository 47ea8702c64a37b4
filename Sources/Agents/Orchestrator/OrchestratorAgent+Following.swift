// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Messaging

/// What follows a campaign that has ended, and a round that was summed up, whether the word of it came once, twice or never.
extension OrchestratorAgent {
    /// Makes the steps that a former process left undone: its end came between what it wrote and what follows from it.
    func catchUp(_ campaigns: [Campaign]) async throws {
        let followed = Set(campaigns.filter { $0.status != .ready }.compactMap(\.parent))
        for campaign in campaigns {
            if campaign.status == .running, campaign.goal.objective.isRank {
                let last = try await context.store.analyses(of: campaign.id, in: campaign.workspace, kind: .round).last
                guard let last else { continue }
                let round = try CanonicalJSON.decode(RoundFinding.self, from: last.body)
                try await judgeTarget(RoundCompleted(campaign: campaign.id, round: round))
            } else if campaign.status.isFinal, !followed.contains(campaign.id) {
                try await follow(CampaignEnded(campaign: campaign.id, status: campaign.status))
            }
        }
    }

    /// Decides once on what follows a campaign, and makes it; a step that was made before is not made again.
    func follow(_ event: CampaignEnded) async throws {
        forget(event.campaign)
        guard let campaign = try await context.store.campaign(event.campaign, in: context.workspace),
            case let (outcome, reason) = try await next(after: campaign), outcome.isCreated
        else { return }
        let campaigns = try await context.store.campaigns(in: context.workspace)
        if let next = campaigns.first(where: { $0.parent == campaign.id }) {
            if outcome.isStarted, next.status == .ready { _ = try await carryOut(.start, on: next.id, reason: reason) }
            return
        }
        guard let winner = campaign.winner else { return }
        var goal = campaign.goal
        for index in goal.factors.indices { goal.factors[index].control = winner.levels[index] }
        goal.objective.target = outcome.target
        goal.seed = SplitMix64.seed(goal.seed, "next")
        goal.approval = outcome.isStarted ? .none : .required
        let next = try await context.broker.request(
            DraftCampaign(goal: goal, workspace: campaign.workspace, digest: nil, path: nil, parent: campaign.id),
            from: name,
            to: .campaign
        )
        if outcome.isStarted { _ = try await carryOut(.start, on: next, reason: reason) }
    }

    /// What was decided to follow a campaign, or is decided now.
    private func next(after campaign: Campaign) async throws -> (outcome: NextCampaignPolicy.Outcome, reason: String) {
        let decisions = try await context.store.decisions(of: campaign.id, in: campaign.workspace)
        if let known = decisions.last(where: { $0.policy == NextCampaignPolicy.name }) {
            return (try CanonicalJSON.decode(NextCampaignPolicy.Outcome.self, from: known.outcome), known.reason)
        }
        let (outcome, decision) = try NextCampaignPolicy.decide(
            NextCampaignPolicy.Inputs(
                rule: campaign.goal.ending.nextCampaign,
                status: campaign.status,
                winner: campaign.winner,
                target: campaign.target,
                direction: campaign.goal.objective.direction,
                isReached: campaign.reachedAt != nil
            ),
            for: campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: context.clock.now
        )
        var change = KnowledgeChange()
        change.decisions = [decision]
        try await context.commit(change, durability: .power)
        return (outcome, decision.reason)
    }
}
