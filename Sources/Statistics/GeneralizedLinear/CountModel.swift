// SPDX-License-Identifier: Apache-2.0

/// A generalized linear model of counts: successes of trials by a logit, or events of an exposure by a logarithm.
///
/// Rows of equal combinations are added up before fitting, which changes no estimate and no term's deviance; the
/// residual deviance is that of the combinations. Estimates by iteratively reweighted least squares (J. A. Nelder and
/// R. W. M. Wedderburn 1972); terms are tested by likelihood ratios of type I, II or III.
package struct CountModel: Sendable {
    /// What is counted, and how.
    package var family: CountFamily
    /// What explains it.
    package var formula: ModelFormula
    /// What each term is adjusted for.
    package var type: SumOfSquaresType
    /// Whether tests and intervals allow for more scatter than the family has, by F tests (quasi-likelihood).
    package enum Dispersion: String, Sendable, Codable, CaseIterable {
        /// They do when Pearson's chi-squared of the rows finds more scatter at 5 %; never of single trials, which
        /// cannot scatter more.
        case automatic = "auto"
        /// They never do.
        case none
        /// They always do.
        case estimated
    }

    /// How the scatter is judged.
    package var dispersion: Dispersion
    /// The confidence of intervals.
    package var confidence: Double

    /// Describes a model.
    package init(
        family: CountFamily,
        formula: ModelFormula,
        type: SumOfSquaresType = .two,
        dispersion: Dispersion = .none,
        confidence: Double = 0.95
    ) {
        self.family = family
        self.formula = formula
        self.type = type
        self.dispersion = dispersion
        self.confidence = confidence
    }

    /// Fits counts; `sizes` are trials or exposure, nil for single trials or exposures of 1.
    ///
    /// Errors name the row's line of the file when `lines` has one per row, otherwise the row from 1.
    /// Rows with a missing level, covariate, count (NaN) or size are left out. Throws for counts that are negative,
    /// not whole or beyond their trials, for sizes that are not positive, and for columns that are not there.
    package func fit(
        counts: [Double],
        sizes: [Double]? = nil,
        columns: ModelColumns,
        response: String = "count",
        lines: [Int]? = nil
    ) throws(StatisticsError) -> FittedCountModel {
        try Interval.validate(confidence: confidence)
        let cells = try CountCells(
            self,
            counts: counts,
            sizes: sizes,
            columns: columns,
            response: response,
            lines: lines
        )
        return try FittedCountModel(self, cells, response: response)
    }
}

/// Rows added up by combination.
struct CountCells {
    let names: [String]
    let factors: [CodedFactor?]
    let coding: CountCoding
    /// One value per variable and cell.
    var values: [[CountCoding.Value?]] = []
    var counts: [Double] = []
    var sizes: [Double] = []
    /// Per cell, how far its rows' counts scatter about the cell's rate: Σ (count − size × rate)² / size.
    var scatter: [Double] = []
    /// Per cell, the size of its smallest row.
    var smallest: [Double] = []
    /// Whether every row is one trial, whose scatter its rate alone decides.
    let isBinary: Bool
    let rowCount: Int
    let leftOut: Int
    /// The rows used, for their residuals; none of a file with more than ``ExperimentAnalysis/residualLimit``.
    var rows: [Row] = []

    /// One row of the file, or of single trials all of one combination.
    struct Row {
        /// The place of the row's combination.
        let cell: Int
        /// Counted from 0, the first of a combination's.
        let row: Int
        var count: Double
        var size: Double
    }

