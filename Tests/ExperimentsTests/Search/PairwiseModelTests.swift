// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics
import Testing

@testable import Experiments

@Suite struct PairwiseModelTests {
    private static let space = FactorSpace(levelCounts: [2, 3, 3, 3, 3])

    /// An interaction of the second and third factor, a main effect of the first, blocks that drift.
    private func truth(_ levels: [Int]) -> Double {
        0.1 * Double(levels[0]) + (levels[1] == levels[2] ? 0.2 : 0)
    }

    private func table(
        rows: Int,
        seed: UInt64,
        noise: Double = 0.05
    ) throws -> SearchRecord {
        var generator = SplitMix64(seed: seed)
        let control = Combination([0, 0, 1, 0, 0])
        var record = SearchRecord(problem: try SearchProblem(space: Self.space, control: control))
        record.tell(
            (0..<rows).map { row in
                let combination = Self.space.random(using: &generator)
                let response =
                    0.3 + truth(combination.levels) + 0.1 * Double(row / 20)
                    + noise * StandardNormal.sample(using: &generator)
                return TrialOutcome(
                    combination: combination,
                    block: row / 20,
                    unit: 0,
                    response: response,
                    succeeded: true,
                    guardrailsHeld: true
                )
            }
        )
        return record
    }

    @Test(arguments: UInt64(1)...5)
    func `an interaction is found through drifting blocks, with intervals that hold`(seed: UInt64) throws {
        let record = try table(rows: 100, seed: seed)
        let model = try #require(try PairwiseModel(record.responses, space: Self.space))
        let all = try #require(Self.space.allCombinations(limit: 162))
        var generator = SplitMix64(seed: 1)
        let best = try #require(
            try model.maximiser(in: Self.space, startingFrom: [], using: &generator) { _ in true }
        )
        #expect(truth(best.levels) > 0.29)
        // The level of the blocks is averaged out, so differences are compared.
        let reference = try model.belief(of: Combination([0, 0, 1, 0, 0])).mean
        var covered = 0
        for combination in all {
            let belief = try model.belief(of: combination)
            let error = belief.mean - reference - truth(combination.levels)
            covered += abs(error) < 1.96 * belief.deviation * 1.5 ? 1 : 0
            #expect(abs(try model.expectation(of: combination) - belief.mean) < 1e-12)
        }
        #expect(Double(covered) / Double(all.count) > 0.85)
        #expect(try #require(model.leaveOneOutError) < 0.12)
    }

    @Test func `joint draws have the means and deviations that are believed`() throws {
        let model = try #require(try PairwiseModel(table(rows: 60, seed: 3).responses, space: Self.space))
        let combinations = [Combination([0, 0, 0, 0, 0]), Combination([1, 2, 2, 0, 1])]
        var generator = SplitMix64(seed: 4)
        let draws = try model.draws(of: combinations, count: 4_000, using: &generator)
        for (column, combination) in combinations.enumerated() {
            let values = draws.map { $0[column] }
            let mean = values.reduce(0, +) / 4_000
            let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3_999).squareRoot()
            let belief = try model.belief(of: combination)
            #expect(abs(mean - belief.mean) < 5 * belief.deviation / 4_000.0.squareRoot())
            #expect(abs(deviation / belief.deviation - 1) < 0.06)
        }
    }

    @Test func `too few combinations and too many pairs have no model of pairs`() throws {
        #expect(try PairwiseModel(table(rows: 3, seed: 1).responses, space: Self.space) == nil)
        let wide = FactorSpace(levelCounts: [1_000, 1_000])
        var record = SearchRecord(problem: try SearchProblem(space: wide, control: Combination([0, 0])))
        record.tell(
            (0..<10).map {
                TrialOutcome(
                    combination: Combination([$0, $0]),
                    block: 0,
                    unit: 0,
                    response: 0.5,
                    succeeded: true,
                    guardrailsHeld: true
                )
            }
        )
        #expect(try PairwiseModel(record.responses, space: wide) == nil)
        #expect(throws: StatisticsError.self) {
            try PairEffectsModel(
                [.init(levels: [0], mean: .nan, weight: 1), .init(levels: [1], mean: 0, weight: 1)],
                levelCounts: [2]
            )
        }
    }

    @Test func `a thousand levels are bred one by one`() throws {
        let wide = FactorSpace(levelCounts: [1_000, 1_000, 2])
        var search = try GeneticSearch(problem: SearchProblem(space: wide, control: Combination([0, 0, 0])))
        var generator = SplitMix64(seed: 2)
        for number in 1...3 {
            let request = AskRequest(generation: number, size: 10, replicates: 1, phase: .explore)
            let proposal = try search.ask(request, using: &generator)
            #expect(proposal.members.allSatisfy { wide.isCandidate($0.combination) })
            search.tell(
                proposal.members.map {
                    TrialOutcome(
                        combination: $0.combination,
                        block: number,
                        unit: 0,
                        response: Double($0.combination.levels[0]) / 1_000,
                        succeeded: true,
                        guardrailsHeld: true
                    )
                }
            )
        }
    }
}
