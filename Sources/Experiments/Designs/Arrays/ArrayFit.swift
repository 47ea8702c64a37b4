// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Factors laid on the columns of an orthogonal array.
package struct ArrayFit: Hashable, Sendable {
    /// The array.
    package let array: OrthogonalArray
    /// The array's column of each factor.
    package let columns: [Int]
    /// The array's runs in its own order, as levels of the factors; dummy levels can make runs equal.
    package let runs: [Combination]
    /// The factor's level for each level of the column, by the index of a factor with fewer levels than its column.
    package let dummyLevels: [Int: [Int]]
    /// One sentence for each dummy level.
    package let notes: [String]
}

extension OrthogonalArray {
    /// The array that suits factors best; nil when none has enough columns of enough levels.
    ///
    /// The L18 when there are factors of two and of three levels and no others and it fits; else the array of fewest
    /// runs that has a column of exactly the most levels, or any array when none such fits; among equals the one with
    /// fewest dummy levels. `control` tells which level a dummy level repeats first (the first level of each factor
    /// unless given), `names` how notes call the factors.
    package static func smallest(
        fitting levelCounts: [Int],
        control: [Int]? = nil,
        names: [String]? = nil,
        maximumRuns: Int? = nil
    ) -> ArrayFit? {
        guard let most = levelCounts.max() else { return nil }
        let fits = all.compactMap { array -> ArrayFit? in
            guard array.runs.count <= maximumRuns ?? .max else { return nil }
            return array.fit(levelCounts, control: control, names: names)
        }
        if Set(levelCounts) == [2, 3], let mixed = fits.first(where: { $0.array.name == "L18" }) {
            return mixed
        }
        let exact = fits.filter { $0.array.columnLevels.contains(most) }
        return (exact.isEmpty ? fits : exact).min { left, right in
            (left.array.runs.count, left.dummyLevels.count) < (right.array.runs.count, right.dummyLevels.count)
        }
    }

    /// Lays factors on columns, the factors of most levels first, each on the free column of fewest levels that suffices.
    func fit(_ levelCounts: [Int], control: [Int]?, names: [String]?) -> ArrayFit? {
        var columns = [Int](repeating: 0, count: levelCounts.count)
        var free = Array(columnLevels.indices)
        let order = levelCounts.indices.sorted { (-levelCounts[$0], $0) < (-levelCounts[$1], $1) }
        for factor in order {
            let suitable = free.filter { columnLevels[$0] >= levelCounts[factor] }
            guard let column = suitable.min(by: { (columnLevels[$0], $0) < (columnLevels[$1], $1) }) else { return nil }
            columns[factor] = column
            free.removeAll { $0 == column }
        }
        var dummyLevels: [Int: [Int]] = [:]
        var notes: [String] = []
        for (factor, count) in levelCounts.enumerated() where count < columnLevels[columns[factor]] {
            let available = columnLevels[columns[factor]]
            let first = control.flatMap { $0.indices.contains(factor) ? $0[factor] : nil } ?? 0
            dummyLevels[factor] = Self.dummyLevels(count, of: available, control: first)
            let name = names.flatMap { $0.indices.contains(factor) ? $0[factor] : nil } ?? "factor \(factor + 1)"
            notes.append(
                "\(name) has \(count) levels in a column of \(available) of the \(self.name): "
                    + "dummy levels repeat its levels, the control first."
            )
        }
        let combinations = runs.map { run in
            Combination(columns.enumerated().map { factor, column in dummyLevels[factor]?[run[column]] ?? run[column] })
        }
        return ArrayFit(array: self, columns: columns, runs: combinations, dummyLevels: dummyLevels, notes: notes)
    }

    /// The levels 0 up to `count`, then the control, the others and so on until there are `available`.
    private static func dummyLevels(_ count: Int, of available: Int, control: Int) -> [Int] {
        let cycle = [control] + (0..<count).filter { $0 != control }
        return (0..<available).map { $0 < count ? $0 : cycle[($0 - count) % cycle.count] }
    }
}
