// SPDX-License-Identifier: Apache-2.0

/// Sums of products of a model's indicators with one another and with a response: all that estimates need of the rows.
///
/// Memory grows with the square of the number of indicators, never with the rows. Products of indicators are counts,
/// exact as doubles; sums of the response are double-doubles of values that are shifted to near zero.
struct CrossProducts: Sendable {
    let layout: ModelLayout
    private(set) var rowCount = 0
    /// What is subtracted from every response.
    let shift: Double
    /// Products of indicators, row by row; only columns at or beyond the row are filled.
    private(set) var gram: [Double]
    /// Sums of each indicator.
    private(set) var sums: [Double]
    private(set) var responseSums: [DoubleDouble]
    private(set) var total = DoubleDouble()
    private(set) var squares = DoubleDouble()

    init(layout: ModelLayout, shift: Double) {
        self.layout = layout
        self.shift = shift
        let size = layout.indicatorCount
        gram = Array(repeating: 0, count: size * size)
        sums = Array(repeating: 0, count: size)
        responseSums = Array(repeating: DoubleDouble(), count: size)
    }

    /// Makes the sums of a model of single columns from what was counted elsewhere.
    init(
        layout: ModelLayout,
        shift: Double,
        rowCount: Int,
        gram: [Double],
        responseSums: [DoubleDouble],
        total: DoubleDouble,
        squares: DoubleDouble
    ) {
        self.layout = layout
        self.shift = shift
        self.rowCount = rowCount
        self.gram = gram
        let size = layout.indicatorCount
        sums = (0..<size).map { gram[$0 * size + $0] }
        self.responseSums = responseSums
        self.total = total
        self.squares = squares
    }

    /// The same counts with another response's sums to come.
    func emptied(shift: Double) -> CrossProducts {
        CrossProducts(layout: layout, shift: shift)
    }

    /// Adds cells of rows that share their levels and covariates.
    mutating func add(_ cells: ModelCells, response: Int, squares more: DoubleDouble) {
        let size = layout.indicatorCount
        let terms = layout.terms.count
        var positions = [Int](repeating: 0, count: terms)
        var values = [Double](repeating: 1, count: terms)
        let hasCovariates = !layout.covariateNames.isEmpty
        unsafe gram.withUnsafeMutableBufferPointer { gram in
            for cell in 0..<cells.count {
                let count = cells.counts[response * cells.count + cell]
                guard count > 0 else {
                    continue
                }
                cells.locate(cell, layout, &positions, &values)
                let sum = cells.sums[response * cells.count + cell]
                for first in 0..<terms {
                    let row = positions[first]
                    if hasCovariates {
                        let value = values[first]
                        sums[row] += count * value
                        responseSums[row] += value == 1 ? sum : sum * DoubleDouble(value)
                        for second in first..<terms {
                            unsafe gram[row * size + positions[second]] += count * value * values[second]
                        }
                    } else {
                        sums[row] += count
                        responseSums[row] += sum
                        for second in first..<terms {
                            unsafe gram[row * size + positions[second]] += count
                        }
                    }
                }
                total += sum
                rowCount += Int(count)
            }
        }
        squares += more
    }

    /// Whether no sum has overflowed.
    var isFinite: Bool {
        squares.value.isFinite && total.value.isFinite && totalSumOfSquares.isFinite
            && gram.allSatisfy { $0.isFinite }
    }

    /// The mean of the response less the shift; 0 without rows.
    var shiftedMean: DoubleDouble {
        rowCount > 0 ? total / Double(rowCount) : DoubleDouble()
    }

    /// The sum of squared deviations from the mean.
    var totalSumOfSquares: Double {
        rowCount > 0 ? max(0, (squares - total * total / Double(rowCount)).value) : 0
    }

    /// The number of rows of an indicator.
    func count(_ indicator: Int) -> Int {
        let value = sums[indicator]
        return value >= 0 && value < 9e15 ? Int(value) : 0
    }

    /// The plain mean of an indicator's rows less the shift; nil without rows.
    func shiftedMean(_ indicator: Int) -> DoubleDouble? {
        sums[indicator] > 0 ? responseSums[indicator] / sums[indicator] : nil
    }

    /// The sums of squares and products of all columns and, last, the response, about their means.
    func centred() -> SweptSystem {
        let size = layout.indicatorCount
        let columns = layout.columnCount
        let n = Double(rowCount)
        let isExact = layout.covariateNames.isEmpty && rowCount < 90_000_000
        let start = layout.partStart
        let index = layout.partIndex
        let sign = layout.partSign
        var columnSums = [Double](repeating: 0, count: columns)
        var matrix = [Double](repeating: 0, count: (columns + 1) * (columns + 1))
        var half = [Double](repeating: 0, count: size)
        for row in 0..<columns {
            for part in start[row]..<start[row + 1] {
                columnSums[row] += sign[part] * sums[index[part]]
            }
        }
        for row in 0..<columns {
            for position in 0..<size {
                half[position] = 0
            }
            for part in start[row]..<start[row + 1] {
                addRow(index[part], sign[part], to: &half)
            }
            for column in row..<columns {
                var value = 0.0
                for part in start[column]..<start[column + 1] {
                    value += sign[part] * half[index[part]]
                }
                let a = columnSums[row]
                let b = columnSums[column]
                let centred =
                    isExact
                    ? (n * value - a * b) / n
                    : ((DoubleDouble.product(n, value) - DoubleDouble.product(a, b)) / n).value
                matrix[row * (columns + 1) + column] = centred
                matrix[column * (columns + 1) + row] = centred
            }
            var sum = DoubleDouble()
            for part in start[row]..<start[row + 1] {
                let own = responseSums[index[part]]
                sum = sign[part] > 0 ? sum + own : sum - own
            }
            let response = (sum - total * DoubleDouble(columnSums[row]) / n).value
            matrix[row * (columns + 1) + columns] = response
            matrix[columns * (columns + 1) + row] = response
        }
        matrix[matrix.count - 1] = totalSumOfSquares
        return SweptSystem(matrix: matrix, columnMeans: columnSums.map { $0 / n })
    }

    /// Adds a signed row of the symmetric products, of which only the upper half is filled.
    private func addRow(_ row: Int, _ sign: Double, to half: inout [Double]) {
        let size = layout.indicatorCount
        for position in 0..<row {
            half[position] += sign * gram[position * size + row]
        }
        for position in row..<size {
            half[position] += sign * gram[row * size + position]
        }
    }
}
