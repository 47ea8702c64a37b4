// SPDX-License-Identifier: Apache-2.0
package import Domain

/// The first generation (B1): the orthogonal array's runs, then combinations that spread best.
package enum FirstGeneration {
    /// The number of candidates that a spread design chooses from, unless the space is smaller.
    static let poolSize = 1_000

    /// Proposes up to `size` different combinations with `replicates` trials each.
    ///
    /// The control is never among them: every block of trials holds it anyway. When the space has no more combinations
    /// than `size`, all are taken. When every array has more runs than `size`, the runs of one that spread best are.
    /// A control outside the space is treated as the first level of every factor.
    package static func members(
        space: FactorSpace,
        control: Combination,
        size: Int,
        replicates: Int,
        using generator: inout SplitMix64
    ) -> Proposal {
        let control = space.contains(control) ? control : Combination(space.levelCounts.map { _ in 0 })
        func member(_ combination: Combination, _ origin: CombinationOrigin) -> Generation.Member {
            Generation.Member(combination: combination, origin: origin, replicates: replicates)
        }
        if let all = space.allCombinations(limit: max(0, size) + 1) {
            let others = all.filter { $0 != control }
            return Proposal(
                members: others.map { member($0, .spread) },
                notes: ["The factors span only \(all.count) combinations: all are tried, the control in every block."]
            )
        }
        var notes: [String] = []
        let runs = arrayRuns(space, control, size, notes: &notes)
        var members = runs.map { member($0, .array) }
        let missing = size - members.count
        if missing > 0 {
            let taken = runs + [control]
            let count = max(poolSize, 4 * missing)
            let pool = space.distinct(count, excluding: Set(taken), using: &generator)
            var design = SpreadDesign(space: space, pool: pool, chosen: taken)
            members += design.take(missing).map { member($0, .spread) }
            notes.append("\(missing) combinations were chosen to lie far from all others.")
        }
        return Proposal(members: members, notes: notes)
    }

    /// The different runs of the array that fits, without the control; empty when none fits.
    private static func arrayRuns(
        _ space: FactorSpace,
        _ control: Combination,
        _ size: Int,
        notes: inout [String]
    ) -> [Combination] {
        func fit(_ maximumRuns: Int?) -> ArrayFit? {
            OrthogonalArray.smallest(
                fitting: space.levelCounts,
                control: control.levels,
                names: space.names,
                maximumRuns: maximumRuns
            )
        }
        guard let fit = fit(size) ?? fit(nil) else {
            notes.append(
                "No orthogonal array up to 81 runs fits \(space.levelCounts.count) factors of "
                    + "\(space.levelCounts.map(String.init).joined(separator: ", ")) levels: "
                    + "a balanced design that spreads is used instead."
            )
            return []
        }
        let array = fit.array
        var seen: Set<Combination> = [control]
        let runs = fit.runs.filter { seen.insert($0).inserted }
        guard array.runs.count <= size else {
            notes.append(
                "The smallest orthogonal array that fits, \(array.name), has \(array.runs.count) runs: more than the "
                    + "generation's \(size). Those of its runs that spread best are used, so effects are not yet balanced."
            )
            var design = SpreadDesign(space: space, pool: runs, chosen: [control])
            return design.take(size)
        }
        notes.append("The \(array.name) array's \(array.runs.count) runs screen \(space.levelCounts.count) factors.")
        notes += fit.notes
        if fit.runs.contains(control) {
            notes.append("One run of the \(array.name) is the control, which every block holds anyway.")
        }
        return runs
    }
}
