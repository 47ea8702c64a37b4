// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics
import Testing

/// The interactions, two-level effects, progress and checks of a campaign's finding.
@Suite struct CampaignEvidenceTests {
    private struct StandingClock: TimeSource {
        var now: Timestamp { LearningSample.start }

        func sleep(until instant: Timestamp) async throws {}
    }

    /// Trials in blocks of four on four units; each fourth is a control, and generations have 24.
    private func trials(
        _ goal: Goal,
        count: Int = 144,
        seed: UInt64 = 1,
        value: (Combination, Double) -> Double
    ) -> [Trial] {
        let ids = IdentifierGenerator(clock: StandingClock(), seed: seed)
        var generator = SplitMix64(seed: seed)
        let campaign: CampaignID = ids.next()
        let generations: [GenerationID] = (0..<(count / 24 + 1)).map { _ in ids.next() }
        return (0..<count).map { index in
            let combination =
                index % 4 == 0
                ? goal.control
                : Combination(goal.factors.map { Int.random(in: 0..<$0.levels.count, using: &generator) })
            var trial = Trial(
                id: ids.next(),
                workspace: .default,
                campaign: campaign,
                generation: generations[index / 24],
                block: index / 4,
                position: index,
                unit: "u\((index + index / 4) % 4)",
                combination: combination,
                purpose: index % 4 == 0 ? .control : .search
            )
            trial.status = .completed
            trial.guardrailsHeld = true
            let noise = StandardNormal.sample(using: &generator)
            let drift = Double(index / 4 % 5)
            trial.metrics = [goal.objective.metric: value(combination, noise) + drift]
            return trial
        }
    }

    private func twoLevelGoal() -> Goal {
        var goal = LearningSample.goal()
        goal.factors = ["a", "b", "c", "d"].map { Factor(name: $0, levels: [.text("low"), .text("high")]) }
        return goal
    }

    @Test func `the interaction that was planted is found, with its means free of blocks`() throws {
        let goal = LearningSample.goal()
        // title B and coupon yes are worth 8 together, and nothing alone; image y is worth 2.
        func truth(_ levels: [Int]) -> Double {
            30 - (levels[0] == 1 && levels[1] == 1 ? 8 : 0) - (levels[2] == 1 ? 2 : 0)
        }
        let finding = try CampaignEffects(goal: goal, trials: trials(goal, count: 288) { truth($0.levels) + $1 })
            .finding()
        let found = try #require(finding.interactions)
        #expect(found.count == 3)
        let first = try #require(found.first)
        #expect([first.first, first.second] == ["title", "coupon"])
        #expect(try #require(first.adjustedP) < 1e-6)
        #expect(first.pairs == 3)
        #expect(first.df == 2)
        #expect(try #require(first.adjustedP) == min(1, 3 * (try #require(first.p))))
        #expect(found.dropFirst().allSatisfy { ($0.adjustedP ?? 0) > 0.01 })
        #expect(first.cells.count == 2 && first.cells.allSatisfy { $0.count == 3 })
        let both = try #require(first.cells[1][1])
        let other = try #require(first.cells[1][0])
        #expect(abs(both.mean - other.mean + 8) < 1)
        #expect(try #require(both.lower) < both.mean && both.mean < (try #require(both.upper)))
        let measured = finding.trials
        #expect(first.cells.joined().reduce(0) { $0 + ($1?.trials ?? 0) } == measured)
    }

    @Test func `without an interaction none is claimed in 19 of 20 campaigns`() throws {
        let goal = LearningSample.goal()
        var claims = 0
        for seed in 1...60 {
            let effects = try CampaignEffects(
                goal: goal,
                trials: trials(goal, seed: UInt64(seed)) { 30 - 3 * Double($0.levels[0]) + $1 }
            )
            let found = try #require(try effects.finding().interactions)
            if found.contains(where: { ($0.adjustedP ?? 1) < 0.05 }) { claims += 1 }
        }
        // 3 are expected at most; 9 or more have a chance of less than 0.3 % then.
        #expect(claims < 9)
    }

    @Test func `factors of two levels that were tried in full have effects with Lenth's margins`() throws {
        let goal = twoLevelGoal()
        let finding = try CampaignEffects(
            goal: goal,
            trials: trials(goal, count: 384) { 30 - 6 * Double($0.levels[0]) + 4 * Double($0.levels[1]) + 0.3 * $1 }
        ).finding()
        let effects = try #require(finding.twoLevel)
        #expect(effects.runs == 16)
        #expect(effects.effects.count == 15)
        let a = try #require(effects.effects.first { $0.term == "a" })
        let b = try #require(effects.effects.first { $0.term == "b" })
        #expect(abs(a.effect + 6) < 0.3)
        #expect(abs(b.effect - 4) < 0.3)
        #expect(effects.effects.filter { $0.verdict == .active }.map(\.term) == ["a", "b"])
    }

