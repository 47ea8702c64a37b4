// SPDX-License-Identifier: Apache-2.0

extension ExperimentAnalysis {
    /// The analysis of one fitted response.
    func normal(
        _ fit: FittedLinearModel,
        _ columns: ModelColumns,
        _ index: Int,
        _ rows: Rows,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) -> ResponseAnalysis {
        let table = fit.table
        let response = columns.responses[index]
        let goal = goal(response.name)
        let hasFactors = formula.terms.contains { term in
            term.kind == .factor && term.variables.contains { name in columns.factors.contains { $0.name == name } }
        }
        let best = hasFactors ? try fit.bestCombination(goal) : nil
        if !present.isEmpty {
            try checkPresent(factors: best?.levels.map(\.factor) ?? [])
        }
        var notes = table.notes + (best?.notes ?? []).filter { !table.notes.contains($0) }
        if best == nil {
            notes.append("The model has no factor, so that there is no combination of levels to recommend.")
        }
        var interactions: [AnalysisOfVariance.TermMeans] = []
        for term in formula.terms where term.order > 1 && isListed(term, columns) {
            interactions.append(try fit.means(of: term.name))
        }
        var comparisons: [PairwiseComparison] = []
        if comparesPairs {
            for term in formula.terms where term.kind == .factor && isListed(term, columns) {
                comparisons += try fit.pairwiseComparisons(of: term.name)
            }
        }
        let effects = twoLevelEffects(table, columns, response)
        if let effects {
            notes += effects.notes
            let fitted = Set(formula.terms.map { Set($0.variables) })
            let active = effects.effects.filter { effect in
                effect.verdict == .active && !fitted.contains(Set(effect.term.split(separator: ":").map(String.init)))
            }
            if !active.isEmpty {
                let names = active.map(\.term).joined(separator: ", ")
                notes.append(
                    "Lenth's method finds effects that the model does not have: \(names). Add them to the model; until "
                        + "then they are in the residual and hide smaller effects."
                )
            }
        }
        let isSmall = columns.rowCount <= Self.residualLimit
        let diagnostics = isSmall ? try fit.diagnostics(columns) : nil
        let places = diagnostics.flatMap { Self.order($0.rows, rows.order) }.map(Self.places)
        if !isSmall {
            notes.append("Residuals were not looked at: there are more than \(Self.residualLimit) rows.")
        }
        return ResponseAnalysis(
            response: response.name,
            goal: text(goal),
            anova: table,
            counts: nil,
            best: try best.map { best throws(StatisticsError) in
                Self.best(best, runnersUp: try runnersUp(best, goal, fit, table))
            },
            present: present.isEmpty
                ? nil
                : try best.map { best throws(StatisticsError) in
                    try inUse(best, fit)
                },
            verdicts: ResponseAnalysis.Verdict.all(table, effects, confidence: confidence),
            means: fit.means(),
            interactionMeans: interactions,
            meanIntervals: try meanIntervals(fit, columns),
            contrasts: fit.contrasts(),
            comparisons: comparisons,
            effectSizes: fit.effectSizes(),
            predictions: try predictions.map { combination throws(StatisticsError) in
                try prediction(combination, fit, columns)
            },
            effects: effects,
            effectProbabilities: Self.probabilities(effects, using: &generator),
            runs: nil,
            residualChecks: try diagnostics.map { found throws(StatisticsError) in
                try checks(found, table, columns, rows)
            },
            boxCox: runStatistic == nil && isSmall ? boxCox(table, columns, response) : nil,
            residuals: diagnostics.map { found in
                found.rows.indices.map { place in
                    .init(
                        line: rows.lines[found.rows[place]],
                        fitted: found.fitted[place],
                        residual: found.residuals[place],
                        leverage: found.leverages[place],
                        standardised: found.standardised[place],
                        cooksDistance: found.cooksDistances[place],
                        order: places?[place]
                    )
                }
            } ?? [],
            notes: notes
        )
    }

