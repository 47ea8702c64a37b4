// SPDX-License-Identifier: Apache-2.0

/// A response and the categorical columns that may explain it, all rows in memory.
package struct FactorialTable: Sendable, Equatable {
    /// The response's name, for messages.
    package let responseName: String
    /// The response, one finite value per row.
    package let response: [Double]
    /// The factors under study.
    package let factors: [FactorColumn]
    /// Columns that are fitted to take out disturbance, and reported as blocks.
    package let blocks: [FactorColumn]

    /// Makes a table; ``NormalEquations/init(table:)`` checks it.
    package init(responseName: String, response: [Double], factors: [FactorColumn], blocks: [FactorColumn] = []) {
        self.responseName = responseName
        self.response = response
        self.factors = factors
        self.blocks = blocks
    }
}

/// A categorical column: its levels and, per row, the index of the row's level.
package struct FactorColumn: Sendable, Equatable {
    /// The column's name.
    package let name: String
    /// The labels of the levels; the first observed one is the reference of contrasts unless another is named.
    package let levels: [String]
    /// One index into `levels` per row.
    package let codes: [Int]

    /// Makes a column from levels in a stated order and codes into them.
    package init(name: String, levels: [String], codes: [Int]) {
        self.name = name
        self.levels = levels
        self.codes = codes
    }

    /// Makes a column from one label per row; levels are in the order of ``LevelOrder/sorted(_:)``.
    package init(name: String, labels: [String]) {
        self.name = name
        levels = LevelOrder.sorted(Array(Set(labels)))
        let codeOf = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
        codes = labels.map { codeOf[$0] ?? 0 }
    }
}

/// The order of level labels: numbers by value when all are numbers, otherwise by Unicode scalars.
package enum LevelOrder {
    /// Sorts labels.
    package static func sorted(_ labels: [String]) -> [String] {
        permutation(of: labels).map { labels[$0] }
    }

    /// The indices of the labels in sorted order.
    package static func permutation(of labels: [String]) -> [Int] {
        let numbers = labels.map { Double($0) }
        let allNumeric = numbers.allSatisfy { $0?.isFinite == true }
        return labels.indices.sorted { a, b in
            if allNumeric, let first = numbers[a], let second = numbers[b], first != second {
                return first < second
            }
            return labels[a] == labels[b] ? a < b : labels[a] < labels[b]
        }
    }
}
