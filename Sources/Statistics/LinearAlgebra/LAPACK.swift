// SPDX-License-Identifier: Apache-2.0
import CLAPACK

/// The calls into LAPACK, the one place of this target that touches pointers.
///
/// Each takes matrices by value and returns new ones; sizes are checked by the callers.
enum LAPACK {
    /// LAPACKE's code for column order; what needs it first sets one thread for each caller's work.
    private static let columnMajor: Int32 = {
        dure_blas_single_thread()
        return 102
    }()
    /// The ASCII code of `L`: the lower triangle is read and written.
    private static let lower: CChar = 76

    /// Factors a symmetric positive definite matrix as L·Lᵀ; nil when it is not positive definite.
    static func cholesky(_ matrix: DenseMatrix) -> DenseMatrix? {
        var factor = matrix
        let n = Int32(clamping: matrix.rows)
        let status = unsafe factor.values.withUnsafeMutableBufferPointer { buffer in
            unsafe LAPACKE_dpotrf(columnMajor, lower, n, buffer.baseAddress, max(1, n))
        }
        return status == 0 ? factor : nil
    }

    /// Factors a symmetric positive semidefinite matrix with pivoting, and tells the order and the rank.
    static func pivotedCholesky(
        _ matrix: DenseMatrix,
        tolerance: Double
    ) -> (factor: DenseMatrix, pivots: [Int], rank: Int)? {
        var factor = matrix
        let n = Int32(clamping: matrix.rows)
        var pivots = [Int32](repeating: 0, count: matrix.rows)
        var rank: Int32 = 0
        let status = unsafe factor.values.withUnsafeMutableBufferPointer { buffer in
            unsafe pivots.withUnsafeMutableBufferPointer { order in
                unsafe LAPACKE_dpstrf(
                    columnMajor,
                    lower,
                    n,
                    buffer.baseAddress,
                    max(1, n),
                    order.baseAddress,
                    &rank,
                    tolerance
                )
            }
        }
        return status >= 0 ? (factor, pivots.map { Int($0) - 1 }, Int(rank)) : nil
    }

    /// Solves L·Lᵀ·x = b for a factor made by ``cholesky(_:)``.
    static func solve(choleskyFactor factor: DenseMatrix, _ rightHandSide: [Double]) -> [Double]? {
        var solution = rightHandSide
        let n = Int32(clamping: factor.rows)
        let status = unsafe factor.values.withUnsafeBufferPointer { buffer in
            unsafe solution.withUnsafeMutableBufferPointer { target in
                unsafe LAPACKE_dpotrs(
                    columnMajor,
                    lower,
                    n,
                    1,
                    buffer.baseAddress,
                    max(1, n),
                    target.baseAddress,
                    max(1, n)
                )
            }
        }
        return status == 0 ? solution : nil
    }

    /// The full symmetric inverse for a factor made by ``cholesky(_:)``.
    static func inverse(choleskyFactor factor: DenseMatrix) -> DenseMatrix? {
        var inverse = factor
        let n = Int32(clamping: factor.rows)
        let status = unsafe inverse.values.withUnsafeMutableBufferPointer { buffer in
            unsafe LAPACKE_dpotri(columnMajor, lower, n, buffer.baseAddress, max(1, n))
        }
        guard status == 0 else {
            return nil
        }
        for column in 0..<inverse.columns {
            for row in 0..<column {
                inverse[row, column] = inverse[column, row]
            }
        }
        return inverse
    }

    /// Least squares of least norm by a rank-revealing QR factorisation (dgelsy).
    static func leastSquares(
        _ design: DenseMatrix,
        _ response: [Double],
        reciprocalCondition: Double
    ) -> (solution: [Double], rank: Int)? {
        var matrix = design
        let m = Int32(clamping: design.rows)
        let n = Int32(clamping: design.columns)
        var target = response + Array(repeating: 0, count: max(0, design.columns - design.rows))
        var pivots = [Int32](repeating: 0, count: design.columns)
        var rank: Int32 = 0
        let leading = max(1, max(m, n))
        let status = unsafe matrix.values.withUnsafeMutableBufferPointer { buffer in
            unsafe target.withUnsafeMutableBufferPointer { solution in
                unsafe pivots.withUnsafeMutableBufferPointer { order in
                    unsafe LAPACKE_dgelsy(
                        columnMajor,
                        m,
                        n,
                        1,
                        buffer.baseAddress,
                        max(1, m),
                        solution.baseAddress,
                        leading,
                        order.baseAddress,
                        reciprocalCondition,
                        &rank
                    )
                }
            }
        }
        return status == 0 ? (Array(target.prefix(design.columns)), Int(rank)) : nil
    }
}
