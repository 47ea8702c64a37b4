// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Statistics
import Testing

@testable import Reports

@Suite struct WordingTests {
    private func wording(_ language: ReportLanguage, _ objective: Objective) -> Wording {
        var goal = SampleDossier.sellerGoal
        goal.objective = objective
        return Wording(language: language, goal: goal)
    }

    private static let rank = Objective(metric: "rank", direction: .lower)

    @Test(arguments: Phrase.allCases)
    func `a phrase has the same places in both languages`(phrase: Phrase) {
        func places(_ text: String) -> [String] { Set(text.matches(of: /\{\d\}/).map { String($0.0) }).sorted() }
        #expect(places(phrase.korean) == places(phrase.english))
        #expect(!phrase.korean.isEmpty)
        #expect(!phrase.english.isEmpty)
    }

    @Test func `what is filled in is not filled in again`() {
        let words = wording(.english, Self.rank)
        #expect(words(.period, "{1}", "b") == "{1} to b")
    }

    @Test func `numbers are grouped, rounded and never claim a negative nothing`() {
        let words = wording(.english, Self.rank)
        #expect(words.fixed(1_234_567.891, 1) == "1,234,567.9")
        #expect(words.fixed(-0.001, 1) == "0.0")
        #expect(words.fixed(-12.5, 1) == "−12.5")
        #expect(words.fixed(.nan, 1) == "–")
        #expect(words.short(0.000_012_34) == "1.23e−05")
        #expect(words.short(12.3456) == "12.35")
        #expect(words.short(100) == "100")
        #expect(words.count(-1_234) == "−1,234")
        #expect(words.pValue(0.000_1) == "< 0.001")
    }

    @Test func `a probability never claims certainty`() {
        let words = wording(.english, Self.rank)
        #expect(words.probability(1) == "more than 99.9 %")
        #expect(words.probability(0) == "less than 0.1 %")
        #expect(words.probability(0.975) == "97.5 %")
    }

    @Test func `a worse rank is a fall and more of a wanted metric is a rise`() {
        let fall = Interval(estimate: 5, lower: 2, upper: 8, confidence: 0.9)
        #expect(
            wording(.korean, Self.rank).gain(from: 10, to: 15, difference: fall)
                == "평균 10위 → 15위, 5계단 하락 (90 % 신뢰구간 2–8)"
        )
        let sales = Objective(metric: "매출", direction: .higher)
        #expect(
            wording(.korean, sales).gain(from: 10, to: 15, difference: fall)
                == "매출 평균 10 → 15, +5 (90 % 신뢰구간 2–8, 높을수록 좋음)"
        )
    }

    @Test func `the model's probability follows from its interval`() throws {
        let gain = Interval(estimate: -1.959_963_984_540_054, lower: -3.919_927_969, upper: 0, confidence: 0.95)
        let probability = try #require(CampaignResult.probability(gain, .lower))
        #expect(abs(probability - 0.975) < 1e-6)
        #expect(CampaignResult.probability(nil, .lower) == nil)
    }

    @Test(arguments: ReportLanguage.allCases)
    func `the summary has five plain lines`(language: ReportLanguage) async throws {
        var sample = SampleDossier()
        sample.goal.factors[0].levels[1] = .text("5\u{1B}[31m%")
        let lines = ReportSummary(try await sample.dossier(), language: language).lines
        #expect(lines.count == 5)
        #expect(lines[0].contains(language == .korean ? "64계단 상승" : "64 places up"))
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("\n") && !$0.isEmpty })
    }

    @Test func `a campaign without anything has a summary too`() async throws {
        let sample = SampleDossier(status: .draft, days: 0, hasRounds: false, hasFindings: false)
        let lines = ReportSummary(try await sample.dossier(), language: .english).lines
        #expect(lines.count == 5)
        #expect(lines[0].contains("no result"))
    }
}
