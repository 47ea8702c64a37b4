// SPDX-License-Identifier: Apache-2.0

/// One group of effects: the levels of a factor, or the pairs of levels of two factors.
struct EffectGroup: Sendable {
    /// The factor of a main effect, or the first one of a pair.
    let first: Int
    /// The second factor of a pair; nil for a main effect.
    let second: Int?
    /// The number of cells of the group's table.
    let cells: Int
    /// Where the table starts in a flat array of all tables.
    let offset: Int
}

/// Where the tables of all main effects and two-way interactions lie in one flat array.
///
/// The table of a pair holds the second factor's levels next to each other: cell = first · (levels of second) + second.
package struct EffectLayout: Sendable {
    /// The number of levels of each factor.
    package let levelCounts: [Int]
    /// Whether each factor's levels are ordered.
    package let isOrdinal: [Bool]
    /// Main effects of all factors in order, then the pairs.
    let groups: [EffectGroup]
    /// The number of cells of all tables.
    let size: Int
    /// For each factor, the pairs that hold it.
    let pairsOf: [[Int]]

    /// The greatest number of cells of an interaction's table; wider pairs are left to the remaining error.
    package static let widestTable = 256

    /// The number of effects that trials have to tell from each other: the degrees of freedom of all groups.
    package var effectCount: Int {
        groups.reduce(0) { sum, group in
            sum + (levelCounts[group.first] - 1) * (group.second.map { levelCounts[$0] - 1 } ?? 1)
        }
    }

    /// Lays out main effects, and with `pairs` the two-way interactions too.
    package init(levelCounts: [Int], isOrdinal: [Bool], pairs: Bool = true) {
        self.levelCounts = levelCounts
        self.isOrdinal = isOrdinal
        var groups: [EffectGroup] = []
        var offset = 0
        for (factor, levels) in levelCounts.enumerated() {
            groups.append(EffectGroup(first: factor, second: nil, cells: levels, offset: offset))
            offset += levels
        }
        var pairsOf = [[Int]](repeating: [], count: levelCounts.count)
        if pairs {
            for first in levelCounts.indices {
                for second in (first + 1)..<max(levelCounts.count, first + 1) {
                    let cells = levelCounts[first] * levelCounts[second]
                    guard cells <= Self.widestTable, levelCounts[first] > 1, levelCounts[second] > 1 else {
                        continue
                    }
                    pairsOf[first].append(groups.count)
                    pairsOf[second].append(groups.count)
                    groups.append(EffectGroup(first: first, second: second, cells: cells, offset: offset))
                    offset += cells
                }
            }
        }
        self.groups = groups
        self.pairsOf = pairsOf
        size = offset
    }

    /// The cell of a combination in a group's table.
    func cell(_ group: EffectGroup, _ levels: some RandomAccessCollection<Int>) -> Int {
        let base = levels.startIndex
        let first = levels[levels.index(base, offsetBy: group.first)]
        guard let second = group.second else {
            return first
        }
        return first * levelCounts[second] + levels[levels.index(base, offsetBy: second)]
    }

    /// The sum of the tables' cells that a combination meets.
    func value(_ tables: ArraySlice<Double>, of levels: [Int]) -> Double {
        var sum = 0.0
        for group in groups {
            sum += tables[tables.startIndex + group.offset + cell(group, levels)]
        }
        return sum
    }

    /// Throws for what the sampler cannot take.
    func validate(_ observations: [EffectObservation]) throws(StatisticsError) {
        guard observations.count >= 2 else {
            throw .tooFewObservations(subject: "The second-order model", found: observations.count, needed: 2)
        }
        let kinds = observations[0].blocks.count
        for (row, observation) in observations.enumerated() {
            guard observation.levels.count == levelCounts.count, observation.blocks.count == kinds else {
                throw .lengthMismatch(
                    column: "observation \(row + 1)",
                    found: observation.levels.count,
                    expected: levelCounts.count
                )
            }
            for (factor, code) in observation.levels.enumerated() where code < 0 || code >= levelCounts[factor] {
                throw .invalidLevelCode(
                    column: "factor \(factor + 1)",
                    row: row,
                    code: code,
                    levelCount: levelCounts[factor]
                )
            }
            guard observation.response.isFinite, observation.weight.isFinite, observation.weight > 0 else {
                throw .notFinite(column: "response", row: row)
            }
            guard abs(observation.response) < 1e140 else {
                throw .tooLarge(column: "response")
            }
            for (kind, block) in observation.blocks.enumerated() where block < 0 || block >= 1_000_000 {
                throw .invalidLevelCode(column: "block \(kind + 1)", row: row, code: block, levelCount: 1_000_000)
            }
        }
    }
}
