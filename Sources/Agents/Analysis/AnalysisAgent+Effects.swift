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
        let fresh = trials.filter { blocks.contains($0.block) && $0.status == .completed && $0.metrics[metric] != nil }
        let winners = fresh.filter { $0.purpose == .confirmation }.compactMap { $0.metrics[metric] }
        let controls = fresh.filter { $0.purpose != .confirmation }.compactMap { $0.metrics[metric] }
        guard winners.count >= 2, controls.count >= 2, let test = try Self.difference(fresh, metric: metric) else {
            return .init(finding: nil)
        }
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
            difference: test.interval,
            p: test.p,
            claimed: claimed,
            isConfirmed: isLower ? test.interval.upper < 0 : test.interval.lower > 0
        )
        try await keep(finding, .confirmation, of: action.campaign, in: action.workspace)
        return .init(finding: finding)
    }

    /// Winner less control, blocks and units taken out: each unit had both in turn, so that its own level does not disturb.
    ///
    /// Nil when too few trials are left to tell noise from difference.
    private static func difference(_ trials: [Trial], metric: String) throws -> (interval: Interval, p: Double?)? {
        let setting = FactorColumn(
            name: "setting",
            levels: ["control", "winner"],
            codes: trials.map { $0.purpose == .confirmation ? 1 : 0 }
        )
        let block = FactorColumn(name: "block", labels: trials.map { String($0.block) })
        let unit = FactorColumn(name: "unit", labels: trials.map(\.unit))
        for blocks in [[block, unit], [block], []] {
            let table = FactorialTable(
                responseName: metric,
                response: trials.compactMap { $0.metrics[metric] },
                factors: [setting],
                blocks: blocks.filter { $0.levels.count > 1 }
            )
            let analysis = try MainEffectsAnalysis(referenceLevels: ["setting": "control"]).fit(table)
                .analysisOfVariance
            guard let contrast = analysis.contrasts.first, let interval = contrast.interval else { continue }
            return (interval, contrast.p)
        }
        return nil
    }
}
