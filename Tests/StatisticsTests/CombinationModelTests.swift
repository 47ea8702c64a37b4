// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

/// A world whose truth is known, to simulate trials in.
private struct World {
    let combinations: [[Int]]
    let truth: [Double]
    let observations: [CombinationModel.Observation]

    static let levelCounts = [2, 3, 3, 3]
    static let blockLevelCounts = [12, 6]

    init(seed: UInt64, observations count: Int, combinations number: Int, tau: Double, sigma: Double) {
        var generator = SeededGenerator(seed: seed)
        var all: [[Int]] = []
        for index in 0..<54 {
            all.append([index % 2, index / 2 % 3, index / 6 % 3, index / 18])
        }
        all.shuffle(using: &generator)
        combinations = Array(all.prefix(number))
        let effects = Self.levelCounts.map { count in (0..<count).map { _ in generator.normal() } }
        let blocks = Self.blockLevelCounts.map { count in (0..<count).map { _ in 2 * generator.normal() } }
        truth = combinations.map { combination in
            zip(effects, combination).reduce(tau * generator.normal()) { $0 + $1.0[$1.1] }
        }
        var observations: [CombinationModel.Observation] = []
        for _ in 0..<count {
            let combination = Int.random(in: 0..<number, using: &generator)
            let codes = Self.blockLevelCounts.map { Int.random(in: 0..<$0, using: &generator) }
            let shift = zip(blocks, codes).reduce(0) { $0 + $1.0[$1.1] }
            let response = 80 + truth[combination] + shift + sigma * generator.normal()
            observations.append(.init(combination: combination, blocks: codes, response: response))
        }
        self.observations = observations
    }

    func fit() throws -> CombinationModel {
        try CombinationModel(
            observations: observations,
            combinations: combinations,
            levelCounts: Self.levelCounts,
            blockLevelCounts: Self.blockLevelCounts
        )
    }
}

@Suite struct CombinationModelTests {
    @Test func `absorbing combinations gives the solution of the full mixed-model equations`() throws {
        let world = World(seed: 3, observations: 60, combinations: 20, tau: 1, sigma: 1)
        let model = try world.fit()
        let size = model.layout.size
        let full = try henderson(world, model)
        for (index, combination) in world.combinations.enumerated() where index % 3 == 0 {
            let posterior = try model.posterior(of: combination)
            var weights = model.base + Array(repeating: 0, count: world.combinations.count)
            for column in model.layout.levelColumns(combination) {
                weights[column] += 1
            }
            weights[size + index] = 1
            let mean = zip(weights, full.solution).reduce(model.groups.shift) { $0 + $1.0 * $1.1 }
            var variance = 0.0
            for row in weights.indices {
                for column in weights.indices {
                    variance += weights[row] * full.inverse[row, column] * weights[column]
                }
            }
            #expect(isClose(posterior.mean, mean, relative: 1e-8))
            #expect(isClose(posterior.standardDeviation, (variance * model.errorVariance).squareRoot(), relative: 1e-7))
        }
    }

    /// Henderson's equations with every combination effect as an unknown of its own.
    private func henderson(
        _ world: World,
        _ model: CombinationModel
    ) throws -> (solution: [Double], inverse: DenseMatrix) {
        let layout = model.layout
        let search = try VarianceSearch(
            model.groups,
            layout,
            pureErrorVariance: model.pureErrorVariance,
            priorWidth: 2
        )
        let size = layout.size
        let total = size + world.combinations.count
        var gram = DenseMatrix(rows: total, columns: total)
        var right = [Double](repeating: 0, count: total)
        for observation in world.observations {
            let blocks = zip(layout.blockOffsets, observation.blocks).map { $0 + $1 }
            let columns =
                [0] + blocks + layout.levelColumns(world.combinations[observation.combination])
                + [size + observation.combination]
            for row in columns {
                right[row] += observation.response - model.groups.shift
                for column in columns {
                    gram[row, column] += 1
                }
            }
        }
        for column in 0..<total {
            gram[column, column] += column < size ? search.precisions[column] : 1 / model.ratio
        }
        let factor = try #require(LAPACK.cholesky(gram))
        return (
            try #require(LAPACK.solve(choleskyFactor: factor, right)),
            try #require(LAPACK.inverse(choleskyFactor: factor))
        )
    }

    @Test(arguments: [0.0, 0.5, 2.0])
    func `95 % intervals of differences hold the truth about 95 % of the time`(_ tau: Double) throws {
        var inside = 0
        var all = 0
        for seed in 0..<150 {
            let world = World(seed: UInt64(seed), observations: 150, combinations: 30, tau: tau, sigma: 1)
            let model = try world.fit()
            for pair in 0..<15 {
                let interval = try model.difference(
                    between: world.combinations[pair],
                    and: world.combinations[29 - pair]
                )
                inside += interval.contains(world.truth[pair] - world.truth[29 - pair]) ? 1 : 0
                all += 1
            }
        }
        let coverage = Double(inside) / Double(all)
        #expect(coverage > 0.93 && coverage < 0.99, "\(coverage)")
    }

