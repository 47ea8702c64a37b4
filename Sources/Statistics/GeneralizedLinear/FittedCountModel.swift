// SPDX-License-Identifier: Apache-2.0

/// A fitted generalized linear model of counts: its report, and predictions for any combination.
package struct FittedCountModel: Sendable {
    /// The table of deviance, rates and contrasts.
    package private(set) var report: CountModelReport
    private let model: CountModel
    private let cells: CountCells
    private let design: CountDesign
    private let state: IteratedFit
    /// For each column left out, how the kept ones make it.
    private let dependence: [Int: [Double]]
    private let isSeparated: Bool
    private let scale: Double

    init(_ model: CountModel, _ cells: CountCells, response: String) throws(StatisticsError) {
        let design = cells.design(model.family)
        let kept = design.independent(Array(0..<design.columns))
        let state = try design.fit(kept)
        self.model = model
        self.cells = cells
        self.design = design
        self.state = state
        dependence = Self.dependence(design, kept)
        let edge = Self.edgeRows(design, state)
        isSeparated = !edge.isEmpty
        let freedom = design.rows - kept.count
        let pearson = Self.pearson(design, state)
        let dispersion = freedom > 0 ? pearson / Double(freedom) : nil
        let isScaled = model.usesDispersion && (dispersion ?? 0) > 0
        scale = isScaled ? dispersion ?? 1 : 1
        let null = try design.fit([0])
        let isDense = zip(design.sizes, state.rates).allSatisfy { size, rate in
            size * rate >= 1 && (model.family == .poisson || size * (1 - rate) >= 1)
        }
        let fit = CountModelReport.Fit(
            deviance: state.deviance,
            df: freedom,
            nullDeviance: null.deviance,
            nullDf: design.rows - 1,
            pearsonChiSquared: pearson,
            p: isDense ? ChiSquared(degreesOfFreedom: Double(freedom))?.sf(pearson) : nil,
            dispersion: dispersion,
            iterations: state.iterations
        )
        let rows = try Self.table(model, cells, design, state, kept, null.deviance, isScaled ? dispersion : nil)
        report = CountModelReport(
            response: response,
            formula: model.formula.text,
            family: model.family,
            type: model.type,
            n: cells.rowCount,
            combinations: design.rows,
            totalCount: design.counts.reduce(0, +),
            totalSize: design.sizes.reduce(0, +),
            rows: rows,
            fit: fit,
            factors: [],
            contrasts: [],
            isSeparated: isSeparated,
            separatedAt: Self.places(edge, cells),
            usesDispersion: isScaled,
            confidence: model.confidence,
            notes: []
        )
        complete(freedom: freedom)
    }

    /// The expected rate of a combination, by factor names and levels; others are averaged on the link's scale.
    ///
    /// Nil where the data do not determine it: aliased terms, or estimates that would be infinite.
    package func rate(_ levels: [String: String]) throws(StatisticsError) -> Interval? {
        var values = [CountCoding.Value?](repeating: nil, count: cells.names.count)
        for name in levels.keys.sorted() {
            guard let index = cells.names.firstIndex(of: name) else {
                throw .unknownColumn(name, known: cells.names)
            }
            let text = levels[name] ?? ""
            if let factor = cells.factors[index] {
                guard let level = factor.levels.firstIndex(of: text) else {
                    throw .unknownLevel(column: name, level: text, known: factor.levels)
                }
                values[index] = .level(level)
            } else if let number = Double(text), number.isFinite {
                values[index] = .number(number)
            } else {
                throw .invalidArgument(name: name, value: text, remedy: "give a number")
            }
        }
        return expected(cells.coding.row(values))
    }

    // MARK: Estimates

    /// The coefficients of a linear function by the kept columns; nil when the data do not determine it.
    private func function(_ row: [Double]) -> [Double]? {
        for (column, shares) in dependence {
            let implied = zip(shares, state.columns).reduce(0) { $0 + $1.0 * row[$1.1] }
            guard (implied - row[column]).magnitude < 1e-7 else {
                return nil
            }
        }
        return state.columns.map { row[$0] }
    }

    private func estimate(_ row: [Double]) -> (value: Double, error: Double)? {
        guard let vector = function(row) else {
            return nil
        }
        let value = zip(vector, state.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        let variance = state.factor.form(vector) * scale
        guard value.isFinite, variance.isFinite, variance >= 0, !isSeparated || variance < 1e3 else {
            return nil
        }
        return (value, variance.squareRoot())
    }

    private var quantile: Double {
        let share = 0.5 + model.confidence / 2
        guard report.usesDispersion, let t = StudentT(degreesOfFreedom: Double(report.fit.df)) else {
            return StandardNormal.quantile(share) ?? 0
        }
        return t.quantile(share) ?? 0
    }

    private func expected(_ row: [Double]) -> Interval? {
        guard let estimate = estimate(row) else {
            return nil
        }
        let half = quantile * estimate.error
        return Interval(
            estimate: model.family.rate(estimate.value),
            lower: model.family.rate(estimate.value - half),
            upper: model.family.rate(estimate.value + half),
            confidence: model.confidence
        )
    }

    // MARK: Parts of the report

    private mutating func complete(freedom: Int) {
        var factors: [CountModelReport.Factor] = []
        var contrasts: [(term: String, level: String, reference: String, value: Double, error: Double)] = []
        for (index, factor) in cells.factors.enumerated() {
            guard let factor else {
                continue
            }
            let kind = model.formula.terms.first { $0.variables == [factor.name] }?.kind ?? .factor
            var rows: [[Double]] = []
            var levels: [CountModelReport.Level] = []
            for (code, label) in factor.levels.enumerated() {
                var count = 0.0
                var size = 0.0
                for cell in cells.values.indices {
                    if case .level(code)? = cells.values[cell][index] {
                        count += cells.counts[cell]
                        size += cells.sizes[cell]
                    }
                }
                guard size > 0 else {
                    continue
                }
                var values = [CountCoding.Value?](repeating: nil, count: cells.names.count)
                values[index] = .level(code)
                rows.append(cells.coding.row(values))
                levels.append(
                    .init(
                        level: label,
                        count: count,
                        size: size,
                        rate: count / size,
                        expected: expected(rows[rows.count - 1])
                    )
                )
            }
            factors.append(.init(term: factor.name, kind: kind, levels: levels))
            guard kind == .factor else {
                continue
            }
            for level in levels.indices.dropFirst() {
                if let found = estimate(zip(rows[level], rows[0]).map { $0 - $1 }), found.error > 0 {
                    contrasts.append(
                        (factor.name, levels[level].level, levels[0].level, found.value, found.error)
                    )
                }
            }
        }
        report = report.with(
            factors: factors,
            contrasts: tested(contrasts),
            notes: notes(freedom: freedom)
        )
    }

    private func tested(
        _ contrasts: [(term: String, level: String, reference: String, value: Double, error: Double)]
    ) -> [CountModelReport.Contrast] {
        let t = report.usesDispersion ? StudentT(degreesOfFreedom: Double(report.fit.df)) : nil
        let ps = contrasts.map { t?.twoSidedP($0.value / $0.error) ?? StandardNormal.twoSidedP($0.value / $0.error) }
        let half = quantile
        return zip(contrasts, zip(ps, MultipleTesting.holm(ps))).map { contrast, p in
            CountModelReport.Contrast(
                term: contrast.term,
                level: contrast.level,
                reference: contrast.reference,
                difference: contrast.value,
                standardError: contrast.error,
                z: contrast.value / contrast.error,
                p: p.0 ?? 1,
                adjustedP: p.1 ?? 1,
                ratio: Interval(
                    estimate: CountFamily.poisson.rate(contrast.value),
                    lower: CountFamily.poisson.rate(contrast.value - half * contrast.error),
                    upper: CountFamily.poisson.rate(contrast.value + half * contrast.error),
                    confidence: model.confidence
                )
            )
        }
    }
}
