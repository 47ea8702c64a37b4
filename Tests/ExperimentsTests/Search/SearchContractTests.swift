// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Statistics
import Testing

@testable import Experiments

/// What every strategy must do, run against each.
@Suite struct SearchContractTests {
    private static let space = FactorSpace(
        levelCounts: [3, 2, 3, 4],
        conditions: [[], [LevelChoice(factor: 0, levels: [1, 2])], [], []],
        forbidden: [
            ForbiddenCombination([LevelChoice(factor: 2, levels: [2]), LevelChoice(factor: 3, levels: [0, 1])])
        ]
    )
    private static let control = Combination([0, 0, 0, 0])

    private static func problem(_ furtherWeights: [Double] = []) throws -> SearchProblem {
        try SearchProblem(space: space, control: control, furtherWeights: furtherWeights)
    }

    /// What a member's trials say: better with higher levels; the last level of the last factor breaches the guardrail.
    private static func outcomes(
        _ proposal: Proposal,
        failing: Bool = false,
        noise: inout SplitMix64
    ) -> [TrialOutcome] {
        let control = Generation.Member(combination: control, origin: .control, replicates: 1)
        return ([control] + proposal.members).flatMap { member in
            (0..<member.replicates).map { replicate in
                let sum = Double(member.combination.levels.reduce(0, +))
                let fails = failing && replicate == 0 && member.combination.levels[0] == 1
                return TrialOutcome(
                    combination: member.combination,
                    block: replicate,
                    unit: 0,
                    response: fails ? nil : 0.3 + 0.05 * sum + 0.01 * StandardNormal.sample(using: &noise),
                    further: [0.9 - 0.05 * sum],
                    succeeded: !fails,
                    guardrailsHeld: member.combination.levels[3] != 3
                )
            }
        }
    }

    private static func request(_ number: Int, replicates: Int = 1) -> AskRequest {
        AskRequest(generation: number, size: 8, replicates: replicates, phase: .explore)
    }

    @Test(arguments: Strategies.names)
    func `rules and conditions are kept, and what is repeated is stated`(_ name: String) throws {
        var strategy = try Strategies.make(named: name, problem: Self.problem())
        var generator = SplitMix64(seed: 5)
        var noise = SplitMix64(seed: 6)
        var known: Set<Combination> = [Self.control]
        for number in 1...5 {
            let proposal = try strategy.ask(Self.request(number), using: &generator)
            let combinations = proposal.members.map(\.combination)
            #expect(combinations.allSatisfy { Self.space.isCandidate($0) }, "\(name)")
            #expect(Set(combinations).count == combinations.count)
            #expect(!combinations.contains(Self.control))
            let repeated = combinations.filter { known.contains($0) }
            #expect(Set(proposal.replicates.map(\.combination)) == Set(repeated), "\(name), generation \(number)")
            #expect(proposal.replicates.allSatisfy { $0.reason.hasSuffix(".") })
            known.formUnion(combinations)
            strategy.tell(Self.outcomes(proposal, failing: true, noise: &noise))
            #expect(strategy.record.pending.isEmpty)
        }
    }

    @Test(arguments: Strategies.names)
    func `a search that is stored anywhere between ask and tell proposes the same`(_ name: String) throws {
        func course(storing: Bool) throws -> [Proposal] {
            var strategy = try Strategies.make(named: name, problem: Self.problem())
            var noise = SplitMix64(seed: 6)
            func store() throws {
                guard storing else { return }
                let data = try JSONEncoder().encode(strategy.snapshot)
                strategy = try Strategies.resume(JSONDecoder().decode(SearchSnapshot.self, from: data))
            }
            var proposals: [Proposal] = []
            for number in 1...4 {
                var generator = SplitMix64(seed: SplitMix64.seed(9, "generation", String(number)))
                var proposal = try strategy.ask(Self.request(number), using: &generator)
                try store()
                if storing {
                    var again = SplitMix64(seed: SplitMix64.seed(9, "generation", String(number)))
                    proposal = try strategy.ask(Self.request(number), using: &again)
                }
                proposals.append(proposal)
                let outcomes = Self.outcomes(proposal, noise: &noise)
                strategy.tell(Array(outcomes.prefix(3)))
                try store()
                strategy.tell(Array(outcomes.dropFirst(3)))
                try store()
            }
            return proposals
        }
        #expect(try course(storing: true) == course(storing: false))
    }