    @Test func `combinations that are no balanced design, and more levels, have no two-level effects`() throws {
        let goal = twoLevelGoal()
        let some = trials(goal) { 30 - Double($0.levels[0]) + $1 }.filter { $0.combination.levels != [1, 1, 1, 1] }
        #expect(try CampaignEffects(goal: goal, trials: some).finding().twoLevel == nil)
        let wide = LearningSample.goal()
        let finding = try CampaignEffects(goal: wide, trials: trials(wide) { 30 - Double($0.levels[0]) + $1 }).finding()
        #expect(finding.twoLevel == nil)
    }

    @Test func `progress tells what the trials until then recommend, and ends with the recommendation`() throws {
        let goal = LearningSample.goal()
        let all = trials(goal, count: 480) { 30 - 4 * Double($0.levels[0]) + $1 }
        let finding = try CampaignEffects(goal: goal, trials: all).finding()
        let progress = try #require(finding.progress)
        #expect(progress.count == 12)
        #expect(progress.first?.batch == 1)
        #expect(progress.first?.trials == 24)
        #expect(progress.last?.batch == 20)
        #expect(progress.last?.trials == 480)
        #expect(progress.map(\.batch) == progress.map(\.batch).sorted())
        #expect(progress.last?.combination == finding.best?.combination)
        #expect(progress.last?.expected == finding.best?.expected)
        // What a batch recommends is what a campaign that ended with it would expect of that combination.
        let second = try #require(progress.dropFirst().first)
        let early = try CampaignEffects(goal: goal, trials: Array(all.prefix(second.trials)))
        #expect(try early.candidates().first { $0.combination == second.combination }?.expected == second.expected)
        let widths = progress.map { $0.expected.upper - $0.expected.lower }
        #expect(try #require(widths.last) < (try #require(widths.first)))
    }

    @Test func `the checks see a drift that blocks do not hold, and none where there is none`() throws {
        let goal = LearningSample.goal()
        let calm = try CampaignEffects(goal: goal, trials: trials(goal) { 30 - Double($0.levels[0]) + $1 }).finding()
        let checks = try #require(calm.residualChecks)
        #expect(checks.checks.contains { $0.kind == .order && $0.p != nil })
        #expect(checks.checks.count { $0.kind == .equalVariance } == 3)
        #expect(!checks.checks.contains { $0.kind == .normality && $0.isConcern })
        let wild = trials(goal) { combination, noise in
            30 + noise * noise * noise * noise + Double(combination.levels[0])
        }
        let concerns = try #require(try CampaignEffects(goal: goal, trials: wild).finding().residualChecks)
        #expect(concerns.checks.contains { $0.kind == .normality && $0.isConcern })
    }

    @Test func `findings of older versions are read, and the parts of new ones come back`() throws {
        let goal = twoLevelGoal()
        let finding = try CampaignEffects(goal: goal, trials: trials(goal) { 30 - Double($0.levels[0]) + $1 }).finding()
        let text = try CanonicalJSON.text(finding)
        #expect(try CanonicalJSON.decode(EffectsFinding.self, from: text) == finding)
        guard case .object(var members) = try CanonicalJSON.decode(JSONValue.self, from: text) else {
            Issue.record("a finding is an object")
            return
        }
        for key in ["interactions", "progress", "residualChecks", "twoLevel"] { members[key] = nil }
        let old = try CanonicalJSON.decode(
            EffectsFinding.self,
            from: try CanonicalJSON.text(JSONValue.object(members))
        )
        #expect(old.interactions == nil && old.progress == nil && old.residualChecks == nil && old.twoLevel == nil)
        #expect(old.best == finding.best)
    }

    @Test func `equal trials in another order give the same evidence`() throws {
        let goal = LearningSample.goal()
        let all = trials(goal) { 30 - Double($0.levels[0]) + $1 }
        let one = try CampaignEffects(goal: goal, trials: all).finding()
        #expect(try CampaignEffects(goal: goal, trials: all).finding() == one)
        #expect(try CampaignEffects(goal: goal, trials: []).finding().interactions == nil)
        #expect(try CampaignEffects(goal: goal, trials: Array(all.prefix(3))).finding().interactions == nil)
    }

    @Test func `the smallest effect that matters is the stated one, else the goal's, else derived`() throws {
        var goal = LearningSample.goal()
        #expect(WorthwhileEffect(stated: nil, goal: goal, start: 50)?.size == 5)
        goal.objective.smallestEffect = 2
        #expect(WorthwhileEffect(stated: nil, goal: goal, start: 50)?.size == 2)
        #expect(WorthwhileEffect(stated: nil, goal: goal, start: nil)?.size == 2)
        #expect(WorthwhileEffect(stated: 3, goal: goal, start: 50)?.size == 3)
    }
}
