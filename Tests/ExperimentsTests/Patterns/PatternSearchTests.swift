// SPDX-License-Identifier: Apache-2.0
import Domain
import Experiments
import Statistics
import Testing

@Suite struct PatternSearchTests {
    private struct FixedClock: TimeSource {
        var now: Timestamp { LearningSample.start }

        func sleep(until instant: Timestamp) async throws {}
    }

    private func find(
        seed: UInt64,
        slots: Int = 84,
        failing: (Combination) -> Double = { _ in 0 },
        value: (Combination, Int, Double) -> Double
    ) throws -> TrialPatternsFinding {
        let ids = IdentifierGenerator(clock: FixedClock(), seed: seed)
        let campaign = Campaign(
            id: ids.next(),
            workspace: .default,
            goal: LearningSample.goal(seed: seed),
            plan: LearningSample.plan(),
            createdAt: LearningSample.start
        )
        let trials = LearningSample.trials(
            campaign,
            slots: slots,
            ids: ids,
            seed: seed,
            failing: failing,
            value: value
        )
        return try PatternSearch.find(goal: campaign.goal, trials: trials)
    }

    @Test func `a planted level, hour and cause of failures are found with their sizes`() throws {
        let finding = try find(
            seed: 4,
            failing: { $0.levels[2] == 2 ? 0.4 : 0.02 },
            value: { combination, hour, noise in
                20 - 2 * Double(combination.levels[1]) + (hour == 20 ? 3 : 0) + noise
            }
        )
        let patterns = try #require(finding.patterns)
        let success = try #require(patterns.first { $0.outcome == .success && $0.subject == "coupon" })
        #expect(success.value == "yes")
        #expect(success.effect.lower > 0)
        #expect(success.test == .freedmanLane)
        let failure = try #require(
            patterns.first { $0.outcome == .failure && $0.subject == "image" && $0.value == "z" }
        )
        #expect(failure.effect.contains(0.38))
        let hour = try #require(patterns.first { $0.outcome == .metric && $0.subject == "hour" })
        #expect(hour.value == "20")
        #expect(hour.effect.estimate > 1)
        #expect(patterns.allSatisfy { $0.adjustedP <= 0.05 && $0.p <= $0.adjustedP })
        #expect(finding.sentences.count == patterns.count)
        #expect(try #require(finding.tests) > patterns.count)
    }

    @Test func `where there is nothing, few looks find anything`() throws {
        var looks = 0
        for seed in 1...30 {
            let finding = try find(
                seed: UInt64(seed),
                slots: 60,
                failing: { _ in 0.08 },
                value: { _, _, noise in 20 + noise }
            )
            if finding.patterns?.isEmpty == false { looks += 1 }
        }
        // Benjamini and Hochberg's method at 5 %: 1.5 of 30 expected, more than 6 once in 2,000 times.
        #expect(looks <= 6, "\(looks) of 30")
    }

    @Test func `under 100 results nothing is looked for, and it is said`() throws {
        let finding = try find(seed: 1, slots: 30) { _, _, noise in noise }
        #expect(finding.patterns == [])
        #expect(finding.notes == ["Not enough data for patterns: needs 100 results, has 90."])
    }

    @Test func `the same trials give the same finding`() throws {
        func once() throws -> TrialPatternsFinding {
            try find(
                seed: 8,
                failing: { _ in 0.1 },
                value: { combination, _, noise in Double(combination.levels[0]) + noise }
            )
        }
        #expect(try once() == once())
    }

    @Test func `looks are due at doubled hundreds and at thousands, refits at thousands, each once`() {
        #expect(LearningSchedule.dueLooks(results: 99, last: 0) == [])
        #expect(LearningSchedule.dueLooks(results: 100, last: 0) == [100])
        #expect(LearningSchedule.dueLooks(results: 199, last: 100) == [])
        #expect(LearningSchedule.dueLooks(results: 850, last: 100) == [200, 400, 800])
        #expect(LearningSchedule.dueLooks(results: 3_999, last: 400) == [800, 1_000, 2_000, 3_000])
        #expect(LearningSchedule.dueRefit(results: 999, last: 899) == nil)
        #expect(LearningSchedule.dueRefit(results: 1_040, last: 940) == 1_000)
        #expect(LearningSchedule.dueRefit(results: 1_140, last: 1_040) == nil)
    }

    @Test func `a report reads the finding as it reads the older one`() throws {
        let finding = TrialPatternsFinding(sentences: ["a"], trials: 7, results: 8, tests: 2, patterns: [], notes: [])
            .with(roundSentences: ["b"])
        let text = try CanonicalJSON.text(finding)
        #expect(
            try CanonicalJSON.decode(PatternsFinding.self, from: text)
                == PatternsFinding(sentences: ["a", "b"], trials: 7)
        )
        let old = try CanonicalJSON.text(PatternsFinding(sentences: ["a"], trials: 7))
        #expect(try CanonicalJSON.decode(TrialPatternsFinding.self, from: old).results == nil)
        #expect(finding.with(roundSentences: ["c"]).sentences == ["a", "c"])
    }
}
