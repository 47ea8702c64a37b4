// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Whether the residuals of neighbouring rows are alike, as a drift over time makes them.
///
/// JSON keys are the names of the properties. Source: J. Durbin and G. S. Watson, Biometrika 37 (1950). The p value is
/// exact for the model's design by J. P. Imhof's integral (Biometrika 48, 1961) for up to 400 rows, and by the normal
/// distribution beyond.
package struct DurbinWatsonTest: Sendable, Equatable, Codable {
    /// Σ (eᵢ − eᵢ₋₁)² / Σ eᵢ²: 2 without correlation, towards 0 for a drift, towards 4 for alternation.
    package let statistic: Double
    /// The correlation of neighbours, Σ eᵢ·eᵢ₋₁ / Σ eᵢ².
    package let autocorrelation: Double
    /// The two-sided p value.
    package let p: Double
    /// Whether the p value is exact for the design.
    package let isExact: Bool

    /// Rows up to which the p value is exact.
    package static let exactLimit = 400

    /// Tests residuals in time order; `design` are the columns of the model (the intercept too), in the same order.
    ///
    /// Throws for columns of another length, fewer than 3 degrees of freedom, and residuals that are all 0.
    package init(residuals: [Double], design: [[Double]]) throws(StatisticsError) {
        try residuals.requireFinite("residuals")
        for (index, column) in design.enumerated() where column.count != residuals.count {
            throw .lengthMismatch(column: "design \(index + 1)", found: column.count, expected: residuals.count)
        }
        let squares = residuals.reduce(0) { $0 + $1 * $1 }
        let basis = residuals.count <= Self.exactLimit ? Self.orthonormal(design) : []
        let freedom = residuals.count - (basis.isEmpty ? design.count : basis.count)
        guard freedom >= 3 else {
            throw .tooFewObservations(
                subject: "Degrees of freedom for the test of order",
                found: max(0, freedom),
                needed: 3
            )
        }
        guard squares > 0 else {
            throw .invalidArgument(name: "residuals", value: "all 0", remedy: "give residuals of an imperfect fit")
        }
        var steps = 0.0
        var products = 0.0
        for (before, after) in zip(residuals, residuals.dropFirst()) {
            steps += (after - before) * (after - before)
            products += after * before
        }
        statistic = steps / squares
        autocorrelation = products / squares
        isExact = residuals.count <= Self.exactLimit
        if isExact, let lower = Self.lowerTail(statistic, rows: residuals.count, basis) {
            p = min(1, max(0, 2 * min(lower, 1 - lower)))
        } else {
            p = StandardNormal.twoSidedP((statistic - 2) * Double(residuals.count).squareRoot() / 2) ?? 1
        }
    }

    /// Columns of length 1 at right angles that span the same space (Gram and Schmidt, twice over for accuracy).
    private static func orthonormal(_ columns: [[Double]]) -> [[Double]] {
        var basis: [[Double]] = []
        for column in columns {
            let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else {
                continue
            }
            var rest = column.map { $0 / length }
            for _ in 0..<2 {
                for other in basis {
                    let share = zip(rest, other).reduce(0) { $0 + $1.0 * $1.1 }
                    for row in rest.indices {
                        rest[row] -= share * other[row]
                    }
                }
            }
            let left = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if left > 1e-8 {
                basis.append(rest.map { $0 / left })
            }
        }
        return basis
    }

    /// P(statistic < d) for normal errors: the chance that Σ (λᵢ − d)·ξᵢ² is negative, λᵢ the eigenvalues of M·A·M.
    private static func lowerTail(_ d: Double, rows: Int, _ basis: [[Double]]) -> Double? {
        // A − d·I between neighbours is tridiagonal; M = I − Q·Qᵀ takes the model's space out.
        var matrix = DenseMatrix(rows: rows, columns: rows)
        let applied = basis.map { column in
            column.indices.map { row in
                let before = row > 0 ? column[row - 1] : column[row]
                let after = row + 1 < rows ? column[row + 1] : column[row]
                return (2 - d) * column[row] - before - after
            }
        }
        let size = basis.count
        var inner = [Double](repeating: 0, count: size * size)
        for first in 0..<size {
            for second in 0..<size {
                inner[first * size + second] = zip(basis[first], applied[second]).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
        for column in 0..<rows {
            matrix[column, column] = (column == 0 || column == rows - 1 ? 1 : 2) - d
            if column + 1 < rows {
                matrix[column + 1, column] = -1
                matrix[column, column + 1] = -1
            }
        }
        for first in 0..<size {
            let combined = (0..<rows).map { row in
                (0..<size).reduce(0.0) { $0 + inner[first * size + $1] * basis[$1][row] }
            }
            for column in 0..<rows {
                for row in 0..<rows {
                    matrix[row, column] +=
                        basis[first][row] * (combined[column] - applied[first][column])
                        - applied[first][row] * basis[first][column]
                }
            }
        }
        guard var eigenvalues = LAPACK.eigenvalues(symmetric: matrix) else {
            return nil
        }
        // The model's own space has as many eigenvalues of 0, which do not count.
        eigenvalues.sort { $0.magnitude < $1.magnitude }
        return imhof(Array(eigenvalues.dropFirst(size)))
    }

    /// P(Σ θᵢ·ξᵢ² < 0) for standard normal ξ, by the trapezoidal rule over the logarithm of Imhof's variable.
    static func imhof(_ weights: [Double]) -> Double? {
        guard let greatest = weights.map(\.magnitude).max(), greatest > 0 else {
            return nil
        }
        let step = 0.03125
        var sum = 0.0
        for index in Int(-42 / step)...Int(120 / step) {
            let u = exp(Double(index) * step)
            var angle = 0.0
            var decay = 0.0
            for weight in weights {
                let scaled = weight / greatest * u
                angle += atan(scaled)
                decay += log1p(scaled * scaled)
            }
            sum += sin(angle / 2) * exp(-decay / 4)
            if index > 0, decay > 160 {
                break
            }
        }
        let share = 0.5 - sum * step / Double.pi
        return share.isFinite ? min(1, max(0, share)) : nil
    }
}
