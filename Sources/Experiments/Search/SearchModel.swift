// SPDX-License-Identifier: Apache-2.0
package import Domain
import Statistics

/// What is believed of one combination's mean response.
package struct ResponseBelief: Hashable, Sendable {
    /// The expected mean response, blocks and units averaged out.
    package var mean: Double
    /// The standard deviation of what is believed about it, the uncertainty of the model's variances included if it can.
    package var deviation: Double

    /// Creates a belief.
    package init(mean: Double, deviation: Double) {
        self.mean = mean
        self.deviation = deviation
    }
}

/// A model of the response of every combination, tried or not, fitted to a search's record.
package protocol SearchModel: Sendable {
    /// One sentence for a person: which model it is and how well it predicts.
    var summary: String { get }

    /// The variance of one trial's response about its combination's mean in its block.
    var noiseVariance: Double { get }

    /// The root mean square error of predicting each observed combination without its own observations; nil if unknown.
    var leaveOneOutError: Double? { get }

    /// What is believed of a combination's mean response.
    func belief(of combination: Combination) throws -> ResponseBelief

    /// The expected mean response alone, which is cheaper for most models.
    func expectation(of combination: Combination) throws -> Double

    /// `count` joint draws from what is believed of several combinations: a row per draw, a column per combination.
    func draws(
        of combinations: [Combination],
        count: Int,
        using generator: inout SplitMix64
    ) throws -> [[Double]]

    /// The candidate of the highest expected response over the whole space among those `isWanted` holds for.
    ///
    /// Starts from the combinations given. Nil when none is wanted.
    func maximiser(
        in space: FactorSpace,
        startingFrom starts: [Combination],
        using generator: inout SplitMix64,
        where isWanted: (Combination) throws -> Bool
    ) throws -> Combination?
}

extension SearchModel {
    package var leaveOneOutError: Double? { nil }

    package func expectation(of combination: Combination) throws -> Double {
        try belief(of: combination).mean
    }

    /// Looks at every candidate of a space of up to 4,096 combinations, else climbs one factor at a time from the best
    /// starts and from random ones.
    package func maximiser(
        in space: FactorSpace,
        startingFrom starts: [Combination],
        using generator: inout SplitMix64,
        where isWanted: (Combination) throws -> Bool
    ) throws -> Combination? {
        if let all = space.allCombinations(limit: 4_096) {
            return try best(of: all, where: isWanted)?.combination
        }
        var best: (combination: Combination, mean: Double)?
        let origins = starts.prefix(8) + (0..<8).map { _ in space.random(using: &generator) }
        for start in origins {
            guard let top = try climb(from: start, in: space, where: isWanted) else { continue }
            if let present = best, top.mean <= present.mean { continue }
            best = top
        }
        return best?.combination
    }

    private func best(
        of candidates: [Combination],
        where isWanted: (Combination) throws -> Bool
    ) throws -> (combination: Combination, mean: Double)? {
        var best: (combination: Combination, mean: Double)?
        for candidate in candidates {
            let mean = try expectation(of: candidate)
            if let best, mean <= best.mean { continue }
            if try isWanted(candidate) {
                best = (candidate, mean)
            }
        }
        return best
    }

    private func climb(
        from start: Combination,
        in space: FactorSpace,
        where isWanted: (Combination) throws -> Bool
    ) throws -> (combination: Combination, mean: Double)? {
        let start = space.canonical(start)
        var top: (combination: Combination, mean: Double)?
        if space.allows(start), try isWanted(start) {
            top = (start, try expectation(of: start))
        }
        var present = start
        for _ in 0..<50 {
            var neighbours: [Combination] = []
            for factor in space.levelCounts.indices {
                for level in 0..<space.levelCounts[factor] where level != present.levels[factor] {
                    var neighbour = present
                    neighbour.levels[factor] = level
                    neighbour = space.canonical(neighbour)
                    if neighbour != present, space.allows(neighbour) { neighbours.append(neighbour) }
                }
            }
            guard let next = try best(of: neighbours, where: isWanted) else { break }
            if let top, next.mean <= top.mean { break }
            top = next
            present = next.combination
        }
        return top
    }
}

/// Main effects of the levels and what is left of each combination, the model of `CombinationModel`.
package struct AdditiveModel: SearchModel {
    private let model: CombinationModel

    /// Fits the model; nil with fewer than two responses, thrown when it cannot be solved.
    package init?(_ table: SearchRecord.ObservationTable, space: FactorSpace) throws {
        guard table.rows.count >= 2 else { return nil }
        model = try CombinationModel(
            observations: table.rows.map { row in
                CombinationModel.Observation(
                    combination: row.combination,
                    blocks: [row.block, row.unit],
                    response: row.response,
                    weight: row.weight
                )
            },
            combinations: table.combinations.map(\.levels),
            levelCounts: space.levelCounts,
            blockLevelCounts: [table.blockCount, table.unitCount]
        )
    }

    package var summary: String { "Main effects of the levels, and each combination's own effect." }

    package var noiseVariance: Double { model.errorVariance }

    package func belief(of combination: Combination) throws -> ResponseBelief {
        let posterior = try model.posterior(of: combination.levels)
        return ResponseBelief(mean: posterior.mean, deviation: posterior.standardDeviation)
    }

    package func draws(
        of combinations: [Combination],
        count: Int,
        using generator: inout SplitMix64
    ) throws -> [[Double]] {
        let levels = combinations.map(\.levels)
        return try (0..<max(0, count)).map { _ in try model.sample(levels, using: &generator) }
    }
}
