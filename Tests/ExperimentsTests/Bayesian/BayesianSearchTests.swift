// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Statistics
import Testing

@testable import Experiments

struct BayesianSearchTests {
    private static let names = ["bayesian", "gaussian_process", "auto"]

    private let space = FactorSpace(
        levelCounts: [2, 3, 3, 3, 3],
        isOrdinal: [false, true, false, false, true],
        forbidden: []
    )

    private func truth(_ levels: [Int]) -> Double {
        0.5 + (levels[1] == 1 ? 0.1 : -0.05) + (levels[2] == levels[3] ? 0.1 : -0.05)
    }

    private func outcomes(_ proposal: Proposal, using generator: inout SplitMix64) -> [TrialOutcome] {
        proposal.members.map { member in
            let noise = 0.05 * StandardNormal.sample(using: &generator)
            return TrialOutcome(
                combination: member.combination,
                block: 0,
                unit: 0,
                response: truth(member.combination.levels) + noise,
                succeeded: true,
                guardrailsHeld: true
            )
        }
    }

    private func search(_ name: String, batches: Int, seed: UInt64) throws -> any SearchStrategy {
        let problem = try SearchProblem(space: space, control: Combination([0, 0, 0, 1, 0]))
        var search = try Strategies.make(named: name, problem: problem)
        var generator = SplitMix64(seed: seed)
        for generation in 1...batches {
            let request = AskRequest(generation: generation, size: 12, replicates: 1, phase: .explore)
            let proposal = try search.ask(request, using: &generator)
            #expect(proposal.members.count == 12)
            #expect(Set(proposal.members.map(\.combination)).count == 12)
            search.tell(outcomes(proposal, using: &generator))
        }
        return search
    }

    @Test(arguments: names)
    func `the best level and the best pair are found`(_ name: String) throws {
        let search = try search(name, batches: 6, seed: 1)
        var generator = SplitMix64(seed: 2)
        let best = try #require(try search.recommend(using: &generator).bestPredicted)
        #expect(best.combination.levels[1] == 1)
        #expect(best.combination.levels[2] == best.combination.levels[3])
        #expect(abs(best.predicted.estimate - 0.7) < 0.06)
    }

    @Test(arguments: names)
    func `a search that was stored and resumed asks for the same batch`(_ name: String) throws {
        let search = try search(name, batches: 5, seed: 3)
        let data = try JSONEncoder().encode(search.snapshot)
        var first = search
        var second = try Strategies.resume(JSONDecoder().decode(SearchSnapshot.self, from: data))
        let request = AskRequest(generation: 6, size: 12, replicates: 1, phase: .explore)
        var left = SplitMix64(seed: 4)
        var right = SplitMix64(seed: 4)
        #expect(try first.ask(request, using: &left) == second.ask(request, using: &right))
    }

    @Test func `the choice between models is said in a sentence`() throws {
        var search = try search("auto", batches: 5, seed: 5)
        var generator = SplitMix64(seed: 6)
        let request = AskRequest(generation: 6, size: 12, replicates: 1, phase: .explore)
        let note = try #require(try search.ask(request, using: &generator).notes.first)
        #expect(note.contains("predicts"))
    }

    @Test func `draws go further from the mean as more trials tell each effect`() {
        // 2 x 3^7: 15 main effects and 98 interactions
        let layout = EffectLayout(levelCounts: [2, 3, 3, 3, 3, 3, 3, 3], isOrdinal: Array(repeating: false, count: 8))
        #expect(layout.effectCount == 113)
        #expect(BayesianSearch.boldness(trials: 1, effects: 113) == 0.4)
        #expect(abs(BayesianSearch.boldness(trials: 18, effects: 113) - 0.5644) < 0.0001)
        #expect(BayesianSearch.boldness(trials: 57, effects: 113) == 1)
        #expect(BayesianSearch.boldness(trials: 500, effects: 3_120) < 0.6)
        #expect(BayesianSearch.boldness(trials: 4, effects: 0) == 1)
    }

    @Test func `what was tried before is measured again only with a reason`() throws {
        var search = try search("bayesian", batches: 8, seed: 7)
        let known = search.record.known
        var generator = SplitMix64(seed: 8)
        let request = AskRequest(generation: 9, size: 12, replicates: 1, phase: .explore)
        let proposal = try search.ask(request, using: &generator)
        let again = proposal.members.map(\.combination).filter { known.contains($0) }
        #expect(Set(again) == Set(proposal.replicates.map(\.combination)))
        #expect(proposal.replicates.allSatisfy { !$0.reason.isEmpty })
    }
}
