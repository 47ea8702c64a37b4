// SPDX-License-Identifier: Apache-2.0

/// Rows, or groups of rows that share all levels: their counts and sums per response.
struct ModelCells: Sendable {
    /// The number of cells.
    var count = 0
    let factorCount: Int
    let covariateCount: Int
    /// Declared level codes, cell by cell.
    var levels: [Int32] = []
    /// Covariates less their means, cell by cell.
    var covariates: [Double] = []
    /// Rows with a response, response by response.
    var counts: [Double] = []
    /// Sums of the shifted responses, response by response.
    var sums: [DoubleDouble] = []
    /// Sums of the squares of the shifted responses.
    var squares: [DoubleDouble] = []

    init(factorCount: Int, covariateCount: Int) {
        self.factorCount = factorCount
        self.covariateCount = covariateCount
    }

    /// Finds the indicator of each term that a cell belongs to, and its value.
    @inline(__always)
    func locate(_ cell: Int, _ layout: ModelLayout, _ positions: inout [Int], _ values: inout [Double]) {
        let base = cell * factorCount
        for term in positions.indices {
            var position = 0
            for axis in layout.axisStart[term]..<layout.axisStart[term + 1] {
                let factor = layout.axisFactor[axis]
                let level = layout.levelPlace[layout.levelStart[factor] + Int(levels[base + factor])]
                position = position * layout.axisSize[axis] + level
            }
            positions[term] = layout.indicatorStart[term] + position
        }
        if covariateCount > 0 {
            for (index, term) in layout.terms.enumerated() where !term.covariates.isEmpty {
                values[index] = term.covariates.reduce(1.0) { $0 * covariates[cell * covariateCount + $1] }
            }
        }
    }

    /// The share of a response's residual sum of squares that lies in these cells, given the fitted effect of every
    /// indicator and the mean, both less the response's shift.
    ///
    /// Within cells it does not depend on the model; between them it is a sum of squares, never a difference of two.
    func residualSumOfSquares(_ response: Int, _ layout: ModelLayout, effects: [Double], mean: DoubleDouble) -> Double {
        var positions = [Int](repeating: 0, count: layout.terms.count)
        var values = [Double](repeating: 1, count: layout.terms.count)
        var between = 0.0
        var within = squares[response]
        for cell in 0..<count {
            let n = counts[response * count + cell]
            guard n > 0 else {
                continue
            }
            let sum = sums[response * count + cell]
            locate(cell, layout, &positions, &values)
            var fitted = 0.0
            for term in positions.indices {
                fitted += values[term] * effects[positions[term]]
            }
            let deviation = ((sum - mean * DoubleDouble(n)) / n).value - fitted
            between += n * deviation * deviation
            within = within - sum * sum / n
        }
        // Below this share of the squares, what is left within cells is rounding of double-doubles.
        let inside = within.value > squares[response].value * 1e-28 ? within.value : 0
        return between + inside
    }
}
