// SPDX-License-Identifier: Apache-2.0

/// The analysis of an experiment from its columns to one report, for people and programs.
package struct ExperimentAnalysis: Sendable {
    /// The model of all responses; its own responses are not looked at.
    package var formula: ModelFormula
    /// What is assumed of the scatter.
    package var family = AnalysisReport.Family.normal
    /// The type of sums of squares; nil lets the analysis choose and say why.
    package var type: SumOfSquaresType?
    /// Which terms are pooled; of normal responses.
    package var pooling = LinearModelAnalysis.Pooling.none
    /// The reference level per factor name, where it is not the first.
    package var referenceLevels: [String: String] = [:]
    /// What is best, per response.
    package var goals: [String: BestCombination.Direction] = [:]
    /// The statistic of repeats that is analysed instead of the responses, which are the repeats then.
    package var runStatistic: RunStatistic.Kind?
    /// Whether all pairs of levels are compared (Tukey, Kramer).
    package var comparesPairs = false
    /// The combination in use now, by factor; empty when it is not known.
    package var present: [String: String] = [:]
    /// How the scatter of counts is judged; of binomial and Poisson responses.
    package var dispersion = CountModel.Dispersion.automatic
    /// Combinations to predict.
    package var predictions: [[String: String]] = []
    /// What several responses are worth together.
    package var desirabilities: [Desirability] = []
    /// The confidence of all intervals.
    package var confidence = 0.95

    /// The most coefficients of a model.
    package static let coefficientLimit = 1_500
    /// The most rows whose residuals are listed and looked at for a transformation.
    package static let residualLimit = 5_000
    /// The most level combinations of an interaction whose means are listed, and levels that are compared in pairs.
    package static let levelLimit = 60

    /// The most levels of all factors together that are compared with the best ones, the other factors at their best.
    static let rivalLimit = 400

    /// Makes an analysis of a model; the other properties have defaults.
    package init(formula: ModelFormula) {
        self.formula = ModelFormula(responses: [], terms: formula.terms)
    }

    /// What an experiment has beside the model's columns.
    package struct Rows: Sendable {
        /// Trials or exposure, one per row; of binomial and Poisson responses.
        package var sizes: [Double]?
        /// Numbers by which the rows are put in time order.
        package var order: [Double]?
        /// The line of the file of each row, from 1.
        package var lines: [Int]

        /// Puts the parts together.
        package init(sizes: [Double]? = nil, order: [Double]? = nil, lines: [Int]) {
            self.sizes = sizes
            self.order = order
            self.lines = lines
        }
    }

    /// Analyses all responses of some columns; the caller adds what it knows of the file.
    ///
    /// The generator serves the p values of two-level effects. Throws an error that names the column at fault.
    package func report(
        _ columns: ModelColumns,
        rows: Rows,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) -> AnalysisReport {
        try Interval.validate(confidence: confidence)
        try checkSize(columns)
        var report = AnalysisReport(
            file: "",
            rows: columns.rowCount,
            family: family,
            model: String(formula.text.dropFirst(2)),
            confidence: confidence,
            columns: [],
            columnsLeftOut: [],
            responses: [],
            desirability: nil,
            notes: []
        )
        guard family == .normal else {
            report.responses = try columns.responses.map { response throws(StatisticsError) in
                try counts(response, columns, rows)
            }
            return report
        }
        var columns = columns
        var runs: [RunStatistic?] = columns.responses.map { _ in nil }
        if let runStatistic {
            let found = try repeats(runStatistic, columns, rows)
            columns = found.columns
            runs = found.runs
            report.notes += found.notes
        }
        let lines = runStatistic == nil ? rows : Rows(lines: Array(rows.lines.prefix(columns.rowCount)))
        let fits = try LinearModelAnalysis(
            formula: formula,
            type: type,
            pooling: pooling,
            referenceLevels: referenceLevels,
            confidence: confidence
        )
        .fit(columns)
        for (index, fit) in fits.enumerated() {
            var analysis = try normal(fit, columns, index, lines, using: &generator)
            analysis.runs = runs[index]
            report.responses.append(analysis)
        }
        report.desirability = try compromise(fits, columns)
        return report
    }

    private func checkSize(_ columns: ModelColumns) throws(StatisticsError) {
        var total = 0
        for term in formula.terms {
            var size = 1
            for variable in term.variables {
                let levels = columns.factors.first { $0.name == variable }?.levels.count ?? 2
                size = min(1_000_000, size * max(1, levels - 1))
            }
            total += size
        }
        guard total <= Self.coefficientLimit else {
            throw .invalidArgument(
                name: "model",
                value: "\(total) coefficients",
                remedy: "leave columns with many levels or interactions out, so that \(Self.coefficientLimit) or fewer "
                    + "are left"
            )
        }
    }

    func direction(_ response: String) -> BestCombination.Direction {
        goals[response] ?? .higher
    }

    func text(_ direction: BestCombination.Direction) -> String {
        switch direction {
        case .higher: "higher"
        case .lower: "lower"
        case .nominal(let target): "nominal:\(target)"
        }
    }

    /// Such as `A=1, B=2`.
    static func text(_ combination: [String: String]) -> String {
        combination.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }

    // MARK: Repeats

    /// The statistic of each run's repeats, with their mean and ln s², as responses of their own.
    ///
    /// Several responses are the repeats of a row; of one response the rows of equal combinations are. A ratio or a
    /// variance belongs to a combination, so that its rows are one run there; a mean is each row's own.
    private func repeats(
        _ kind: RunStatistic.Kind,
        _ columns: ModelColumns,
        _ rows: Rows
    ) throws(StatisticsError) -> (columns: ModelColumns, runs: [RunStatistic?], notes: [String]) {
        guard columns.covariates.isEmpty else {
            throw .invalidArgument(
                name: "signal-to-noise ratio",
                value: "a model with numeric columns",
                remedy: "use factors only"
            )
        }
        let names = columns.responses.map(\.name).joined(separator: ",")
        var groups: [[Double]] = []
        var places: [Int] = []
        var joined = 0
        if columns.responses.count > 1, kind == .mean {
            groups = (0..<columns.rowCount).map { row in
                columns.responses.map { $0.values[row] + $0.origin }.filter { !$0.isNaN }
            }
            places = Array(0..<columns.rowCount)
        } else {
            var known: [[Int]: Int] = [:]
            for row in 0..<columns.rowCount {
                let values = columns.responses.map { $0.values[row] + $0.origin }.filter { !$0.isNaN }
                guard !values.isEmpty else {
                    continue
                }
                let key = columns.factors.map { $0.level(row: row) ?? -1 }
                if let place = known[key] {
                    groups[place] += values
                    joined += 1
                } else {
                    known[key] = groups.count
                    groups.append(values)
                    places.append(row)
                }
            }
        }
        let factors = columns.factors.map { factor in
            CodedFactor(
                name: factor.name,
                levels: factor.levels,
                codes: places.map { Int32(clamping: factor.level(row: $0) ?? -1) }
            )
        }
        var runs: [RunStatistic?] = []
        var responses: [ResponseColumn] = []
        var notes: [String] = []
        if joined > 0, columns.responses.count > 1 {
            notes.append(
                "\(joined) \(joined == 1 ? "row repeats" : "rows repeat") the combination of an earlier row: their values "
                    + "are repeats of one run, so that there are \(groups.count) runs."
            )
        }
        let kinds = kind == .mean ? [.mean] : kind == .logVariance ? [kind, .mean] : [kind, .mean, .logVariance]
        for kind in kinds {
            let complete = factors.filter { factor in places.indices.allSatisfy { factor.level(row: $0) != nil } }
            let statistic = try RunStatistic(
                kind,
                repeats: groups,
                factors: complete.map { factor in
                    (factor.name, factor.levels, places.indices.map { factor.level(row: $0) ?? 0 })
                }
            )
            guard statistic.undefined < groups.count else {
                if kind == kinds[0] {
                    throw .invalidArgument(
                        name: "The ratio of the repeats \(names)",
                        value: "undefined: there is no run with a value of '\(kind.rawValue)'",
                        remedy: Self.remedy(kind)
                    )
                }
                continue
            }
            if statistic.undefined > 0 {
                let lines = statistic.perRun.indices.filter { statistic.perRun[$0] == nil }
                    .map { rows.lines[places[$0]] }
                notes.append(
                    "\(statistic.undefined) of \(groups.count) runs have no value of '\(kind.rawValue)' (line "
                        + lines.prefix(10).map { "\($0)" }.joined(separator: ", ")
                        + (lines.count > 10 ? ", …" : "") + ") and are left out there: \(Self.remedy(kind))."
                )
            }
            runs.append(statistic)
            responses.append(
                ResponseColumn(name: Self.name(kind, names), values: statistic.perRun.map { $0 ?? .nan })
            )
        }
        return (ModelColumns(factors: factors, responses: responses), runs, notes)
    }

    private static func name(_ kind: RunStatistic.Kind, _ names: String) -> String {
        switch kind {
        case .larger, .smaller, .nominal: "sn_\(kind.rawValue)(\(names))"
        case .mean, .logVariance: "\(kind.rawValue)(\(names))"
        }
    }

    private static func remedy(_ kind: RunStatistic.Kind) -> String {
        switch kind {
        case .mean: "give one repeat at least"
        case .larger: "give repeats that are not 0"
        case .smaller: "give repeats of which one at least is not 0"
        case .nominal: "give two repeats or more that differ and whose mean is not 0"
        case .logVariance: "give two repeats or more that differ"
        }
    }
}
