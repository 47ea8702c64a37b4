// SPDX-License-Identifier: Apache-2.0

/// A fitted generalized linear model of counts: its report, and predictions for any combination.
package struct FittedCountModel: Sendable {
    /// The table of deviance, rates and contrasts.
    package private(set) var report: CountModelReport
    let model: CountModel
    let cells: CountCells
    let design: CountDesign
    let state: IteratedFit
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
        let freedom = (cells.isBinary ? design.rows : cells.rowCount) - kept.count
        let pearson = Self.pearson(design, state, cells)
        let dispersion = freedom > 0 ? pearson / Double(freedom) : nil
        let null = try design.fit([0])
        let isDense = zip(cells.isBinary ? design.sizes : cells.smallest, state.rates).allSatisfy { size, rate in
            size * rate >= 1 && (model.family == .poisson || size * (1 - rate) >= 1)
        }
        let fitP = isDense && freedom > 0 ? ChiSquared(degreesOfFreedom: Double(freedom))?.sf(pearson) : nil
        let isScaled: Bool
        switch model.dispersion {
        case .none: isScaled = false
        case .estimated: isScaled = (dispersion ?? 0) > 0
        case .automatic: isScaled = !cells.isBinary && (dispersion ?? 0) > 1 && (fitP ?? 1) < 0.05
        }
        scale = isScaled ? dispersion ?? 1 : 1
        let fit = CountModelReport.Fit(
            deviance: state.deviance,
            df: design.rows - kept.count,
            nullDeviance: null.deviance,
            nullDf: design.rows - 1,
            pearsonChiSquared: pearson,
            p: fitP,
            dispersion: dispersion,
            dispersionDf: freedom,
            iterations: state.iterations
        )
        let scatter = isScaled ? dispersion.map { (ratio: $0, df: freedom) } : nil
        let rows = try Self.table(model, cells, design, state, kept, null.deviance, scatter)
        report = CountModelReport(
            response: response,
            formula: model.formula.text,
            family: model.family,
            type: model.type,
            n: cells.rowCount,
            missing: cells.leftOut,
            combinations: design.rows,
            totalCount: design.counts.reduce(0, +),
            totalSize: design.sizes.reduce(0, +),
            overallRate: design.counts.reduce(0, +) / design.sizes.reduce(0, +),
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
        expected(try row(levels))
    }

    /// The fitted rate of a combination, also where its estimate is infinite: 0 or 1 then.
    ///
    /// Nil where other terms determine it.
    package func fittedRate(_ levels: [String: String]) throws(StatisticsError) -> Double? {
        let row = try row(levels)
        guard let vector = function(row) else {
            return nil
        }
        let value = zip(vector, state.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        let rate = model.family.rate(min(34, value))
        guard isSeparated, estimate(row) == nil else {
            return rate
        }
        let isNone = model.family == .binomial ? rate < 1e-6 : rate < 1e-6 * max(report.overallRate, 1e-9)
        return isNone ? 0 : model.family == .binomial && rate > 1 - 1e-6 ? 1 : rate
    }

    /// One combination compared with another; nil where the data do not determine it, or where it would be infinite.
    package func comparison(
        of levels: [String: String],
        with others: [String: String]
    ) throws(StatisticsError) -> Comparison? {
        let rows = (try row(levels), try row(others))
        guard let first = expected(rows.0), let second = expected(rows.1), let own = estimate(rows.0),
            let other = estimate(rows.1), let contrast = estimate(zip(rows.0, rows.1).map { $0 - $1 }),
            contrast.error > 0
        else {
            return nil
        }
        let difference = first.estimate - second.estimate
        let half = quantile
        // The covariance over the product of the errors, by the variance of the difference.
        let product = own.error * other.error
        let squares = own.error * own.error + other.error * other.error - contrast.error * contrast.error
        let correlation = product > 0 ? min(1, max(-1, squares / (2 * product))) : 0
        func reach(_ a: Double, _ b: Double) -> Double {
            max(0, a * a + b * b - 2 * correlation * a * b).squareRoot()
        }
        let down = reach(first.estimate - first.lower, second.upper - second.estimate)
        let up = reach(first.upper - first.estimate, second.estimate - second.lower)
        let ratio = Interval(
            estimate: CountFamily.poisson.rate(contrast.value),
            lower: CountFamily.poisson.rate(contrast.value - half * contrast.error),
            upper: CountFamily.poisson.rate(contrast.value + half * contrast.error),
            confidence: model.confidence
        )
        guard down.isFinite, up.isFinite, ratio.upper.isFinite else {
            return nil
        }
        let t = report.usesDispersion ? StudentT(degreesOfFreedom: Double(report.fit.dispersionDf)) : nil
        let z = contrast.value / contrast.error
        return Comparison(
            difference: Interval(
                estimate: difference,
                lower: difference - down,
                upper: difference + up,
                confidence: model.confidence
            ),
            p: t?.twoSidedP(z) ?? StandardNormal.twoSidedP(z) ?? 1,
            ratio: ratio
        )
    }

    /// The difference of two expected rates.
    package struct Comparison: Sendable, Equatable {
        /// The difference of the rates; its interval comes from those of the rates, which it keeps the lopsidedness of.
        ///
        /// Source: A. Donner and G. Y. Zou, Statistical Methods in Medical Research 21 (2012), with the correlation of
        /// the two estimates on the link's scale.
        package let difference: Interval
        /// The p value of no difference, on the link's scale.
        package let p: Double
        /// The odds ratio (binomial) or rate ratio (Poisson).
        package let ratio: Interval
    }

    private func row(_ levels: [String: String]) throws(StatisticsError) -> [Double] {
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
        return cells.coding.row(values)
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
        guard report.usesDispersion, let t = StudentT(degreesOfFreedom: Double(report.fit.dispersionDf)) else {
            return StandardNormal.quantile(share) ?? 0
        }
        return t.quantile(share) ?? 0
    }

    private func expected(_ row: [Double]) -> Interval? {
        guard let estimate = estimate(row) else {
            return nil
        }
        let half = quantile * estimate.error
        let upper = model.family.rate(estimate.value + half)
        guard upper.isFinite else {
            return nil
        }
        return Interval(
            estimate: model.family.rate(estimate.value),
            lower: model.family.rate(estimate.value - half),
            upper: upper,
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
                if let found = estimate(zip(rows[level], rows[0]).map { $0 - $1 }), found.error > 0,
                    (found.value.magnitude + quantile * found.error) < 700
                {
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
        let t = report.usesDispersion ? StudentT(degreesOfFreedom: Double(report.fit.dispersionDf)) : nil
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
