// SPDX-License-Identifier: Apache-2.0
import Domain

/// Finds the best candidate of a space for a function that is cheap to compute, such as a fitted model's expectation.
///
/// Every candidate of a space of up to 20,000 combinations is looked at; larger ones are searched by the genetic engine,
/// whose fittest individuals are then climbed one factor at a time.
struct GeneticMaximiser: Sendable {
    /// Up to how many combinations all are looked at.
    private static let exhaustive = 20_000
    private static let generations = 25

    let space: FactorSpace
    let value: @Sendable ([Int]) -> Double

    /// The function over rows of bytes; forbidden combinations are worth nothing.
    private struct Landscape: GeneticFitness {
        let space: FactorSpace
        let value: @Sendable ([Int]) -> Double

        func fitness(of genes: Span<UInt8>) -> Double {
            var levels = [Int](repeating: 0, count: genes.count)
            for index in genes.indices { levels[index] = Int(genes[index]) }
            guard space.isConstrained else { return value(levels) }
            let canonical = space.canonical(Combination(levels))
            return space.allows(canonical) ? value(canonical.levels) : -.infinity
        }
    }

    /// The best candidate that is wanted; nil when none is.
    func best(
        startingFrom starts: [Combination],
        using generator: inout SplitMix64,
        where isWanted: (Combination) throws -> Bool
    ) throws -> Combination? {
        if let all = space.allCombinations(limit: Self.exhaustive) {
            return try top(all, where: isWanted)?.combination
        }
        var fittest = starts.map { space.canonical($0) }.filter { space.allows($0) }
        if space.levelCounts.allSatisfy({ $0 <= 256 }) {
            var engine = try GeneticEngine(
                levelCounts: space.levelCounts,
                settings: GeneticSettings(population: 400),
                fitness: Landscape(space: space, value: value),
                seed: generator.next(),
                startingFrom: Array(fittest.prefix(40))
            )
            try engine.evolve(generations: Self.generations)
            let bred = (0..<min(20, engine.population.count)).map {
                space.canonical(engine.population.combination(at: $0))
            }
            fittest = bred.filter { space.allows($0) } + fittest.prefix(4)
        } else {
            fittest = Array(fittest.prefix(12)) + space.distinct(12, excluding: [], using: &generator)
        }
        var best: (combination: Combination, value: Double)?
        var seen: Set<Combination> = []
        for start in fittest where seen.insert(start).inserted {
            guard let peak = try climbed(start, where: isWanted) else { continue }
            if let present = best, peak.value <= present.value { continue }
            best = peak
        }
        return best?.combination
    }

    private func top(
        _ candidates: [Combination],
        where isWanted: (Combination) throws -> Bool
    ) throws -> (combination: Combination, value: Double)? {
        var best: (combination: Combination, value: Double)?
        for candidate in candidates {
            let worth = value(candidate.levels)
            if let best, worth <= best.value { continue }
            if try isWanted(candidate) { best = (candidate, worth) }
        }
        return best
    }

    /// Changes one factor at a time while that is better.
    private func climbed(
        _ start: Combination,
        where isWanted: (Combination) throws -> Bool
    ) throws -> (combination: Combination, value: Double)? {
        var present = try top([start], where: isWanted)
        for _ in 0..<100 {
            let origin = present?.combination ?? start
            var neighbours: [Combination] = []
            for factor in space.levelCounts.indices {
                for level in 0..<space.levelCounts[factor] where level != origin.levels[factor] {
                    var neighbour = origin
                    neighbour.levels[factor] = level
                    neighbour = space.canonical(neighbour)
                    if neighbour != origin, space.allows(neighbour) { neighbours.append(neighbour) }
                }
            }
            guard let next = try top(neighbours, where: isWanted) else { break }
            if let present, next.value <= present.value { break }
            present = next
        }
        return present
    }
}