    /// The intervals of the least-squares means of factors and of the model's interactions of two.
    private func meanIntervals(
        _ fit: FittedLinearModel,
        _ columns: ModelColumns
    ) throws(StatisticsError) -> [ResponseAnalysis.MeanInterval] {
        var found: [ResponseAnalysis.MeanInterval] = []
        let means = fit.means()
        let pairs = formula.terms.filter { $0.order == 2 && isListed($0, columns) }.map(\.variables)
        for term in means.map({ [$0.term] }) + pairs {
            let labels = term.map { name in means.first { $0.term == name }?.levels.map(\.level) ?? [] }
            let combinations = labels.reduce([[]]) { left, levels in
                left.flatMap { before in levels.map { before + [$0] } }
            }
            for levels in combinations where combinations.count <= Self.levelLimit {
                let named = Dictionary(uniqueKeysWithValues: zip(term, levels))
                if let interval = try fit.predict(named).confidenceInterval {
                    found.append(
                        .init(
                            term: term.joined(separator: ":"),
                            level: levels.joined(separator: ":"),
                            interval: interval
                        )
                    )
                }
            }
        }
        return found
    }

    private func goal(_ response: String) -> BestCombination.Direction {
        guard runStatistic != nil else {
            return direction(response)
        }
        // A higher ratio is better, and so is less variance; the mean's goal is the user's.
        if response.hasPrefix(RunStatistic.Kind.logVariance.rawValue) {
            return .lower
        }
        return response.hasPrefix("sn_") ? .higher : direction("mean")
    }

    private func isListed(_ term: ModelTerm, _ columns: ModelColumns) -> Bool {
        var size = 1
        for variable in term.variables {
            guard let factor = columns.factors.first(where: { $0.name == variable }) else {
                return false
            }
            size = min(1_000_000, size * factor.levels.count)
        }
        return size <= Self.levelLimit
    }

    private static func best(
        _ best: BestCombination,
        runnersUp: [ResponseAnalysis.RunnerUp]
    ) -> ResponseAnalysis.Best {
        ResponseAnalysis.Best(
            levels: best.levels.map { .init(factor: $0.factor, level: $0.level, isPooled: $0.isPooled) },
            predictedMean: best.predictedMean,
            levelMeansPrediction: best.levelMeansPrediction,
            standardError: best.standardError,
            confidenceInterval: best.confidenceInterval,
            predictionInterval: best.predictionInterval,
            runnersUp: runnersUp
        )
    }

    private func prediction(
        _ combination: [String: String],
        _ fit: FittedLinearModel,
        _ columns: ModelColumns
    ) throws(StatisticsError) -> ResponseAnalysis.Prediction {
        var levels: [String: String] = [:]
        var numbers: [String: Double] = [:]
        for (name, text) in combination {
            if columns.covariates.contains(where: { $0.name == name }) {
                guard let number = Double(text), number.isFinite else {
                    throw .invalidArgument(name: name, value: text, remedy: "give a number")
                }
                numbers[name] = number
            } else {
                levels[name] = text
            }
        }
        let found = try fit.predict(levels, covariates: numbers)
        return ResponseAnalysis.Prediction(
            combination: Self.text(combination),
            mean: found.mean,
            standardError: found.standardError,
            confidenceInterval: found.confidenceInterval,
            predictionInterval: found.predictionInterval,
            isEstimable: found.isEstimable
        )
    }

    /// The rows used, by their place in a list, in the order of time; nil when that is not known of each.
    private static func order(_ rows: [Int], _ times: [Double]?) -> [Int]? {
        guard let times, rows.allSatisfy({ times[$0].isFinite }) else {
            return nil
        }
        return rows.indices.sorted { a, b in
            let first = times[rows[a]]
            let second = times[rows[b]]
            return first == second ? a < b : first < second
        }
    }

    /// The place in time of each row, from 1.
    private static func places(_ order: [Int]) -> [Int] {
        var places = [Int](repeating: 0, count: order.count)
        for (place, row) in order.enumerated() {
            places[row] = place + 1
        }
        return places
    }

    // MARK: The best combination and others

