// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension AnalysisAgent {
    /// Models what was tried and stores what it says.
    func analyseEffects(_ action: AnalyseEffects) async throws -> EffectsFinding {
        guard let campaign = try await context.store.campaign(action.campaign, in: action.workspace) else {
            throw Failure(.notFound, "no campaign \(action.campaign) in workspace \(action.workspace)")
        }
        let trials = try await context.store.trials(of: action.campaign, in: action.workspace)
        let finding = try CampaignEffects(goal: campaign.goal, trials: trials).finding(winner: action.winner)
        try await keep(finding, .effects, of: action.campaign, in: action.workspace)
        return finding
    }

    /// Compares the winner with the control within the blocks of the confirmation run, and stores what it says.
    func analyseConfirmation(_ action: AnalyseConfirmation) async throws -> AnalyseConfirmation.Reply {
        guard let campaign = try await context.store.campaign(action.campaign, in: action.workspace) else {
            throw Failure(.notFound, "no campaign \(action.campaign) in workspace \(action.workspace)")
        }
        let trials = try await context.store.trials(of: action.campaign, in: action.workspace)
        let blocks = Set(trials.filter { $0.purpose == .confirmation }.map(\.block))
        let metric = campaign.goal.objective.metric
        var values: [MeanDifference.BlockedValue] = []
        for trial in trials where blocks.contains(trial.block) && trial.status == .completed {
            guard let value = trial.metrics[metric] else { continue }
            values.append(.init(block: trial.block, isTreatment: trial.purpose == .confirmation, value: value))
        }
        let winners = values.filter(\.isTreatment).map(\.value)
        let controls = values.filter { !$0.isTreatment }.map(\.value)
        guard winners.count >= 2, controls.count >= 2 else { return .init(finding: nil) }
        let test = try MeanDifference.pairedByBlock(values)
        guard let interval = test.interval else { return .init(finding: nil) }
        let claimed =
            try await context.store
            .analyses(of: action.campaign, in: action.workspace, kind: .effects).last
            .map { try CanonicalJSON.decode(EffectsFinding.self, from: $0.body).gain } ?? nil
        let isLower = campaign.goal.objective.direction == .lower
        let finding = ConfirmationFinding(
            winner: action.winner,
            winnerTrials: winners.count,
            controlTrials: controls.count,
            winnerMean: winners.reduce(0, +) / Double(winners.count),
            controlMean: controls.reduce(0, +) / Double(controls.count),
            difference: interval,
            p: test.p,
            claimed: claimed,
            isConfirmed: isLower ? interval.upper < 0 : interval.lower > 0
        )
        try await keep(finding, .confirmation, of: action.campaign, in: action.workspace)
        return .init(finding: finding)
    }
}
