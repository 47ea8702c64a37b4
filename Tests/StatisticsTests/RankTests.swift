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

    @Test func `a change is real only when the test and the reliability say so`() throws {
        let before = [80.0, 82, 79, 81, 83, 80]
        let after = [60.0, 62, 61, 59, 63, 60]
        let change = try RankChange(before: before, after: after, reliability: 5_000)
        #expect(change.isReal && change.direction == .improved)
        #expect(try !RankChange.isReal(before: before, after: after, reliability: 4_999))
        let noise = try RankChange(before: before, after: [81, 80, 82, 79, 83, 81], reliability: 10_000)
        #expect(!noise.isReal)
        #expect(try RankChange(before: after, after: before, reliability: 9_000).direction == .worsened)
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

    @Test func `the consensus is not moved by one wild source`() throws {
        let round = [("a", 12.0), ("a", 14), ("b", 13), ("c", 13), ("d", 900)].map {
            RankReliability.Reading(source: $0.0, rank: $0.1)
        }
        let consensus = try RankConsensus(round)
        #expect(consensus.rank == 13)
        #expect(consensus.sources == 4)
        #expect(consensus.interval?.confidence == 0.875)
        #expect(throws: StatisticsError.self) {
            try RankConsensus([])
        }
    }

    @Test func `the interval of Hodges and Lehmann has the confidence that it states`() throws {
        // Signed-rank table of Hollander and Wolfe: for n = 10, a tail of 0.0244 is cut off at each side.
        let values = (1...10).map { Double($0 * $0) }
        let interval = try #require(RankConsensus.hodgesLehmann(values, confidence: 0.95))
        #expect(isClose(interval.confidence, 1 - 2 * 0.0244140625, absolute: 1e-9))
        var generator = SeededGenerator(seed: 12)
        var inside = 0
        for _ in 0..<1_000 {
            let sample = (0..<10).map { _ in generator.normal() }
            inside += RankConsensus.hodgesLehmann(sample)?.contains(0) == true ? 1 : 0
        }
        #expect(inside > 930 && inside < 970, "\(inside)")
    }
}