    /// The next best level of every factor that is not pooled; none of large models.
    private func runnersUp(
        _ best: BestCombination,
        _ goal: BestCombination.Direction,
        _ fit: FittedLinearModel,
        _ table: LinearModelTable
    ) throws(StatisticsError) -> [ResponseAnalysis.RunnerUp] {
        guard table.total.df - table.residual.df <= 300 else {
            return []
        }
        let means = fit.means()
        let chosen = Dictionary(best.levels.map { ($0.factor, $0.level) }) { first, _ in first }
        let levels = best.levels.filter { !$0.isPooled }.map { choice in
            means.first { $0.term == choice.factor }?.levels.map(\.level).filter { $0 != choice.level } ?? []
        }
        let count = levels.reduce(0) { $0 + $1.count }
        guard count <= Self.rivalLimit else {
            return []
        }
        var found: [[ResponseAnalysis.RunnerUp.Found]] = []
        for (choice, others) in zip(best.levels.filter { !$0.isPooled }, levels) {
            found.append(
                try others.map { level throws(StatisticsError) in
                    let gain = try fit.gain(of: chosen, over: chosen.merging([choice.factor: level]) { $1 })
                    return ResponseAnalysis.RunnerUp.Found(
                        factor: choice.factor,
                        level: level,
                        difference: gain.difference,
                        interval: gain.interval,
                        p: gain.p,
                        loss: Self.loss(gain.controlMean, goal) - Self.loss(gain.controlMean + gain.difference, goal)
                    )
                }
            )
        }
        return ResponseAnalysis.RunnerUp.nearest(found, confidence: confidence)
    }

    private func inUse(
        _ best: BestCombination,
        _ fit: FittedLinearModel
    ) throws(StatisticsError) -> ResponseAnalysis.Present {
        let chosen = Dictionary(best.levels.map { ($0.factor, $0.level) }) { first, _ in first }
        let gain = try fit.gain(of: chosen, over: present)
        let isBest = chosen == present
        return ResponseAnalysis.Present(
            levels: gain.control.map { .init(factor: $0.factor, level: $0.level, isPooled: $0.isPooled) },
            predictedMean: gain.controlMean,
            confidenceInterval: try fit.predict(present).confidenceInterval,
            difference: isBest ? 0 : gain.difference,
            standardError: isBest ? nil : gain.standardError,
            p: isBest ? nil : gain.p,
            interval: isBest ? nil : gain.interval,
            ratio: nil,
            isBest: isBest
        )
    }

    // MARK: Two-level designs

    /// All effects, where every factor has two levels and the runs are an orthogonal design without replicates.
    private func twoLevelEffects(
        _ table: LinearModelTable,
        _ columns: ModelColumns,
        _ response: ResponseColumn
    ) -> TwoLevelEffects? {
        let factors = columns.factors.filter { factor in formula.variables.contains(factor.name) }
        guard columns.covariates.isEmpty, !factors.isEmpty, factors.allSatisfy({ $0.levels.count == 2 }),
            !formula.terms.contains(where: { $0.kind == .block }), columns.rowCount <= 4 * TwoLevelEffects.runLimit,
            factors.count <= TwoLevelEffects.factorLimit, response.values.allSatisfy(\.isFinite),
            factors.allSatisfy({ factor in (0..<factor.rowCount).allSatisfy { factor.level(row: $0) != nil } })
        else {
            return nil
        }
        do {
            let effects = try TwoLevelEffects(
                factors: factors.map(\.name),
                isHigh: factors.map { factor in (0..<factor.rowCount).map { factor.level(row: $0) == 1 } },
                response: response.values,
                confidence: confidence
            )
            // Replicates measure the noise themselves.
            return effects.replicates == 1 ? effects.moved(by: response.origin) : nil
        } catch {
            // Not an orthogonal design: the linear model is the analysis.
            return nil
        }
    }

