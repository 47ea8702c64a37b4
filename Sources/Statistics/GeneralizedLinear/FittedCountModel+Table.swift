// SPDX-License-Identifier: Apache-2.0

extension FittedCountModel {
    /// The likelihood ratio of every term.
    static func table(
        _ model: CountModel,
        _ cells: CountCells,
        _ design: CountDesign,
        _ state: IteratedFit,
        _ kept: [Int],
        _ nullDeviance: Double,
        _ dispersion: (ratio: Double, df: Int)?
    ) throws(StatisticsError) -> [CountModelReport.Row] {
        let terms = model.formula.terms
        var known: [[Int]: (deviance: Double, rank: Int)] = [kept: (state.deviance, kept.count)]
        func fitted(_ members: [Int]) throws(StatisticsError) -> (deviance: Double, rank: Int) {
            let wanted = [0] + members.flatMap { Array(cells.coding.columns[$0]) }
            let columns = design.independent(wanted)
            if let found = known[columns] {
                return found
            }
            let result = (deviance: try design.fit(columns).deviance, rank: columns.count)
            known[columns] = result
            return result
        }
        var rows: [CountModelReport.Row] = []
        for (index, term) in terms.enumerated() {
            let others: [Int]
            switch model.type {
            case .one: others = Array(0..<index)
            case .two: others = terms.indices.filter { $0 != index && !term.isContained(in: terms[$0]) }
            case .three: others = terms.indices.filter { $0 != index }
            }
            let without = try fitted(others)
            let with = try fitted((others + [index]).sorted())
            let freedom = with.rank - without.rank
            let deviance = freedom > 0 ? max(0, without.deviance - with.deviance) : 0
            var f: Double?
            var p: Double?
            if freedom > 0 {
                if let dispersion {
                    let ratio = deviance / Double(freedom) / dispersion.ratio
                    f = ratio
                    p = FisherF(numerator: Double(freedom), denominator: Double(dispersion.df))?.sf(ratio)
                } else {
                    p = ChiSquared(degreesOfFreedom: Double(freedom))?.sf(deviance)
                }
            }
            rows.append(
                CountModelReport.Row(
                    term: term.name,
                    kind: term.kind,
                    df: freedom,
                    nominalDf: cells.coding.columns[index].count,
                    deviance: deviance,
                    f: f,
                    p: p,
                    contributionPercent: nullDeviance > 1e-12 ? 100 * deviance / nullDeviance : nil
                )
            )
        }
        return rows
    }

    /// How the kept columns make up each of the others.
    static func dependence(_ design: CountDesign, _ kept: [Int]) -> [Int: [Double]] {
        let all = Array(0..<design.columns)
        guard kept.count < all.count else {
            return [:]
        }
        var gram = [Double](repeating: 0, count: design.columns * design.columns)
        design.accumulate(weights: nil, all, into: &gram)
        var factor = LowerFactor(size: kept.count)
        for place in kept.indices {
            let line = kept.map { gram[kept[place] * design.columns + $0] }
            _ = factor.append(line, place, 0)
        }
        var dependence: [Int: [Double]] = [:]
        for column in all where !kept.contains(column) {
            dependence[column] = factor.solve(kept.map { gram[$0 * design.columns + column] })
        }
        return dependence
    }

    static func pearson(_ design: CountDesign, _ state: IteratedFit, _ cells: CountCells) -> Double {
        var sum = 0.0
        for row in 0..<design.rows {
            let variance = design.sizes[row] * design.family.variance(state.rates[row])
            let difference = design.counts[row] - design.sizes[row] * state.rates[row]
            if variance > 1e-12 {
                sum += difference * difference / variance
                if !cells.isBinary {
                    sum += cells.scatter[row] * design.sizes[row] / variance
                }
            }
        }
        return sum
    }

    /// The rows that are fitted by a rate of 0 or 1, which only infinite coefficients give.
    static func edgeRows(_ design: CountDesign, _ state: IteratedFit) -> [Int] {
        let mean = design.counts.reduce(0, +) / design.sizes.reduce(0, +)
        return (0..<design.rows).filter { row in
            let rate = state.rates[row]
            switch design.family {
            case .binomial:
                return design.counts[row] == 0 && rate < 1e-8
                    || design.counts[row] == design.sizes[row] && rate > 1 - 1e-8
            case .poisson:
                return design.counts[row] == 0 && (mean == 0 || rate <= 1e-8 * mean)
            }
        }
    }

