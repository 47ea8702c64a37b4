// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Storage

/// How a campaign stands, in numbers: what `dure list` and `dure status` show.
struct CampaignOverview: Encodable {
    /// Trials by what became of them.
    struct Trials: Encodable, Equatable {
        var planned = 0
        var running = 0
        var completed = 0
        var failed = 0
        /// Cancelled, or discarded after their end.
        var withdrawn = 0

        init(_ trials: [Trial]) {
            for trial in trials {
                switch trial.status {
                case .planned: planned += 1
                case .running: running += 1
                case .completed: completed += 1
                case .failed: failed += 1
                case .cancelled, .discarded: withdrawn += 1
                }
            }
        }

        var all: Int { planned + running + completed + failed + withdrawn }
    }

    let campaign: CampaignID
    let name: String
    let status: CampaignStatus
    let stage: CampaignStage
    let phase: SearchPhase
    let metric: String
    let start: Double?
    /// The newest value of the metric: at the end, or of the newest round.
    let now: Double?
    let target: Double?
    let generation: Int
    let trials: Trials
    let plannedTrials: Int
    let spending: Spending
    let budget: Budget
    let currency: Currency?
    /// What was found best so far: the winner, or the recommendation of the newest analysis.
    let best: Combination?
    /// `best` by what differs from the present setting.
    let bestChanges: String?

    /// Reads how a campaign stands.
    init(of campaign: Campaign, from store: any KnowledgeStore) async throws {
        let goal = campaign.goal
        let (id, workspace) = (campaign.id, campaign.workspace)
        let trials = try await store.trials(of: id, in: workspace)
        let round = try await store.analyses(of: id, in: workspace, kind: .round).last
        let effects = try await store.analyses(of: id, in: workspace, kind: .effects).last
        self.campaign = id
        name = goal.name
        status = campaign.status
        stage = campaign.stage
        phase = campaign.phase
        metric = goal.objective.metric
        start = campaign.startValue
        now =
            try campaign.endValue
            ?? round.map { try CanonicalJSON.decode(RoundFinding.self, from: $0.body).consensus }
        target = campaign.target ?? goal.objective.target
        generation = try await store.generations(of: id, in: workspace).last?.number ?? 0
        self.trials = Trials(trials)
        plannedTrials = max(trials.count, campaign.plan.trials)
        spending = try await store.spending(of: id, in: workspace)
        budget = goal.budget
        currency = goal.budget.amount?.currency ?? goal.trial.cost?.currency
        best =
            try campaign.winner
            ?? effects.flatMap { try CanonicalJSON.decode(EffectsFinding.self, from: $0.body).best?.combination }
        bestChanges = best.map(goal.changes(of:))
    }

    /// The share of the way from start to target that is done, 0 to 1; nil without the three values.
    var goalProgress: Double? {
        guard let start, let now, let target, start != target else { return nil }
        return min(max((start - now) / (start - target), 0), 1)
    }

    /// The metric from start to now, such as `80 → 21.5`.
    var course: String {
        "\(start.map(TextTable.number) ?? "–") → \(now.map(TextTable.number) ?? "–")"
    }

    /// What was spent, as money where trials cost money.
    var spent: String {
        guard let currency else { return "\(spending.settledTrials) trials" }
        return Money(minorUnits: spending.settled, currency: currency).description
    }
}
