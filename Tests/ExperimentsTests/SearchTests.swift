// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Experiments

@Suite struct SearchTests {
    private static let space = FactorSpace(levelCounts: [2, 3, 3, 3, 3])
    private static let control = Combination([0, 0, 0, 0, 0])

    /// Outcomes whose response grows with the sum of the levels, without noise unless said so.
    private static func outcomes(
        _ members: [Generation.Member],
        block: Int = 0,
        response: (Combination) -> Double = { 0.3 + 0.05 * Double($0.levels.reduce(0, +)) }
    ) -> [TrialOutcome] {
        let control = Generation.Member(combination: control, origin: .control, replicates: 1)
        return ([control] + members).flatMap { member in
            (0..<member.replicates).map { replicate in
                TrialOutcome(
                    combination: member.combination,
                    block: block + replicate,
                    unit: replicate % 3,
                    response: response(member.combination) + 0.001 * Double(replicate % 2),
                    succeeded: true,
                    guardrailsHeld: true
                )
            }
        }
    }

    private static func second(
        _ phase: SearchPhase,
        size: Int = 50,
        replicates: Int = 4,
        changed: Bool = false,
        seed: UInt64 = 1
    ) throws -> Proposal {
        var generator = SplitMix64(seed: seed)
        var search = try GeneticSearch(space: space, control: control, weights: ScoreWeights())
        let first = try search.ask(
            AskRequest(generation: 1, size: 50, replicates: 2, phase: .explore),
            using: &generator
        )
        search.tell(outcomes(first.members))
        return try search.ask(
            AskRequest(
                generation: 2,
                size: size,
                replicates: replicates,
                phase: phase,
                environmentChanged: changed
            ),
            using: &generator
        )
    }

    private static func counts(_ proposal: Proposal) -> [CombinationOrigin: Int] {
        Dictionary(grouping: proposal.members, by: \.origin).mapValues(\.count)
    }

    @Test func `exploring has 10 % elite, 40 % crossover, 40 % mutation and 10 % random`() throws {
        let proposal = try Self.second(.explore)
        #expect(Self.counts(proposal) == [.elite: 5, .crossover: 20, .mutation: 20, .random: 5])
        #expect(proposal.members.allSatisfy { $0.replicates == 4 })
    }

    @Test func `optimising and a changed environment shift the shares`() throws {
        let optimise = try Self.second(.optimise)
        #expect(optimise.members.count { $0.origin == .elite } == 10)
        #expect(optimise.members.count == 50)
        let changed = try Self.second(.stabilise, changed: true)
        #expect(Self.counts(changed) == [.elite: 5, .crossover: 15, .mutation: 15, .random: 15])
        #expect(changed.notes[0].contains("environment changed"))
    }

    @Test func `stabilising measures a few elite combinations more often`() throws {
        let proposal = try Self.second(.stabilise)
        let elite = proposal.members.filter { $0.origin == .elite }
        #expect(Self.counts(proposal) == [.elite: 5, .crossover: 10, .mutation: 10])
        #expect(elite.allSatisfy { $0.replicates == 24 })
        #expect(proposal.members.reduce(0) { $0 + $1.replicates } == 200)
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 2), (7, 3), (20, 5), (50, 10)])
    func `a generation has the trials that were asked for`(size: Int, replicates: Int) throws {
        for phase in [SearchPhase.explore, .optimise, .stabilise] {
            let proposal = try Self.second(phase, size: size, replicates: replicates)
            #expect(proposal.members.reduce(0) { $0 + $1.replicates } == size * replicates, "\(phase)")
            #expect(size < 3 || proposal.members.contains { $0.origin == .elite }, "\(phase)")
        }
    }

    @Test(arguments: UInt64(1)...20)
    func `no combination is in a generation twice and the control never`(seed: UInt64) throws {
        for phase in [SearchPhase.explore, .optimise, .stabilise] {
            let combinations = try Self.second(phase, seed: seed).members.map(\.combination)
            #expect(Set(combinations).count == combinations.count, "seed \(seed)")
            #expect(!combinations.contains(Self.control), "seed \(seed)")
            #expect(combinations.allSatisfy { Self.space.contains($0) }, "seed \(seed)")
        }
    }

    @Test func `the seed decides`() throws {
        #expect(try Self.second(.explore, seed: 8) == Self.second(.explore, seed: 8))
        #expect(try Self.second(.explore, seed: 8) != Self.second(.explore, seed: 9))
    }

    @Test func `a small space that is used up gives its places to the elite`() throws {
        var generator = SplitMix64(seed: 1)
        let control = Combination([0, 0])
        var search = try GeneticSearch(
            space: FactorSpace(levelCounts: [2, 3]),
            control: control,
            weights: ScoreWeights()
        )
        let first = try search.ask(
            AskRequest(generation: 1, size: 50, replicates: 2, phase: .explore),
            using: &generator
        )
        #expect(first.members.count == 5)
        search.tell(Self.outcomes(first.members).filter { $0.combination.levels.count == 2 })
        let next = try search.ask(
            AskRequest(generation: 2, size: 50, replicates: 2, phase: .explore),
            using: &generator
        )
        #expect(next.members.count == 5)
        #expect(next.members.reduce(0) { $0 + $1.replicates } == 100)
    }

    @Test func `in an emergency nothing new is proposed, and wrong requests are refused`() throws {
        #expect(try Self.second(.emergency).members.isEmpty)
        #expect(throws: ExperimentError.invalidRequest(field: "size", value: 0, least: 1)) {
            try Self.second(.explore, size: 0)
        }
        #expect(throws: ExperimentError.invalidRequest(field: "replicates", value: 0, least: 1)) {
            try Self.second(.explore, replicates: 0)
        }
    }

    @Test func `strategies are made by name`() throws {
        #expect(Set(Strategies.names).isSuperset(of: ["genetic", "genetic_plain", "random"]))
        #expect(Strategies.names == Strategies.names.sorted())
        #expect(Strategies.names.allSatisfy { StrategyName(rawValue: $0) != nil })
        for name in ["genetic", "random"] {
            let made = try Strategies.make(
                named: name,
                space: Self.space,
                control: Self.control,
                weights: ScoreWeights()
            )
            #expect(type(of: made).name == name)
            #expect(try made.estimates().isEmpty)
        }
        #expect(throws: ExperimentError.unknownStrategy(name: "annealing", known: Strategies.names)) {
            try Strategies.make(named: "annealing", space: Self.space, control: Self.control, weights: ScoreWeights())
        }
        #expect(throws: ExperimentError.self) {
            try Strategies.make(
                named: "genetic",
                space: Self.space,
                control: Combination([9]),
                weights: ScoreWeights()
            )
        }
    }

    @Test func `genetic search beats random search with the same effort`() throws {
        var regrets: [String: [Double]] = [:]
        for seed in UInt64(1)...5 {
            let problem = SecondOrderProblem(seed: seed)
            for name in ["genetic", "random"] {
                regrets[name, default: []].append(try problem.regret(after: 500, strategy: name, seed: seed &* 77))
            }
        }
        let genetic = median(regrets["genetic"] ?? [])
        let random = median(regrets["random"] ?? [])
        print("median regret after 500 trials over seeds 1 to 5: genetic \(genetic), random \(random)")
        #expect(genetic < 0.12)
        #expect(genetic < 0.7 * random)
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
