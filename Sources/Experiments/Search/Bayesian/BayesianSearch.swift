// SPDX-License-Identifier: Apache-2.0
package import Domain
import Statistics

/// Batches from a Bayesian second-order model over levels that tell most about which combination is the best.
///
/// The first batch is a design. Later every draw from what is believed of all effects, moved some way to the mean, has its
/// best combination (Thompson 1933; for combinations, Baptista and Poloczek 2018). These are what has to be told apart,
/// and `TransductiveBatch` chooses the trials that do so best, among them and others. No combination is in a batch twice;
/// one that was tried before is a replicate, which is stated.
package struct BayesianSearch: SearchStrategy {
    package static let name = StrategyName.bayesian.rawValue

    /// How far the draws of a batch go from the mean: 0 for the mean itself, 1 for the whole draw.
    ///
    /// While there are few trials for each effect that they have to tell, whole draws are mostly noise, and their best
    /// combinations lie all over the space: the distance grows with the root of trials per effect, up to 1 when there
    /// are half as many trials as effects.
    static func boldness(trials: Int, effects: Int) -> Double {
        min(1, max(0.4, (2 * Double(trials) / Double(max(effects, 1))).squareRoot()))
    }
    /// How many random combinations may be chosen beside those that may be the best.
    static let others = 100

    package var record: SearchRecord

    package init(record: SearchRecord) throws {
        self.record = record
    }

    package func model() throws -> (any SearchModel)? {
        try SecondOrderSearchModel(record.responses, space: record.problem.space)
    }

    package mutating func propose(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal {
        let space = record.problem.space
        let table = record.responses
        guard request.generation > 1, Set(table.rows.map(\.combination)).count > 1,
            let model = try SecondOrderSearchModel(table, space: space)
        else {
            return first(request, using: &generator)
        }
        return batch(of: request, model.posterior, trials: table.rows.count, using: &generator)
    }

    /// The first batch: an orthogonal array that fits in it, else a design in which each level is met equally often.
    ///
    /// Some runs of an array that is too large leave levels out, which costs the search more than it wins.
    private func first(_ request: AskRequest, using generator: inout SplitMix64) -> Proposal {
        let space = record.problem.space
        let control = record.problem.control
        let array = OrthogonalArray.smallest(
            fitting: space.levelCounts,
            control: control.levels,
            names: space.names,
            maximumRuns: request.size
        )
        let isSmall = space.combinationCount.map { $0 <= 2 * request.size } ?? false
        guard array == nil, !isSmall else {
            return FirstGeneration.members(
                space: space,
                control: control,
                size: request.size,
                replicates: request.replicates,
                using: &generator
            )
        }
        let columns = space.levelCounts.map { count in
            let order = Array(0..<count).shuffled(using: &generator)
            return (0..<request.size).map { order[$0 % count] }.shuffled(using: &generator)
        }
        var taken: Set<Combination> = [control]
        var chosen: [Combination] = []
        for run in 0..<request.size {
            let combination = space.canonical(Combination(columns.map { $0[run] }))
            if space.allows(combination), taken.insert(combination).inserted {
                chosen.append(combination)
            }
        }
        chosen += space.distinct(request.size - chosen.count, excluding: taken, using: &generator)
        return Proposal(
            members: chosen.map {
                Generation.Member(combination: $0, origin: .spread, replicates: request.replicates)
            },
            notes: ["\(chosen.count) combinations in which the levels of each factor are met equally often."]
        )
    }

    /// A batch of different combinations that tells most about which one is the best.
    private func batch(
        of request: AskRequest,
        _ posterior: SecondOrderPosterior,
        trials: Int,
        using generator: inout SplitMix64
    ) -> Proposal {
        let space = record.problem.space
        let control = record.problem.control
        let known = record.known
        let boldness = Self.boldness(trials: trials, effects: posterior.layout.effectCount)
        var candidates = likelyBest(
            posterior,
            boldness: boldness * (request.phase == .stabilise ? 0.5 : 1),
            using: &generator
        )
        var seen = Set(candidates.combinations)
        let pending = record.pending.filter { space.allows($0.combination) }
        let more = pending.map(\.combination) + space.distinct(Self.others, excluding: seen, using: &generator)
        for combination in more where seen.insert(combination).inserted {
            candidates.combinations.append(combination)
            candidates.weights.append(0)
        }
        let combinations = candidates.combinations
        var design = TransductiveBatch(
            values: (0..<posterior.drawCount).map { draw in
                combinations.map { posterior.value(of: $0.levels, draw: draw) }
            },
            weights: candidates.weights,
            noise: max(posterior.errorVariance / Double(max(request.replicates, 1)), .leastNormalMagnitude)
        )
        let places = Dictionary(uniqueKeysWithValues: zip(combinations, combinations.indices))
        for trial in pending {
            for _ in 0..<max(trial.trials / max(request.replicates, 1), 1) {
                if let place = places[trial.combination] { design.assume(place) }
            }
        }
        var isTaken = combinations.map { $0 == control }
        var chosen: [Combination] = []
        while chosen.count < request.size, let place = design.best(where: { !isTaken[$0] }) {
            isTaken[place] = true
            chosen.append(combinations[place])
            design.assume(place)
        }
        if chosen.count < request.size {
            let taken = Set(chosen).union([control])
            chosen += space.distinct(request.size - chosen.count, excluding: taken, using: &generator)
        }
        return proposal(chosen, known: known, replicates: request.replicates)
    }

    /// The best combinations of all draws, and how likely each is the best.
    private func likelyBest(
        _ posterior: SecondOrderPosterior,
        boldness: Double,
        using generator: inout SplitMix64
    ) -> (combinations: [Combination], weights: [Double]) {
        var places: [Combination: Int] = [:]
        var combinations: [Combination] = []
        var weights: [Double] = []
        let top = posterior.bestExpected(starts: [record.problem.control.levels], using: &generator)
        for draw in 0..<posterior.drawCount {
            let levels = posterior.bestDrawn(draw, boldness: boldness, starts: [top], using: &generator)
            guard let combination = allowed(levels, by: { posterior.value(of: $0, draw: draw) }) else { continue }
            let place = places[combination] ?? combinations.count
            if place == combinations.count {
                places[combination] = place
                combinations.append(combination)
                weights.append(0)
            }
            weights[place] += 1
        }
        let total = max(weights.reduce(0, +), 1)
        return (combinations, weights.map { $0 / total })
    }

    /// The combination of these levels, or the best of those one change away from it where a rule forbids it.
    private func allowed(_ levels: [Int], by value: ([Int]) -> Double) -> Combination? {
        let space = record.problem.space
        let combination = space.canonical(Combination(levels))
        guard !space.allows(combination) else { return combination }
        var best: (combination: Combination, value: Double)?
        for factor in space.levelCounts.indices {
            for level in 0..<space.levelCounts[factor] where level != levels[factor] {
                var changed = levels
                changed[factor] = level
                let neighbour = space.canonical(Combination(changed))
                guard space.allows(neighbour) else { continue }
                let worth = value(neighbour.levels)
                if worth > best?.value ?? -.infinity { best = (neighbour, worth) }
            }
        }
        return best?.combination
    }

    private func proposal(_ chosen: [Combination], known: Set<Combination>, replicates: Int) -> Proposal {
        Proposal(
            members: chosen.map { combination in
                Generation.Member(
                    combination: combination,
                    origin: known.contains(combination) ? .elite : .spread,
                    replicates: replicates
                )
            },
            replicates: chosen.filter { known.contains($0) }.map {
                Proposal.StatedReplicate(
                    combination: $0,
                    reason: "It may still be the best, and is measured more surely."
                )
            },
            notes: ["\(chosen.count) combinations that tell most about which of the likely best is the best."]
        )
    }
}
