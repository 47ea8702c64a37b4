// SPDX-License-Identifier: Apache-2.0

/// Square tables of signs whose rows, and columns, are orthogonal.
///
/// Sylvester's doubling, and the two constructions of Paley, "On orthogonal matrices", Journal of Mathematics and
/// Physics 12 (1933). Together they give every multiple of 4 from 4 to 128 except 92 and 116.
package enum HadamardMatrix {
    /// The matrix of an order, as rows of 1 and -1 whose first row and column are 1; nil when no construction has it.
    package static func ofOrder(_ order: Int) -> [[Int]]? {
        guard order == 1 || order == 2 || (order > 0 && order % 4 == 0 && order <= 1_024) else { return nil }
        if order == 1 { return [[1]] }
        let isPowerOfTwo = order & (order - 1) == 0
        if !isPowerOfTwo, let matrix = paleyFirst(order) ?? paleySecond(order) { return normalised(matrix) }
        guard let half = ofOrder(order / 2) else { return nil }
        return half.map { $0 + $0 } + half.map { $0 + $0.map { -$0 } }
    }

    /// Paley's first construction: q + 1 for a prime power q that leaves 3 modulo 4.
    private static func paleyFirst(_ order: Int) -> [[Int]]? {
        guard (order - 1) % 4 == 3, let field = GaloisField(order: order - 1) else { return nil }
        let character = field.quadraticCharacter
        let core = (0..<field.order).map { row in
            [-1]
                + (0..<field.order).map { column in
                    row == column ? 1 : character[field.difference(column, row)]
                }
        }
        return [[Int](repeating: 1, count: order)] + core
    }

    /// Paley's second construction: 2 (q + 1) for a prime power q that leaves 1 modulo 4.
    private static func paleySecond(_ order: Int) -> [[Int]]? {
        guard order % 2 == 0, (order / 2 - 1) % 4 == 1, let field = GaloisField(order: order / 2 - 1) else {
            return nil
        }
        let character = field.quadraticCharacter
        let size = field.order + 1
        func entry(_ row: Int, _ column: Int) -> Int {
            if row == 0 || column == 0 { return row == column ? 0 : 1 }
            return character[field.difference(column - 1, row - 1)]
        }
        return (0..<(2 * size)).map { row in
            (0..<(2 * size)).map { column in
                let value = entry(row / 2, column / 2)
                let isLower = row % 2 == 1 && column % 2 == 1
                if value == 0 { return row % 2 == 0 && column % 2 == 0 ? 1 : -1 }
                return isLower ? -value : value
            }
        }
    }

    /// The matrix with rows and columns negated so that the first ones are 1.
    private static func normalised(_ matrix: [[Int]]) -> [[Int]] {
        let rows = matrix.map { row in row.map { $0 * row[0] } }
        return rows.map { row in zip(row, rows[0]).map { $0 * $1 } }
    }
}

extension OrthogonalArray {
    /// The numbers of runs for which a design of Plackett and Burman is known here: multiples of 4 from 8 to 128.
    package static let plackettBurmanRuns: [Int] = stride(from: 8, through: 128, by: 4).filter { $0 != 92 && $0 != 116 }

    /// The design of Plackett and Burman of so many runs, with one column fewer than runs; nil when none is known here.
    ///
    /// Plackett and Burman, "The design of optimum multifactorial experiments", Biometrika 33 (1946). For 12 runs it is
    /// their cyclic design; the others are equivalent to theirs, or to another Hadamard matrix of that order.
    package static func plackettBurman(runs: Int) -> OrthogonalArray? {
        if runs == 12 { return plackettBurman }
        guard plackettBurmanRuns.contains(runs), let matrix = HadamardMatrix.ofOrder(runs) else { return nil }
        return OrthogonalArray(
            name: "PB\(runs)",
            runs: matrix.map { row in row.dropFirst().map { $0 == 1 ? 0 : 1 } },
            columnLevels: [Int](repeating: 2, count: runs - 1)
        )
    }
}
