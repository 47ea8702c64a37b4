// SPDX-License-Identifier: Apache-2.0

extension ExperimentAnalysis {
    /// The analysis of one response of counts.
    func counts(
        _ response: ResponseColumn,
        _ columns: ModelColumns,
        _ rows: Rows
    ) throws(StatisticsError) -> ResponseAnalysis {
        let model = CountModel(
            family: family == .poisson ? .poisson : .binomial,
            formula: formula,
            type: type ?? .two,
            dispersion: dispersion,
            confidence: confidence
        )
        let fitted = try model.fit(
            counts: response.values.map { $0 + response.origin },
            sizes: rows.sizes,
            columns: columns,
            response: response.name,
            lines: rows.lines
        )
        let goal = direction(response.name)
        let report = fitted.report
        var notes: [String] = []
        let left = columns.rowCount - report.n
        if left > 0 {
            notes.append("\(left == 1 ? "1 row was" : "\(left) rows were") left out because a cell is missing.")
        }
        let best = try best(fitted, goal)
        if !present.isEmpty {
            try checkPresent(factors: report.factors.filter { $0.kind == .factor }.map(\.term))
        }
        if best == nil {
            notes.append(
                report.factors.contains { $0.kind == .factor }
                    ? report.totalCount > 0
                        ? "The data determine no combination's rate, so that none can be recommended."
                        : "Nothing was counted, so that no combination can be recommended."
                    : "The model has no factor, so that there is no combination of levels to recommend."
            )
        }
        if let best, best.confidenceInterval == nil {
            notes.append(
                "The best combination is fitted by a rate of 0 or 1, as seen so far; how sure that is cannot be told."
            )
        }
        let residuals = fitted.residuals()
        if columns.rowCount > Self.residualLimit {
            notes.append("Residuals were not looked at: there are more than \(Self.residualLimit) rows.")
        }
        return ResponseAnalysis(
            response: response.name,
            goal: text(goal),
            anova: nil,
            counts: report,
            best: best,
            present: present.isEmpty
                ? nil
                : try best.flatMap { best throws(StatisticsError) in
                    try inUse(best, fitted)
                },
            verdicts: ResponseAnalysis.Verdict.all(report),
            means: [],
            interactionMeans: [],
            meanIntervals: [],
            contrasts: [],
            comparisons: [],
            effectSizes: [],
            predictions: try predictions.map { combination throws(StatisticsError) in
                let rate = try fitted.rate(combination)
                return ResponseAnalysis.Prediction(
                    combination: Self.text(combination),
                    mean: rate?.estimate,
                    standardError: nil,
                    confidenceInterval: rate,
                    predictionInterval: nil,
                    isEstimable: rate != nil
                )
            },
            effects: nil,
            effectProbabilities: [],
            runs: nil,
            residualChecks: try checks(residuals, fitted, rows),
            boxCox: nil,
            residuals: residuals.map { found in
                .init(
                    line: rows.lines[found.row],
                    fitted: found.fitted,
                    residual: found.residual,
                    leverage: found.leverage,
                    standardised: found.standardised,
                    cooksDistance: nil,
                    order: nil
                )
            },
            notes: notes + report.notes
        )
    }

    /// Whether the counts scatter alike everywhere and none lies far off; nil without residuals.
    ///
    /// Counts of which fewer than 5 are expected are too coarse to be judged by tests that take them for nearly normal.
    private func checks(
        _ residuals: [CountResidual],
        _ fitted: FittedCountModel,
        _ rows: Rows
    ) throws(StatisticsError) -> ResidualChecks? {
        guard !residuals.isEmpty else {
            return nil
        }
        let large = residuals.filter { min($0.expected.counts, $0.expected.others) >= 5 }
        guard large.count == residuals.count else {
            return ResidualChecks(
                tooFew:
                    "Residuals were not tested: in \(residuals.count - large.count) of \(residuals.count) rows fewer "
                    + "than 5 counts are expected."
            )
        }
        let factors = fitted.cells.factors.indices.filter { fitted.cells.factors[$0] != nil }
        return try ResidualChecks(
            ResidualChecks.Fit(
                residuals: residuals.map(\.residual),
                standardised: residuals.map(\.standardised),
                df: fitted.report.fit.dispersionDf,
                rowNumbers: residuals.map { rows.lines[$0.row] },
                isCounted: true
            ),
            groups: factors.map { factor in
                (fitted.cells.names[factor], residuals.map { fitted.level(of: factor, at: $0) })
            }
        )
    }

    /// The combination of the best expected rate, among all or by each factor on its own when they are many.
    private func best(
        _ fitted: FittedCountModel,
        _ goal: BestCombination.Direction
    ) throws(StatisticsError) -> ResponseAnalysis.Best? {
        let factors = fitted.report.factors.filter { $0.kind == .factor && !$0.levels.isEmpty }
        guard !factors.isEmpty else {
            return nil
        }
        let size = factors.reduce(1) { min(1_000_000, $0 * $1.levels.count) }
        var chosen: (levels: [String: String], rate: Double)?
        func consider(_ levels: [String: String]) throws(StatisticsError) {
            guard let rate = try fitted.fittedRate(levels) else {
                return
            }
            if let known = chosen, Self.loss(known.rate, goal) <= Self.loss(rate, goal) {
                return
            }
            chosen = (levels, rate)
        }
        if size <= 5_000 {
            var combinations: [[String: String]] = [[:]]
            for factor in factors {
                combinations = combinations.flatMap { levels in
                    factor.levels.map { levels.merging([factor.term: $0.level]) { $1 } }
                }
            }
            for levels in combinations {
                try consider(levels)
            }
        } else {
            var levels: [String: String] = [:]
            for factor in factors {
                chosen = nil
                for level in factor.levels {
                    try consider(levels.merging([factor.term: level.level]) { $1 })
                }
                levels = chosen?.levels ?? levels
            }
        }
        guard let chosen, fitted.report.totalCount > 0 else {
            return nil
        }
        let rate = try fitted.rate(chosen.levels)
        return ResponseAnalysis.Best(
            levels: factors.map { .init(factor: $0.term, level: chosen.levels[$0.term] ?? "", isPooled: false) },
            predictedMean: rate?.estimate ?? chosen.rate,
            levelMeansPrediction: nil,
            standardError: nil,
            confidenceInterval: rate,
            predictionInterval: nil,
            runnersUp: size <= 5_000 && factors.reduce(0, { $0 + $1.levels.count }) <= Self.rivalLimit
                ? try runnersUp(chosen.levels, factors, fitted, goal) : []
        )
    }

