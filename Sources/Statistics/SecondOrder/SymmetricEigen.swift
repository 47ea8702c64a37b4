// SPDX-License-Identifier: Apache-2.0

/// Eigenvalues and vectors of small symmetric matrices by Jacobi's rotations, the same bits on every machine.
///
/// Cyclic Jacobi (Golub and Van Loan, Matrix Computations, 4th ed., section 8.5).
enum SymmetricEigen {
    /// Overwrites `matrix` (n × n) so that its diagonal holds the eigenvalues; returns the vectors, column j at j·n.
    static func decompose(_ matrix: inout [Double], _ n: Int) -> [Double] {
        var vectors = [Double](repeating: 0, count: n * n)
        for index in 0..<n {
            vectors[index * n + index] = 1
        }
        for _ in 0..<30 {
            var off = 0.0
            var on = 0.0
            for column in 0..<n {
                on += matrix[column * n + column] * matrix[column * n + column]
                for row in 0..<column {
                    off += matrix[column * n + row] * matrix[column * n + row]
                }
            }
            guard off > 1e-20 * on else {
                break
            }
            for p in 0..<(n - 1) {
                for q in (p + 1)..<n {
                    rotate(&matrix, &vectors, n, p, q)
                }
            }
        }
        return vectors
    }

    private static func rotate(_ matrix: inout [Double], _ vectors: inout [Double], _ n: Int, _ p: Int, _ q: Int) {
        let apq = matrix[q * n + p]
        let app = matrix[p * n + p]
        let aqq = matrix[q * n + q]
        guard abs(apq) > 1e-13 * (abs(app) + abs(aqq)) else {
            return
        }
        let theta = (aqq - app) / (2 * apq)
        let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<n {
            let kp = matrix[p * n + k]
            let kq = matrix[q * n + k]
            matrix[p * n + k] = c * kp - s * kq
            matrix[q * n + k] = s * kp + c * kq
            let vp = vectors[p * n + k]
            let vq = vectors[q * n + k]
            vectors[p * n + k] = c * vp - s * vq
            vectors[q * n + k] = s * vp + c * vq
        }
        for k in 0..<n {
            let pk = matrix[k * n + p]
            let qk = matrix[k * n + q]
            matrix[k * n + p] = c * pk - s * qk
            matrix[k * n + q] = s * pk + c * qk
        }
    }
}
