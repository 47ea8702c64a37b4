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
}