    /// The next best level of every factor, the others at their best.
    private func runnersUp(
        _ chosen: [String: String],
        _ factors: [CountModelReport.Factor],
        _ fitted: FittedCountModel,
        _ goal: BestCombination.Direction
    ) throws(StatisticsError) -> [ResponseAnalysis.RunnerUp] {
        guard let best = try fitted.fittedRate(chosen) else {
            return []
        }
        var found: [[ResponseAnalysis.RunnerUp.Found]] = []
        for factor in factors {
            var levels: [ResponseAnalysis.RunnerUp.Found] = []
            for level in factor.levels where level.level != chosen[factor.term] {
                let other = chosen.merging([factor.term: level.level]) { $1 }
                guard let rate = try fitted.fittedRate(other) else {
                    continue
                }
                let comparison = try fitted.comparison(of: chosen, with: other)
                levels.append(
                    .init(
                        factor: factor.term,
                        level: level.level,
                        difference: best - rate,
                        interval: comparison?.difference,
                        p: comparison?.p,
                        loss: Self.loss(rate, goal) - Self.loss(best, goal)
                    )
                )
            }
            found.append(levels)
        }
        return ResponseAnalysis.RunnerUp.nearest(found, confidence: confidence)
    }

    private func inUse(
        _ best: ResponseAnalysis.Best,
        _ fitted: FittedCountModel
    ) throws(StatisticsError) -> ResponseAnalysis.Present? {
        let chosen = Dictionary(best.levels.map { ($0.factor, $0.level) }) { first, _ in first }
        guard let rate = try fitted.fittedRate(present) else {
            return nil
        }
        let isBest = chosen == present
        let comparison = isBest ? nil : try fitted.comparison(of: chosen, with: present)
        return ResponseAnalysis.Present(
            levels: best.levels.map { .init(factor: $0.factor, level: present[$0.factor] ?? "", isPooled: false) },
            predictedMean: rate,
            confidenceInterval: try fitted.rate(present),
            difference: isBest ? 0 : best.predictedMean - rate,
            standardError: nil,
            p: comparison?.p,
            interval: comparison?.difference,
            ratio: comparison?.ratio,
            isBest: isBest
        )
    }

    // MARK: Several responses

    /// The combination that is worth most by the desirabilities; nil without any.
    func compromise(
        _ fits: [FittedLinearModel],
        _ columns: ModelColumns
    ) throws(StatisticsError) -> DesirabilityAnalysis? {
        guard !desirabilities.isEmpty else {
            return nil
        }
        var own: [FittedLinearModel] = []
        for desirability in desirabilities {
            guard let fit = fits.first(where: { $0.responseName == desirability.response }) else {
                throw .unknownColumn(desirability.response, known: fits.map(\.responseName))
            }
            own.append(fit)
        }
        let means = own[0].means().filter { $0.kind == .factor }
        func combination(_ levels: [Int]) -> [String: String] {
            var combination: [String: String] = [:]
            for (factor, level) in zip(means, levels) {
                combination[factor.term] = factor.levels[level].level
            }
            return combination
        }
        let search: DesirabilitySearch
        do {
            search = try DesirabilitySearch(desirabilities, levelCounts: means.map(\.levels.count)) { levels in
                let names = combination(levels)
                return try own.map { try $0.predict(names).mean }
            }
        } catch let error as StatisticsError {
            throw error
        } catch {
            throw .singular(subject: "The desirability")
        }
        let names = combination(search.levels)
        var parts: [DesirabilityAnalysis.Part] = []
        for (index, desirability) in desirabilities.enumerated() {
            let prediction = try own[index].predict(names)
            parts.append(
                .init(
                    wanted: desirability,
                    predicted: prediction.mean,
                    confidenceInterval: prediction.confidenceInterval,
                    desirability: search.worths[index]
                )
            )
        }
        var notes: [String] = []
        if search.overall == 0 {
            notes.append(
                "No combination is expected to keep within all bounds; this one comes nearest. Widen the bounds of "
                    + parts.filter { $0.desirability == 0 }.map { "'\($0.wanted.response)'" }.joined(separator: ", ")
                    + " or give up one."
            )
        }
        if search.ties > 1 {
            notes.append("\(search.ties) combinations are equally good; the first one is shown.")
        }
        if !search.isExhaustive {
            notes.append("There are too many combinations to look at each; better ones may exist.")
        }
        return DesirabilityAnalysis(
            levels: zip(means, search.levels).map { factor, level in
                .init(factor: factor.term, level: factor.levels[level].level, isPooled: false)
            },
            parts: parts,
            overall: search.overall,
            isExhaustive: search.isExhaustive,
            ties: search.ties,
            notes: notes
        )
    }
}
