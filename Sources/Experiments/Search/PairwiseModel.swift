// SPDX-License-Identifier: Apache-2.0
package import Domain
import Statistics

/// Main effects and two-way interactions of levels, free of block and unit effects, the model of `PairEffectsModel`.
package struct PairwiseModel: SearchModel {
    /// How many combinations the model uses at most: the latest.
    static let cellLimit = 500
    /// How many pairs of levels a space may have; beyond that nothing could be learnt of each.
    static let pairLimit = 200_000
    /// From how many combinations on interactions can be told from main effects at all.
    static let leastCells = 6

    private let model: PairEffectsModel

    /// Fits the model; nil with too few combinations or too many pairs of levels, thrown when it cannot be solved.
    package init?(_ table: SearchRecord.ObservationTable, space: FactorSpace) throws {
        guard table.combinations.count >= Self.leastCells, Self.pairs(of: space) <= Self.pairLimit else { return nil }
        let additive = try CombinationModel(
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
        let degrees = Double(additive.pureErrorDegreesOfFreedom)
        let cells = additive.adjustedCells
        model = try PairEffectsModel(
            Array(cells.suffix(Self.cellLimit)),
            levelCounts: space.levelCounts,
            within: PairEffectsModel.Within(
                sumOfSquares: (additive.pureErrorVariance ?? 0) * degrees,
                degreesOfFreedom: degrees
            )
        )
    }

    private static func pairs(of space: FactorSpace) -> Int {
        let sum = space.levelCounts.reduce(0, +)
        let (square, overflow) = sum.multipliedReportingOverflow(by: sum)
        return overflow ? .max : square / 2
    }

    package var summary: String {
        "Main effects and two-way interactions of the levels, each with a variance of its own."
    }

    package var noiseVariance: Double { model.errorVariance }

    package var leaveOneOutError: Double? { model.leaveOneOutError }

    package func belief(of combination: Combination) throws -> ResponseBelief {
        let posterior = model.posterior(of: combination.levels)
        return ResponseBelief(mean: posterior.mean, deviation: posterior.deviation)
    }

    package func expectation(of combination: Combination) throws -> Double {
        model.mean(of: combination.levels)
    }

    package func draws(
        of combinations: [Combination],
        count: Int,
        using generator: inout SplitMix64
    ) throws -> [[Double]] {
        try model.draws(of: combinations.map(\.levels), count: count, using: &generator)
    }

    /// Breeds combinations on the model's expected response and keeps the best that is wanted.
    package func maximiser(
        in space: FactorSpace,
        startingFrom starts: [Combination],
        using generator: inout SplitMix64,
        where isWanted: (Combination) throws -> Bool
    ) throws -> Combination? {
        let model = model
        return try GeneticMaximiser(space: space) { model.mean(of: $0) }
            .best(startingFrom: starts, using: &generator, where: isWanted)
    }
}
