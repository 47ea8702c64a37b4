// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A way in which the cells of a table may vary together: columns B of a basis with covariance B·Bᵀ of mean variance 1.
///
/// Every column sums to nothing over each factor's levels, so that groups of effects do not share what they explain.
struct EffectBasis: Sendable {
    /// The number of cells.
    let cells: Int
    /// The number of columns.
    let width: Int
    /// The columns, each of `cells` values.
    let columns: [Double]

    /// Independent levels: centred contrasts of equal variance.
    static func nominal(levels: Int) -> EffectBasis {
        from(covariance: (0..<(levels * levels)).map { $0 / levels == $0 % levels ? 1 : 0 }, levels)
    }

    /// Neighbouring levels alike: a squared-exponential covariance over the levels' places.
    ///
    /// Places run from 0 to 1; `reach` is the distance at which the correlation is e^(-1/2).
    static func smooth(levels: Int, reach: Double = 0.5) -> EffectBasis {
        let step = 1 / Double(max(1, levels - 1))
        let covariance = (0..<(levels * levels)).map { index in
            let distance = Double(index / levels - index % levels) * step / reach
            return exp(-distance * distance / 2)
        }
        return from(covariance: covariance, levels)
    }

    /// The interaction of two factors: products of their columns.
    static func product(_ first: EffectBasis, _ second: EffectBasis) -> EffectBasis {
        var columns: [Double] = []
        columns.reserveCapacity(first.width * second.width * first.cells * second.cells)
        for a in 0..<first.width {
            for b in 0..<second.width {
                for i in 0..<first.cells {
                    for j in 0..<second.cells {
                        columns.append(first.columns[a * first.cells + i] * second.columns[b * second.cells + j])
                    }
                }
            }
        }
        return EffectBasis(cells: first.cells * second.cells, width: first.width * second.width, columns: columns)
    }

    /// The principal columns of a covariance that was centred and scaled to a mean variance of 1.
    private static func from(covariance: [Double], _ n: Int) -> EffectBasis {
        var matrix = covariance
        for _ in 0..<2 {
            for row in 0..<n {
                let mean = (0..<n).reduce(0) { $0 + matrix[$1 * n + row] } / Double(n)
                for column in 0..<n {
                    matrix[column * n + row] -= mean
                }
            }
            for row in 0..<n {
                for column in 0..<row {
                    let swapped = matrix[column * n + row]
                    matrix[column * n + row] = matrix[row * n + column]
                    matrix[row * n + column] = swapped
                }
            }
        }
        let trace = (0..<n).reduce(0) { $0 + matrix[$1 * n + $1] }
        let vectors = SymmetricEigen.decompose(&matrix, n)
        var columns: [Double] = []
        var width = 0
        for index in 0..<n where trace > 0 && matrix[index * n + index] > 1e-6 * trace {
            let scale = (matrix[index * n + index] * Double(n) / trace).squareRoot()
            columns += (0..<n).map { vectors[index * n + $0] * scale }
            width += 1
        }
        return EffectBasis(cells: n, width: width, columns: columns)
    }

    /// The columns turned so that the counts' quadratic form is diagonal: M with MᵀNM = diag(information).
    func turned(counts: ArraySlice<Double>) -> (columns: [Double], information: [Double]) {
        let weights = Array(counts)
        var gram = [Double](repeating: 0, count: width * width)
        var weighted = [Double](repeating: 0, count: cells)
        for a in 0..<width {
            for cell in 0..<cells {
                weighted[cell] = weights[cell] * columns[a * cells + cell]
            }
            for b in 0...a {
                var sum = 0.0
                for cell in 0..<cells {
                    sum += weighted[cell] * columns[b * cells + cell]
                }
                gram[a * width + b] = sum
                gram[b * width + a] = sum
            }
        }
        let vectors = SymmetricEigen.decompose(&gram, width)
        var turned = [Double](repeating: 0, count: width * cells)
        for j in 0..<width {
            for a in 0..<width {
                let weight = vectors[j * width + a]
                for cell in 0..<cells {
                    turned[j * cells + cell] += weight * columns[a * cells + cell]
                }
            }
        }
        return (turned, (0..<width).map { max(0, gram[$0 * width + $0]) })
    }
}
