// SPDX-License-Identifier: Apache-2.0
package import Domain

/// All combinations of the factors' levels.
package struct FactorSpace: Hashable, Sendable {
    /// The number of levels of each factor, at least 1.
    package let levelCounts: [Int]
    /// The name of each factor, for notes that a person reads.
    package let names: [String]

    /// Creates a space from level counts; a count below 1 is taken as 1.
    package init(levelCounts: [Int]) {
        self.levelCounts = levelCounts.map { max(1, $0) }
        names = levelCounts.indices.map { "factor \($0 + 1)" }
    }

    /// Creates the space that factors span.
    package init(factors: [Factor]) {
        levelCounts = factors.map { max(1, $0.levels.count) }
        names = factors.map(\.name)
    }

    /// How many combinations there are; nil when the number does not fit.
    package var combinationCount: Int? {
        levelCounts.reduce(Int?(1)) { count, levels in
            guard let count else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: levels)
            return overflow ? nil : product
        }
    }

    /// Whether a combination has one existing level of every factor.
    package func contains(_ combination: Combination) -> Bool {
        combination.levels.count == levelCounts.count
            && zip(combination.levels, levelCounts).allSatisfy { $0 >= 0 && $0 < $1 }
    }

    /// One combination, all equally likely.
    package func random(using generator: inout SplitMix64) -> Combination {
        Combination(levelCounts.map { Int.random(in: 0..<$0, using: &generator) })
    }

    /// The number of factors in which two combinations differ.
    package func hammingDistance(_ first: Combination, _ second: Combination) -> Int {
        var distance = 0
        for (left, right) in zip(first.levels, second.levels) where left != right {
            distance += 1
        }
        return distance
    }

    /// All combinations in lexicographic order; nil when there are more than `limit`.
    package func allCombinations(limit: Int) -> [Combination]? {
        guard let count = combinationCount, count <= limit else { return nil }
        var all: [Combination] = []
        all.reserveCapacity(count)
        var levels = [Int](repeating: 0, count: levelCounts.count)
        for _ in 0..<count {
            all.append(Combination(levels))
            for factor in levels.indices.reversed() {
                levels[factor] += 1
                if levels[factor] < levelCounts[factor] { break }
                levels[factor] = 0
            }
        }
        return all
    }

    /// Up to `count` different random combinations, none of them in `excluded`; fewer only when no more exist.
    package func distinct(
        _ count: Int,
        excluding excluded: Set<Combination>,
        using generator: inout SplitMix64
    ) -> [Combination] {
        guard count > 0 else { return [] }
        if let all = allCombinations(limit: 4 * (count + excluded.count)) {
            let free = all.filter { !excluded.contains($0) }
            return Array(free.shuffled(using: &generator).prefix(count))
        }
        var seen = excluded
        var found: [Combination] = []
        while found.count < count {
            let candidate = random(using: &generator)
            if seen.insert(candidate).inserted {
                found.append(candidate)
            }
        }
        return found
    }
}
