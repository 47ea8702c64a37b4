// SPDX-License-Identifier: Apache-2.0

/// What a model of counts leaves of one row, or of single trials of one combination.
package struct CountResidual: Sendable {
    /// The row, from 0; of single trials the first of the combination.
    package let row: Int
    /// The place of the row's combination among the model's.
    let cell: Int
    /// The expected count, and the expected number of the others (failures); infinite where there are none.
    package let expected: (counts: Double, others: Double)
    /// The fitted rate.
    package let fitted: Double
    /// The observed rate less the fitted one.
    package let residual: Double
    /// How much the row determines its own fitted rate, 0 to 1.
    package let leverage: Double
    /// The signed root of the row's deviance over its standard error, the scatter found taken in; nil where the row has
    /// none, because it determines its own rate or is fitted by 0 or 1.
    package let standardised: Double?
}

extension FittedCountModel {
    /// The residuals of the rows used; none of large files or where no degrees of freedom are left.
    ///
    /// Deviance residuals are nearer to normal than Pearson's. Source: D. A. Pierce and D. W. Schafer, Journal of the
    /// American Statistical Association 81 (1986); leverages as in P. McCullagh and J. A. Nelder (1989), section 12.5.
    package func residuals() -> [CountResidual] {
        guard let dispersion = report.fit.dispersion, report.fit.dispersionDf > 0 else { return [] }
        let forms = (0..<design.rows).map { cell in
            state.factor.form(state.columns.map { design.elements[cell * design.columns + $0] })
        }
        return cells.rows.map { row in
            let rate = state.rates[row.cell]
            let variance = row.size * model.family.variance(rate)
            let leverage = variance * forms[row.cell]
            let difference = row.count / row.size - rate
            var standardised: Double?
            if variance > 1e-8, leverage.isFinite, leverage < 1 - 1e-9, dispersion > 1e-12 {
                let loss = max(0, model.family.deviance(count: row.count, size: row.size, rate: rate))
                let size = (loss / (dispersion * (1 - leverage))).squareRoot()
                standardised = difference < 0 ? -size : size
            }
            return CountResidual(
                row: row.row,
                cell: row.cell,
                expected: (row.size * rate, model.family == .binomial ? row.size * (1 - rate) : .infinity),
                fitted: rate,
                residual: difference,
                leverage: leverage.isFinite ? min(1, max(0, leverage)) : 1,
                standardised: standardised.flatMap { $0.isFinite ? $0 : nil }
            )
        }
    }

    /// The level index of a factor at a residual's row, for checks by factor.
    func level(of factor: Int, at residual: CountResidual) -> Int {
        guard case .level(let level)? = cells.values[residual.cell][factor] else { return -1 }
        return level
    }
}
