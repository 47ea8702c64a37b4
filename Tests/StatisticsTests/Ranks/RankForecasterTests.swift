// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

@Suite struct RankForecasterTests {
    /// A list whose products rise for some weeks, then fall and leave.
    private func chart(seed: UInt64, weeks: Int, depth: Int = 50) throws -> RankPanel {
        var market = RankMarket(seed: seed)
        var products: [(name: Int, age: Double, power: Double)] = []
        var next = 0
        var looks: [RankLook] = []
        for week in 0..<(weeks + 30) {
            for _ in 0..<5 {
                products.append((next, 0, 3 + market.generator.normal()))
                next += 1
            }
            for index in products.indices {
                products[index].age += 1
                products[index].power +=
                    (products[index].age < 5 ? 0.3 : -0.25) + 0.1 * market.generator.normal()
            }
            products.sort { $0.power > $1.power }
            products.removeLast(max(0, products.count - 2 * depth))
            guard week >= 30 else { continue }
            for (place, product) in products.prefix(depth).enumerated() {
                looks.append(
                    RankLook(
                        series: .init(product: "p\(product.name)", keyword: "k"),
                        observer: "a",
                        time: week - 30,
                        outcome: .listed(place + 1)
                    )
                )
            }
        }
        return try RankPanel(looks, depth: depth, wholeLists: true)
    }

    @Test func `what a panel teaches beats no change, and the intervals hold`() throws {
        let panel = try chart(seed: 1, weeks: 110)
        var dice = RankMarket.Dice(state: 2)
        var settings = RankForecaster.Settings()
        settings.horizons = [4]
        let forecaster = try RankForecaster(panel, settings: settings, using: &dice)
        let index = Dictionary(uniqueKeysWithValues: panel.series.enumerated().map { ($1.key, $0) })
        var error = 0.0
        var naive = 0.0
        var covered = 0
        var cases = 0
        for origin in stride(from: 90, to: 106, by: 8) {
            for forecast in try forecaster.fitted(at: origin, using: &dice).forecasts() {
                let position = try #require(index[forecast.series])
                let outcome = try #require(panel.outcome(of: position, at: origin + 4))
                cases += 1
                covered += forecast.interval.contains(Double(outcome.atLeast)) ? 1 : 0
                guard let rank = outcome.rank else { continue }
                error += abs(forecast.rank - Double(rank))
                naive += abs(Double(forecast.now - rank))
            }
        }
        #expect(error < 0.8 * naive)
        let coverage = Double(covered) / Double(cases)
        #expect((0.75...0.92).contains(coverage), "\(coverage); narrow intervals of whole ranks hold too often")
    }

    /// Many products whose ranks jump about levels that hardly move: what a young, noisy panel is.
    private func noisy(seed: UInt64, products: Int, steps: Int, noise: Double, drift: Double) throws -> RankPanel {
        var market = RankMarket(seed: seed)
        var looks: [RankLook] = []
        for product in 0..<products {
            var level = Double.random(in: 60...440, using: &market.generator)
            for step in 0..<steps {
                level += drift * market.generator.normal()
                let rank = min(max(Int((level + noise * market.generator.normal()).rounded()), 1), 500)
                looks.append(
                    RankLook(
                        series: .init(product: "p\(product)", keyword: "k\(product % 20)"),
                        observer: "a",
                        time: step,
                        outcome: .listed(rank)
                    )
                )
            }
        }
        return try RankPanel(looks, depth: 500, wholeLists: false)
    }

    private func score(
        _ panel: RankPanel,
        origins: [Int],
        horizon: Int
    ) throws -> (skill: Double, coverage: Double, methods: Set<RankForecastMethod>) {
        var dice = RankMarket.Dice(state: 4)
        var settings = RankForecaster.Settings()
        settings.horizons = [horizon]
        let forecaster = try RankForecaster(panel, settings: settings, using: &dice)
        let index = Dictionary(uniqueKeysWithValues: panel.series.enumerated().map { ($1.key, $0) })
        var (error, naive, covered, cases) = (0.0, 0.0, 0, 0)
        var methods: Set<RankForecastMethod> = []
        for origin in origins {
            for forecast in try forecaster.fitted(at: origin, using: &dice).forecasts() {
                let position = try #require(index[forecast.series])
                let rank = try #require(panel.outcome(of: position, at: origin + horizon)?.rank)
                cases += 1
                methods.insert(forecast.method)
                covered += forecast.interval.contains(Double(rank)) ? 1 : 0
                error += abs(forecast.rank - Double(rank))
                naive += abs(Double(forecast.now - rank))
            }
        }
        return (1 - error / naive, Double(covered) / Double(cases), methods)
    }

    @Test func `a panel too young to be tested is smoothed as its variogram says`() throws {
        let panel = try noisy(seed: 11, products: 300, steps: 14, noise: 14, drift: 3)
        let young = try score(panel, origins: [6, 7, 8], horizon: 4)
        #expect(young.methods == [.kriging])
        #expect(young.skill > 0.12, "\(young.skill)")
    }

