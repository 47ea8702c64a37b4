// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct DesirabilityTests {
    @Test func `ramps are straight, bounded and bent by the weight`() throws {
        let larger = try Desirability(response: "y", goal: .larger, low: 10, high: 20)
        #expect([5.0, 10, 15, 20, 99].map { larger($0) } == [0, 0, 0.5, 1, 1])
        let strict = try Desirability(response: "y", goal: .smaller, low: 10, high: 20, weight: 2)
        #expect([5.0, 15, 20].map { strict($0) } == [1, 0.25, 0])
        let target = try Desirability(response: "y", goal: .target, low: 0, high: 10, target: 8)
        #expect([4.0, 8, 9, 10, -1].map { target($0) } == [0.5, 1, 0.5, 0, 0])
        #expect(larger(.nan) == 0)
        #expect(larger(.infinity) == 1)
    }

    @Test func `all together are the weighted geometric mean, and nothing makes up for a 0`() throws {
        let a = try Desirability(response: "a", goal: .larger, low: 0, high: 1, importance: 3)
        let b = try Desirability(response: "b", goal: .larger, low: 0, high: 1)
        #expect(isClose(Desirability.overall([a, b], [0.5, 0.25]), 0.42044820762685725))
        #expect(Desirability.overall([a, b], [1, 0]) == 0)
    }

    @Test func `the search finds the best compromise, and the nearest when there is none`() throws {
        let a = try Desirability(response: "a", goal: .larger, low: 0, high: 10)
        let b = try Desirability(response: "b", goal: .smaller, low: 0, high: 10)
        let predict: ([Int]) -> [Double] = { [Double($0[0]) * 2 + Double($0[1]), Double($0[0] * $0[0])] }
        let search = try DesirabilitySearch([a, b], levelCounts: [4, 3], predict: predict)
        #expect(search.isExhaustive)
        #expect(search.levels == [1, 2])
        #expect(isClose(search.overall, (0.36).squareRoot()))
        #expect(search.ties == 2)
        let far = try Desirability(response: "a", goal: .larger, low: 100, high: 110)
        let none = try DesirabilitySearch([far], levelCounts: [4, 3], predict: { [predict($0)[0]] })
        #expect(none.overall == 0)
        #expect(none.levels == [3, 2])
        let wide = try DesirabilitySearch([a], levelCounts: Array(repeating: 5, count: 20)) { levels in
            [levels.reduce(0) { $0 + Double($1) } / 10]
        }
        #expect(!wide.isExhaustive)
        #expect(wide.levels == Array(repeating: 4, count: 20))
    }

    @Test func `wrong bounds are refused`() {
        #expect(throws: StatisticsError.self) { try Desirability(response: "y", goal: .larger, low: 2, high: 1) }
        #expect(throws: StatisticsError.self) { try Desirability(response: "y", goal: .larger, low: .nan, high: 1) }
        #expect(throws: StatisticsError.self) { try Desirability(response: "y", goal: .target, low: 0, high: 1) }
        #expect(throws: StatisticsError.self) {
            try Desirability(response: "y", goal: .larger, low: 0, high: 1, weight: 0)
        }
        #expect(throws: StatisticsError.self) { try DesirabilitySearch([], levelCounts: [2]) { _ in [] } }
    }
}
