// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import MarketSimulation

struct HistoryTests {
    /// A day and a half of trials of four hours on three units.
    private func history(seed: UInt64, observing: Bool) async throws -> SimulatedMarket {
        let market = market(sellerGoal(units: 3), seed: seed, settings: SimulationSettings(shockAt: .hours(20)))
        let tried = combinations(27, of: market.goal, seed: 9)
        for slot in 0..<9 {
            let time = start + .hours(slot * 4) + .seconds(7)
            for (unit, name) in market.goal.units.enumerated() {
                try await market.apply(tried[slot * 3 + unit], to: name, of: market.goal, at: time)
            }
            for minute in [20, 90, 91] where observing {
                _ = try await market.ranks(at: time + .minutes(minute), observer: "two")
            }
        }
        return market
    }

    @Test
    func `one seed gives one history`() async throws {
        let first = try await history(seed: 4, observing: true)
        let second = try await history(seed: 4, observing: true)
        let isSame = first.snapshot(at: start + .days(2)) == second.snapshot(at: start + .days(2))
        #expect(isSame)
        let ranks = try await first.ranks(at: start + .days(2))
        #expect(try await second.ranks(at: start + .days(2)) == ranks)
    }

    @Test
    func `two seeds give two histories`() async throws {
        let first = try await history(seed: 4, observing: false).snapshot(at: start + .days(2))
        let second = try await history(seed: 5, observing: false).snapshot(at: start + .days(2))
        let ranks = first.units.map(\.rank)
        #expect(ranks != second.units.map(\.rank))
    }

    @Test
    func `a market that is made again from what was applied is in the same state`() async throws {
        let observed = try await history(seed: 6, observing: true)
        let replayed = try await history(seed: 6, observing: false)
        let end = start + .hours(40)
        let isSame = observed.snapshot(at: end) == replayed.snapshot(at: end)
        #expect(isSame)
        #expect(observed.applied == replayed.applied)
    }

    @Test
    func `applying twice is the same as once`() async throws {
        let goal = sellerGoal(units: 1)
        let once = market(goal)
        let twice = market(goal)
        let combination = combinations(1, of: goal, seed: 2)[0]
        try await once.apply(combination, to: "listing-1", of: goal, at: start + .hours(1))
        for _ in 0..<2 {
            try await twice.apply(combination, to: "listing-1", of: goal, at: start + .hours(1))
        }
        let later = start + .days(3)
        #expect(try await once.ranks(at: later) == twice.ranks(at: later))
        let first = try await once.metrics(of: "listing-1", of: goal, from: start, to: later)
        #expect(try await twice.metrics(of: "listing-1", of: goal, from: start, to: later) == first)
    }

    @Test
    func `a market that lives faster does in seconds what another does in hours`() async throws {
        let slow = market(settings: SimulationSettings(noise: 0))
        let fast = market(settings: SimulationSettings(noise: 0, speed: 7_200))
        let combination = Combination(slow.goal.control.levels.map { $0 == 0 ? 1 : 0 })
        try await slow.apply(combination, to: "listing-1", of: slow.goal, at: start + .hours(2))
        try await fast.apply(combination, to: "listing-1", of: fast.goal, at: start + .seconds(1))
        let (there, here) = (
            try await slow.metrics(of: "listing-1", of: slow.goal, from: start + .hours(2), to: start + .hours(12)),
            try await fast.metrics(of: "listing-1", of: fast.goal, from: start + .seconds(1), to: start + .seconds(6))
        )
        #expect(there[MarketMetric.clicks] == here[MarketMetric.clicks])
        #expect(slow.snapshot(at: start + .hours(12)).step == fast.snapshot(at: start + .seconds(6)).step)
    }

    @Test
    func `a step is taken once however often the market is asked`() async throws {
        let market = market()
        for minute in 0..<180 {
            _ = try await market.ranks(at: start + .minutes(minute))
        }
        #expect(market.snapshot(at: start + .minutes(179)).step == 5)
        #expect(market.snapshot(at: start).step == 5)
        let month = market.snapshot(at: start + .days(30))
        #expect(month.step == 1_440)
        #expect(month.units.allSatisfy { $0.history.count == 1_441 })
    }

    @Test
    func `an unknown unit or level is refused`() async throws {
        let market = market(sellerGoal(units: 1))
        let goal = market.goal
        let wrong = await #expect(throws: Failure.self) {
            try await market.apply(goal.control, to: "listing-9", of: goal, at: start)
        }
        #expect(wrong?.class == .notFound)
        for levels in [[9, 0, 0, 0, 0, 0, 0, 0], [0]] {
            let failure = await #expect(throws: Failure.self) {
                try await market.apply(Combination(levels), to: "listing-1", of: goal, at: start)
            }
            #expect(failure?.class == .invalid)
        }
    }

    @Test
    func `the next campaign's levels are found by their values`() async throws {
        let market = market(sellerGoal(units: 1))
        var next = market.goal
        next.factors.reverse()
        next.factors[0].levels.reverse()
        let combination = Combination([0, 2, 1, 0, 1, 2, 0, 1])
        try await market.apply(combination, to: "listing-1", of: next, at: start)
        #expect(market.applied == [Combination([1, 0, 2, 1, 0, 1, 2, 1])])
        next.factors[0].levels[0] = .text("never")
        let failure = await #expect(throws: Failure.self) {
            try await market.apply(combination, to: "listing-1", of: next, at: start)
        }
        #expect(failure?.class == .invalid)
    }
}
