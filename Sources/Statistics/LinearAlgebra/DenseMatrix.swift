// SPDX-License-Identifier: Apache-2.0

/// A dense matrix of doubles in column order, the layout of LAPACK.
package struct DenseMatrix: Sendable, Equatable {
    /// The number of rows.
    package let rows: Int
    /// The number of columns.
    package let columns: Int
    /// The elements, column by column.
    package var values: [Double]

    /// Makes a matrix of zeros.
    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        values = Array(repeating: 0, count: rows * columns)
    }

    /// The element at a row and a column, both from 0.
    package subscript(row: Int, column: Int) -> Double {
        get { values[column * rows + row] }
        set { values[column * rows + row] = newValue }
    }
}