    @Test func `the variances are recovered`() throws {
        var error = 0.0
        var combination = 0.0
        let rounds = 60
        for seed in 0..<rounds {
            let model = try World(
                seed: UInt64(1_000 + seed),
                observations: 300,
                combinations: 50,
                tau: 1.5,
                sigma: 2
            ).fit()
            error += model.errorVariance / Double(rounds)
            combination += model.combinationVariance / Double(rounds)
            #expect(isClose(model.errorVariance, model.pureErrorVariance, relative: 0.15))
        }
        #expect(error > 3.7 && error < 4.3, "\(error)")
        #expect(combination > 1.9 && combination < 2.9, "\(combination)")
    }

    @Test func `an unseen combination is predicted by its main effects with a wider deviation`() throws {
        let world = World(seed: 5, observations: 200, combinations: 40, tau: 1, sigma: 1)
        let model = try world.fit()
        let unseen = try #require(
            (0..<54).map { [$0 % 2, $0 / 2 % 3, $0 / 6 % 3, $0 / 18] }.first { !world.combinations.contains($0) }
        )
        let posterior = try model.posterior(of: unseen)
        #expect(posterior.observations == 0)
        #expect(posterior.standardDeviation > model.combinationVariance.squareRoot())
        let seen = try model.posterior(of: world.combinations[0])
        #expect(seen.standardDeviation < posterior.standardDeviation)
    }

    @Test func `no lack of rank and no lack of repeats breaks the fit`() throws {
        let confounded = try CombinationModel(
            observations: [
                .init(combination: 0, blocks: [0], response: 1), .init(combination: 1, blocks: [1], response: 2),
            ],
            combinations: [[0, 0], [1, 1]],
            levelCounts: [2, 3],
            blockLevelCounts: [4]
        )
        #expect(!confounded.isCombinationVarianceIdentified)
        #expect(confounded.pureErrorVariance == nil)
        let posterior = try confounded.posterior(of: [0, 2])
        #expect(posterior.mean.isFinite && posterior.standardDeviation.isFinite)
        let constant = try CombinationModel(
            observations: (0..<6).map { .init(combination: $0 % 2, response: 7) },
            combinations: [[0], [1]],
            levelCounts: [2]
        )
        #expect(try constant.posterior(of: [0]).mean == 7)
        #expect(try constant.difference(between: [0], and: [1]).upper.isFinite)
    }

    @Test func `a difference with itself is nothing and block effects cancel`() throws {
        let world = World(seed: 8, observations: 120, combinations: 20, tau: 1, sigma: 1)
        let model = try world.fit()
        let same = try model.difference(between: world.combinations[0], and: world.combinations[0])
        #expect(same.lower == 0 && same.upper == 0)
        let forth = try model.difference(between: world.combinations[0], and: world.combinations[1])
        let back = try model.difference(between: world.combinations[1], and: world.combinations[0])
        #expect(isClose(forth.estimate, -back.estimate) && isClose(forth.lower, -back.upper))
        let shifted = try CombinationModel(
            observations: world.observations.map {
                .init(combination: $0.combination, blocks: $0.blocks, response: $0.response + 1_000)
            },
            combinations: world.combinations,
            levelCounts: World.levelCounts,
            blockLevelCounts: World.blockLevelCounts
        ).difference(between: world.combinations[0], and: world.combinations[1])
        #expect(isClose(shifted.estimate, forth.estimate, relative: 1e-6))
    }

    @Test func `draws have the posterior's mean and deviation and the best is the likeliest best`() throws {
        let world = World(seed: 9, observations: 120, combinations: 12, tau: 1, sigma: 1)
        let model = try world.fit()
        var generator = SeededGenerator(seed: 4)
        var draws: [Double] = []
        for _ in 0..<4_000 {
            draws.append(try model.sample([world.combinations[2]], using: &generator)[0])
        }
        let posterior = try model.posterior(of: world.combinations[2])
        let moments = Moments(draws)
        #expect(isClose(moments.mean, posterior.mean, relative: 0.002))
        #expect(isClose(moments.sampleVariance?.squareRoot(), posterior.standardDeviation, relative: 0.05))
        let chances = try model.probabilityBest(among: world.combinations, draws: 500, using: &generator)
        #expect(isClose(chances.reduce(0, +), 1))
        let means = try world.combinations.map { try model.posterior(of: $0).mean }
        let likeliest = chances.indices.max { chances[$0] < chances[$1] }
        #expect(likeliest == means.indices.max { means[$0] < means[$1] })
    }

    @Test func `wrong codes are refused by name`() {
        #expect(throws: StatisticsError.invalidLevelCode(column: "factor 1", row: 0, code: 2, levelCount: 2)) {
            try CombinationModel(
                observations: [.init(combination: 0, response: 1), .init(combination: 0, response: 2)],
                combinations: [[2]],
                levelCounts: [2]
            )
        }
        #expect(throws: StatisticsError.tooFewObservations(subject: "The model of combinations", found: 0, needed: 2)) {
            try CombinationModel(observations: [], combinations: [], levelCounts: [2])
        }
    }
}
