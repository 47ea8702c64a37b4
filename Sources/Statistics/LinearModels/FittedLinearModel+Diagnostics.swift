// SPDX-License-Identifier: Apache-2.0

extension FittedLinearModel {
    /// The fitted value, residual, leverage and influence of every row, from the columns that the model was fitted to.
    ///
    /// Throws when the columns are not those of the fit.
    package func diagnostics(_ columns: ModelColumns) throws(StatisticsError) -> RowDiagnostics {
        guard let response = columns.responses.first(where: { $0.name == responseName }) else {
            throw .unknownColumn(responseName, known: columns.responses.map(\.name))
        }
        let reader = try RowReader(layout, covariateMeans, columns, rowCount: response.values.count)
        var rows: [Int] = []
        var fitted: [Double] = []
        var residuals: [Double] = []
        var leverages: [Double] = []
        var standardised: [Double?] = []
        var distances: [Double?] = []
        let rank = Double(model.products.rowCount - model.residualDegreesOfFreedom)
        let sigma = hasError ? model.errorVariance?.squareRoot() : nil
        for row in response.values.indices where !response.values[row].isNaN {
            guard let place = try reader.place(row) else {
                continue
            }
            let function = model.expectedResponse(levels: place.levels, covariates: place.covariates)
            let value = model.value(function)
            let residual = (response.values[row] - model.products.shift) - value
            let leverage = min(1, model.varianceFactor(function))
            let free = 1 - leverage
            let scaled = sigma.flatMap { free > 1e-10 ? residual / ($0 * free.squareRoot()) : nil }
            rows.append(row)
            fitted.append(value + offset)
            residuals.append(residual)
            leverages.append(leverage)
            standardised.append(scaled)
            distances.append(scaled.map { $0 * $0 * leverage / (free * rank) })
        }
        return RowDiagnostics(
            rows: rows,
            fitted: fitted,
            residuals: residuals,
            leverages: leverages,
            standardised: standardised,
            cooksDistances: distances
        )
    }
}

/// Finds the levels and covariates of rows again.
private struct RowReader {
    let factors: [CodedFactor]
    let covariates: [Covariate]
    let layout: ModelLayout
    let covariateMeans: [Double]

    init(
        _ layout: ModelLayout,
        _ covariateMeans: [Double],
        _ columns: ModelColumns,
        rowCount: Int
    ) throws(StatisticsError) {
        self.layout = layout
        self.covariateMeans = covariateMeans
        var factors: [CodedFactor] = []
        for factor in layout.factors {
            guard let column = columns.factors.first(where: { $0.name == factor.name }) else {
                throw .unknownColumn(factor.name, known: columns.factors.map(\.name))
            }
            guard column.rowCount == rowCount else {
                throw .lengthMismatch(column: factor.name, found: column.rowCount, expected: rowCount)
            }
            factors.append(column)
        }
        var covariates: [Covariate] = []
        for name in layout.covariateNames {
            guard let column = columns.covariates.first(where: { $0.name == name }) else {
                throw .unknownColumn(name, known: columns.covariates.map(\.name))
            }
            guard column.values.count == rowCount else {
                throw .lengthMismatch(column: name, found: column.values.count, expected: rowCount)
            }
            covariates.append(column)
        }
        self.factors = factors
        self.covariates = covariates
    }

    /// A row's levels and centred covariates; nil when one is missing.
    func place(_ row: Int) throws(StatisticsError) -> (levels: [Int], covariates: [Double])? {
        var levels: [Int] = []
        for (index, factor) in factors.enumerated() {
            guard let code = factor.level(row: row) else {
                return nil
            }
            guard layout.factors[index].compact.indices.contains(code), layout.factors[index].compact[code] >= 0 else {
                throw .invalidLevelCode(
                    column: factor.name,
                    row: row,
                    code: code,
                    levelCount: layout.factors[index].compact.count
                )
            }
            levels.append(layout.factors[index].compact[code])
        }
        var values: [Double] = []
        for (index, covariate) in covariates.enumerated() {
            guard !covariate.values[row].isNaN else {
                return nil
            }
            values.append(covariate.values[row] - covariateMeans[index])
        }
        return (levels, values)
    }
}