    @Test func `a young panel that only drifts is not smoothed at a loss`() throws {
        let panel = try noisy(seed: 12, products: 300, steps: 14, noise: 0, drift: 12)
        let young = try score(panel, origins: [6, 7, 8], horizon: 4)
        #expect(young.skill > -0.01, "\(young.skill)")
    }

    @Test func `of a large panel the intervals hold what they say`() throws {
        let panel = try noisy(seed: 13, products: 1_200, steps: 44, noise: 12, drift: 4)
        for horizon in [1, 4] {
            let found = try score(panel, origins: [32, 34, 36, 38], horizon: horizon)
            #expect((0.775...0.825).contains(found.coverage), "\(horizon): \(found.coverage) of 4,800")
        }
    }

    @Test func `ranks without a pattern are forecast by no change`() throws {
        var market = RankMarket(seed: 9)
        var looks: [RankLook] = []
        for product in 0..<60 {
            var place = RankScale.place(Double.random(in: 5...60, using: &market.generator))
            for step in 0..<20 {
                place += 0.1 * market.generator.normal()
                let rank = min(max(Int(RankScale.rank(place).rounded()), 1), 100)
                looks.append(
                    RankLook(
                        series: .init(product: "p\(product)", keyword: "k\(product)"),
                        observer: "a",
                        time: step,
                        outcome: .listed(rank)
                    )
                )
            }
        }
        let panel = try RankPanel(looks, depth: 100, wholeLists: false)
        var dice = RankMarket.Dice(state: 1)
        let fitted = try RankForecaster(panel, using: &dice).fitted(at: 19, using: &dice)
        let skills = fitted.skills.filter { $0.horizon == 1 }
        #expect(skills.first { $0.method == .recentMean }?.isShown == false)
        for forecast in fitted.forecasts() where forecast.method == .naive {
            #expect(forecast.rank == Double(forecast.now))
        }
        #expect(fitted.forecasts().count == 120)
    }

    @Test func `nothing later than the origin reaches a forecast`() throws {
        let whole = try chart(seed: 3, weeks: 60)
        var looks: [RankLook] = []
        for (position, series) in whole.series.enumerated() {
            for step in 0...40 {
                guard let outcome = whole.outcome(of: position, at: step), outcome.rank != nil else { continue }
                looks.append(RankLook(series: series.key, observer: "a", time: step, outcome: outcome))
            }
        }
        let past = try RankPanel(looks, depth: whole.depth, wholeLists: true)
        var first = RankMarket.Dice(state: 5)
        var second = first
        var settings = RankForecaster.Settings()
        settings.horizons = [1]
        let full = try RankForecaster(whole, settings: settings, using: &first).fitted(at: 40, using: &first)
            .forecasts()
        let known = try RankForecaster(past, settings: settings, using: &second).fitted(at: 40, using: &second)
            .forecasts()
        #expect(!known.isEmpty)
        #expect(full == known)
    }

    @Test func `the date of a goal is a distribution that follows the trend`() throws {
        var looks: [RankLook] = []
        for product in 0..<40 {
            for step in 0..<20 {
                looks.append(
                    RankLook(
                        series: .init(product: "p\(product)", keyword: "k"),
                        observer: "a",
                        time: step,
                        outcome: .listed(max(1, 60 + product - 2 * step))
                    )
                )
            }
        }
        let panel = try RankPanel(looks, depth: 100, wholeLists: false)
        let transitions = RankTransitions(panel, upTo: 19)
        var dice = RankMarket.Dice(state: 1)
        let goal = try transitions.reaching(40, from: .listed(60), before: .listed(62), steps: 40, using: &dice)
        let median = try #require(goal.step(atProbability: 0.5))
        #expect((7...13).contains(median))
        #expect(zip(goal.reached, goal.reached.dropFirst()).allSatisfy { $0 <= $1 })
        let never = try transitions.reaching(1, from: .listed(60), steps: 3, using: &dice)
        #expect(never.notReached == 1)
        #expect(never.step(atProbability: 0.5) == nil)
    }

    @Test func `a panel tells off the list from not looked at`() throws {
        let looks = [
            RankLook(series: .init(product: "a", keyword: "k"), observer: "x", time: 0, outcome: .listed(3)),
            RankLook(series: .init(product: "b", keyword: "k"), observer: "x", time: 2, outcome: .listed(4)),
        ]
        let whole = try RankPanel(looks, depth: 10, wholeLists: true)
        #expect(whole.outcome(of: 0, at: 2) == .offList(depth: 10))
        #expect(whole.outcome(of: 0, at: 1) == nil)
        let single = try RankPanel(looks, depth: 10, wholeLists: false)
        #expect(single.outcome(of: 0, at: 2) == nil)
        #expect(throws: StatisticsError.self) {
            try RankPanel(
                [RankLook(series: looks[0].series, observer: "x", time: -1, outcome: .listed(1))],
                depth: 10,
                wholeLists: true
            )
        }
    }
}
