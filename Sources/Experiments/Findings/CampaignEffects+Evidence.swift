// SPDX-License-Identifier: Apache-2.0

import Domain
import Statistics

/// What the pictures of a report rest on, besides the table of variance.
extension CampaignEffects {
    /// How many interactions are shown.
    private static let interactionLimit = 3
    /// The most cells that an interaction may have.
    private static let cellLimit = 36
    /// The fewest degrees of freedom that interactions must leave to the error.
    private static let leastError = 6
    /// How many batches are told of at most.
    private static let batchLimit = 12

    // MARK: Interactions

    /// Two factors, by what their levels together explain of what main effects leave over.
    private struct Pair {
        var first: Int
        var second: Int
        var df: Int
        var p: Double
        var f: Double
    }

    /// The strongest interactions, fitted together beside main effects, blocks and units.
    ///
    /// Which are strongest is judged by the residuals of the main effects; their p values are corrected for that choice.
    func interactions(_ fit: AdditiveFit) -> [EffectsFinding.Interaction] {
        let pairs = rankedPairs(fit)
        var room = fit.df - Self.leastError
        var chosen: [Pair] = []
        for pair in pairs where chosen.count < Self.interactionLimit && pair.df <= room {
            chosen.append(pair)
            room -= pair.df
        }
        guard !chosen.isEmpty else { return [] }
        do {
            return try fitted(chosen, of: pairs.count)
        } catch {
            // Where the cells that were tried cannot tell them apart there is nothing to show.
            return []
        }
    }

    private func rankedPairs(_ fit: AdditiveFit) -> [Pair] {
        let counts = goal.factors.map(\.levels.count)
        let variance = fit.residuals.reduce(0) { $0 + $1 * $1 } / Double(fit.df)
        guard variance > 0 else { return [] }
        var pairs: [Pair] = []
        for first in counts.indices {
            for second in counts.indices.dropFirst(first + 1) where counts[first] * counts[second] <= Self.cellLimit {
                var sums = [Double](repeating: 0, count: counts[first] * counts[second])
                var sizes = sums
                for (row, residual) in zip(measured, fit.residuals) {
                    let levels = row.trial.combination.levels
                    let cell = levels[first] * counts[second] + levels[second]
                    sums[cell] += residual
                    sizes[cell] += 1
                }
                let tried = sizes.indices.filter { sizes[$0] > 0 }
                let rows = Set(tried.map { $0 / counts[second] }).count
                let columns = Set(tried.map { $0 % counts[second] }).count
                let df = tried.count - rows - columns + 1
                guard rows > 1, columns > 1, df > 0 else { continue }
                let squares = tried.reduce(0) { $0 + sums[$1] * sums[$1] / sizes[$1] }
                let f = squares / Double(df) / variance
                let p = FisherF(numerator: Double(df), denominator: Double(fit.df))?.sf(f) ?? 1
                pairs.append(Pair(first: first, second: second, df: df, p: p, f: f))
            }
        }
        return pairs.sorted { ($0.p, -$0.f, $0.first, $0.second) < ($1.p, -$1.f, $1.first, $1.second) }
    }

