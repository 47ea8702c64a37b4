// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Sums of squares and products of model rows, row after row in one array, and what is computed from them.
struct InformationMatrix: Sendable {
    /// The number of rows and columns.
    let width: Int
    /// The entries, row after row.
    private(set) var values: [Double]

    /// A matrix of nothing but `ridge` on the diagonal.
    init(width: Int, ridge: Double = 0) {
        self.width = width
        values = [Double](repeating: 0, count: width * width)
        for index in 0..<width {
            values[index * width + index] = ridge
        }
    }

    /// Adds `weight` times the products of a row.
    mutating func add(_ row: [Double], weight: Double = 1) {
        for first in 0..<width where row[first] != 0 {
            let scaled = weight * row[first]
            for second in 0..<width {
                values[first * width + second] += scaled * row[second]
            }
        }
    }

    /// Adds another matrix of the same width.
    mutating func add(_ other: InformationMatrix) {
        for index in values.indices {
            values[index] += other.values[index]
        }
    }

    /// The inverse and the logarithm of the determinant; nil unless the matrix is positive definite.
    ///
    /// `tolerance` is the least pivot as a share of the largest diagonal entry.
    func inverse(tolerance: Double = 1e-11) -> (inverse: [Double], logDeterminant: Double)? {
        var lower = values
        var logDeterminant = 0.0
        let largest = (0..<width).map { values[$0 * width + $0] }.max() ?? 0
        for column in 0..<width {
            var pivot = lower[column * width + column]
            for place in 0..<column {
                pivot -= lower[column * width + place] * lower[column * width + place]
            }
            guard pivot > tolerance * largest else { return nil }
            let root = pivot.squareRoot()
            lower[column * width + column] = root
            logDeterminant += 2 * log(root)
            for row in (column + 1)..<max(column + 1, width) {
                var value = lower[row * width + column]
                for place in 0..<column {
                    value -= lower[row * width + place] * lower[column * width + place]
                }
                lower[row * width + column] = value / root
            }
        }
        // The inverse of the factor, then its own product.
        var factor = [Double](repeating: 0, count: width * width)
        for column in 0..<width {
            factor[column * width + column] = 1 / lower[column * width + column]
            for row in (column + 1)..<max(column + 1, width) {
                var value = 0.0
                for place in column..<row {
                    value -= lower[row * width + place] * factor[place * width + column]
                }
                factor[row * width + column] = value / lower[row * width + row]
            }
        }
        var inverse = [Double](repeating: 0, count: width * width)
        for place in 0..<width {
            for row in 0...place {
                let scaled = factor[place * width + row]
                guard scaled != 0 else { continue }
                for column in 0...place {
                    inverse[row * width + column] += scaled * factor[place * width + column]
                }
            }
        }
        return (inverse, logDeterminant)
    }
}
