// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Experiments

@Suite struct ScoreTests {
    @Test func `the rank score is one less the share of the depth`() {
        #expect(RankScore.score(averageRank: 20, depth: 100) == 0.8)
        #expect(RankScore.score(averageRank: 250, depth: 1_000) == 0.75)
        #expect(RankScore.score(averageRank: 100, depth: 100) == 0)
        #expect(RankScore.score(averageRank: 101, depth: 100) == 0)
        #expect(RankScore.score(averageRank: -1, depth: 100) == 1)
        #expect(RankScore.score(averageRank: 5, depth: 0) == 0)
        #expect(RankScore.score(averageRank: .nan, depth: 100) == 0)
    }

    @Test func `the gain score is one half for the control`() {
        #expect(GainScore.score(value: 4, control: 4, direction: .higher) == 0.5)
        #expect(GainScore.score(value: 5, control: 4, direction: .higher) == 0.625)
        #expect(GainScore.score(value: 5, control: 4, direction: .lower) == 0.375)
        #expect(GainScore.score(value: -2, control: -4, direction: .higher) == 0.75)
        #expect(GainScore.score(value: 40, control: 4, direction: .higher) == 1)
        #expect(GainScore.score(value: 40, control: 4, direction: .lower) == 0)
        #expect(GainScore.score(value: 0, control: 0, direction: .lower) == 0.5)
        #expect(GainScore.score(value: 1, control: 0, direction: .lower) == 0)
        #expect(GainScore.score(value: 1, control: 0, direction: .higher) == 1)
        #expect(GainScore.score(value: .infinity, control: 1, direction: .higher) == 0)
    }

    @Test func `the score weighs rank 0.5, success 0.3 and guardrails 0.2`() {
        func score(_ response: Double, _ success: Double, _ guardrails: Double, _ weights: ScoreWeights) -> Double {
            CombinationScore.score(
                response: response,
                successRate: success,
                guardrailRate: guardrails,
                weights: weights
            )
        }
        let usual = ScoreWeights()
        #expect(abs(score(1, 0, 0, usual) - 0.5) < 1e-15)
        #expect(abs(score(0, 1, 0, usual) - 0.3) < 1e-15)
        #expect(abs(score(0, 0, 1, usual) - 0.2) < 1e-15)
        #expect(abs(score(0.8, 0.9, 0.5, usual) - 0.77) < 1e-15)
        let doubled = ScoreWeights(rank: 1, success: 0.6, guardrails: 0.4)
        #expect(abs(score(0.8, 0.9, 0.5, doubled) - 0.77) < 1e-15)
        #expect(abs(score(0.8, 0, 0, ScoreWeights(rank: 3, success: 0, guardrails: 0)) - 0.8) < 1e-15)
        #expect(score(0.8, 0, 0, ScoreWeights(rank: 0, success: 0, guardrails: 0)) == 0.8)
    }

    @Test func `the top tenth is elite and the next four tenths significant`() {
        let grades = Grading.grades((0..<50).map { Double($0) })
        #expect(grades.count { $0 == .elite } == 5)
        #expect(grades.count { $0 == .significant } == 20)
        #expect(grades[49] == .elite && grades[45] == .elite && grades[44] == .significant)
        #expect(grades[25] == .significant && grades[24] == .deprecated)
        #expect(Grading.grades([]) == [])
        #expect(Grading.grades([0.3]) == [.elite])
        #expect(Grading.grades([0.1, 0.9]) == [.deprecated, .elite])
        #expect(Grading.grades([1, 1, 1, 1]) == [.elite, .significant, .deprecated, .deprecated])
    }

    @Test func `a fall of the elite by a fifth over seven days is a change of the environment`() {
        func detect(_ recent: Double) -> Bool {
            EnvironmentChange.detect(
                dailyEliteScores: [Double](repeating: 0.7, count: 7) + [Double](repeating: recent, count: 7)
            )
        }
        #expect(!detect(0.561))
        #expect(detect(0.56))
        #expect(detect(0.559))
        #expect(!detect(0.9))
        let short = [Double](repeating: 1, count: 6) + [Double](repeating: 0.1, count: 7)
        #expect(!EnvironmentChange.detect(dailyEliteScores: short))
        #expect(EnvironmentChange.detect(dailyEliteScores: [0] + short.prefix(1) + short))
        #expect(!EnvironmentChange.detect(dailyEliteScores: [Double](repeating: 0, count: 14)))
    }
}
