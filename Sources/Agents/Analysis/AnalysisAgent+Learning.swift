// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension AnalysisAgent {
    /// Looks for patterns at every hundred results of a campaign, and fits the models anew at every thousand of all campaigns.
    ///
    /// Each look takes the first so many results, so that one that was delayed by a restart says what it would have said.
    func learn(_ id: CampaignID) async throws {
        let workspace = context.workspace
        let last = try await lastLook(at: id)
        // Cheap beside reading the trials, which most events do not call for.
        let settled = try await context.store.spending(of: id, in: workspace).settledTrials
        guard LearningSchedule.dueLook(results: settled, last: last) != nil,
            let campaign = try await context.store.campaign(id, in: workspace)
        else { return }
        let trials = try await context.store.trials(of: id, in: workspace)
        let metric = campaign.goal.objective.metric
        let results = LearningSchedule.firstResults(trials, metric: metric, count: .max).count
        guard let due = LearningSchedule.dueLook(results: results, last: last) else { return }
        var finding = try await storedPatterns(of: id)
        for count in stride(
            from: last + LearningSchedule.patternInterval,
            through: due,
            by: LearningSchedule.patternInterval
        ) {
            let former = finding
            var found = try PatternSearch.find(goal: campaign.goal, trials: trials, count: count)
                .with(roundSentences: former?.roundSentences ?? [])
            found.refit = try await refit(campaign, trials: trials, count: count) ?? former?.refit
            try await keep(found, .patterns, of: id, in: workspace)
            setLook(count, at: id)
            finding = found
        }
    }

    /// The newest stored look; nil before the first.
    func storedPatterns(of id: CampaignID) async throws -> TrialPatternsFinding? {
        try await context.store.analyses(of: id, in: context.workspace, kind: .patterns).last
            .map { try CanonicalJSON.decode(TrialPatternsFinding.self, from: $0.body) }
    }

    /// Fits the model of all campaigns anew when this look passes a thousand results of the metric; nil when it does not.
    private func refit(_ campaign: Campaign, trials: [Trial], count: Int) async throws -> RefittedModels? {
        let metric = campaign.goal.objective.metric
        var entries: [PastCampaigns.Entry] = []
        for other in try await context.store.campaigns(in: context.workspace)
        where other.id != campaign.id && other.goal.objective.metric == metric {
            let known = try await context.store.trials(of: other.id, in: other.workspace)
            entries.append(PastCampaigns.Entry(campaign: other, trials: known))
        }
        let others = entries.reduce(0) {
            $0 + LearningSchedule.firstResults($1.trials, metric: metric, count: .max).count
        }
        let before = others + count - LearningSchedule.patternInterval
        guard let due = LearningSchedule.dueRefit(results: others + count, last: before) else { return nil }
        let own = LearningSchedule.firstResults(trials, metric: metric, count: count)
        entries.append(PastCampaigns.Entry(campaign: campaign, trials: own))
        let predictor = try CampaignPredictor(
            past: PastCampaigns(entries, for: campaign.goal),
            goal: campaign.goal
        )
        let prediction = try predictor.prediction()
        return RefittedModels(
            results: due,
            time: context.clock.now,
            control: prediction.notEnough == nil ? prediction.control?.value : nil,
            notEnough: prediction.notEnough,
            carryOver: prediction.carryOver
        )
    }
}