    /// The levels, or else the combinations, that these rows make up.
    static func places(_ edge: [Int], _ cells: CountCells) -> [String] {
        guard !edge.isEmpty else {
            return []
        }
        let total = (cells.counts.reduce(0, +), cells.sizes.reduce(0, +))
        guard edge.count < cells.counts.count || (total.0 > 0 && total.0 < total.1) else {
            return ["everywhere: \(text(total.0)) of \(text(total.1))"]
        }
        var rest = Set(edge)
        var places: [String] = []
        for (index, factor) in cells.factors.enumerated() {
            for (code, label) in (factor?.levels ?? []).enumerated() {
                let rows = cells.values.indices.filter { row in
                    if case .level(code)? = cells.values[row][index] { true } else { false }
                }
                let count = rows.reduce(0) { $0 + cells.counts[$1] }
                let size = rows.reduce(0) { $0 + cells.sizes[$1] }
                if !rows.isEmpty, rows.allSatisfy(edge.contains), count == 0 || count == size {
                    places.append("\(cells.names[index])=\(label): \(text(count)) of \(text(size))")
                    rest.subtract(rows)
                }
            }
        }
        for row in rest.sorted().prefix(10) {
            let name = zip(cells.names, cells.values[row].enumerated()).map { name, value in
                switch value.element {
                case .level(let level)?: "\(name)=\(cells.factors[value.offset]?.levels[level] ?? "")"
                case .number(let number)?: "\(name)=\(number)"
                case nil: name
                }
            }
            places.append("\(name.joined(separator: ", ")): \(text(cells.counts[row])) of \(text(cells.sizes[row]))")
        }
        return places
    }

    /// A ratio in a few digits.
    private static func rounded(_ ratio: Double) -> String {
        ratio < 100 ? "\((ratio * 100).rounded() / 100)" : text(min(ratio, 1e14).rounded())
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
    }

    /// What a reader must know.
    func notes(freedom: Int) -> [String] {
        var notes: [String] = []
        let family =
            report.family == .binomial
            ? "Successes of trials are fitted by a logit: effects multiply the odds."
            : "Counts are fitted by a logarithm: effects multiply the rate."
        notes.append(family + " Terms are tested by likelihood ratios of type \(report.type.rawValue).")
        if report.isSeparated {
            notes.append(
                "Separation: some rates are fitted as 0 or 1 (\(report.separatedAt.joined(separator: "; "))). Their "
                    + "estimates are infinite and left out; the tests of terms still hold. More trials there would help."
            )
        }
        let aliased = report.rows.filter { $0.df < $0.nominalDf }
        if !aliased.isEmpty {
            let names = aliased.map { "\($0.term) (\($0.df) of \($0.nominalDf))" }.joined(separator: ", ")
            notes.append("Other terms determine some degrees of freedom of: \(names).")
        }
        if freedom == 0 {
            notes.append(
                "The model has as many parameters as there are combinations or rows: its fit cannot be judged."
            )
        } else if let dispersion = report.fit.dispersion, let p = report.fit.p, p < 0.05, dispersion > 1 {
            let advice =
                report.usesDispersion
                ? "tests (F) and intervals allow for it (quasi-likelihood)."
                : "p values are too small and intervals too narrow; take blocks or interactions in, or allow for it."
            notes.append(
                "Counts scatter \(Self.rounded(dispersion)) times as much as the family says (p "
                    + "\(p < 0.0001 ? "below 0.0001" : "\((p * 10_000).rounded() / 10_000)")): \(advice)"
            )
        } else if report.usesDispersion, let dispersion = report.fit.dispersion {
            notes.append(
                "Tests (F) and intervals use the scatter found, \(Self.rounded(dispersion)) times that of the family, as "
                    + "asked for."
            )
        } else if report.fit.p == nil {
            notes.append("Expected counts are too small to judge the scatter by Pearson's chi-squared.")
        }
        return notes
    }
}

extension CountModelReport {
    /// The report with the parts that need a fitted model.
    func with(factors: [Factor], contrasts: [Contrast], notes: [String]) -> CountModelReport {
        CountModelReport(
            response: response,
            formula: formula,
            family: family,
            type: type,
            n: n,
            missing: missing,
            combinations: combinations,
            totalCount: totalCount,
            totalSize: totalSize,
            overallRate: overallRate,
            rows: rows,
            fit: fit,
            factors: factors,
            contrasts: contrasts,
            isSeparated: isSeparated,
            separatedAt: separatedAt,
            usesDispersion: usesDispersion,
            confidence: confidence,
            notes: notes
        )
    }
}
