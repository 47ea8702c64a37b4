// SPDX-License-Identifier: Apache-2.0

/// Solutions of linear least-squares problems through LAPACK, with rank detection.
package enum LeastSquares {
    /// Coefficients, the rank of the equations, and the columns that depend on others.
    package struct Solution: Sendable, Equatable {
        /// One coefficient per column; columns in `aliased` have 0.
        package let coefficients: [Double]
        /// The number of independent columns.
        package let rank: Int
        /// The columns left out because others determine them, ascending; empty at full rank.
        package let aliased: [Int]
    }

    /// Solves the normal equations G·b = r of a symmetric positive semidefinite G.
    ///
    /// The equations are scaled to a unit diagonal and factored by Cholesky with pivoting. `tolerance` is the share of
    /// a column's own variation below which it counts as determined by the columns before it.
    package static func solve(
        normalEquations gram: DenseMatrix,
        rightHandSide: [Double],
        tolerance: Double = 1e-11
    ) throws(StatisticsError) -> Solution {
        let n = gram.rows
        guard gram.columns == n, rightHandSide.count == n else {
            throw .lengthMismatch(column: "right-hand side", found: rightHandSide.count, expected: n)
        }
        guard n > 0 else {
            return Solution(coefficients: [], rank: 0, aliased: [])
        }
        guard gram.values.allSatisfy(\.isFinite), rightHandSide.allSatisfy(\.isFinite) else {
            throw .singular(subject: "The normal equations (a value is not finite)")
        }
        let scale = (0..<n).map { gram[$0, $0] > 0 ? 1 / gram[$0, $0].squareRoot() : 0 }
        var scaled = gram
        for column in 0..<n {
            for row in 0..<n {
                scaled[row, column] *= scale[row] * scale[column]
            }
        }
        guard let pivoted = LAPACK.pivotedCholesky(scaled, tolerance: tolerance) else {
            throw .singular(subject: "The normal equations")
        }
        let kept = Array(pivoted.pivots.prefix(pivoted.rank))
        let factor = leadingFactor(pivoted.factor, rank: pivoted.rank)
        guard let solved = LAPACK.solve(choleskyFactor: factor, kept.map { rightHandSide[$0] * scale[$0] }) else {
            throw .singular(subject: "The normal equations")
        }
        var coefficients = [Double](repeating: 0, count: n)
        for (position, column) in kept.enumerated() {
            coefficients[column] = solved[position] * scale[column]
        }
        let aliased = pivoted.pivots.dropFirst(pivoted.rank).sorted()
        return Solution(coefficients: coefficients, rank: pivoted.rank, aliased: aliased)
    }

    /// Minimises |X·b − y| by QR with column pivoting; the solution of least norm when columns are dependent.
    ///
    /// The fallback for designs too ill conditioned for their normal equations. `aliased` stays empty: the norm, not a
    /// choice of columns, makes the solution unique.
    package static func solve(
        design: DenseMatrix,
        response: [Double],
        reciprocalCondition: Double = 1e-12
    ) throws(StatisticsError) -> Solution {
        guard design.rows == response.count else {
            throw .lengthMismatch(column: "response", found: response.count, expected: design.rows)
        }
        guard design.rows > 0, design.columns > 0 else {
            return Solution(coefficients: Array(repeating: 0, count: design.columns), rank: 0, aliased: [])
        }
        guard design.values.allSatisfy(\.isFinite), response.allSatisfy(\.isFinite) else {
            throw .singular(subject: "The design (a value is not finite)")
        }
        guard
            let result = LAPACK.leastSquares(design, response, reciprocalCondition: reciprocalCondition)
        else {
            throw .singular(subject: "The design")
        }
        return Solution(coefficients: result.solution, rank: result.rank, aliased: [])
    }

    private static func leadingFactor(_ factor: DenseMatrix, rank: Int) -> DenseMatrix {
        var leading = DenseMatrix(rows: rank, columns: rank)
        for column in 0..<rank {
            for row in column..<rank {
                leading[row, column] = factor[row, column]
            }
        }
        return leading
    }
}
