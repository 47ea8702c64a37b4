// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Statistics

/// What a campaign's trials say, whether it has ended, still runs or was imported.
///
/// A pure function of the trials. Scores and grades are the search strategy's; values and intervals are in the units of the metric.
package struct CampaignEffects {
    let goal: Goal
    /// Completed trials with a value of the metric, and those that failed.
    private let ended: [Trial]
    let measured: [(trial: Trial, value: Double)]
    private let estimates: [CombinationEstimate]
    private let model: CombinationModel?
    let blocks: FactorColumn
    let units: FactorColumn

    /// How many trials a combination needs to be recommended.
    static let minimumTrials = 2
    static let confidence = 0.95

    /// Models the trials; throws when they do not belong to the goal's factors.
    package init(goal: Goal, trials: [Trial]) throws {
        self.goal = goal
        let metric = goal.objective.metric
        ended = trials.filter { $0.status == .failed || $0.status == .completed && $0.metrics[metric] != nil }
        let measured = ended.filter { $0.status == .completed }
            .compactMap { trial in trial.metrics[metric].map { (trial: trial, value: $0) } }
        self.measured = measured
        blocks = FactorColumn(name: "block", labels: measured.map { String($0.trial.block) })
        units = FactorColumn(name: "unit", labels: measured.map(\.trial.unit))
        estimates = try Self.estimates(goal: goal, ended: ended, measured: measured)
        model = try Self.model(goal: goal, measured: measured, blocks: blocks, units: units)
    }

    private static func estimates(
        goal: Goal,
        ended: [Trial],
        measured: [(trial: Trial, value: Double)]
    ) throws -> [CombinationEstimate] {
        var strategy = try Strategies.make(for: goal)
        let units = Dictionary(
            Set(ended.map(\.unit)).sorted().enumerated().map { ($1, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let control = ControlLevels(metric: goal.objective.metric, goal: goal, ended: ended)
        let further = goal.furtherObjectives.map { ControlLevels(metric: $0.metric, goal: goal, ended: ended) }
        strategy.tell(
            ended.map { trial in
                TrialOutcome(
                    trial: trial,
                    unit: units[trial.unit] ?? 0,
                    goal: goal,
                    control: control.level(ofBlock: trial.block),
                    furtherControls: further.map { $0.level(ofBlock: trial.block) }
                )
            }
        )
        return try strategy.estimates()
    }

    static func model(
        goal: Goal,
        measured: [(trial: Trial, value: Double)],
        blocks: FactorColumn,
        units: FactorColumn
    ) throws -> CombinationModel? {
        let combinations = Set(measured.map(\.trial.combination)).sorted()
        guard measured.count >= 4, combinations.count >= 2 else { return nil }
        let indices = Dictionary(
            combinations.enumerated().map { ($1, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return try CombinationModel(
            observations: measured.enumerated().map { row, item in
                CombinationModel.Observation(
                    combination: indices[item.trial.combination] ?? 0,
                    blocks: [blocks.codes[row], units.codes[row]],
                    response: item.value
                )
            },
            combinations: combinations.map(\.levels),
            levelCounts: goal.factors.map(\.levels.count),
            blockLevelCounts: [blocks.levels.count, units.levels.count]
        )
    }

    static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// Every combination that was tried, best score first.
    package func candidates() throws -> [EffectsFinding.Candidate] {
        let values = Dictionary(grouping: measured, by: \.trial.combination).mapValues { $0.map(\.value) }
        return try estimates.map { try candidate($0, values: values[$0.combination] ?? []) }
    }

    /// One combination as the model sees it; without a model the interval is the mean alone.
    private func candidate(_ estimate: CombinationEstimate, values: [Double]) throws -> EffectsFinding.Candidate {
        let observed = values.isEmpty ? nil : Self.mean(values)
        return EffectsFinding.Candidate(
            combination: estimate.combination,
            trials: values.count,
            observedMean: observed,
            expected: try expected(estimate.combination, observed: observed ?? 0),
            score: estimate.score,
            grade: estimate.grade,
            successRate: estimate.successRate,
            guardrailRate: estimate.guardrailRate
        )
    }

    private func expected(_ combination: Combination, observed: Double) throws -> Interval {
        guard let model else {
            return Interval(estimate: observed, lower: observed, upper: observed, confidence: Self.confidence)
        }
        return try Self.expected(combination, by: model)
    }

    /// What the model expects of any combination of the factors, tried or not, with its interval; nil without a model.
    package func expectation(of combination: Combination) throws -> Interval? {
        try model.map { try Self.expected(combination, by: $0) }
    }

    /// How many trials have a value of the metric.
    package var trialCount: Int { measured.count }

    /// What a model expects of a combination, with its interval.
    static func expected(_ combination: Combination, by model: CombinationModel) throws -> Interval {
        let posterior = try model.posterior(of: combination.levels)
        let half = (StandardNormal.quantile(0.5 + confidence / 2) ?? 0) * posterior.standardDeviation
        return Interval(
            estimate: posterior.mean,
            lower: posterior.mean - half,
            upper: posterior.mean + half,
            confidence: confidence
        )
    }

    /// A combination less the control, with the model's interval; nil without a model.
    package func gain(of combination: Combination) throws -> Interval? {
        guard combination != goal.control else { return nil }
        return try model?.difference(
            between: combination.levels,
            and: goal.control.levels,
            confidence: Self.confidence
        )
    }

    /// The whole finding, with the recommendation of the strategy's estimates.
    package func finding() throws -> EffectsFinding {
        let choice = Recommendation.choose(estimates, control: goal.control, minimumTrials: Self.minimumTrials)
        return try finding(winner: choice?.combination)
    }

    /// The whole finding for a winner that was chosen already; nil, or the control, when nothing beat the control.
    package func finding(winner chosen: Combination?) throws -> EffectsFinding {
        let candidates = try candidates()
        let best = chosen == goal.control ? nil : candidates.first { $0.combination == chosen }
        var notes: [String] = []
        var anova: AnalysisOfVariance?
        do throws(StatisticsError) {
            anova = try analysisOfVariance()
        } catch {
            notes.append("An analysis of variance is not possible: \(error).")
        }
        if best == nil { notes.append("No combination beat the control by the model.") }
        let factors = (anova?.rows ?? []).filter { $0.kind == .factor }
        let significant = zip(factors, MultipleTesting.holm(factors.map(\.p)))
            .filter { ($0.1 ?? 1) < 0.05 }
            .map(\.0.term)
        let control = try candidates.first { $0.combination == goal.control } ?? unmeasuredControl()
        var finding = EffectsFinding(
            trials: measured.count,
            best: best,
            control: control,
            candidates: Array(candidates.prefix(10)),
            gain: try best.flatMap { try gain(of: $0.combination) },
            anova: anova,
            significantFactors: significant,
            insignificantFactors: factors.map(\.term).filter { !significant.contains($0) },
            notes: notes
        )
        finding.progress = try progress(endingWith: best ?? control)
        if let anova,
            let fit = AdditiveFit(anova, goal: goal, trials: measured.map(\.trial), values: measured.map(\.value))
        {
            finding.interactions = interactions(fit)
            finding.twoLevel = twoLevelEffects(fit)
            finding.residualChecks = residualChecks(fit)
        }
        return finding
    }

    private func unmeasuredControl() throws -> EffectsFinding.Candidate {
        EffectsFinding.Candidate(
            combination: goal.control,
            trials: 0,
            observedMean: nil,
            expected: try expected(goal.control, observed: Self.mean(measured.map(\.value))),
            score: 0,
            grade: .deprecated,
            successRate: 0,
            guardrailRate: 0
        )
    }

    private func analysisOfVariance() throws(StatisticsError) -> AnalysisOfVariance {
        let factors = goal.factors.enumerated().map { index, factor in
            FactorColumn(
                name: factor.name,
                levels: factor.levels.map(\.description),
                codes: measured.map { $0.trial.combination.levels[index] }
            )
        }
        let references = Dictionary(
            goal.factors.map { ($0.name, $0.levels[$0.control].description) },
            uniquingKeysWith: { first, _ in first }
        )
        let table = FactorialTable(
            responseName: goal.objective.metric,
            response: measured.map(\.value),
            factors: factors,
            blocks: [blocks, units].filter { $0.levels.count > 1 }
        )
        return try MainEffectsAnalysis(referenceLevels: references).fit(table).analysisOfVariance
    }
}
