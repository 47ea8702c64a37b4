// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics
import Testing

@testable import Experiments

@Suite struct RecommendationTests {
    private static let control = Combination([0, 0, 0])

    private func estimate(_ levels: [Int], trials: Int, score: Double, answered: Bool = true) -> CombinationEstimate {
        CombinationEstimate(
            combination: Combination(levels),
            trials: trials,
            meanResponse: answered ? score : nil,
            posteriorMean: score,
            posteriorSD: 0.01,
            successRate: 1,
            guardrailRate: 1,
            score: score,
            grade: .elite
        )
    }

    @Test func `the best score with enough trials is chosen`() {
        let estimates = [
            estimate([1, 1, 1], trials: 1, score: 0.9),
            estimate([1, 1, 0], trials: 5, score: 0.8),
            estimate([0, 0, 0], trials: 50, score: 0.5),
        ]
        func choice(_ minimum: Int, _ among: [CombinationEstimate]) -> String? {
            Recommendation.choose(among, control: Self.control, minimumTrials: minimum)?.combination.description
        }
        #expect(choice(5, estimates) == "1.1.0")
        #expect(choice(1, estimates) == "1.1.1")
        #expect(choice(6, estimates) == "0.0.0")
        #expect(choice(99, Array(estimates.prefix(2))) == "1.1.0")
        #expect(choice(1, []) == nil)
        #expect(choice(1, [estimate([1, 0, 0], trials: 3, score: 0.9, answered: false)]) == nil)
    }

    @Test func `ties go to fewer changes from the control`() {
        let estimates = [
            estimate([1, 1, 0], trials: 5, score: 0.8),
            estimate([0, 0, 1], trials: 5, score: 0.8),
            estimate([0, 1, 0], trials: 5, score: 0.8),
        ]
        let choice = Recommendation.choose(estimates, control: Self.control, minimumTrials: 1)
        #expect(choice?.combination.description == "0.0.1")
    }

    @Test func `finalists are the best scores without the control`() {
        let estimates = [
            estimate([0, 0, 0], trials: 9, score: 0.95),
            estimate([1, 0, 0], trials: 1, score: 0.7),
            estimate([0, 2, 0], trials: 1, score: 0.9),
            estimate([0, 0, 2], trials: 1, score: 0.99, answered: false),
        ]
        let finalists = Recommendation.finalists(estimates, count: 2, control: Self.control)
        #expect(finalists.map(\.description) == ["0.2.0", "1.0.0"])
        #expect(Recommendation.finalists(estimates, count: 0, control: Self.control).isEmpty)
    }

    private func outcome(_ levels: [Int], _ block: Int, _ response: Double?, holds: Bool = true) -> TrialOutcome {
        TrialOutcome(
            combination: Combination(levels),
            block: block,
            unit: 0,
            response: response,
            succeeded: response != nil,
            guardrailsHeld: holds
        )
    }

    private func search(_ outcomes: [TrialOutcome]) throws -> [CombinationEstimate] {
        var search = try GeneticSearch(
            space: FactorSpace(levelCounts: [3, 3, 3]),
            control: Self.control,
            weights: ScoreWeights()
        )
        search.tell(outcomes)
        return try search.estimates()
    }

    @Test(arguments: UInt64(1)...10)
    func `the luckiest observation is not believed`(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let all = try #require(FactorSpace(levelCounts: [3, 3, 3]).allCombinations(limit: 27))
        let outcomes = (0..<3).flatMap { block in
            all.map { combination in
                let truth = 0.4 + 0.08 * Double(combination.levels[0])
                return outcome(combination.levels, block, truth + 0.1 * StandardNormal.sample(using: &generator))
            }
        }
        let estimates = try search(outcomes)
        let luckiest = try #require(estimates.max { ($0.meanResponse ?? 0) < ($1.meanResponse ?? 0) })
        #expect(luckiest.posteriorMean < (luckiest.meanResponse ?? 0), "seed \(seed)")
        #expect(estimates.first?.combination.levels.first == 2, "seed \(seed)")
        let error = abs((estimates.first?.posteriorMean ?? 0) - 0.56)
        #expect(error < abs((luckiest.meanResponse ?? 0) - 0.56), "seed \(seed)")
    }

    @Test func `combinations that fail or breach guardrails score less`() throws {
        var outcomes: [TrialOutcome] = []
        for block in 0..<10 {
            outcomes.append(outcome([0, 0, 0], block, 0.5))
            outcomes.append(outcome([1, 0, 0], block, 0.6))
            outcomes.append(outcome([2, 0, 0], block, block < 3 ? 0.6 : nil))
            outcomes.append(outcome([0, 1, 0], block, 0.6, holds: false))
        }
        let estimates = try search(outcomes)
        #expect(estimates.first?.combination.levels == [1, 0, 0])
        let failing = try #require(estimates.first { $0.combination.levels == [2, 0, 0] })
        #expect(failing.successRate == 0.3 && failing.trials == 10)
        let breaching = try #require(estimates.first { $0.combination.levels == [0, 1, 0] })
        #expect(breaching.guardrailRate == 0 && breaching.score < 0.65)
        #expect(estimates.map(\.score) == estimates.map(\.score).sorted(by: >))
        #expect(estimates.map(\.grade) == [.elite, .significant, .deprecated, .deprecated])
    }

    @Test func `a search without any valid result still answers`() throws {
        let estimates = try search([outcome([1, 0, 0], 0, nil), outcome([0, 0, 0], 0, .nan)])
        #expect(estimates.count == 2)
        #expect(estimates.allSatisfy { $0.meanResponse == nil && $0.score.isFinite })
        #expect(try search([outcome([1, 0, 0], 0, 0.7), outcome([5, 5, 5], 0, 0.9)]).count == 1)
    }

    @Test func `the model keeps the latest outcomes and merges many blocks`() throws {
        let many = (0..<3_500).map { outcome([$0 % 3, 0, 0], $0 / 10, 0.5 + 0.1 * Double($0 % 3)) }
        let estimates = try search(many)
        #expect(estimates.reduce(0) { $0 + $1.trials } == 3_000)
        #expect(estimates.first?.combination.levels == [2, 0, 0])
        let codes = SearchRecord.codes([40, 10, 30, 20, 10], limit: 2)
        #expect(codes.codes == [1, 0, 1, 0, 0] && codes.count == 2)
        #expect(SearchRecord.codes([], limit: 2).count == 0)
    }
}
