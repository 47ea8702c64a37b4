// SPDX-License-Identifier: Apache-2.0
package import Domain
import Statistics

/// A Gaussian process with an overlap kernel, the model of `OverlapProcess`, for a search's record.
struct OverlapSearchModel: SearchModel {
    let process: OverlapProcess

    /// Fits the model; nil with fewer than two responses, thrown when it cannot be fitted.
    init?(_ table: SearchRecord.ObservationTable, space: FactorSpace) throws {
        guard table.rows.count >= 2 else { return nil }
        process = try OverlapProcess(
            layout: EffectLayout(levelCounts: space.levelCounts, isOrdinal: space.isOrdinal, pairs: false),
            Self.freeOfBlocks(table)
        )
    }

    /// The observations with each block's and unit's mean deviation taken off, shrunk by how little it rests on.
    static func freeOfBlocks(_ table: SearchRecord.ObservationTable) -> [EffectObservation] {
        let responses = table.rows.map(\.response)
        let mean = responses.reduce(0, +) / Double(max(1, responses.count))
        func deviations(_ codes: [Int], _ count: Int, _ values: [Double]) -> [Double] {
            guard count > 1 else { return [Double](repeating: 0, count: max(1, count)) }
            var sums = [Double](repeating: 0, count: count)
            var sizes = sums
            for (code, value) in zip(codes, values) {
                sums[code] += value - mean
                sizes[code] += 1
            }
            // four observations' worth of nothing
            return zip(sums, sizes).map { $0 / ($1 + 4) }
        }
        let blocks = deviations(table.rows.map(\.block), table.blockCount, responses)
        let left = zip(table.rows, responses).map { $1 - blocks[$0.block] }
        let units = deviations(table.rows.map(\.unit), table.unitCount, left)
        return zip(table.rows, left).map { row, response in
            EffectObservation(
                levels: table.combinations[row.combination].levels,
                response: response - units[row.unit],
                weight: row.weight
            )
        }
    }

    var summary: String { "A Gaussian process over combinations, which holds interactions of every order." }

    var noiseVariance: Double { process.errorVariance }

    func belief(of combination: Combination) throws -> ResponseBelief {
        let belief = process.belief(of: combination.levels)
        return ResponseBelief(mean: belief.mean, deviation: belief.variance.squareRoot())
    }

    func draws(
        of combinations: [Combination],
        count: Int,
        using generator: inout SplitMix64
    ) throws -> [[Double]] {
        try process.draws(of: combinations.map(\.levels), count: count, using: &generator)
    }
}

/// Thompson batches from a Gaussian process within a trust region about the best expected combination.
///
/// The region holds the combinations that differ from its centre in at most a number of factors; that number grows when a
/// batch improved what is expected of the best and shrinks when it did not (Eriksson et al., NeurIPS 2019; for
/// combinations, Wan et al., ICML 2021).
package struct GaussianProcessSearch: SearchStrategy {
    package static let name = StrategyName.gaussianProcess.rawValue

    /// How many combinations the draws are compared at.
    private static let candidates = 240
    private static let radiusKey = "gaussian_process.radius"
    private static let bestKey = "gaussian_process.best"

    package var record: SearchRecord

    package init(record: SearchRecord) throws {
        self.record = record
    }

    package func model() throws -> (any SearchModel)? {
        try OverlapSearchModel(record.responses, space: record.problem.space)
    }

    package mutating func propose(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal {
        let space = record.problem.space
        let table = record.responses
        guard request.generation > 1, Set(table.rows.map(\.combination)).count > 1,
            let model = try OverlapSearchModel(table, space: space)
        else {
            return FirstGeneration.members(
                space: space,
                control: record.problem.control,
                size: request.size,
                replicates: request.replicates,
                using: &generator
            )
        }
        let ranked = try table.combinations.filter { space.allows($0) }
            .map { (combination: $0, mean: try model.belief(of: $0).mean) }
            .sorted { ($0.mean, $1.combination) > ($1.mean, $0.combination) }
        let radius = nextRadius(best: ranked.first?.mean ?? 0, factors: space.levelCounts.count)
        let centre = ranked.first?.combination ?? record.problem.control
        let pool = region(centre, radius: radius, count: max(Self.candidates, 3 * request.size), using: &generator)
        guard !pool.isEmpty else {
            return Proposal(members: [], notes: ["No combination but the control may be tried."])
        }
        var taken: Set<Combination> = []
        var chosen: [Combination] = []
        for draw in try model.draws(of: pool, count: request.size, using: &generator) {
            let order = draw.indices.sorted { (draw[$0], $1) > (draw[$1], $0) }
            if let place = order.first(where: { !taken.contains(pool[$0]) }) {
                taken.insert(pool[place])
                chosen.append(pool[place])
            }
        }
        let known = record.known
        return Proposal(
            members: chosen.map { combination in
                Generation.Member(
                    combination: combination,
                    origin: known.contains(combination) ? .elite : .spread,
                    replicates: request.replicates
                )
            },
            notes: ["\(chosen.count) combinations within \(radius) changes of the best expected one."]
        )
    }

    /// The radius after the last batch, kept in the record with what was expected of the best.
    private mutating func nextRadius(best: Double, factors: Int) -> Int {
        var radius = record.memory[Self.radiusKey]?.first ?? Double(factors)
        if let former = record.memory[Self.bestKey]?.first {
            radius = best > former ? radius * 1.5 : radius / 1.25
        }
        radius = min(Double(factors), max(2, radius))
        record.memory[Self.radiusKey] = [radius]
        record.memory[Self.bestKey] = [best]
        return Int(radius.rounded())
    }

    /// Different allowed combinations of a trust region, never the control.
    private func region(
        _ centre: Combination,
        radius: Int,
        count: Int,
        using generator: inout SplitMix64
    ) -> [Combination] {
        let space = record.problem.space
        let changeable = space.levelCounts.indices.filter { space.levelCounts[$0] > 1 }
        var seen: Set<Combination> = [record.problem.control]
        var found: [Combination] = []
        for attempt in 0..<(4 * count) where found.count < count {
            var candidate = centre
            let changes =
                attempt == 0 ? 0 : Int.random(in: 1...max(1, min(radius, changeable.count)), using: &generator)
            for factor in changeable.shuffled(using: &generator).prefix(changes) {
                let step = Int.random(in: 1..<space.levelCounts[factor], using: &generator)
                candidate.levels[factor] = (candidate.levels[factor] + step) % space.levelCounts[factor]
            }
            candidate = space.canonical(candidate)
            if space.allows(candidate), seen.insert(candidate).inserted {
                found.append(candidate)
            }
        }
        return found
    }
}
