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
        return ResponseAnalysis(
            response: response.name,
            goal: text(goal),
            anova: nil,
            counts: report,
            best: try best(fitted, goal),
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
            residualChecks: nil,
            boxCox: nil,
            residuals: [],
            notes: notes + report.notes
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
        var chosen: (levels: [String: String], rate: Interval)?
        func consider(_ levels: [String: String]) throws(StatisticsError) {
            guard let rate = try fitted.rate(levels) else {
                return
            }
            if let known = chosen, Self.loss(known.rate.estimate, goal) <= Self.loss(rate.estimate, goal) {
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
        guard let chosen else {
            return nil
        }
        return ResponseAnalysis.Best(
            levels: factors.map { .init(factor: $0.term, level: chosen.levels[$0.term] ?? "", isPooled: false) },
            predictedMean: chosen.rate.estimate,
            levelMeansPrediction: nil,
            standardError: nil,
            confidenceInterval: chosen.rate,
            predictionInterval: nil
        )
    }

    private static func loss(_ value: Double, _ goal: BestCombination.Direction) -> Double {
        switch goal {
        case .higher: -value
        case .lower: value
        case .nominal(let target): (value - target).magnitude
        }
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
