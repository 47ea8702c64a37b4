// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension AnalysisAgent {
    /// Looks for patterns when ``LearningSchedule`` says so, and fits the models anew at every thousand results of all campaigns.
    ///
    /// Each look takes the first so many results, so that one that was delayed by a restart says what it would have said.
    func learn(_ event: CampaignProgressed) async throws {
        let id = event.campaign
        let workspace = context.workspace
        let last = try await lastLook(at: id)
        // Reading the trials costs, and most events do not call for it.
        guard event.results >= LearningSchedule.nextLook(after: last),
            let campaign = try await context.store.campaign(id, in: workspace)
        else { return }
        let trials = try await context.store.trials(of: id, in: workspace)
        let metric = campaign.goal.objective.metric
        let results = LearningSchedule.firstResults(trials, metric: metric, count: .max).count
        let due = LearningSchedule.dueLooks(results: results, last: last)
        var finding = try await storedPatterns(of: id)
        for (former, count) in zip([last] + due, due) {
            let before = finding
            var found = try PatternSearch.find(goal: campaign.goal, trials: trials, count: count)
                .with(roundSentences: before?.roundSentences ?? [])
            found.refit = try await refit(campaign, trials: trials, results: former..<count) ?? before?.refit
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
    private func refit(_ campaign: Campaign, trials: [Trial], results: Range<Int>) async throws -> RefittedModels? {
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
        guard
            let due = LearningSchedule.dueRefit(
                results: others + results.upperBound,
                last: others + results.lowerBound
            )
        else { return nil }
        let own = LearningSchedule.firstResults(trials, metric: metric, count: results.upperBound)
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