    /// Fits pairs; columns have their index for a name, so that no name of a goal can be mistaken for another.
    private func fitted(_ pairs: [Pair], of count: Int) throws -> [EffectsFinding.Interaction] {
        let factors = goal.factors.indices.map { factor in
            CodedFactor(
                name: "f\(factor)",
                levels: goal.factors[factor].levels.indices.map(String.init),
                codes: measured.map { Int32(clamping: $0.trial.combination.levels[factor]) }
            )
        }
        let blocks = [blocks, units].filter { $0.levels.count > 1 }
            .map { CodedFactor(name: $0.name, levels: $0.levels, codes: $0.codes.map { Int32(clamping: $0) }) }
        let columns = ModelColumns(
            factors: factors + blocks,
            responses: [ResponseColumn(name: "y", values: measured.map(\.value))]
        )
        let terms =
            blocks.map { ModelTerm([$0.name], kind: .block) } + factors.map { ModelTerm([$0.name]) }
            + pairs.map { ModelTerm(["f\($0.first)", "f\($0.second)"]) }
        let analysis = LinearModelAnalysis(
            formula: ModelFormula(responses: ["y"], terms: terms),
            type: .two,
            confidence: Self.confidence
        )
        guard let model = try analysis.fit(columns).first else { return [] }
        let table = model.table
        guard let t = StudentT(degreesOfFreedom: Double(table.residual.df))?.quantile(0.5 + Self.confidence / 2) else {
            return []
        }
        return try pairs.compactMap { pair -> EffectsFinding.Interaction? in
            let name = "f\(pair.first):f\(pair.second)"
            guard let row = table.rows.first(where: { $0.term == name }), row.df > 0 else { return nil }
            let means = Dictionary(
                try model.means(of: name).levels.map { ($0.level, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            return interaction(pair, row, means, t: t, of: count)
        }
        .sorted { ($0.p ?? 1, $0.first, $0.second) < ($1.p ?? 1, $1.first, $1.second) }
    }

    private func interaction(
        _ pair: Pair,
        _ row: LinearModelTable.Row,
        _ means: [String: AnalysisOfVariance.LevelMean],
        t: Double,
        of count: Int
    ) -> EffectsFinding.Interaction {
        let first = goal.factors[pair.first]
        let second = goal.factors[pair.second]
        return EffectsFinding.Interaction(
            first: first.name,
            second: second.name,
            firstLevels: first.levels.map(\.description),
            secondLevels: second.levels.map(\.description),
            cells: second.levels.indices.map { line in
                first.levels.indices.map { place in
                    means["\(place):\(line)"].map { mean in
                        let estimate = mean.leastSquaresMean ?? mean.mean
                        let half = mean.standardError.map { $0 * t }
                        return EffectsFinding.Interaction.Cell(
                            mean: estimate,
                            lower: half.map { estimate - $0 },
                            upper: half.map { estimate + $0 },
                            trials: mean.n
                        )
                    }
                }
            },
            df: row.df,
            f: row.f,
            p: row.p,
            adjustedP: row.p.map { min(1, $0 * Double(count)) },
            pairs: count
        )
    }

    // MARK: Two levels

    /// All effects of factors of two levels, from the mean of every combination without its blocks and units; nil where the
    /// combinations that were tried are no balanced design.
    func twoLevelEffects(_ fit: AdditiveFit) -> TwoLevelEffects? {
        guard goal.factors.count > 1, goal.factors.allSatisfy({ $0.levels.count == 2 }) else { return nil }
        var sums: [Combination: (sum: Double, count: Double)] = [:]
        for (row, value) in zip(measured, fit.adjusted) {
            let known = sums[row.trial.combination] ?? (0, 0)
            sums[row.trial.combination] = (known.sum + value, known.count + 1)
        }
        let combinations = sums.keys.sorted()
        do {
            let effects = try TwoLevelEffects(
                factors: goal.factors.map(\.name),
                isHigh: goal.factors.indices.map { factor in combinations.map { $0.levels[factor] == 1 } },
                response: combinations.map { sums[$0].map { $0.sum / $0.count } ?? 0 },
                confidence: Self.confidence
            )
            return effects.lenth == nil ? nil : effects
        } catch {
            // Not a balanced design: contrasts would not estimate effects.
            return nil
        }
    }

    // MARK: Progress

    /// What the trials of the first batches recommend, batch by batch; the last is the finding's own recommendation.
    func progress(endingWith last: EffectsFinding.Candidate) throws -> [EffectsFinding.Progress] {
        let rows = measured.sorted { ($0.trial.position, $0.trial.id) < ($1.trial.position, $1.trial.id) }
        var ends: [(generation: GenerationID, end: Int)] = []
        for (index, row) in rows.enumerated() {
            if ends.last?.generation == row.trial.generation {
                ends[ends.count - 1].end = index + 1
            } else {
                ends.append((row.trial.generation, index + 1))
            }
        }
        let steps = max(1, min(ends.count, Self.batchLimit) - 1)
        let shown = Set((0...steps).map { $0 * (ends.count - 1) / steps })
        var progress: [EffectsFinding.Progress] = []
        for (batch, end) in ends.enumerated() where shown.contains(batch) {
            let recommended =
                batch == ends.count - 1
                ? (combination: last.combination, expected: last.expected)
                : try recommended(Array(rows.prefix(end.end)))
            guard let recommended else { continue }
            progress.append(
                EffectsFinding.Progress(
                    batch: batch + 1,
                    trials: end.end,
                    combination: recommended.combination,
                    expected: recommended.expected
                )
            )
        }
        return progress
    }

    /// The combination of the best expected value among those that were tried often enough and mostly kept the guardrails.
    private func recommended(
        _ rows: [(trial: Trial, value: Double)]
    ) throws -> (combination: Combination, expected: Interval)? {
        let blocks = FactorColumn(name: "block", labels: rows.map { String($0.trial.block) })
        let units = FactorColumn(name: "unit", labels: rows.map(\.trial.unit))
        guard let model = try Self.model(goal: goal, measured: rows, blocks: blocks, units: units) else { return nil }
        let groups = Dictionary(grouping: rows, by: \.trial.combination)
        let needed = min(Self.minimumTrials, groups.values.map(\.count).max() ?? 0)
        let repeated = groups.keys.sorted().filter { (groups[$0]?.count ?? 0) >= needed }
        let safe = repeated.filter { combination in
            let trials = groups[combination] ?? []
            return 2 * trials.count { $0.trial.guardrailsHeld != false } > trials.count
        }
        var best: (combination: Combination, expected: Interval)?
        for combination in safe.isEmpty ? repeated : safe {
            let expected = try Self.expected(combination, by: model)
            if best.map({ goal.objective.direction.isBetter(expected.estimate, than: $0.expected.estimate) }) ?? true {
                best = (combination, expected)
            }
        }
        return best
    }

    // MARK: Residuals

    /// Whether what the main effects leave over looks as tests and intervals take for granted; nil where it cannot be said.
    func residualChecks(_ fit: AdditiveFit) -> ResidualChecks? {
        let order = measured.indices.sorted {
            (measured[$0].trial.position, measured[$0].trial.id) < (measured[$1].trial.position, measured[$1].trial.id)
        }
        do {
            return try ResidualChecks(
                ResidualChecks.Fit(
                    residuals: fit.residuals,
                    standardised: fit.standardised,
                    df: fit.df,
                    rowNumbers: measured.map { $0.trial.position + 1 },
                    design: measured.count <= DurbinWatsonTest.exactLimit
                        ? design()
                        : Array(repeating: measured.map { _ in 1.0 }, count: max(1, measured.count - fit.df)),
                    order: order
                ),
                groups: goal.factors.indices.map { factor in
                    (goal.factors[factor].name, measured.map { $0.trial.combination.levels[factor] })
                }
            )
        } catch {
            return nil
        }
    }

    /// Columns that span the main-effects model: a mark for each level of each term.
    private func design() -> [[Double]] {
        let terms =
            [blocks.codes, units.codes]
            + goal.factors.indices.map { factor in measured.map { $0.trial.combination.levels[factor] } }
        return [measured.map { _ in 1.0 }]
            + terms.flatMap { codes in
                Set(codes).sorted().map { level in codes.map { $0 == level ? 1.0 : 0 } }
            }
    }
}
