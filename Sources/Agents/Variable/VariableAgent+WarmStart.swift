// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Messaging

/// What earlier campaigns of the same product found, for a search that begins.
extension VariableAgent {
    /// An earlier campaign with its outcomes in a new campaign's terms.
    private struct Past {
        var entry: WarmStartPolicy.Earlier
        var outcomes: [TrialOutcome]
    }

    /// Tells a new search what earlier campaigns found; returns a sentence about it, nil when there is nothing.
    ///
    /// A search that has forgotten its own older outcomes has forgotten the earlier campaigns too.
    func warmStart(
        _ strategy: inout any SearchStrategy,
        of campaign: Campaign,
        isForgotten: Bool
    ) async throws -> String? {
        let past = try await past(of: campaign)
        guard !isForgotten, !past.isEmpty else { return nil }
        let ruling = WarmStartPolicy.decide(WarmStartPolicy.Inputs(earlier: past.map(\.entry)))
        for share in ruling.outcome.shares {
            guard let outcomes = past.first(where: { $0.entry.campaign == share.campaign })?.outcomes else { continue }
            try strategy.warmStart(outcomes, weight: share.weight)
        }
        return ruling.outcome.shares.isEmpty ? nil : ruling.reason
    }

    /// Writes the decision about earlier campaigns down.
    func recordWarmStart(_ action: ProposeGeneration) async throws {
        guard let campaign = try await context.store.campaign(action.campaign, in: action.workspace) else { return }
        let known = try await context.store.decisions(of: campaign.id, in: campaign.workspace)
        guard !known.contains(where: { $0.policy == WarmStartPolicy.name }) else { return }
        let inputs = WarmStartPolicy.Inputs(earlier: try await past(of: campaign).map(\.entry))
        let (_, decision) = try WarmStartPolicy.decide(
            inputs,
            for: campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: context.clock.now
        )
        var change = KnowledgeChange()
        change.decisions = [decision]
        try await context.commit(change, durability: .power)
    }

    /// Campaigns of the same product and factors that had ended when this one started, oldest first.
    ///
    /// What ends or is imported later does not count, so that a restart finds the same ones.
    private func past(of campaign: Campaign) async throws -> [Past] {
        let all = try await context.store.campaigns(in: campaign.workspace)
        let start = campaign.startedAt ?? campaign.createdAt
        let lineage = Self.lineage(of: campaign, among: all)
        let usable = all.filter { other in
            guard other.id != campaign.id, other.status == .completed || other.status == .stopped,
                let endedAt = other.endedAt, endedAt <= start, other.createdAt <= start
            else { return false }
            return Self.isComparable(other.goal, campaign.goal, isRelated: lineage.contains(other.id))
        }
        let ordered = usable.sorted { ($0.endedAt ?? start, $0.id) < ($1.endedAt ?? start, $1.id) }
        var past: [Past] = []
        for var other in ordered.suffix(WarmStartPolicy.limit) {
            let trials = try await context.store.trials(of: other.id, in: other.workspace)
            other.goal.objective.depth = campaign.goal.objective.depth
            other.goal.furtherObjectives = campaign.goal.furtherObjectives
            var book = CampaignBook(campaign: other, trials: trials)
            let outcomes = book.newOutcomes()
            let results = outcomes.count { $0.response != nil }
            guard results > 0 else { continue }
            let days = Int(clamping: (start - (other.endedAt ?? start)).milliseconds / 86_400_000)
            let entry = WarmStartPolicy.Earlier(campaign: other.id, outcomes: results, days: days)
            past.append(Past(entry: entry, outcomes: outcomes))
        }
        return past
    }

    /// The campaigns from which this one was made, directly or not.
    private static func lineage(of campaign: Campaign, among all: [Campaign]) -> Set<CampaignID> {
        let parents = Dictionary(all.map { ($0.id, $0.parent) }, uniquingKeysWith: { first, _ in first })
        var lineage: Set<CampaignID> = []
        var next = campaign.parent
        while let id = next, lineage.insert(id).inserted { next = parents[id] ?? nil }
        return lineage
    }

    /// Whether one goal's results say something about another's combinations.
    ///
    /// A simulated market belongs to its seed: only a campaign of the same market, or one that this was made from, counts.
    static func isComparable(_ earlier: Goal, _ goal: Goal, isRelated: Bool) -> Bool {
        guard earlier.objective.metric == goal.objective.metric,
            earlier.objective.direction == goal.objective.direction,
            earlier.trial.kind == goal.trial.kind, earlier.marketplace == goal.marketplace,
            earlier.factors.map(\.name) == goal.factors.map(\.name),
            earlier.factors.map(\.levels) == goal.factors.map(\.levels)
        else { return false }
        if isRelated { return true }
        if goal.trial.kind == .simulated, earlier.seed != goal.seed || earlier.simulation != goal.simulation {
            return false
        }
        let product = { (goal: Goal) in goal.product.identifier ?? goal.product.url ?? goal.product.title }
        if let one = product(earlier), let other = product(goal) { return one == other }
        let imported = " (imported)"
        let name = earlier.name.hasSuffix(imported) ? String(earlier.name.dropLast(imported.count)) : earlier.name
        return product(earlier) == nil && product(goal) == nil && name == goal.name
    }
}
