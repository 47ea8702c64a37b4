// SPDX-License-Identifier: Apache-2.0
package import Domain

/// The genetic algorithm (B3) alone: 10 % elite, 40 % crossover, 40 % mutation, 10 % random, by measured values.
///
/// What other tools call a genetic algorithm, kept for comparison: the elite keeps its value without being measured
/// again, children are not screened, and one that was tried before is measured once more, which is stated. It recommends
/// by the same model as the others.
package struct PlainGeneticSearch: SearchStrategy {
    package static let name = StrategyName.geneticPlain.rawValue

    /// Where the record keeps the population: all levels, one individual after the other.
    private static let memoryKey = "population"

    package var record: SearchRecord

    package init(record: SearchRecord) throws {
        self.record = record
    }

    package func model() throws -> (any SearchModel)? {
        try PairwiseModel(record.responses, space: record.problem.space)
            ?? AdditiveModel(record.responses, space: record.problem.space)
    }

    package mutating func propose(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal {
        let population = measuredPopulation()
        guard !population.isEmpty else {
            let excluded: Set<Combination> = [record.problem.control]
            let first = record.problem.space.distinct(request.size, excluding: excluded, using: &generator)
            remember(first)
            return Proposal(
                members: first.map {
                    Generation.Member(combination: $0, origin: .random, replicates: request.replicates)
                },
                notes: ["The first population: \(first.count) random combinations."]
            )
        }
        let settings = GeneticSettings(population: request.size)
        let bounds = settings.bounds
        let elite = Array(population.prefix(bounds.elite))
        let parents = population.map(\.combination)
        var children: [(Combination, CombinationOrigin)] = []
        for place in bounds.elite..<request.size {
            let child: Combination
            let origin: CombinationOrigin
            if place < bounds.crossover {
                child = crossover(parents, settings.tournament, using: &generator)
                origin = .crossover
            } else if place < bounds.mutation {
                child = mutation(parents, settings.tournament, using: &generator)
                origin = .mutation
            } else {
                child = record.problem.space.random(using: &generator)
                origin = .random
            }
            children.append((record.problem.space.canonical(child), origin))
        }
        let proposal = proposal(children, request)
        remember(elite.map(\.combination) + proposal.members.map(\.combination))
        return proposal
    }

    /// The population's members with an answer, best measured mean first.
    private func measuredPopulation() -> [(combination: Combination, value: Double)] {
        let width = record.problem.space.levelCounts.count
        let memory = record.memory[Self.memoryKey] ?? []
        var members: Set<Combination> = []
        for start in stride(from: 0, to: memory.count - memory.count % max(1, width), by: max(1, width)) {
            members.insert(Combination(memory[start..<(start + width)].map { Int($0) }))
        }
        return record.tallies
            .compactMap { tally in
                tally.meanResponse.flatMap { members.contains(tally.combination) ? (tally.combination, $0) : nil }
            }
            .sorted { $0.value != $1.value ? $0.value > $1.value : $0.combination < $1.combination }
    }

    private mutating func remember(_ members: [Combination]) {
        record.memory[Self.memoryKey] = members.flatMap { $0.levels.map(Double.init) }
    }

    /// Children as members: the same one several times is one member with more trials.
    private func proposal(_ children: [(Combination, CombinationOrigin)], _ request: AskRequest) -> Proposal {
        let known = record.known
        var places: [Combination: Int] = [:]
        var proposal = Proposal(members: [], notes: [])
        for (child, origin) in children where child != record.problem.control {
            if let place = places[child] {
                proposal.members[place].replicates += request.replicates
                continue
            }
            places[child] = proposal.members.count
            proposal.members.append(
                Generation.Member(combination: child, origin: origin, replicates: request.replicates)
            )
            if known.contains(child) {
                proposal.replicates.append(
                    Proposal.StatedReplicate(
                        combination: child,
                        reason: "The plain genetic algorithm bred it again."
                    )
                )
            }
        }
        proposal.notes = ["\(children.count) children of the plain genetic algorithm; the elite is not measured again."]
        return proposal
    }

    private func crossover(
        _ parents: [Combination],
        _ tournament: Int,
        using generator: inout SplitMix64
    ) -> Combination {
        let first = parent(parents, tournament, using: &generator)
        let second = parent(parents, tournament, using: &generator)
        return Combination(
            zip(first.levels, second.levels).map { Bool.random(using: &generator) ? $0 : $1 }
        )
    }

    /// A parent whose factors are each drawn anew with probability 2/k, as DEAP's `mutUniformInt` does.
    private func mutation(
        _ parents: [Combination],
        _ tournament: Int,
        using generator: inout SplitMix64
    ) -> Combination {
        var child = parent(parents, tournament, using: &generator)
        let counts = record.problem.space.levelCounts
        let probability = min(1, 2 / Double(max(1, counts.count)))
        for factor in counts.indices where Double.random(in: 0..<1, using: &generator) < probability {
            child.levels[factor] = Int.random(in: 0..<counts[factor], using: &generator)
        }
        return child
    }

    private func parent(
        _ parents: [Combination],
        _ tournament: Int,
        using generator: inout SplitMix64
    ) -> Combination {
        var best = parents.count - 1
        for _ in 0..<tournament {
            best = min(best, Int.random(in: 0..<parents.count, using: &generator))
        }
        return parents[best]
    }
}
