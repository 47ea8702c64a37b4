// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

@Suite struct CyclePatternTests {
    /// Days of a series in which neighbours are alike, with something added on one weekday.
    private func days(_ count: Int, effect: Double, using market: inout RankMarket) -> [Int: Double] {
        var values: [Int: Double] = [:]
        var state = 0.0
        for day in 0..<count {
            state = 0.7 * state + market.generator.normal()
            values[day] = 0.02 * Double(day) + state + (day % 7 == 5 ? effect : 0)
        }
        return values
    }

    @Test func `likeness of neighbours and a trend are no pattern`() throws {
        var market = RankMarket(seed: 21)
        var low = 0
        for _ in 0..<200 {
            let values = days(70, effect: 0, using: &market)
            let pattern = try #require(CyclePattern(values, length: 7, turns: 199, using: &market.generator))
            low += pattern.p <= 0.05 ? 1 : 0
        }
        #expect(low <= 20, "\(low) of 200 at a level of 5 %: 10 are expected, and more than 20 in one of 1,000 runs")
    }

    @Test func `a weekday that differs is found, with its place`() throws {
        var market = RankMarket(seed: 22)
        var found = 0
        for _ in 0..<20 {
            let values = days(70, effect: 3, using: &market)
            let pattern = try #require(CyclePattern(values, length: 7, turns: 199, using: &market.generator))
            let greatest = pattern.effects.indices.max { pattern.effects[$0] < pattern.effects[$1] }
            found += pattern.p <= 0.01 && greatest == 5 ? 1 : 0
        }
        #expect(found >= 19)
    }

    @Test func `too few whole weeks, gaps and constants give no answer`() {
        var market = RankMarket(seed: 23)
        #expect(CyclePattern(days(27, effect: 0, using: &market), length: 7, using: &market.generator) == nil)
        #expect(CyclePattern([:], length: 7, using: &market.generator) == nil)
        let constant = Dictionary(uniqueKeysWithValues: (0..<70).map { ($0, 5.0) })
        #expect(CyclePattern(constant, length: 7, using: &market.generator) == nil)
        let sparse = Dictionary(uniqueKeysWithValues: (0..<70).map { ($0 * 3, Double($0)) })
        #expect(CyclePattern(sparse, length: 7, using: &market.generator) == nil)
    }
}
