// SPDX-License-Identifier: Apache-2.0
package import Domain

/// A genetic algorithm over bytes: tournament selection, uniform crossover, mutation of 1 or 2 genes, and an elite.
///
/// Every individual draws from its own stream of random numbers, so that the same seed breeds the same population at any
/// number of threads. Millions of individuals per second; a factor may have at most 256 levels.
package struct GeneticEngine<Fitness: GeneticFitness>: Sendable {
    /// The number of levels of each gene, 1 to 256.
    package let levelCounts: [Int]
    /// How the population is bred.
    package let settings: GeneticSettings
    /// The individuals of the present generation, the elite first and fittest first within it.
    package private(set) var population: GenePopulation
    /// The number of the present generation, from 0.
    package private(set) var generation = 0
    private let fitness: Fitness
    private let seed: UInt64
    private let breeder: GeneBreeder

    /// Starts with random individuals, after those given; throws for a setting or a level count out of range.
    package init(
        levelCounts: [Int],
        settings: GeneticSettings = GeneticSettings(),
        fitness: Fitness,
        seed: UInt64,
        startingFrom starts: [Combination] = []
    ) throws {
        try settings.validate()
        let breeder = try GeneBreeder(levelCounts: levelCounts, tournament: settings.tournament)
        self.levelCounts = levelCounts
        self.settings = settings
        self.fitness = fitness
        self.seed = seed
        self.breeder = breeder
        let key = GeneStream.key(seed: seed, generation: 0)
        var first = GenePopulation(geneCount: levelCounts.count, count: settings.population)
        for place in 0..<settings.population {
            if place < starts.count, breeder.contains(starts[place]) {
                first.set(starts[place], at: place)
            } else {
                var stream = GeneStream(key: key, place: place)
                breeder.random(into: &first.genes, row: place, using: &stream)
            }
        }
        try Self.evaluate(&first, fitness, from: 0)
        population = first
    }

    /// The fittest individual and its fitness.
    package var best: (combination: Combination, fitness: Double)? {
        population.best.map { (population.combination(at: $0), population.fitness[$0]) }
    }

    /// Breeds generations on this thread.
    package mutating func evolve(generations: Int) throws {
        for _ in 0..<max(0, generations) {
            let plan = plan()
            population = joined(plan, [try bred(plan, plan.bounds.elite..<settings.population)])
            generation += 1
        }
    }

    /// Breeds generations on up to `threads` threads; the bits are those of one thread.
    package mutating func evolve(generations: Int, threads: Int) async throws {
        for _ in 0..<max(0, generations) {
            let plan = plan()
            let ranges = Self.ranges(plan.bounds.elite..<settings.population, max(1, threads))
            let engine = self
            let parts = try await withThrowingTaskGroup(of: (Int, GenePopulation).self) { group in
                for (index, range) in ranges.enumerated() {
                    group.addTask { (index, try engine.bred(plan, range)) }
                }
                var parts = [GenePopulation?](repeating: nil, count: ranges.count)
                for try await (index, part) in group { parts[index] = part }
                return parts.compactMap { $0 }
            }
            population = joined(plan, parts)
            generation += 1
        }
    }

    /// What every part of the next generation needs to know.
    private struct Plan {
        let key: UInt64
        let bounds: (elite: Int, crossover: Int, mutation: Int)
        /// The places of the elite in the present generation, fittest first.
        let elite: [Int]
    }

    private func plan() -> Plan {
        let bounds = settings.bounds
        return Plan(
            key: GeneStream.key(seed: seed, generation: generation + 1),
            bounds: bounds,
            elite: Ranking.top(bounds.elite, of: population.fitness)
        )
    }

    /// The individuals of some places of the next generation, evaluated.
    private func bred(_ plan: Plan, _ range: Range<Int>) throws -> GenePopulation {
        var part = GenePopulation(geneCount: levelCounts.count, count: range.count)
        breeder.breed(
            range,
            key: plan.key,
            crossoverEnd: plan.bounds.crossover,
            mutationEnd: plan.bounds.mutation,
            parents: population,
            into: &part.genes
        )
        try Self.evaluate(&part, fitness, from: 0)
        return part
    }

    /// The next generation from its elite and its parts in order.
    private func joined(_ plan: Plan, _ parts: [GenePopulation]) -> GenePopulation {
        var next = GenePopulation(geneCount: levelCounts.count, count: 0)
        next.genes.reserveCapacity(population.genes.count)
        next.fitness.reserveCapacity(population.count)
        for place in plan.elite {
            next.genes += population.genes[(place * population.stride)..<((place + 1) * population.stride)]
            next.fitness.append(population.fitness[place])
        }
        for part in parts {
            next.genes += part.genes
            next.fitness += part.fitness
        }
        return next
    }

    private static func evaluate(_ population: inout GenePopulation, _ fitness: Fitness, from start: Int) throws {
        let genes = population.genes
        let all = genes.span
        for place in start..<population.count {
            let from = place * population.stride
            let value = try fitness.fitness(of: all.extracting(from..<(from + population.geneCount)))
            population.fitness[place] = value.isNaN ? -.infinity : value
        }
    }

    /// Even parts of a range, in order, none empty.
    private static func ranges(_ range: Range<Int>, _ parts: Int) -> [Range<Int>] {
        let count = min(parts, range.count)
        return (0..<count).map { part in
            (range.lowerBound + part * range.count / count)..<(range.lowerBound + (part + 1) * range.count / count)
        }
    }
}

/// Picks the greatest of many numbers without sorting all.
enum Ranking {
    /// The indices of the `count` greatest, greatest first; of equals the earlier first.
    static func top(_ count: Int, of values: [Double]) -> [Int] {
        guard count > 0 else { return [] }
        guard count < values.count else { return sorted(Array(values.indices), values) }
        let threshold = Self.value(rank: count - 1, of: values)
        var above: [Int] = []
        var equal: [Int] = []
        for (index, value) in values.enumerated() {
            if value > threshold {
                above.append(index)
            } else if value == threshold, equal.count < count {
                equal.append(index)
            }
        }
        return sorted(above, values) + equal.prefix(count - above.count)
    }

    private static func sorted(_ indices: [Int], _ values: [Double]) -> [Int] {
        indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
    }

    /// The value at a rank in descending order, by quickselect with medians of three.
    private static func value(rank: Int, of values: [Double]) -> Double {
        var values = values
        var low = 0
        var high = values.count - 1
        while low < high {
            let middle = low + (high - low) / 2
            let pivot = max(min(values[low], values[middle]), min(max(values[low], values[middle]), values[high]))
            var left = low
            var right = high
            while left <= right {
                while values[left] > pivot { left += 1 }
                while values[right] < pivot { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if rank <= right {
                high = right
            } else if rank >= left {
                low = left
            } else {
                return values[rank]
            }
        }
        return values[rank]
    }
}
