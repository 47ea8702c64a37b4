// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

@Suite struct ChangePointTests {
    private func noise(_ seed: UInt64, _ count: Int) -> [Double] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.normal() }
    }

    @Test func `a lasting shift raises an alarm soon after it starts`() throws {
        var values = noise(1, 60)
        for index in 30..<60 {
            values[index] -= 3
        }
        let alarms = try CumulativeSumDetector().alarms(in: values, baseline: noise(2, 100))
        let first = try #require(alarms.first)
        #expect(!first.isUpward)
        #expect(first.index >= 30 && first.index <= 34)
        #expect(first.start >= 28 && first.start <= first.index)
    }

    @Test func `one wild value in the baseline does not deafen the detector`() throws {
        var baseline = noise(3, 50)
        baseline[10] = 10_000
        let alarms = try CumulativeSumDetector().alarms(in: noise(4, 20).map { $0 + 4 }, baseline: baseline)
        #expect(alarms.first?.isUpward == true)
        #expect(try CumulativeSumDetector().alarms(in: [9, 9], baseline: [1, 1, 1]).isEmpty)
    }

    @Test func `false alarms are rare`() throws {
        let long = noise(5, 4_000)
        let alarms = try CumulativeSumDetector().alarms(in: long, baseline: noise(6, 4_000))
        #expect(alarms.count < 20)
    }

    @Test func `shifts of the mean are found where they are`() throws {
        var values = noise(7, 300)
        for index in 100..<180 {
            values[index] += 4
        }
        for index in 180..<300 {
            values[index] -= 3
        }
        let segments = try MeanShifts.segments(of: values)
        #expect(segments.map(\.start) == [0, 100, 180])
        #expect(segments.map(\.count).reduce(0, +) == 300)
        #expect(isClose(segments[1].mean, 4, absolute: 0.4))
    }

    @Test func `pruning costs no more than trying every set of splits`() throws {
        for seed in 0..<30 {
            let values = noise(UInt64(100 + seed), 40).enumerated().map { index, value in
                value + [0.0, 2, 5, 3][index / 10]
            }
            let differences = zip(values.dropFirst(), values).map { $0 - $1 }
            let variance = try pow(#require(RobustScale(differences)).spread, 2) / 2
            func cost(_ start: Int, _ end: Int) -> Double {
                Moments(Array(values[start..<end])).sumOfSquaredDeviations / variance + 2
            }
            var best = [Double](repeating: .infinity, count: values.count + 1)
            best[0] = 0
            for end in 2...values.count {
                for start in 0...(end - 2) {
                    best[end] = min(best[end], best[start] + cost(start, end))
                }
            }
            let segments = try MeanShifts.segments(of: values, penalty: 2)
            let found = segments.reduce(0) { $0 + cost($1.start, $1.start + $1.count) }
            #expect(isClose(found, best[values.count]))
        }
    }

    @Test func `noise alone is one segment in all but few series`() throws {
        var split = 0
        for seed in 0..<200 {
            split += try MeanShifts.segments(of: noise(UInt64(1_000 + seed), 100)).count > 1 ? 1 : 0
        }
        #expect(split <= 6, "\(split)")
        #expect(try MeanShifts.segments(of: []).isEmpty)
        #expect(try MeanShifts.segments(of: [2, 2, 2, 2, 2]).count == 1)
    }
}
