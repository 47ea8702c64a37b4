// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics

/// Main effects and two-way interactions with learnt variances, the model of `SecondOrderModel`, for a search's record.
struct SecondOrderSearchModel: SearchModel {
    let posterior: SecondOrderPosterior

    /// Fits the model; nil with fewer than two responses, thrown when it cannot be fitted.
    ///
    /// The same record gives the same model: the chains are seeded by what was observed.
    init?(_ table: SearchRecord.ObservationTable, space: FactorSpace) throws {
        guard table.rows.count >= 2 else { return nil }
        let model = SecondOrderModel(
            layout: EffectLayout(levelCounts: space.levelCounts, isOrdinal: space.isOrdinal),
            effort: Self.effort(observations: table.rows.count)
        )
        var generator = SplitMix64(seed: Self.seed(of: table))
        posterior = try model.fit(
            table.rows.map { row in
                EffectObservation(
                    levels: table.combinations[row.combination].levels,
                    blocks: [row.block, row.unit],
                    response: row.response,
                    weight: row.weight
                )
            },
            using: &generator
        )
    }

    /// Shorter chains when there is more to sweep over: the posterior is then narrower.
    private static func effort(observations: Int) -> SecondOrderModel.Effort {
        observations < 500
            ? SecondOrderModel.Effort(chains: 8, burnIn: 30, kept: 45, spacing: 3)
            : SecondOrderModel.Effort(chains: 8, burnIn: 20, kept: 30, spacing: 2)
    }

    private static func seed(of table: SearchRecord.ObservationTable) -> UInt64 {
        var seed = UInt64(table.rows.count)
        for row in table.rows {
            var generator = SplitMix64(seed: seed ^ row.response.bitPattern)
            seed = generator.next()
        }
        return seed
    }

    var summary: String {
        "Main effects and two-way interactions of the levels, with variances learnt from the trials."
    }

    var noiseVariance: Double { posterior.errorVariance }

    func belief(of combination: Combination) throws -> ResponseBelief {
        ResponseBelief(
            mean: posterior.mean(of: combination.levels),
            deviation: posterior.deviation(of: combination.levels)
        )
    }

    func draws(
        of combinations: [Combination],
        count: Int,
        using generator: inout SplitMix64
    ) throws -> [[Double]] {
        let stored = (0..<posterior.drawCount).map { draw in
            combinations.map { posterior.value(of: $0.levels, draw: draw) }
        }
        return (0..<max(0, count)).map { _ in stored[Int.random(in: 0..<stored.count, using: &generator)] }
    }

    func maximiser(
        in space: FactorSpace,
        startingFrom starts: [Combination],
        using generator: inout SplitMix64,
        where isWanted: (Combination) throws -> Bool
    ) throws -> Combination? {
        let top = posterior.bestExpected(
            starts: starts.prefix(4).map(\.levels),
            random: 24,
            using: &generator
        )
        let best = space.canonical(Combination(top))
        if space.allows(best), best.levels == top, try isWanted(best) {
            return best
        }
        return try climbed(in: space, startingFrom: [best] + starts, using: &generator, where: isWanted)
    }

    /// Climbs by single changes among the combinations that are allowed and wanted.
    private func climbed(
        in space: FactorSpace,
        startingFrom starts: [Combination],
        using generator: inout SplitMix64,
        where isWanted: (Combination) throws -> Bool
    ) throws -> Combination? {
        var best: (combination: Combination, mean: Double)?
        let origins = starts.prefix(8) + (0..<8).map { _ in space.random(using: &generator) }
        for origin in origins {
            var present = space.canonical(origin)
            var mean = -Double.infinity
            if space.allows(present), try isWanted(present) {
                mean = posterior.mean(of: present.levels)
            }
            for _ in 0..<50 {
                var next: (combination: Combination, mean: Double)?
                for factor in space.levelCounts.indices {
                    for level in 0..<space.levelCounts[factor] where level != present.levels[factor] {
                        var changed = present
                        changed.levels[factor] = level
                        changed = space.canonical(changed)
                        let value = posterior.mean(of: changed.levels)
                        if value > next?.mean ?? mean, space.allows(changed), try isWanted(changed) {
                            next = (changed, value)
                        }
                    }
                }
                guard let next else { break }
                (present, mean) = next
            }
            if mean > best?.mean ?? -Double.infinity {
                best = (present, mean)
            }
        }
        return best?.combination
    }
}
