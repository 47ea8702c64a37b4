// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Experiments

/// The sum of the levels, and nothing for individuals with the forbidden first gene.
private struct LevelSum: GeneticFitness {
    var forbidden: UInt8?

    func fitness(of genes: Span<UInt8>) -> Double {
        if let forbidden, genes[0] == forbidden { return -.infinity }
        var sum = 0
        for index in genes.indices { sum += Int(genes[index]) }
        return Double(sum)
    }
}

private struct Broken: GeneticFitness {
    struct Refusal: Error {}

    func fitness(of genes: Span<UInt8>) throws -> Double { throw Refusal() }
}

@Suite struct GeneticEngineTests {
    private static let levels = [2, 3, 4, 5, 5, 5, 3, 3, 2, 7, 256]

    private func engine(
        _ population: Int = 500,
        seed: UInt64 = 1,
        starts: [Combination] = []
    ) throws -> GeneticEngine<LevelSum> {
        try GeneticEngine(
            levelCounts: Self.levels,
            settings: GeneticSettings(population: population),
            fitness: LevelSum(),
            seed: seed,
            startingFrom: starts
        )
    }

    @Test(arguments: [1, 2, 3, 7])
    func `the same seed breeds the same bits at any number of threads`(threads: Int) async throws {
        var alone = try engine()
        try alone.evolve(generations: 12)
        var parallel = try engine()
        try await parallel.evolve(generations: 12, threads: threads)
        #expect(alone.population == parallel.population)
        var other = try engine(seed: 2)
        try other.evolve(generations: 12)
        #expect(other.population != alone.population)
    }

    @Test func `the best is found and never lost`() throws {
        var engine = try engine()
        var last = -Double.infinity
        for _ in 0..<40 {
            try engine.evolve(generations: 1)
            let best = try #require(engine.best).fitness
            #expect(best >= last)
            last = best
        }
        #expect(try #require(engine.best).combination.levels == Self.levels.map { $0 - 1 })
    }

    @Test func `individuals have existing levels and their own fitness, and padding stays empty`() throws {
        var engine = try engine(200)
        try engine.evolve(generations: 3)
        let population = engine.population
        #expect(population.stride == 16 && population.count == 200)
        for place in 0..<population.count {
            let levels = population.combination(at: place).levels
            #expect(zip(levels, Self.levels).allSatisfy { $0 >= 0 && $0 < $1 })
            #expect(population.fitness[place] == Double(levels.reduce(0, +)))
            #expect(population.genes[(place * 16 + 11)..<(place * 16 + 16)].allSatisfy { $0 == 0 })
        }
    }

    @Test func `given individuals start the population`() throws {
        let top = Combination(Self.levels.map { $0 - 1 })
        let engine = try engine(10, starts: [Combination([9]), top])
        #expect(try #require(engine.best).combination == top)
    }

    @Test func `wrong settings are refused and errors of the fitness are passed on`() {
        #expect(throws: ExperimentError.self) { try engine(0) }
        #expect(throws: ExperimentError.self) {
            try GeneticEngine(levelCounts: [257], fitness: LevelSum(), seed: 1)
        }
        #expect(throws: ExperimentError.self) {
            try GeneticEngine(
                levelCounts: [2],
                settings: GeneticSettings(eliteShare: 0.5, crossoverShare: 0.4, mutationShare: 0.4),
                fitness: LevelSum(),
                seed: 1
            )
        }
        #expect(throws: Broken.Refusal.self) { try GeneticEngine(levelCounts: [2], fitness: Broken(), seed: 1) }
    }

    @Test(arguments: [0, 1, 5, 50, 99, 100])
    func `the top of many numbers is that of a full sort`(count: Int) {
        var generator = SplitMix64(seed: UInt64(count) + 3)
        let values = (0..<100).map { _ in Double(Int.random(in: 0..<30, using: &generator)) }
        let sorted = values.indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
        #expect(Ranking.top(count, of: values) == Array(sorted.prefix(count)))
        #expect(Ranking.top(count, of: [Double](repeating: -.infinity, count: 100)) == Array(0..<count))
    }

    @Test func `a large space is searched for the best allowed combination`() throws {
        let space = FactorSpace(
            levelCounts: [Int](repeating: 5, count: 12),
            forbidden: [
                ForbiddenCombination([LevelChoice(factor: 0, levels: [4]), LevelChoice(factor: 1, levels: [4])])
            ]
        )
        var generator = SplitMix64(seed: 3)
        let maximiser = GeneticMaximiser(space: space) { levels in Double(levels.reduce(0, +)) }
        let best = try #require(
            try maximiser.best(startingFrom: [], using: &generator, where: { $0.levels[2] != 4 })
        )
        #expect(space.allows(best) && best.levels[2] == 3)
        #expect(best.levels.reduce(0, +) == 12 * 4 - 2)
    }
}
