// SPDX-License-Identifier: Apache-2.0
package import Domain
import Statistics

/// Thompson batches from a Bayesian second-order model over levels.
///
/// The first batch is a design (`FirstGeneration`). Every later member is the best combination of one draw from what is
/// believed of all effects, every second draw moved halfway to the mean, so that a batch both explores and improves
/// (Thompson 1933; for combinations, Baptista and Poloczek 2018). Half of the draws come from a wide prior, under which
/// no interaction is taken for nothing: the sparse model, which is the better one to recommend by, would look at too few
/// of them. No combination is in a batch twice; one that was tried
/// before is a replicate, which is stated.
package struct BayesianSearch: SearchStrategy {
    package static let name = StrategyName.bayesian.rawValue

    /// How far the draws of a batch go from the mean, in turn: 0 for the mean itself, 1 for the whole draw.
    static let boldness = [0.5, 1.0]

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
            let model = try SecondOrderSearchModel(table, space: space),
            let explorer = try SecondOrderSearchModel(table, space: space, wide: true)
        else {
            return first(request, using: &generator)
        }
        return batch(of: request, model.posterior, explorer.posterior, using: &generator)
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

    /// A batch of different combinations, the best of as many draws.
    func batch(
        of request: AskRequest,
        _ posterior: SecondOrderPosterior,
        _ explorer: SecondOrderPosterior,
        using generator: inout SplitMix64
    ) -> Proposal {
        let space = record.problem.space
        let known = record.known
        let top = posterior.bestExpected(starts: [record.problem.control.levels], using: &generator)
        var taken: Set<Combination> = [record.problem.control]
        var chosen: [Combination] = []
        let posteriors = [explorer, explorer, posterior, posterior]
        let orders = posteriors.map { Array(0..<$0.drawCount).shuffled(using: &generator) }
        let scale = request.phase == .stabilise ? 0.5 : 1
        var attempts = 0
        while chosen.count < request.size, attempts < 12 * request.size + 100 {
            // the place decides what is drawn, the number of attempts how far it goes once draws repeat themselves
            let turn = chosen.count % posteriors.count
            let order = orders[turn]
            let further = 0.5 * Double(attempts / max(1, 4 * request.size))
            let levels = posteriors[turn].bestDrawn(
                order[attempts % order.count],
                boldness: (Self.boldness[chosen.count % Self.boldness.count] + further) * scale,
                starts: [top],
                using: &generator
            )
            attempts += 1
            let combination = space.canonical(Combination(levels))
            if space.allows(combination), taken.insert(combination).inserted {
                chosen.append(combination)
            }
        }
        if chosen.count < request.size {
            let missing = request.size - chosen.count
            var others = space.distinct(missing, excluding: taken.union(known), using: &generator)
            others += space.distinct(missing - others.count, excluding: taken.union(others), using: &generator)
            chosen += others
        }
        let replicates = chosen.filter { known.contains($0) }.map {
            Proposal.StatedReplicate(combination: $0, reason: "It may still be the best, and is measured more surely.")
        }
        let members = chosen.map { combination in
            Generation.Member(
                combination: combination,
                origin: known.contains(combination) ? .elite : .spread,
                replicates: request.replicates
            )
        }
        return Proposal(
            members: members,
            replicates: replicates,
            notes: [
                "\(members.count) combinations, each the best of one draw from what the trials leave possible."
            ]
        )
    }
}
