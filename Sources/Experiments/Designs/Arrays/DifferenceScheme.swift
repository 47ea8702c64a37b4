// SPDX-License-Identifier: Apache-2.0

/// A square table over the additive group of a field in which the difference of every two columns holds every element
/// equally often; its first row and column are 0.
///
/// The rows of a scheme with every element of the group added make an orthogonal array: Bose and Bush, "Orthogonal
/// arrays of strength two and three", Annals of Mathematical Statistics 23 (1952); Hedayat, Sloane and Stufken,
/// "Orthogonal Arrays", Springer 1999, chapter 6.
struct DifferenceScheme: Sendable {
    /// The rows.
    let rows: [[Int]]
    /// The field whose addition is meant.
    let field: GaloisField

    /// Creates a scheme from its rows, subtracting first column and row so that both become 0.
    init(rows: [[Int]], field: GaloisField) {
        let byRow = rows.map { row in row.map { field.difference($0, row.first ?? 0) } }
        let first = byRow.first ?? []
        self.rows = byRow.map { row in zip(row, first).map { field.difference($0, $1) } }
        self.field = field
    }

    /// Whether the difference of every two columns holds every element equally often.
    var isValid: Bool {
        let columns = rows.first?.count ?? 0
        return (0..<columns).allSatisfy { left in
            (0..<left).allSatisfy { right in
                var counts = [Int](repeating: 0, count: field.order)
                for row in rows {
                    counts[field.difference(row[left], row[right])] += 1
                }
                return counts.allSatisfy { $0 * field.order == rows.count }
            }
        }
    }

    /// The product table of a field of `larger` elements, mapped to the field of `order` by dropping digits.
    ///
    /// Hedayat, Sloane and Stufken, theorem 6.6.
    static func products(of larger: GaloisField, in smaller: GaloisField) -> DifferenceScheme {
        let elements = 0..<larger.order
        let rows = elements.map { row in elements.map { larger.product(row, $0) % smaller.order } }
        return DifferenceScheme(rows: rows, field: smaller)
    }

    /// A scheme of 2q rows over a field of 3 or 5 elements, from four tables of quadratic forms a·i² + b·i·j + c·j².
    ///
    /// The form is that of Jungnickel, "On difference matrices, resolvable transversal designs and generalized
    /// Hadamard matrices", Mathematische Zeitschrift 167 (1979); a test proves the scheme.
    static func doubled(_ field: GaloisField) -> DifferenceScheme {
        let forms =
            field.order == 3
            ? [[0, 1, 0], [1, 1, 0], [0, 1, 2], [2, 2, 1]] : [[0, 1, 0], [1, 1, 0], [0, 1, 1], [3, 3, 3]]
        let prime = field.order
        func entry(_ form: [Int], _ row: Int, _ column: Int) -> Int {
            (form[0] * row * row + form[1] * row * column + form[2] * column * column) % prime
        }
        let rows = (0..<(2 * prime)).map { row in
            (0..<(2 * prime)).map { column in
                entry(forms[2 * (row / prime) + column / prime], row % prime, column % prime)
            }
        }
        return DifferenceScheme(rows: rows, field: field)
    }

    /// The Kronecker sum of two schemes, again a scheme.
    static func sum(_ left: DifferenceScheme, _ right: DifferenceScheme) -> DifferenceScheme {
        let rows = left.rows.flatMap { outer in
            right.rows.map { inner in outer.flatMap { first in inner.map { left.field.sum(first, $0) } } }
        }
        return DifferenceScheme(rows: rows, field: left.field)
    }

    /// The array of the scheme's rows with every element added, beside columns that are constant over these additions.
    ///
    /// The columns of `beside` come first; it has one row per row of the scheme.
    func array(named name: String, beside: OrthogonalArray) -> OrthogonalArray {
        let runs = zip(rows, beside.runs).flatMap { row, others in
            (0..<field.order).map { shift in others + row.map { field.sum($0, shift) } }
        }
        let own = [Int](repeating: field.order, count: rows.first?.count ?? 0)
        return OrthogonalArray(name: name, runs: runs, columnLevels: beside.columnLevels + own)
    }
}