    private static func probabilities(
        _ effects: TwoLevelEffects?,
        using generator: inout some RandomNumberGenerator
    ) -> [ResponseAnalysis.SimulatedP] {
        guard let effects, effects.effects.count >= 3, let lenth = effects.lenth, lenth.pse > 0 else {
            return []
        }
        let repetitions = max(200, min(10_000, 1_000_000 / effects.effects.count))
        guard
            let null = LenthNullDistribution(
                count: effects.effects.count,
                repetitions: repetitions,
                using: &generator
            )
        else {
            return []
        }
        return effects.effects.compactMap { effect in
            effect.ratio.map {
                .init(term: effect.term, p: null.p(ratio: $0), simultaneousP: null.simultaneousP(ratio: $0))
            }
        }
    }

    // MARK: Residuals

    private func checks(
        _ found: RowDiagnostics,
        _ table: LinearModelTable,
        _ columns: ModelColumns,
        _ rows: Rows
    ) throws(StatisticsError) -> ResidualChecks {
        let groups = columns.factors.filter { formula.variables.contains($0.name) }
        let order = Self.order(found.rows, rows.order)
        let isExact = found.rows.count <= DurbinWatsonTest.exactLimit
        let noise = table.isPerfectFit || table.isSaturated
        return try ResidualChecks(
            ResidualChecks.Fit(
                residuals: noise ? found.residuals.map { _ in 0 } : found.residuals,
                standardised: noise ? found.standardised.map { _ in nil } : found.standardised,
                df: noise ? 0 : table.residual.df,
                rowNumbers: found.rows.map { rows.lines[$0] },
                design: order == nil
                    ? []
                    : isExact
                        ? design(columns, found.rows, table.pooledTerms)
                        : Array(repeating: found.rows.map { _ in 1.0 }, count: found.rows.count - table.residual.df),
                order: order
            ),
            groups: groups.map { factor in (factor.name, found.rows.map { factor.level(row: $0) ?? -1 }) }
        )
    }

    /// Columns that span the model: a mark for every combination of levels that a term has, times its numbers.
    private func design(_ columns: ModelColumns, _ rows: [Int], _ pooled: [String]) -> [[Double]] {
        var design = [rows.map { _ in 1.0 }]
        for term in formula.terms where !pooled.contains(term.name) {
            let factors = columns.factors.filter { term.variables.contains($0.name) }
            let numbers = columns.covariates.filter { term.variables.contains($0.name) }
            let products = rows.map { row in numbers.reduce(1.0) { $0 * $1.values[row] } }
            let keys = rows.map { row in factors.map { $0.level(row: row) ?? -1 } }
            for key in Set(keys).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                design.append(zip(keys, products).map { $0 == key ? $1 : 0 })
            }
        }
        return design
    }

    /// The advice on a power of the response; nil where none can be given.
    private func boxCox(_ table: LinearModelTable, _ columns: ModelColumns, _ response: ResponseColumn)
        -> BoxCoxProfile?
    {
        let values = response.values.map { $0 + response.origin }
        let present = values.indices.filter { !values[$0].isNaN }
        guard table.residual.df > 0, !table.isPerfectFit, present.allSatisfy({ values[$0] > 0 }),
            columns.rowCount * max(1, table.total.df - table.residual.df) <= 200_000
        else {
            return nil
        }
        let analysis = LinearModelAnalysis(
            formula: formula,
            type: .one,
            pooling: table.pooledTerms.isEmpty ? .none : .terms(table.pooledTerms),
            confidence: confidence
        )
        do {
            return try BoxCoxProfile(response: present.map { values[$0] }, confidence: confidence) { transformed in
                var own = columns
                own.responses = transformed.enumerated().map { number, powers in
                    var whole = [Double](repeating: .nan, count: values.count)
                    for (place, row) in present.enumerated() {
                        whole[row] = powers[place]
                    }
                    return ResponseColumn(name: "power \(number) of \(response.name)", values: whole)
                }
                return try analysis.fit(own).map { $0.model.residualSumOfSquares }
            }
        } catch {
            return nil
        }
    }
}

extension TwoLevelEffects {
    /// The same about another origin of the response.
    func moved(by distance: Double) -> TwoLevelEffects {
        TwoLevelEffects(self, grandMean: grandMean + distance)
    }
}
