// SPDX-License-Identifier: Apache-2.0
package import Domain

/// The genetic algorithm (B3), with three repairs that make it honest about noise.
///
/// Parents and elite are chosen by the score of the model's posterior mean, never by the best observation. The elite is
/// measured again in every generation. Children are screened: ten times as many are made as are wanted, and for each that
/// is wanted the best by a draw from the posterior (Thompson sampling) is kept. Nothing is tried twice but as a stated
/// replicate.
package struct GeneticSearch: SearchStrategy {
    package static let name = "genetic"
    /// How many children are made for each that is kept.
    static let candidatesPerChild = 10
    /// How many combinations compete to be a parent.
    static let tournament = 3

    package var record: SearchRecord

    package init(record: SearchRecord) throws {
        self.record = record
    }

    /// Proposes the next generation.
    ///
    /// The first generation, and any before the first valid result, is that of `FirstGeneration`, unless earlier
    /// campaigns gave parents. Later ones plan size × replicates trials in all: places that no new combination can fill
    /// go to the elite as more replicates.
    package mutating func propose(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal {
        let problem = record.problem
        let hasOwn = record.outcomes.contains { $0.response != nil && $0.combination != problem.control }
        guard request.generation > 1 && hasOwn || !record.earlier.isEmpty else {
            return FirstGeneration.members(
                space: problem.space,
                control: problem.control,
                size: request.size,
                replicates: request.replicates,
                using: &generator
            )
        }
        return try breed(request, using: &generator)
    }

    /// Main and pair effects where they can be told apart, else main effects and own effects.
    package func model() throws -> (any SearchModel)? {
        try PairwiseModel(record.responses, space: record.problem.space)
            ?? AdditiveModel(record.responses, space: record.problem.space)
    }

    /// Up to how many outcomes children are screened by pair effects; beyond, a batch's choice is not worth their time.
    private static let pairwiseLimit = 400

    /// The model that children are screened by: that of recommendations while it is quick, then main and own effects.
    private func screeningModel() throws -> (any SearchModel)? {
        guard record.outcomes.count > Self.pairwiseLimit else { return try model() }
        return try AdditiveModel(record.responses, space: record.problem.space)
    }

    private func breed(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal {
        let shares = GenerationShares.shares(for: request.phase, environmentChanged: request.environmentChanged)
        let counts = shares.counts(of: request.size)
        let beliefs = try Beliefs(record, response: screeningModel())
        let parents = try parents(beliefs)
        guard !parents.isEmpty else {
            return FirstGeneration.members(
                space: record.problem.space,
                control: record.problem.control,
                size: request.size,
                replicates: request.replicates,
                using: &generator
            )
        }
        var breeding = Breeding(beliefs: beliefs, parents: parents, boldness: shares.boldness)
        let eliteLimit = max(1, request.size * shares.eliteMembers / 100)
        let elite = breeding.elite(min(counts.elite, eliteLimit))
        let crossover = try breeding.children(counts.crossover, .crossover, using: &generator)
        let mutation = try breeding.children(counts.mutation, .mutation, using: &generator)
        let lacking = counts.crossover + counts.mutation - crossover.count - mutation.count
        let random = breeding.random(counts.random + lacking, using: &generator)
        var members: [Generation.Member] = []
        for (combinations, origin) in [
            (crossover, CombinationOrigin.crossover), (mutation, .mutation), (random, .random),
        ] {
            members += combinations.map {
                Generation.Member(combination: $0, origin: origin, replicates: request.replicates)
            }
        }
        let left = (request.size - members.count) * request.replicates
        let eliteMembers = elite.enumerated().map { place, combination in
            Generation.Member(
                combination: combination,
                origin: .elite,
                replicates: left / elite.count + (place < left % elite.count ? 1 : 0)
            )
        }
        var notes: [String] = []
        if request.environmentChanged {
            notes.append("The environment changed: older outcomes were set aside and more is explored.")
        }
        notes.append(
            "\(elite.count) elite, \(crossover.count) crossover, \(mutation.count) mutation and \(random.count) random "
                + "combinations."
        )
        return Proposal(members: eliteMembers + members, notes: notes)
    }

    /// The combinations with an answer, best score first: this campaign's, or an earlier one's before there are any.
    ///
    /// Those that probably breach a guardrail come only when no other is left.
    private func parents(_ beliefs: Beliefs) throws -> [Combination] {
        let control = record.problem.control
        var ranked = try beliefs.estimates()
            .filter { $0.meanResponse != nil && $0.combination != control }
            .map(\.combination)
        if ranked.isEmpty {
            let known = record.responses.combinations.filter { $0 != control && record.problem.space.allows($0) }
            ranked = try known.map { ($0, try beliefs.score(of: $0).mean) }
                .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
                .map(\.0)
        }
        ranked = ranked.filter { record.problem.space.allows($0) }
        let feasible = try ranked.filter { try beliefs.feasibility(of: $0) >= Beliefs.leastFeasibility }
        return feasible.isEmpty ? ranked : feasible
    }
}
