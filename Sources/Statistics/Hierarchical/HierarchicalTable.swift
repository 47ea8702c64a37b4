// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Results of several groups, such as campaigns, coded by indicator columns: what a hierarchical model is fitted to.
///
/// A column stands for one level of one factor, and a row names the columns that are 1. Groups may belong to clusters, such
/// as products. Columns that a group never used do no harm.
package struct HierarchicalTable: Sendable, Equatable {
    /// One result.
    package struct Row: Sendable, Equatable {
        /// The numbers of the columns that are 1.
        package var columns: [Int]
        /// The value, on the scale of the model.
        package var response: Double

        /// Makes a row.
        package init(columns: [Int], response: Double) {
            self.columns = columns
            self.response = response
        }
    }

    /// The results of one group.
    package struct Group: Sendable, Equatable {
        /// The cluster that the group belongs to, from 0.
        package var cluster: Int
        /// Its results.
        package var rows: [Row]

        /// Makes a group.
        package init(cluster: Int, rows: [Row]) {
            self.cluster = cluster
            self.rows = rows
        }
    }

    /// The number of indicator columns.
    package var columnCount: Int
    /// The groups.
    package var groups: [Group]

    /// Makes a table; what it holds is checked when a model is fitted.
    package init(columnCount: Int, groups: [Group]) {
        self.columnCount = columnCount
        self.groups = groups
    }

    /// Throws unless every number is usable.
    func validate() throws(StatisticsError) {
        guard groups.count >= 2 else {
            throw .tooFewObservations(subject: "Groups of a hierarchical model", found: groups.count, needed: 2)
        }
        guard (0...Self.columnLimit).contains(columnCount) else {
            throw .invalidArgument(
                name: "columnCount",
                value: "\(columnCount)",
                remedy: "give 0 to \(Self.columnLimit) indicator columns; leave out levels that matter little"
            )
        }
        for (index, group) in groups.enumerated() {
            guard !group.rows.isEmpty else {
                throw .tooFewObservations(subject: "Group \(index + 1)", found: 0, needed: 1)
            }
            guard (0..<groups.count).contains(group.cluster) else {
                throw .invalidArgument(
                    name: "cluster",
                    value: "\(group.cluster)",
                    remedy: "number the clusters from 0 without gaps"
                )
            }
            for (number, row) in group.rows.enumerated() {
                guard row.response.isFinite else { throw .notFinite(column: "response", row: number) }
                guard row.response.magnitude < 1e100 else { throw .tooLarge(column: "response") }
                for column in row.columns where !(0..<columnCount).contains(column) {
                    throw .invalidLevelCode(column: "columns", row: number, code: column, levelCount: columnCount)
                }
            }
        }
    }

    /// The most indicator columns that a model takes.
    package static let columnLimit = 400
}

/// One group's results as means of cells, a cell being the rows with the same columns.
struct HierarchicalCells: Sendable {
    let cluster: Int
    /// The group's own columns, ascending, as numbers of the table.
    let columns: [Int]
    /// The columns of each cell, as places in `columns`.
    let cells: [[Int]]
    let counts: [Double]
    /// Means, less the centre of the whole table.
    let means: [Double]
    /// The sum of squares within cells.
    let within: Double

    init(_ group: HierarchicalTable.Group, centre: Double) {
        cluster = group.cluster
        var used: Set<Int> = []
        for row in group.rows { used.formUnion(row.columns) }
        columns = used.sorted()
        let places = Dictionary(columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var numbers: [[Int]: Int] = [:]
        var cells: [[Int]] = []
        var counts: [Double] = []
        var means: [Double] = []
        var within = 0.0
        for row in group.rows {
            let key = Set(row.columns.compactMap { places[$0] }).sorted()
            let number = numbers[key] ?? cells.count
            if number == cells.count {
                numbers[key] = number
                cells.append(key)
                counts.append(0)
                means.append(0)
            }
            // Welford's update.
            counts[number] += 1
            let distance = row.response - centre - means[number]
            means[number] += distance / counts[number]
            within += distance * (row.response - centre - means[number])
        }
        self.cells = cells
        self.counts = counts
        self.means = means
        self.within = within
    }

    /// X'WX, X'Wy, y'Wy and Σ ln of the cells' variances, X having the intercept first, W the inverse variances of cell means.
    func crossProducts(combination: Double) -> HierarchicalCrossProducts {
        let width = columns.count + 1
        var matrix = DenseMatrix(rows: width, columns: width)
        var side = [Double](repeating: 0, count: width)
        var square = 0.0
        var logarithms = 0.0
        for (cell, places) in cells.enumerated() {
            let variance = 1 / counts[cell] + combination
            let weight = 1 / variance
            let weighted = weight * means[cell]
            logarithms += log(variance)
            square += weighted * means[cell]
            matrix[0, 0] += weight
            side[0] += weighted
            for place in places {
                matrix[place + 1, 0] += weight
                matrix[0, place + 1] += weight
                side[place + 1] += weighted
                for other in places { matrix[place + 1, other + 1] += weight }
            }
        }
        return HierarchicalCrossProducts(
            cluster: cluster,
            columns: columns,
            matrix: matrix,
            side: side,
            square: square,
            logarithms: logarithms
        )
    }
}

/// What the likelihood needs of one group for a given variance of combinations.
struct HierarchicalCrossProducts: Sendable {
    let cluster: Int
    let columns: [Int]
    let matrix: DenseMatrix
    let side: [Double]
    let square: Double
    let logarithms: Double
}