    init(
        _ model: CountModel,
        counts: [Double],
        sizes: [Double]?,
        columns: ModelColumns,
        response: String,
        lines: [Int]?
    ) throws(StatisticsError) {
        if let sizes, sizes.count != counts.count {
            throw .lengthMismatch(column: "trials", found: sizes.count, expected: counts.count)
        }
        let names = model.formula.variables
        var factors: [CodedFactor?] = []
        var covariates: [Covariate?] = []
        for name in names {
            let factor = columns.factors.first { $0.name == name }
            let covariate = columns.covariates.first { $0.name == name }
            guard let length = factor?.rowCount ?? covariate?.values.count else {
                let known = columns.factors.map(\.name) + columns.covariates.map(\.name)
                throw .unknownColumn(name, known: known)
            }
            guard length == counts.count else {
                throw .lengthMismatch(column: name, found: length, expected: counts.count)
            }
            factors.append(factor)
            covariates.append(covariate)
        }
        var places: [[UInt64]: Int] = [:]
        var keys: [[UInt64]] = []
        var firstRows: [Int] = []
        var used = 0
        let lines = lines ?? []
        for row in counts.indices {
            var key: [UInt64] = []
            for (factor, covariate) in zip(factors, covariates) {
                if let factor {
                    guard let level = factor.level(row: row) else {
                        break
                    }
                    key.append(UInt64(level))
                } else if let value = covariate?.values[row], value.isFinite {
                    key.append(value.bitPattern)
                }
            }
            let size = sizes?[row] ?? 1
            guard key.count == names.count, !counts[row].isNaN, !size.isNaN else {
                continue
            }
            try Self.check(
                model.family,
                count: counts[row],
                size: size,
                row: row,
                place: lines.indices.contains(row) ? "line \(lines[row])" : "row \(row + 1)",
                response: response
            )
            used += 1
            if counts.count <= ExperimentAnalysis.residualLimit {
                rows.append(Row(cell: places[key] ?? keys.count, row: row, count: counts[row], size: size))
            }
            if let place = places[key] {
                self.counts[place] += counts[row]
                self.sizes[place] += size
                scatter[place] += counts[row] * (counts[row] / size)
                smallest[place] = min(smallest[place], size)
            } else {
                places[key] = keys.count
                keys.append(key)
                firstRows.append(row)
                self.counts.append(counts[row])
                self.sizes.append(size)
                scatter.append(counts[row] * (counts[row] / size))
                smallest.append(size)
            }
        }
        for place in keys.indices {
            scatter[place] = max(0, scatter[place] - self.counts[place] * (self.counts[place] / self.sizes[place]))
        }
        isBinary =
            model.family == .binomial && smallest == [Double](repeating: 1, count: keys.count)
            && self.sizes.reduce(0, +) == Double(used)
        if isBinary, !rows.isEmpty {
            // Single trials are 0 or 1 whatever the model: only their sums can lie off it.
            let (sums, totals) = (self.counts, self.sizes)
            rows = keys.indices.map {
                Row(cell: $0, row: firstRows[$0], count: sums[$0], size: totals[$0])
            }
        }
        guard used > 0 else {
            throw .tooFewObservations(subject: "Complete rows", found: 0, needed: 1)
        }
        rowCount = used
        leftOut = counts.count - used
        self.names = names
        self.factors = factors
        var variables: [CountCoding.Variable] = []
        for (index, factor) in factors.enumerated() {
            if let factor {
                guard factor.levels.count <= 1_000 else {
                    throw .tooManyLevels(column: factor.name, limit: 1_000)
                }
                let present = Set(keys.map { $0[index] })
                variables.append(.factor(levels: factor.levels.indices.filter { present.contains(UInt64($0)) }))
            } else {
                variables.append(.covariate(centre: Moments(keys.map { Double(bitPattern: $0[index]) }).mean))
            }
        }
        coding = CountCoding(terms: model.formula.terms, names: names, variables: variables)
        guard coding.width <= 1_000 else {
            throw .invalidArgument(
                name: "model",
                value: "\(coding.width) coefficients",
                remedy: "take interactions or columns with many levels out"
            )
        }
        values = keys.map { key in
            key.enumerated().map { index, bits in
                factors[index] == nil ? .number(Double(bitPattern: bits)) : .level(Int(bits))
            }
        }
    }

    private static func check(
        _ family: CountFamily,
        count: Double,
        size: Double,
        row: Int,
        place: String,
        response: String
    ) throws(StatisticsError) {
        guard count.isFinite, size.isFinite else {
            throw .notFinite(column: response, row: row)
        }
        guard count < 9e15, size < 9e15, size <= 0 || size > 1e-15 else {
            throw .invalidArgument(
                name: "\(response), \(place)",
                value: "\(Self.text(count)) of \(Self.text(size))",
                remedy: "give counts below 9e15, and trials or exposure between 1e-15 and 9e15"
            )
        }
        guard size > 0 else {
            throw .invalidArgument(
                name: "trials, \(place)",
                value: Self.text(size),
                remedy: "give a positive number, or leave the row out"
            )
        }
        guard count >= 0, count == count.rounded() else {
            throw .invalidArgument(
                name: "\(response), \(place)",
                value: Self.text(count),
                remedy: family == .binomial
                    ? "give the number of successes, or 0 and 1 for single trials"
                    : "give a count, not a rate; name the exposure by --trials"
            )
        }
        guard family == .poisson || count <= size, family == .poisson || size == size.rounded() else {
            throw .invalidArgument(
                name: "\(response), \(place)",
                value: "\(Self.text(count)) of \(Self.text(size))",
                remedy: size == 1
                    ? "name the column of trials by --trials, or give 0 and 1 only"
                    : "give whole numbers with no more successes than trials"
            )
        }
    }

    /// A number as it stands in a file: whole ones without a decimal point.
    private static func text(_ number: Double) -> String {
        Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    func design(_ family: CountFamily) -> CountDesign {
        CountDesign(
            family: family,
            rows: counts.count,
            columns: coding.width,
            elements: values.flatMap { coding.row($0) },
            counts: counts,
            sizes: sizes
        )
    }
}
