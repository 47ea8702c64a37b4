// SPDX-License-Identifier: Apache-2.0
package import Domain

extension BlockPlanner {
    /// Plans a confirmation run: winner and control equally often in every block.
    ///
    /// Each gets `replicates` trials, or fewer when `limit` (controls included) does not allow as many. With several
    /// units a block is one time slot in which half of the units used have the winner and half the control; the next
    /// block has the same units the other way round, so blocks come in twos. Units take turns. With one unit a
    /// block is a run of up to `blockSize` trials in random order. Empty when the winner is the control.
    package static func pairs(
        winner: Combination,
        control: Combination,
        replicates: Int,
        units: [String],
        blockSize: Int,
        firstBlock: Int,
        firstPosition: Int,
        limit: Int?,
        using generator: inout SplitMix64
    ) -> [PlannedTrial] {
        let total = min(replicates, (limit ?? .max) / 2)
        guard winner != control, total > 0, let firstUnit = units.first else { return [] }
        var plan: [PlannedTrial] = []
        var turns = UnitTurns(units: units)
        var pairs: [(winner: String, control: String)] = []
        for (index, size) in pairsPerBlock(total, units: units.count, blockSize: blockSize).enumerated() {
            if units.count == 1 {
                pairs = [(String, String)](repeating: (firstUnit, firstUnit), count: size)
            } else if index.isMultiple(of: 2) {
                let drawn = turns.draw(2 * size, using: &generator)
                pairs = Array(zip(drawn.prefix(size), drawn.dropFirst(size)))
            } else {
                pairs = pairs.prefix(size).map { ($0.control, $0.winner) }
            }
            let trials = pairs.flatMap { pair in
                [
                    (unit: pair.winner, combination: winner, purpose: Trial.Purpose.confirmation),
                    (unit: pair.control, combination: control, purpose: .control),
                ]
            }
            plan += trials.shuffled(using: &generator).map { trial in
                PlannedTrial(
                    block: firstBlock + index,
                    position: 0,
                    unit: trial.unit,
                    combination: trial.combination,
                    purpose: trial.purpose
                )
            }
        }
        return numbered(plan, from: firstPosition)
    }

    /// How many pairs each block has: as equal as can be, larger ones first; an even number of blocks for several units.
    private static func pairsPerBlock(_ total: Int, units: Int, blockSize: Int) -> [Int] {
        let capacity = max(1, (units > 1 ? units : blockSize) / 2)
        var blocks = (total - 1) / capacity + 1
        if units > 1, !blocks.isMultiple(of: 2), total > 1 {
            blocks = min(blocks + 1, total)
        }
        return (0..<blocks).map { total / blocks + ($0 < total % blocks ? 1 : 0) }
    }
}

/// Deals units in rounds: each has its turn before any has another.
private struct UnitTurns {
    let units: [String]
    private var waiting: [String] = []

    init(units: [String]) {
        self.units = units
    }

    /// The next `count` different units, at most all of them.
    mutating func draw(_ count: Int, using generator: inout SplitMix64) -> [String] {
        var drawn: [String] = []
        while drawn.count < min(count, units.count) {
            if let index = waiting.firstIndex(where: { !drawn.contains($0) }) {
                drawn.append(waiting.remove(at: index))
            } else {
                waiting += units.shuffled(using: &generator)
            }
        }
        return drawn
    }
}