    @Test(arguments: Strategies.names)
    func `pending trials are not proposed again by accident`(_ name: String) throws {
        var strategy = try Strategies.make(named: name, problem: Self.problem())
        var generator = SplitMix64(seed: 5)
        var noise = SplitMix64(seed: 6)
        let first = try strategy.ask(Self.request(1), using: &generator)
        strategy.tell(Self.outcomes(first, noise: &noise))
        let second = try strategy.ask(Self.request(2), using: &generator)
        let third = try strategy.ask(Self.request(3), using: &generator)
        let both = Set(second.members.map(\.combination)).intersection(third.members.map(\.combination))
        #expect(both.subtracting(third.replicates.map(\.combination)).isEmpty)
        #expect(!strategy.record.pending.isEmpty)
        strategy.withdraw(second.members.map(\.combination) + third.members.map(\.combination))
        #expect(strategy.record.pending.isEmpty)
    }

    @Test(arguments: Strategies.names)
    func `the recommendation shows model and measurement and avoids breached guardrails`(_ name: String) throws {
        var strategy = try Strategies.make(named: name, problem: Self.problem())
        var generator = SplitMix64(seed: 5)
        var noise = SplitMix64(seed: 6)
        #expect(try strategy.recommend(using: &generator).bestPredicted == nil)
        for number in 1...4 {
            let proposal = try strategy.ask(Self.request(number, replicates: 3), using: &generator)
            strategy.tell(Self.outcomes(proposal, noise: &noise))
        }
        let recommendation = try strategy.recommend(using: &generator)
        let best = try #require(recommendation.bestPredicted)
        #expect(best.combination.levels[3] != 3, "\(name)")
        #expect(best.combination == Combination([2, 1, 2, 2]), "\(name)")
        #expect(best.predicted.lower <= best.predicted.estimate && best.predicted.estimate <= best.predicted.upper)
        #expect(abs(best.predicted.estimate - 0.65) < 0.05)
        #expect(recommendation.bestMeasured?.observedMean != nil)
        #expect((1...5).contains(recommendation.finalists.count))
        #expect(!recommendation.finalists.map(\.combination).contains(Self.control))
        let verdict = try #require(try strategy.stoppingVerdict(StoppingRule(), trials: 18, using: &generator))
        #expect(verdict.expectedGain >= 0 && verdict.expectedGain <= verdict.expectedLoss + 1e-12)
    }

    @Test func `an earlier campaign's outcomes lead the first generation, weighted, and never count as trials`() throws
    {
        var earlier = try GeneticSearch(problem: Self.problem())
        var generator = SplitMix64(seed: 5)
        var noise = SplitMix64(seed: 6)
        for number in 1...3 {
            let proposal = try earlier.ask(Self.request(number), using: &generator)
            earlier.tell(Self.outcomes(proposal, noise: &noise))
        }
        var search = try GeneticSearch(problem: Self.problem())
        #expect(throws: ExperimentError.self) { try search.warmStart(earlier.record.outcomes, weight: 0) }
        try search.warmStart(earlier.record.outcomes, weight: 0.3)
        let first = try search.ask(Self.request(1), using: &generator)
        #expect(first.members.contains { $0.origin == .crossover })
        #expect(try search.estimates().isEmpty)
        #expect(try #require(try search.recommend(using: &generator).bestPredicted).trials == 0)
    }

    @Test func `several objectives have one score and a front`() throws {
        var search = try GeneticSearch(problem: Self.problem([1]))
        var generator = SplitMix64(seed: 5)
        var noise = SplitMix64(seed: 6)
        let proposal = try search.ask(Self.request(1, replicates: 2), using: &generator)
        let outcomes = Self.outcomes(proposal, noise: &noise)
        search.tell(outcomes)
        let scalar = try #require(search.record.problem.scalarised(outcomes[0]))
        #expect(abs(scalar - ((outcomes[0].response ?? 0) + 0.9) / 2) < 1e-12)
        let front = try search.recommend(using: &generator).paretoFront
        #expect(front.count >= 2)
        #expect(front.allSatisfy { $0.objectives.count == 2 })
        #expect(ParetoFront.indices(of: [[1, 1], [2, 0], [0, 0], [2, 0], [.nan, 5]]) == [0, 1, 3])
        #expect(throws: ExperimentError.self) { try Self.problem([-1]) }
    }

    @Test func `a control that a rule forbids is refused`() throws {
        let space = FactorSpace(
            levelCounts: [2, 2],
            forbidden: [ForbiddenCombination([LevelChoice(factor: 0, levels: [0])])]
        )
        #expect(throws: ExperimentError.forbidden(combination: "0.0")) {
            try SearchProblem(space: space, control: Combination([0, 0]))
        }
    }
}
