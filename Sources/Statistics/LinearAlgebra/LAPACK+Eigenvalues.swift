// SPDX-License-Identifier: Apache-2.0
import CLAPACK

extension LAPACK {
    /// The eigenvalues of a symmetric matrix, ascending (dsyevd, without vectors); nil when they are not found.
    static func eigenvalues(symmetric matrix: DenseMatrix) -> [Double]? {
        dure_blas_single_thread()
        let columnMajor: Int32 = 102
        var copy = matrix.values
        var eigenvalues = [Double](repeating: 0, count: matrix.rows)
        let n = Int32(clamping: matrix.rows)
        let status = unsafe copy.withUnsafeMutableBufferPointer { buffer in
            unsafe eigenvalues.withUnsafeMutableBufferPointer { values in
                // The letters N (no vectors) and L (the lower triangle).
                unsafe LAPACKE_dsyevd(columnMajor, 78, 76, n, buffer.baseAddress, max(1, n), values.baseAddress)
            }
        }
        return status == 0 ? eigenvalues : nil
    }
}
