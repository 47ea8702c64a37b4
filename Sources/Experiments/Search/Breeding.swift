// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics

/// Makes the members of one generation from parents; never the same combination twice, never the control.
struct Breeding {
    /// How a child comes from its parents.
    enum Operator: Hashable {
        case crossover
        case mutation
    }

    /// How many children are screened at once: joint draws cost the cube of that.
    private static let poolLimit = 500

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

    /// Up to `count` children: ten times as many are made, and for each place the best by one draw of beliefs is kept.
    mutating func children(
        _ count: Int,
        _ making: Operator,
        using generator: inout SplitMix64
    ) throws -> [Combination] {
        var children: [Combination] = []
        while children.count < count {
            let wanted = min(count - children.count, Self.poolLimit / GeneticSearch.candidatesPerChild)
            let pool = try pool(wanted * GeneticSearch.candidatesPerChild, making, using: &generator)
            let chosen = try screened(pool, wanted, using: &generator)
            guard !chosen.isEmpty else { break }
            taken.formUnion(chosen)
            children += chosen
        }
        return children
    }

    /// Different children that are new, allowed and will probably keep the guardrails, of `count` that were made.
    private func pool(
        _ count: Int,
        _ making: Operator,
        using generator: inout SplitMix64
    ) throws -> [Combination] {
        var seen = taken
        return try made(count, making, using: &generator).map { space.canonical($0) }.filter { child in
            guard space.allows(child), seen.insert(child).inserted else { return false }
            return try beliefs.feasibility(of: child) >= Beliefs.leastFeasibility
        }
    }

    /// Children by the fast operators on bytes, or one by one where a factor has more levels than a byte has values.
    private func made(_ count: Int, _ making: Operator, using generator: inout SplitMix64) throws -> [Combination] {
        guard space.levelCounts.allSatisfy({ $0 <= 256 }) else {
            return (0..<count).map { _ in
                making == .crossover ? crossover(using: &generator) : mutation(using: &generator)
            }
        }
        let breeder = try GeneBreeder(levelCounts: space.levelCounts, tournament: GeneticSearch.tournament)
        var ranked = GenePopulation(geneCount: space.levelCounts.count, count: parents.count)
        for (place, parent) in parents.enumerated() {
            ranked.set(parent, at: place)
            ranked.fitness[place] = -Double(place)
        }
        var offspring = GenePopulation(geneCount: space.levelCounts.count, count: count)
        breeder.breed(
            0..<count,
            key: generator.next(),
            crossoverEnd: making == .crossover ? count : 0,
            mutationEnd: count,
            parents: ranked,
            into: &offspring.genes
        )
        return (0..<count).map { offspring.combination(at: $0) }
    }

    /// For each place the best of a pool by one joint draw of all responses; every other draw is half as bold.
    ///
    /// Without a model the first of the pool.
    private func screened(
        _ pool: [Combination],
        _ count: Int,
        using generator: inout SplitMix64
    ) throws -> [Combination] {
        guard let model = beliefs.response, pool.count > count else { return Array(pool.prefix(count)) }
        let means = try pool.map { try model.expectation(of: $0) }
        let rates = try pool.map { try beliefs.scores(of: $0, responses: [0, 1]) }
        var isTaken = [Bool](repeating: false, count: pool.count)
        var chosen: [Combination] = []
        for (place, draw) in try model.draws(of: pool, count: count, using: &generator).enumerated() {
            let boldness = place % 2 == 0 ? boldness / 2 : boldness
            var best: (index: Int, value: Double)?
            for index in pool.indices where !isTaken[index] {
                let response = means[index] + boldness * (draw[index] - means[index])
                let value = rates[index][0] + (rates[index][1] - rates[index][0]) * response
                if let best, value <= best.value { continue }
                best = (index, value)
            }
            if let best {
                isTaken[best.index] = true
                chosen.append(pool[best.index])
            }
        }
        return chosen
    }

    /// A child that has each level from one of two parents, either equally likely.
    private func crossover(using generator: inout SplitMix64) -> Combination {
        let first = parent(using: &generator)
        let second = parent(using: &generator)
        return Combination(
            zip(first.levels, second.levels).map { Bool.random(using: &generator) ? $0 : $1 }
        )
    }

    /// A parent with 1 or 2 factors, equally likely, set to another level.
    private func mutation(using generator: inout SplitMix64) -> Combination {
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
