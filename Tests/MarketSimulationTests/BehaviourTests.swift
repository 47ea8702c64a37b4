// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import MarketSimulation

struct BehaviourTests {
    @Test(arguments: UInt64(1)...20)
    func `the control is seen near the start rank on the first day`(seed: UInt64) async throws {
        let market = market(seed: seed)
        let first = try await market.meanRank(from: start, to: start + .days(1))
        #expect(abs(first - 80) < 8)
    }

    @Test(arguments: UInt64(1)...5)
    func `after the wash-out a trial's window reflects its combination`(seed: UInt64) async throws {
        let market = market(seed: seed)
        let best = market.bestCombination().0
        try await market.applyEverywhere(best, at: start + .hours(1) + .seconds(20))
        let seen = try await market.meanRank(from: start + .hours(2), to: start + .hours(7))
        // The truth holds after popularity has followed, which is a small part, and without noise, which costs the first some places.
        #expect(seen < market.noiseFreeRank(of: best) + 8)
        try await market.applyEverywhere(market.goal.control, at: start + .hours(7) + .seconds(20))
        let back = try await market.meanRank(from: start + .hours(8), to: start + .hours(13))
        #expect(abs(back - 80) < 14)
    }

    @Test
    func `what was applied before carries over little`() async throws {
        let goal = sellerGoal()
        let quiet = SimulationSettings(noise: 0)
        let afterBest = market(goal, settings: quiet)
        let afterControl = market(goal, settings: quiet)
        let tried = combinations(1, of: goal, seed: 5)[0]
        for slot in 0..<4 {
            try await afterBest.applyEverywhere(afterBest.bestCombination().0, at: start + .hours(6 * slot))
        }
        for market in [afterBest, afterControl] {
            try await market.applyEverywhere(tried, at: start + .hours(24))
        }
        let window = (start + .hours(25), start + .hours(30))
        let first = try await afterBest.meanRank(from: window.0, to: window.1)
        let second = try await afterControl.meanRank(from: window.0, to: window.1)
        #expect(first < second)
        #expect(second - first < 5)
    }

    @Test(arguments: [0.0, 0.5, 1.0])
    func `a trial is as noisy as the settings say`(noise: Double) async throws {
        var goal = sellerGoal()
        goal.objective.depth = 1_000
        let market = market(goal, seed: 2, settings: SimulationSettings(noise: noise))
        var windows: [[Double]] = []
        for slot in 0..<40 {
            var sums = goal.units.map { _ in 0.0 }
            for half in 3...12 {
                let ranks = try await market.ranks(at: start + .hours(slot * 6) + .minutes(30 * half))
                sums = zip(sums, ranks).map { $0 + $1 / 10 }
            }
            windows.append(sums)
        }
        let within = goal.units.indices.map { unit in deviation(windows.map { $0[unit] }) }
        let across = deviation(combinations(2_000, of: goal, seed: 1).map { market.noiseFreeRank(of: $0) })
        let ratio = mean(within) / across
        #expect((noise * 0.8...noise * 1.1 + 0.1).contains(ratio), "ratio \(ratio)")
    }

    @Test(arguments: UInt64(1)...10)
    func `a shock costs places at once and is partly made up for later`(seed: UInt64) async throws {
        let calm = market(seed: seed)
        let shocked = market(seed: seed, settings: SimulationSettings(shockAt: .days(12)))
        func difference(_ from: Timestamp, hours: Int) async throws -> Double {
            let with = try await shocked.meanRank(from: from, to: from + .hours(hours))
            return try await with - calm.meanRank(from: from, to: from + .hours(hours))
        }
        let day = start + .days(12)
        #expect(try await difference(day - .hours(12), hours: 11) == 0)
        let first = try await difference(day, hours: 6)
        let later = try await difference(day + .days(8), hours: 24)
        #expect((10...20).contains(first), "first \(first)")
        #expect(later > 1 && later < 0.6 * first)
    }

    @Test
    func `a shock costs a leading product places too`() async throws {
        let market = market(settings: SimulationSettings(shockAt: .days(2)))
        try await market.applyEverywhere(market.bestCombination().0, at: start)
        let day = start + .days(2)
        let before = try await market.meanRank(from: day - .hours(6), to: day - .minutes(30))
        #expect(try await market.meanRank(from: day, to: day + .hours(6)) - before > 8)
    }

    @Test
    func `observers disagree a little and are sources of their own`() async throws {
        let market = market()
        var spreads: [Double] = []
        for hour in 1...24 {
            var seen: [[Double]] = []
            for observer in ["a", "b", "c", "d"] {
                seen.append(try await market.ranks(at: start + .hours(hour), observer: observer))
            }
            spreads += market.goal.units.indices.map { unit in deviation(seen.map { $0[unit] }) }
        }
        #expect((0.5...3).contains(mean(spreads)))
        #expect(market.name(observer: "a", of: market.goal) == "simulated:a")
    }

    @Test
    func `a place beyond the depth is not found`() async throws {
        var goal = sellerGoal()
        goal.objective.depth = 40
        let market = market(goal)
        let seen = try await market.observe(units: goal.units, of: goal, observer: "a", at: start)
        #expect(seen.contains { $0.rank == nil })
        #expect(seen.allSatisfy { ($0.rank ?? 1) <= 40 && ($0.rank ?? 1) >= 1 })
        #expect(seen.map(\.unit) == goal.units)
    }

    @Test
    func `units differ by a third of what combinations do`() {
        let bases = (1...20).flatMap { market(seed: UInt64($0)).setting.model.unitBases }
        #expect(abs(deviation(bases) - 1.0 / 3) < 0.04)
    }
}
