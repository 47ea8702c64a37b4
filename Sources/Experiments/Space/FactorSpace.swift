// SPDX-License-Identifier: Apache-2.0
package import Domain

/// All combinations of the factors' levels that may be tried.
///
/// A combination is in the space when it has one existing level of every factor. It is canonical when every factor that
/// does not matter under its other levels is at its resting level, and allowed when no rule forbids it. Only canonical,
/// allowed combinations are drawn, listed or proposed, so that two that act alike are one.
package struct FactorSpace: Hashable, Codable, Sendable {
    /// The number of levels of each factor, at least 1.
    package let levelCounts: [Int]
    /// The name of each factor, for notes that a person reads.
    package let names: [String]
    /// Whether each factor's levels are in an order that matters.
    package let isOrdinal: [Bool]
    /// For each factor the levels of others under which it matters; all must hold, and none means always.
    package let conditions: [[LevelChoice]]
    /// The level that each factor has where it does not matter.
    package let restingLevels: [Int]
    /// What must not be combined.
    package let forbidden: [ForbiddenCombination]

    /// Creates a space from level counts; a count below 1 is taken as 1.
    ///
    /// Lists that are shorter than the level counts are filled with the usual: nominal, always active, resting at level 0.
    package init(
        levelCounts: [Int],
        names: [String] = [],
        isOrdinal: [Bool] = [],
        conditions: [[LevelChoice]] = [],
        restingLevels: [Int] = [],
        forbidden: [ForbiddenCombination] = []
    ) {
        let counts = levelCounts.map { max(1, $0) }
        self.levelCounts = counts
        self.names = counts.indices.map { $0 < names.count ? names[$0] : "factor \($0 + 1)" }
        self.isOrdinal = counts.indices.map { $0 < isOrdinal.count && isOrdinal[$0] }
        self.conditions = counts.indices.map { $0 < conditions.count ? conditions[$0] : [] }
        self.restingLevels = counts.indices.map { factor in
            factor < restingLevels.count ? min(max(0, restingLevels[factor]), counts[factor] - 1) : 0
        }
        self.forbidden = forbidden.filter { !$0.choices.isEmpty }
    }

    /// Creates the space that factors span.
    package init(factors: [Factor], forbidden: [ForbiddenCombination] = []) {
        self.init(
            levelCounts: factors.map(\.levels.count),
            names: factors.map(\.name),
            isOrdinal: factors.map(\.isOrdinal),
            conditions: factors.map(\.onlyWhen),
            restingLevels: factors.map(\.control),
            forbidden: forbidden
        )
    }

    /// Creates the space of a goal.
    package init(goal: Goal) {
        self.init(factors: goal.factors, forbidden: goal.forbidden)
    }

    /// Whether any rule or condition makes the space less than all combinations of levels.
    package var isConstrained: Bool {
        !forbidden.isEmpty || conditions.contains { !$0.isEmpty }
    }

    /// How many combinations of levels there are, rules and conditions aside; nil when the number does not fit.
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

    /// Whether no rule forbids a combination.
    package func allows(_ combination: Combination) -> Bool {
        forbidden.allSatisfy { !$0.holds(in: combination.levels) }
    }

    /// Whether a factor matters under the levels of the others.
    package func isActive(_ factor: Int, in combination: Combination) -> Bool {
        conditions[factor].allSatisfy { $0.holds(in: combination.levels) }
    }

    /// The combination that acts the same and has every factor that does not matter at its resting level.
    ///
    /// A factor may depend on one that itself depends on a third: the passes go on until nothing changes.
    package func canonical(_ combination: Combination) -> Combination {
        guard conditions.contains(where: { !$0.isEmpty }) else { return combination }
        var canonical = combination
        for _ in 0...levelCounts.count {
            var hasChanged = false
            for factor in levelCounts.indices where canonical.levels[factor] != restingLevels[factor] {
                if !isActive(factor, in: canonical) {
                    canonical.levels[factor] = restingLevels[factor]
                    hasChanged = true
                }
            }
            if !hasChanged { break }
        }
        return canonical
    }

    /// Whether a combination may be proposed: in the space, canonical and allowed.
    package func isCandidate(_ combination: Combination) -> Bool {
        contains(combination) && allows(combination) && canonical(combination) == combination
    }

    /// One canonical combination, all level combinations equally likely.
    ///
    /// Draws again where a rule forbids it, a bounded number of times: under rules that leave next to nothing it may be
    /// a forbidden one, which `distinct` never returns.
    package func random(using generator: inout SplitMix64) -> Combination {
        var drawn = Combination(restingLevels)
        for _ in 0..<(forbidden.isEmpty ? 1 : Self.attempts) {
            drawn = canonical(Combination(levelCounts.map { Int.random(in: 0..<$0, using: &generator) }))
            if allows(drawn) { break }
        }
        return drawn
    }

    /// How often a draw that is forbidden or known is repeated.
    private static let attempts = 1_000

    /// The number of factors in which two combinations differ.
    package func hammingDistance(_ first: Combination, _ second: Combination) -> Int {
        var distance = 0
        for (left, right) in zip(first.levels, second.levels) where left != right {
            distance += 1
        }
        return distance
    }

    /// All candidates in lexicographic order; nil when there are more than `limit` combinations of levels.
    package func allCombinations(limit: Int) -> [Combination]? {
        guard let count = combinationCount, count <= limit else { return nil }
        var all: [Combination] = []
        all.reserveCapacity(count)
        var levels = [Int](repeating: 0, count: levelCounts.count)
        for _ in 0..<count {
            let combination = Combination(levels)
            if !isConstrained || isCandidate(combination) {
                all.append(combination)
            }
            for factor in levels.indices.reversed() {
                levels[factor] += 1
                if levels[factor] < levelCounts[factor] { break }
                levels[factor] = 0
            }
        }
        return all
    }

    /// Up to `count` different random candidates, none of them in `excluded`.
    ///
    /// Fewer only when no more exist, or when rules leave so few among more than 65,536 combinations that a thousand
    /// draws in a row found no new one.
    package func distinct(
        _ count: Int,
        excluding excluded: Set<Combination>,
        using generator: inout SplitMix64
    ) -> [Combination] {
        guard count > 0 else { return [] }
        let limit = max(4 * (count + excluded.count), isConstrained ? 1 << 16 : 0)
        if let all = allCombinations(limit: limit) {
            let free = all.filter { !excluded.contains($0) }
            return Array(free.shuffled(using: &generator).prefix(count))
        }
        var seen = excluded
        var found: [Combination] = []
        var failures = 0
        while found.count < count, failures < Self.attempts {
            let candidate = random(using: &generator)
            if allows(candidate), seen.insert(candidate).inserted {
                found.append(candidate)
                failures = 0
            } else {
                failures += 1
            }
        }
        return found
    }
}
