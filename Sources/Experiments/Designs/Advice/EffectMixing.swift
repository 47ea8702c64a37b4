// SPDX-License-Identifier: Apache-2.0

/// How far main effects and interactions of two factors overlap in any runs, regular or not.
package struct EffectMixing: Hashable, Sendable {
    /// An interaction that is mixed with a main effect.
    package struct Overlap: Hashable, Sendable {
        /// The factor of the main effect.
        package let main: Int
        /// The factors of the interaction.
        package let pair: [Int]
        /// The share of the smaller effect that the other explains: 1 when they cannot be told apart.
        package let share: Double
    }

    /// The overlaps of main effects with interactions, by main effect.
    package let overlaps: [Overlap]
    /// Interactions that are mixed with no main effect and with no other interaction.
    package let clearPairs: [[Int]]
    /// Pairs of main effects that are mixed with each other, as in a design that is not orthogonal.
    package let mixedMains: [Overlap]

    /// The most factors for which interactions are compared with each other.
    package static let pairLimit = 16
    /// The most degrees of freedom of an interaction that is compared with anything.
    private static let widthLimit = 100

    /// That of a full factorial: nothing is mixed.
    package init(fullFactorialOf levelCounts: [Int]) {
        overlaps = []
        mixedMains = []
        clearPairs = levelCounts.indices.flatMap { left in
            levelCounts.indices.filter { $0 > left }.map { [left, $0] }
        }
    }

    /// Compares all main effects and interactions of two factors of some runs.
    package init(runs: [[Int]], levelCounts: [Int]) {
        let geometry = ColumnGeometry(runs: runs, levelCounts: levelCounts)
        let factors = levelCounts.indices
        let pairs = factors.flatMap { left in factors.filter { $0 > left }.map { [left, $0] } }
            .filter { (levelCounts[$0[0]] - 1) * (levelCounts[$0[1]] - 1) <= Self.widthLimit }
        let bases = pairs.map { geometry.interaction($0[0], $0[1]) }
        var overlaps: [Overlap] = []
        var mixedMains: [Overlap] = []
        var isClear = pairs.indices.map { index in
            bases[index].count == (levelCounts[pairs[index][0]] - 1) * (levelCounts[pairs[index][1]] - 1)
        }
        for main in factors {
            for (index, pair) in pairs.enumerated() where !pair.contains(main) {
                let share = ColumnGeometry.overlap(geometry.main(main), bases[index])
                if share > 0 {
                    overlaps.append(Overlap(main: main, pair: pair, share: share))
                    isClear[index] = false
                }
            }
            for other in factors where other > main {
                let share = ColumnGeometry.overlap(geometry.main(main), geometry.main(other))
                if share > 0 { mixedMains.append(Overlap(main: main, pair: [other], share: share)) }
            }
        }
        if levelCounts.count <= Self.pairLimit {
            for first in pairs.indices {
                for second in 0..<first where isClear[first] || isClear[second] {
                    if ColumnGeometry.overlap(bases[first], bases[second]) > 0 {
                        isClear[first] = false
                        isClear[second] = false
                    }
                }
            }
            clearPairs = zip(pairs, isClear).filter(\.1).map(\.0)
        } else {
            clearPairs = []
        }
        self.overlaps = overlaps
        self.mixedMains = mixedMains
    }

    /// Whether no main effect is mixed with an interaction.
    package var areMainsClear: Bool { overlaps.isEmpty }

    /// The largest share of a main effect or interaction that the other explains; 0 when mains are clear.
    package var largestShare: Double { overlaps.map(\.share).max() ?? 0 }
}
