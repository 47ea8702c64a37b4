// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics

/// Makes the members of one generation from parents; never the same combination twice, never the control.
struct Breeding {
    private let space: FactorSpace
    private let beliefs: Beliefs
    /// Best first.
    private let parents: [Combination]
    private let boldness: Double
    private var taken: Set<Combination>

    /// Combinations that were tried, or are being tried, are made again only as stated replicates.
    init(beliefs: Beliefs, parents: [Combination], boldness: Double) {
        space = beliefs.record.problem.space
        self.beliefs = beliefs
        self.parents = parents
        self.boldness = boldness
        taken = beliefs.record.known
    }

    /// The best parents.
    mutating func elite(_ count: Int) -> [Combination] {
        let elite = Array(parents.prefix(count))
        taken.formUnion(elite)
        return elite
    }

    /// Random combinations; fewer than `count` only when no more exist.
    mutating func random(_ count: Int, using generator: inout SplitMix64) -> [Combination] {
        let chosen = space.distinct(count, excluding: taken, using: &generator)
        taken.formUnion(chosen)
        return chosen
    }

    /// Up to `count` children: those of the highest draws among ten times as many candidates.
    mutating func children(
        _ count: Int,
        using generator: inout SplitMix64,
        _ make: (Self, inout SplitMix64) -> Combination
    ) throws -> [Combination] {
        guard count > 0 else { return [] }
        var seen = taken
        var candidates: [(combination: Combination, draw: Double)] = []
        for _ in 0..<(count * GeneticSearch.candidatesPerChild) {
            let child = space.canonical(make(self, &generator))
            guard space.allows(child), seen.insert(child).inserted else { continue }
            guard try beliefs.feasibility(of: child) >= Beliefs.leastFeasibility else { continue }
            let belief = try beliefs.score(of: child)
            let noise = StandardNormal.sample(using: &generator)
            candidates.append((child, belief.mean + boldness * belief.deviation * noise))
        }
        candidates.sort { $0.draw != $1.draw ? $0.draw > $1.draw : $0.combination < $1.combination }
        let chosen = candidates.prefix(count).map(\.combination)
        taken.formUnion(chosen)
        return chosen
    }

    /// A child that has each level from one of two parents, either equally likely.
    func crossover(using generator: inout SplitMix64) -> Combination {
        let first = parent(using: &generator)
        let second = parent(using: &generator)
        return Combination(
            zip(first.levels, second.levels).map { Bool.random(using: &generator) ? $0 : $1 }
        )
    }

    /// A parent with 1 or 2 factors, equally likely, set to another level.
    func mutation(using generator: inout SplitMix64) -> Combination {
        var child = parent(using: &generator)
        let changeable = space.levelCounts.indices.filter { space.levelCounts[$0] > 1 }
        let count = Int.random(in: 1...2, using: &generator)
        for factor in changeable.shuffled(using: &generator).prefix(count) {
            let step = Int.random(in: 1..<space.levelCounts[factor], using: &generator)
            child.levels[factor] = (child.levels[factor] + step) % space.levelCounts[factor]
        }
        return child
    }

    /// The best of a few parents drawn at random.
    private func parent(using generator: inout SplitMix64) -> Combination {
        var best = parents.count - 1
        for _ in 0..<GeneticSearch.tournament {
            best = min(best, Int.random(in: 0..<parents.count, using: &generator))
        }
        return parents[best]
    }
}
