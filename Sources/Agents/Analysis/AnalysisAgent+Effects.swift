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
        let finding = try EffectsAnalysis(campaign: campaign, trials: trials).finding(winner: action.winner)
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

/// The designed experiment's analysis of a campaign: a pure function of its trials.
struct EffectsAnalysis {
    let campaign: Campaign
    private let completed: [Trial]
    private let values: [Double]
    private let allTrials: [Trial]

    init(campaign: Campaign, trials: [Trial]) {
        self.campaign = campaign
        allTrials = trials
        let metric = campaign.goal.objective.metric
        completed = trials.filter { $0.status == .completed && $0.metrics[metric] != nil }
        values = completed.compactMap { $0.metrics[metric] }
    }

    private var goal: Goal { campaign.goal }

    func finding(winner: Combination?) throws -> EffectsFinding {
        var notes: [String] = []
        var combinations: [Combination] = []
        var indexOf: [Combination: Int] = [:]
        for trial in completed where indexOf[trial.combination] == nil {
            indexOf[trial.combination] = combinations.count
            combinations.append(trial.combination)
        }
        let model = try combinationModel(combinations, indexOf)
        let outcomes = grouped()
        var candidates = try combinations.map { try candidate($0, model: model, outcomes: outcomes[$0] ?? []) }
        candidates.sort { ($0.score, $1.combination) > ($1.score, $0.combination) }
        let grades = Grading.grades(candidates.map(\.score))
        for index in candidates.indices { candidates[index].grade = grades[index] }
        let control =
            try candidates.first { $0.combination == goal.control }
            ?? candidate(goal.control, model: model, outcomes: [])
        let best = winner.flatMap { chosen in candidates.first { $0.combination == chosen } }
        var gain: Interval?
        if let best, let model {
            gain = try model.difference(between: best.combination.levels, and: goal.control.levels, confidence: 0.95)
        }
        var anova: AnalysisOfVariance?
        do {
            anova = try analysisOfVariance()
        } catch let error as StatisticsError {
            notes.append("An analysis of variance is not possible: \(error).")
        }
        let significant = (anova?.rows ?? []).filter { $0.kind == .factor && ($0.p ?? 1) < 0.05 }
        let adjusted = MultipleTesting.holm((anova?.rows ?? []).filter { $0.kind == .factor }.map(\.p))
        let factorRows = (anova?.rows ?? []).filter { $0.kind == .factor }
        let certain = zip(factorRows, adjusted).filter { ($0.1 ?? 1) < 0.05 }.map(\.0.term)
        if significant.count > certain.count {
            notes.append(
                "\(significant.count - certain.count) factors are below 5 % only before the adjustment for their number."
            )
        }
        if best == nil, winner == nil { notes.append("No combination beat the control by the model.") }
        return EffectsFinding(
            trials: completed.count,
            best: best,
            control: control,
            candidates: Array(candidates.prefix(10)),
            gain: gain,
            anova: anova,
            significantFactors: certain,
            insignificantFactors: factorRows.map(\.term).filter { !certain.contains($0) },
            notes: notes
        )
    }

    private func combinationModel(
        _ combinations: [Combination],
        _ indexOf: [Combination: Int]
    ) throws -> CombinationModel? {
        guard completed.count >= 4, combinations.count >= 2 else { return nil }
        let (blocks, units) = blockCodes()
        let observations = completed.indices.map { index in
            CombinationModel.Observation(
                combination: indexOf[completed[index].combination] ?? 0,
                blocks: [blocks.codes[index], units.codes[index]],
                response: values[index]
            )
        }
        return try CombinationModel(
            observations: observations,
            combinations: combinations.map(\.levels),
            levelCounts: goal.factors.map(\.levels.count),
            blockLevelCounts: [blocks.levels.count, units.levels.count]
        )
    }

    private func blockCodes() -> (FactorColumn, FactorColumn) {
        (
            FactorColumn(name: "block", labels: completed.map { String($0.block) }),
            FactorColumn(name: "unit", labels: completed.map(\.unit))
        )
    }

    private func grouped() -> [Combination: [Trial]] {
        Dictionary(grouping: allTrials.filter { $0.status == .completed || $0.status == .failed }, by: \.combination)
    }

    private func candidate(
        _ combination: Combination,
        model: CombinationModel?,
        outcomes: [Trial]
    ) throws -> EffectsFinding.Candidate {
        let metric = goal.objective.metric
        let measured = outcomes.filter { $0.status == .completed }.compactMap { $0.metrics[metric] }
        let mean = measured.isEmpty ? nil : measured.reduce(0, +) / Double(measured.count)
        let expected: Interval
        if let model {
            let posterior = try model.posterior(of: combination.levels)
            let half = 1.959_963_984_540_054 * posterior.standardDeviation
            expected = Interval(
                estimate: posterior.mean,
                lower: posterior.mean - half,
                upper: posterior.mean + half,
                confidence: 0.95
            )
        } else {
            let value = mean ?? 0
            expected = Interval(estimate: value, lower: value, upper: value, confidence: 0.95)
        }
        let ended = Double(max(outcomes.count, 1))
        let successRate = Double(outcomes.count { $0.status == .completed }) / ended
        let guardrailRate = Double(outcomes.count { $0.guardrailsHeld == true }) / ended
        return EffectsFinding.Candidate(
            combination: combination,
            trials: measured.count,
            observedMean: mean,
            expected: expected,
            score: CombinationScore.score(
                response: response(expected.estimate),
                successRate: successRate,
                guardrailRate: guardrailRate,
                weights: goal.score
            ),
            grade: .deprecated,
            successRate: successRate,
            guardrailRate: guardrailRate
        )
    }

    private func response(_ value: Double) -> Double {
        if goal.objective.isRank { return RankScore.score(averageRank: value, depth: goal.objective.depth) }
        let controls = zip(completed, values).filter { $0.0.combination == goal.control }.map(\.1)
        guard !controls.isEmpty else { return 0.5 }
        let control = controls.reduce(0, +) / Double(controls.count)
        return GainScore.score(value: value, control: control, direction: goal.objective.direction)
    }

    private func analysisOfVariance() throws -> AnalysisOfVariance {
        let factors = goal.factors.enumerated().map { index, factor in
            FactorColumn(
                name: factor.name,
                levels: factor.levels.map(\.description),
                codes: completed.map { $0.combination.levels[index] }
            )
        }
        let (blocks, units) = blockCodes()
        let references = Dictionary(
            goal.factors.map { ($0.name, $0.levels[$0.control].description) },
            uniquingKeysWith: { first, _ in first }
        )
        let table = FactorialTable(
            responseName: goal.objective.metric,
            response: values,
            factors: factors,
            blocks: units.levels.count > 1 ? [blocks, units] : [blocks]
        )
        return try MainEffectsAnalysis(referenceLevels: references).fit(table).analysisOfVariance
    }
}
