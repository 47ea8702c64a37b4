// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import MarketSimulation

struct MetricsTests {
    @Test
    func `impressions follow the hour and the weekday`() async throws {
        let market = market()
        func impressions(_ from: Timestamp, _ to: Timestamp) async throws -> Double {
            var sum = 0.0
            for unit in market.goal.units {
                sum += try await market.metrics(of: unit, of: market.goal, from: from, to: to)["impressions"] ?? 0
            }
            return sum
        }
        _ = try await impressions(start, start + .days(28))
        var night = 0.0
        var evening = 0.0
        var monday = 0.0
        var saturday = 0.0
        for day in 0..<28 {
            let morning = start + .days(day)
            night += try await impressions(morning + .hours(3), morning + .hours(5))
            evening += try await impressions(morning + .hours(21), morning + .hours(23))
            if day % 7 == 0 { monday += try await impressions(morning, morning + .days(1)) }
            if day % 7 == 5 { saturday += try await impressions(morning, morning + .days(1)) }
        }
        #expect(evening > 4 * night)
        #expect(monday > saturday)
    }

    @Test
    func `the local time zone sets the rhythm`() {
        let night = Shoppers.searches(atLocalMilliseconds: 4 * 3_600_000)
        let evening = Shoppers.searches(atLocalMilliseconds: 22 * 3_600_000)
        #expect(evening > 4 * night)
        let day = Int64(86_400_000)
        let week = (0..<336).map { Shoppers.searches(atLocalMilliseconds: Int64($0 + 1) * 1_800_000 - 7 * day) }
        #expect(abs(week.reduce(0, +) / 7 / MarketParameters.searchesPerDay - 1) < 1e-9)
    }

    @Test
    func `what is reported adds up`() async throws {
        let market = market()
        try await market.applyEverywhere(market.bestCombination().0, at: start)
        let end = start + .days(5)
        for unit in market.goal.units {
            let metrics = try await market.metrics(of: unit, of: market.goal, from: start, to: end)
            let clicks = try #require(metrics["clicks"])
            let impressions = try #require(metrics["impressions"])
            let orders = try #require(metrics["orders"])
            #expect(impressions > clicks && clicks > orders && orders > 0)
            #expect(abs(try #require(metrics["click_through_rate"]) - clicks / impressions) < 1e-12)
            #expect(abs(try #require(metrics["conversion_rate"]) - orders / clicks) < 1e-12)
            #expect((0.01...0.1).contains(try #require(metrics["conversion_rate"])))
            #expect((8_000...22_000).contains(try #require(metrics["revenue"]) / orders))
            #expect(try #require(metrics["ad_spend"]) > 0)
            #expect(try #require(metrics["margin"]) >= 0.1)
        }
    }

    @Test
    func `a lower price sells more and leaves less`() throws {
        let market = market()
        var lower = market.goal.control
        lower.levels[2] = 2
        let high = market.setting.model.offer(market.goal.control.levels)
        let low = market.setting.model.offer(lower.levels)
        #expect(low.sale.margin < high.sale.margin)
        #expect(market.setting.model.surface.mainEffects[2][2] > market.setting.model.surface.mainEffects[2][0])
        #expect(MarketParameters.priceElasticity.contains(market.setting.model.elasticity))
        let conversions = market.setting.model.surface.mainEffects[2].indices.map { level in
            var levels = market.goal.control.levels
            levels[2] = level
            return pow(market.setting.model.economics.sale(of: levels).netPrice, -market.setting.model.elasticity)
        }
        #expect(conversions == conversions.sorted())
    }

    @Test
    func `coupons, bids and free shipping help and cost`() {
        let model = market().setting.model
        for (factor, level) in [(3, 2), (4, 1), (5, 2)] {
            var levels = sellerGoal().control.levels
            let before = model.economics.sale(of: levels).margin
            levels[factor] = level
            #expect(model.economics.sale(of: levels).margin < before)
            #expect(model.surface.mainEffects[factor][level] > model.surface.mainEffects[factor][0])
        }
    }

    @Test
    func `factors of unknown names get effects and some break the margin`() {
        var goal = sellerGoal()
        goal.factors = "ABCDEFGH".map { Factor(name: String($0), levels: [.integer(1), .integer(2), .integer(3)]) }
        let broken = (1...5).map { seed in
            let economics = market(goal, seed: UInt64(seed)).setting.model.economics
            let all = Array(Odometer(counts: goal.factors.map(\.levels.count)))
            return Double(all.filter { economics.sale(of: $0).margin < 0.1 }.count) / Double(all.count)
        }
        #expect(mean(broken) > 0.005 && mean(broken) < 0.3)
    }

    @Test
    func `a metric of another name follows the surface, with the noise asked for`() async throws {
        var goal = sellerGoal(units: 1, guardrails: [])
        goal.objective = Objective(metric: "score", direction: .higher)
        goal.trial = TrialTemplate(kind: .simulated)
        let market = market(goal)
        func values(_ combination: Combination) async throws -> [Double] {
            var values: [Double] = []
            for _ in 0..<400 {
                try await market.apply(combination, to: "listing-1", of: goal, at: start)
                let metrics = try await market.metrics(of: "listing-1", of: goal, from: start, to: start)
                values.append(log(try #require(metrics["score"])))
            }
            return values
        }
        let control = try await values(goal.control)
        let best = try await values(market.bestCombination().0)
        #expect(abs(mean(control)) < 0.02)
        #expect(abs(mean(best) - log(market.noiseFreeMetric(of: market.bestCombination().0))) < 0.02)
        #expect(abs(deviation(control) / (0.5 * MarketParameters.metricSensitivity) - 1) < 0.15)
    }

    @Test
    func `a guardrail that the market does not know is held comfortably`() async throws {
        let goal = sellerGoal(
            units: 1,
            guardrails: [
                Guardrail(metric: "battery", minimum: 20),
                Guardrail(metric: "memory", maximum: 100),
                Guardrail(metric: "drift", minimum: -1, maximum: 1),
                Guardrail(metric: "cold", maximum: -5),
            ]
        )
        let metrics = try await market(goal).metrics(of: "listing-1", of: goal, from: start, to: start + .hours(6))
        for guardrail in goal.guardrails {
            #expect(guardrail.holds(try #require(metrics[guardrail.metric])))
        }
    }

    @Test
    func `names in Korean and in English are recognised`() {
        let names: [(String, FactorRole)] = [
            ("판매가격", .price), ("쿠폰", .coupon), ("배송비", .shipping), ("입찰가", .adBid), ("상품명", .title),
            ("썸네일", .image), ("구매평", .review), ("Ad Copy", .adCopy), ("free_shipping", .shipping), ("window", .other),
        ]
        for (name, role) in names {
            #expect(FactorRole(name: name) == role)
        }
        #expect(FactorRole.price.numbers(of: [.text("19,900원"), .text("₩17,900")]) == [19_900, 17_900])
        #expect(FactorRole.coupon.numbers(of: [.text("none"), .text("10%")]) == [0, 10])
        #expect(FactorRole.shipping.appeal(of: [.text("무료"), .text("유료")]) == [0, -1])
        #expect(FactorRole.price.appeal(of: [.text("low"), .text("high")]) == nil)
    }
}
