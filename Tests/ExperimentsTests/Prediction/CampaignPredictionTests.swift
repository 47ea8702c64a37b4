// SPDX-License-Identifier: Apache-2.0
import Domain
import Experiments
import Foundation
import Statistics
import Testing

@Suite struct CampaignPredictionTests {
    private static func ids(_ seed: UInt64 = 1) -> IdentifierGenerator {
        IdentifierGenerator(clock: FixedClock(), seed: seed)
    }

    private struct FixedClock: TimeSource {
        var now: Timestamp { LearningSample.start }

        func sleep(until instant: Timestamp) async throws {}
    }

    private static func entries(
        _ count: Int,
        metric: String = "time",
        level: (Int) -> Double = { [0.3, -0.4, 0.1, -0.2, 0.4, 0, -0.3, 0.2][$0 % 8] },
        scale: @escaping (Double) -> Double = { $0 }
    ) -> [PastCampaigns.Entry] {
        let ids = ids()
        return (0..<count).map { number in
            let campaign = Campaign(
                id: ids.next(),
                workspace: .default,
                goal: LearningSample.goal(metric: metric),
                plan: LearningSample.plan(),
                createdAt: LearningSample.start
            )
            let shift = level(number)
            let trials = LearningSample.trials(campaign, slots: 40, ids: ids, seed: UInt64(number + 1)) {
                combination,
                _,
                noise in
                scale(20 + shift - 3 * Double(combination.levels[1]) - Double(combination.levels[0]) + 0.5 * noise)
            }
            return PastCampaigns.Entry(campaign: campaign, trials: trials)
        }
    }

    private func predict(_ entries: [PastCampaigns.Entry], for goal: Goal) throws -> CampaignPrediction {
        try CampaignPredictor(past: PastCampaigns(entries, for: goal), goal: goal).prediction()
    }

    @Test func `eight campaigns that agree predict the control, the best and the gain`() throws {
        let answer = try predict(Self.entries(8), for: LearningSample.goal())
        #expect(answer.notEnough == nil)
        let control = try #require(answer.control)
        #expect(control.value.contains(20))
        #expect(control.value.upper - control.value.lower < 3)
        let best = try #require(answer.best)
        #expect(Array(best.combination.levels.prefix(2)) == [2, 1])
        #expect(try #require(answer.gain).contains(-5))
        #expect(try #require(answer.chanceBetter) > 0.99)
        #expect(answer.campaigns.count == 8)
        #expect(answer.results == 960)
        #expect(try #require(answer.carryOver) > 0.7)
        #expect(answer.levels.first?.factor == "coupon" || answer.levels.first?.factor == "title")
    }

    @Test func `one campaign is not enough, and two say how wide the interval would be`() throws {
        let none = try predict([], for: LearningSample.goal())
        #expect(try #require(none.notEnough).hasPrefix("not enough data: needs 2 campaigns"))
        let one = try predict(Self.entries(1), for: LearningSample.goal())
        #expect(try #require(one.notEnough).contains("has 1 with 120 results"))
        #expect(one.control == nil)
        let two = try predict(Self.entries(2), for: LearningSample.goal())
        let reason = try #require(two.notEnough)
        #expect(reason.contains("the interval would be"), "\(reason)")
        #expect(two.control != nil)
        #expect(two.best == nil)
    }

    @Test func `other metrics do not count, and a new product widens the interval`() throws {
        let other = try predict(Self.entries(5, metric: "orders"), for: LearningSample.goal())
        #expect(other.results == 0)
        var entries = Self.entries(8)
        for index in entries.indices { entries[index].campaign.goal.product.identifier = "p\(index / 2)" }
        let known = try predict(entries, for: LearningSample.goal(product: "p1"))
        let new = try predict(entries, for: LearningSample.goal(product: "unheard of"))
        #expect(known.knowsProduct)
        #expect(!new.knowsProduct)
        let widths = [known, new].compactMap { $0.control.map { $0.value.upper - $0.value.lower } }
        #expect(widths.count == 2 && widths[0] < widths[1])
    }

    @Test func `a rank stays within the places that there are`() throws {
        let entries = Self.entries(
            6,
            metric: "rank",
            level: { Double($0) * 3 },
            scale: { max(1, min(100, ($0 - 8).rounded())) }
        )
        let answer = try predict(entries, for: LearningSample.goal(metric: "rank"))
        let control = try #require(answer.control)
        #expect(control.value.lower >= 1)
        #expect(control.value.upper <= 100)
        #expect(control.value.lower < control.value.estimate)
    }

    @Test func `a level that nobody tried is named and widens the interval`() throws {
        var goal = LearningSample.goal()
        let before = try predict(Self.entries(8), for: goal)
        goal.factors[2].levels.append(.text("new"))
        goal.factors[2].control = 3
        let after = try predict(Self.entries(8), for: goal)
        let (old, new) = (try #require(before.control), try #require(after.control))
        #expect(new.untried == ["image=new"])
        #expect(new.value.upper - new.value.lower > old.value.upper - old.value.lower)
    }

    @Test func `the scale keeps bounds and goes there and back`() {
        let rank = MetricScale.choose(for: Objective(metric: "rank", direction: .lower, depth: 50), values: [3, 20])
        let rate = MetricScale.choose(for: Objective(metric: "conversion_rate", direction: .higher), values: [0, 0.02])
        let orders = MetricScale.choose(for: Objective(metric: "orders", direction: .higher), values: [2, 90])
        let time = MetricScale.choose(for: Objective(metric: "time", direction: .lower), values: [19, 21])
        #expect(time == .identity)
        #expect(orders == .logarithm)
        for (scale, values) in [
            (rank, [1.0, 17, 50]), (rate, [0.0, 0.01, 0.9]), (orders, [0.5, 80]), (time, [-3, 7]),
        ] {
            for value in values { #expect(abs(scale.back(scale.forward(value)) - value) < 1e-6) }
        }
        #expect(rank.back(50) == 50)
        #expect(rate.back(-50) == 0)
    }
}
