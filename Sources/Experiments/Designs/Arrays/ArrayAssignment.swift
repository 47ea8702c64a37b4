// SPDX-License-Identifier: Apache-2.0
import Domain

/// Which column of an array each factor gets, so that wanted interactions are clear of all main effects and of each
/// other: what Taguchi's linear graphs show, found by search.
package struct ArrayAssignment: Hashable, Sendable {
    /// The column of each factor.
    package let columns: [Int]
    /// The wanted interactions that are mixed with a main effect or with another wanted one.
    package let mixed: [[Int]]

    /// Searches for an assignment; nil when the array has too few columns of enough levels.
    ///
    /// `start` is tried first, when given. Factors move to free columns of as many levels, or change places, as long as
    /// fewer wanted interactions are mixed; 40 starts, drawn from the seed, the first without a draw.
    package init?(
        _ array: OrthogonalArray,
        levelCounts: [Int],
        interactions: [[Int]],
        start: [Int]? = nil,
        seed: UInt64 = 1
    ) {
        guard let first = start ?? array.fit(levelCounts, control: nil, names: nil)?.columns else { return nil }
        var search = Search(array: array, interactions: interactions)
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "assignment", array.name))
        var best = first
        var leastCost = search.cost(best)
        for attempt in 0..<40 where leastCost > 0 {
            var columns = attempt == 0 ? first : search.shuffled(first, using: &generator)
            let cost = search.descend(&columns)
            if cost < leastCost {
                best = columns
                leastCost = cost
            }
        }
        columns = best
        mixed = search.mixed(best)
    }

    /// The state of a search: bases of interactions are kept once computed.
    private struct Search {
        let array: OrthogonalArray
        let interactions: [[Int]]
        let geometry: ColumnGeometry
        var bases: [[[Double]]?]

        init(array: OrthogonalArray, interactions: [[Int]]) {
            self.array = array
            self.interactions = interactions
            geometry = ColumnGeometry(runs: array.runs, levelCounts: array.columnLevels)
            bases = Array(repeating: nil, count: array.columnLevels.count * array.columnLevels.count)
        }

        mutating func basis(_ left: Int, _ right: Int) -> [[Double]] {
            let index = min(left, right) * array.columnLevels.count + max(left, right)
            if let known = bases[index] { return known }
            let made = geometry.interaction(left, right)
            bases[index] = made
            return made
        }

        /// How much of each wanted interaction is mixed.
        mutating func shares(_ columns: [Int]) -> [Double] {
            interactions.map { pair in
                let own = basis(columns[pair[0]], columns[pair[1]])
                var share = 0.0
                for (factor, column) in columns.enumerated() where !pair.contains(factor) {
                    share += ColumnGeometry.overlap(own, geometry.main(column))
                }
                for other in interactions where other != pair {
                    share += ColumnGeometry.overlap(own, basis(columns[other[0]], columns[other[1]])) / 2
                }
                return share
            }
        }

        mutating func cost(_ columns: [Int]) -> Double { shares(columns).reduce(0, +) }

        mutating func mixed(_ columns: [Int]) -> [[Int]] {
            zip(interactions, shares(columns)).filter { $0.1 > 0 }.map(\.0)
        }

        func shuffled(_ columns: [Int], using generator: inout SplitMix64) -> [Int] {
            var taken = columns
            for levels in Set(array.columnLevels).sorted() {
                let places = array.columnLevels.indices.filter { array.columnLevels[$0] == levels }
                let drawn = places.shuffled(using: &generator)
                let moved = columns.indices.filter { array.columnLevels[columns[$0]] == levels }
                for (factor, place) in zip(moved, drawn) {
                    taken[factor] = place
                }
            }
            return taken
        }

        /// Makes moves that lower the cost until none does.
        mutating func descend(_ columns: inout [Int]) -> Double {
            var current = cost(columns)
            var hasImproved = true
            while hasImproved && current > 0 {
                hasImproved = false
                for factor in columns.indices {
                    for column in array.columnLevels.indices
                    where array.columnLevels[column] == array.columnLevels[columns[factor]] && column != columns[factor]
                    {
                        var moved = columns
                        if let other = columns.firstIndex(of: column) { moved[other] = columns[factor] }
                        moved[factor] = column
                        let cost = cost(moved)
                        if cost < current - 1e-12 {
                            current = cost
                            columns = moved
                            hasImproved = true
                        }
                    }
                }
            }
            return current
        }
    }
}

extension OrthogonalArray {
    /// The array with columns merged into one, whose levels are the combinations of theirs; nil unless these are
    /// equally frequent.
    ///
    /// Two columns of two levels and their interaction make one of four, whose place is that of the first column;
    /// name the interaction's columns in `dropping`, so that they are not used for another factor.
    package func merging(_ columns: [Int], dropping dropped: [Int] = []) -> OrthogonalArray? {
        guard columns.count >= 2, Set(columns + dropped).count == columns.count + dropped.count,
            (columns + dropped).allSatisfy({ columnLevels.indices.contains($0) })
        else { return nil }
        let levels = columns.reduce(1) { $0 * columnLevels[$1] }
        let gone = Set(columns.dropFirst() + dropped)
        let kept = columnLevels.indices.filter { !gone.contains($0) }
        let merged = OrthogonalArray(
            name: name,
            runs: runs.map { run in
                kept.map { $0 == columns[0] ? columns.reduce(0) { $0 * columnLevels[$1] + run[$1] } : run[$0] }
            },
            columnLevels: kept.map { $0 == columns[0] ? levels : columnLevels[$0] }
        )
        return merged.strength() == 2 ? merged : nil
    }

    /// The product of an inner array of control factors and an outer one of noise factors, each run of one with each of
    /// the other.
    ///
    /// Taguchi, "System of Experimental Design", 1987.
    package func crossed(with outer: OrthogonalArray) -> OrthogonalArray {
        OrthogonalArray(
            name: "\(name) × \(outer.name)",
            runs: runs.flatMap { run in outer.runs.map { run + $0 } },
            columnLevels: columnLevels + outer.columnLevels
        )
    }
}
