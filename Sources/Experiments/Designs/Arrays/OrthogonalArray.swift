// SPDX-License-Identifier: Apache-2.0

/// A table of runs in which every pair of columns holds every pair of levels equally often.
package struct OrthogonalArray: Hashable, Sendable {
    /// The usual name: `L` and the number of runs, with a prime for a second array of that size.
    package let name: String
    /// The runs in the published order, one level code from 0 per column.
    package let runs: [[Int]]
    /// The number of levels of each column.
    package let columnLevels: [Int]

    /// The largest t, up to 2, for which every t columns hold every combination of their levels equally often.
    ///
    /// An orthogonal array in the sense of Taguchi has strength 2.
    package func strength() -> Int {
        let rowsFit = runs.allSatisfy { run in
            run.count == columnLevels.count && zip(run, columnLevels).allSatisfy { $0 >= 0 && $0 < $1 }
        }
        guard rowsFit, !runs.isEmpty, columnLevels.indices.allSatisfy({ isBalanced([$0]) }) else { return 0 }
        for first in columnLevels.indices {
            for second in columnLevels.indices where second > first && !isBalanced([first, second]) {
                return 1
            }
        }
        return 2
    }

    /// Whether some columns hold every combination of their levels equally often.
    private func isBalanced(_ columns: [Int]) -> Bool {
        let cells = columns.reduce(1) { $0 * columnLevels[$1] }
        var counts = [Int](repeating: 0, count: cells)
        for run in runs {
            counts[columns.reduce(0) { $0 * columnLevels[$1] + run[$1] }] += 1
        }
        return counts.allSatisfy { $0 * cells == runs.count }
    }
}

extension OrthogonalArray {
    /// Every array that is known here, by runs, those of the same number of runs in the order of their names.
    ///
    /// L4, L8, L9, L12, L16, L16' (4⁵), L18, L25, L27, L32, L32' (2¹ 4⁹), L36 (2¹¹ 3¹²), L36' (2³ 3¹³), L50 (2¹ 5¹¹),
    /// L54 (2¹ 3²⁵), L64, L64' (4²¹) and L81.
    package static let all: [OrthogonalArray] = [
        linear("L4", order: 2, dimensions: 2),
        linear("L8", order: 2, dimensions: 3),
        linear("L9", order: 3, dimensions: 2),
        plackettBurman,
        linear("L16", order: 2, dimensions: 4),
        linear("L16'", order: 4, dimensions: 2),
        eighteen,
        linear("L25", order: 5, dimensions: 2),
        linear("L27", order: 3, dimensions: 3),
        linear("L32", order: 2, dimensions: 5),
        thirtyTwoOfFour,
        thirtySix,
        thirtySixOfThree,
        fifty,
        fiftyFour,
        linear("L64", order: 2, dimensions: 6),
        linear("L64'", order: 4, dimensions: 3),
        linear("L81", order: 3, dimensions: 4),
    ]

    /// The array with a name; nil when there is none.
    package static func named(_ name: String) -> OrthogonalArray? {
        all.first { $0.name == name }
    }

    /// The points of a vector space over a field, with one column per point of its projective space.
    ///
    /// Construction of Rao and Hamming: Hedayat, Sloane and Stufken, "Orthogonal Arrays", Springer 1999, section 3.4.
    /// The first basis vector changes slowest and the columns are in Taguchi's order, the last nonzero weight being 1.
    static func linear(_ name: String, order: Int, dimensions: Int) -> OrthogonalArray {
        guard let field = GaloisField(order: order) else {
            return OrthogonalArray(name: name, runs: [], columnLevels: [])
        }
        let points = vectors(base: order, length: dimensions)
        let columns = vectors(base: order, length: dimensions)
            .map { Array($0.reversed()) }
            .filter { $0.last { $0 != 0 } == 1 }
        return OrthogonalArray(
            name: name,
            runs: points.map { point in
                columns.map { weights in
                    zip(point, weights).reduce(0) { field.sum($0, field.product($1.0, $1.1)) }
                }
            },
            columnLevels: columns.map { _ in order }
        )
    }

    /// All vectors of digits, the first digit changing slowest.
    static func vectors(base: Int, length: Int) -> [[Int]] {
        (0..<length).reduce([[]]) { vectors, _ in
            vectors.flatMap { vector in (0..<base).map { vector + [$0] } }
        }
    }

    /// The L12 of Plackett and Burman, Biometrika 33 (1946): a cyclic row of 11 signs and a row of one level.
    static var plackettBurman: OrthogonalArray {
        let first = [1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0]
        let cyclic = (0..<11).map { shift in (0..<11).map { first[($0 - shift + 11) % 11] } }
        return OrthogonalArray(
            name: "L12",
            runs: [[Int](repeating: 0, count: 11)] + cyclic,
            columnLevels: [Int](repeating: 2, count: 11)
        )
    }
}
