// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct RankTests {
    @Test func `reliability follows its formula at every corner`() throws {
        #expect(try RankReliability.score(sources: 4, variance: 0, hour: 12) == 10_000)
        #expect(try RankReliability.score(sources: 9, variance: 0, hour: 12) == 10_000)
        #expect(try RankReliability.score(sources: 1, variance: 0, hour: 12) == 7_000)
        #expect(try RankReliability.score(sources: 2, variance: 3, hour: 9) == 4_400)
        #expect(try RankReliability.score(sources: 0, variance: 1, hour: 23) == 3_400)
        for (hour, expected) in [(9, 9_400), (10, 10_000), (22, 10_000), (23, 9_400)] {
            #expect(try RankReliability.score(sources: 4, variance: 0, hour: hour) == expected)
        }
        #expect(throws: StatisticsError.self) {
            try RankReliability.score(sources: 4, variance: 0, hour: 24)
        }
    }

    @Test func `observers of one source count as one`() throws {
        let same = (0..<4).map { _ in RankReliability.Reading(source: "naver", rank: 7) }
        let apart = (0..<4).map { RankReliability.Reading(source: "source \($0)", rank: 7) }
        #expect(try RankReliability.score(round: same, hour: 12) == 7_000)
        #expect(try RankReliability.score(round: apart, hour: 12) == 10_000)
        let spread = [RankReliability.Reading(source: "a", rank: 6), .init(source: "b", rank: 8)]
        #expect(try RankReliability.score(round: spread, hour: 12) == 5_333)
    }

    @Test func `an hourly pattern is found and a missing one is not`() throws {
        var generator = SeededGenerator(seed: 6)
        var patterned: [RankPattern.Reading] = []
        var plain: [RankPattern.Reading] = []
        for day in 0..<28 {
            for hour in stride(from: 0, to: 24, by: 3) {
                let noise = 40 + 3 * generator.normal()
                let weekday = day % 7 + 1
                plain.append(.init(weekday: weekday, hour: hour, rank: noise))
                patterned.append(.init(weekday: weekday, hour: hour, rank: noise + (hour == 21 ? 8 : 0)))
            }
        }
        let found = try RankPattern(patterned)
        #expect(found.hour.isReal && !found.weekday.isReal)
        #expect(found.hour.groups.first { $0.key == 21 }?.adjustedP.map { $0 < 0.001 } == true)
        #expect(found.hour.groups.filter { ($0.adjustedP ?? 1) < 0.01 }.map(\.key) == [21])
        let missed = try RankPattern(plain)
        #expect(!missed.hour.isReal && !missed.weekday.isReal)
        #expect(try RankPattern([]).hour.adjustedP == nil)
    }
}
