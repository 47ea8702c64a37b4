// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct ForecastTests {
    @Test func `a trend is continued by a method that beats no change`() throws {
        var generator = SeededGenerator(seed: 1)
        let series = (0..<80).map { 100 - 0.5 * Double($0) + generator.normal() }
        let forecast = try Forecast(series, horizon: 20)
        #expect(forecast.method == .line || forecast.method == .drift)
        #expect(forecast.skill > 0.3)
        #expect(isClose(forecast.points[19].value, 50.5, absolute: 4))
        let reach = try #require(forecast.reaching(55))
        #expect(abs((reach.expected ?? 0) - 11) <= 4)
        #expect((reach.earliest ?? 99) <= (reach.expected ?? 0))
        #expect(forecast.reaching(-500) == nil)
        #expect(forecast.reaching(55, lowerIsBetter: false)?.expected == 1)
    }

    @Test func `what does not beat no change is not shown`() throws {
        var found: Forecast?
        for seed in 0..<20 where found == nil {
            var generator = SeededGenerator(seed: UInt64(seed))
            var level = 50.0
            let series = (0..<200).map { _ in
                level += generator.normal()
                return level
            }
            let forecast = try Forecast(series, horizon: 5)
            found = forecast.method == .naive ? forecast : nil
        }
        let forecast = try #require(found)
        #expect(forecast.skill == 0)
        #expect(forecast.candidates.filter(\.isShown).map(\.method) == [.naive])
        #expect(forecast.candidates.allSatisfy { ($0.skill ?? 0) <= 0 })
    }

    @Test func `smoothing wins on noise about a constant level`() throws {
        var generator = SeededGenerator(seed: 3)
        let forecast = try Forecast((0..<150).map { _ in 30 + 4 * generator.normal() }, horizon: 4)
        #expect(forecast.method == .exponentialSmoothing)
        #expect(isClose(forecast.points[0].value, 30, absolute: 3))
    }

    @Test func `intervals hold the future about as often as they say`() throws {
        var inside = [0, 0, 0]
        let rounds = 300
        for seed in 0..<rounds {
            var generator = SeededGenerator(seed: UInt64(500 + seed))
            var level = 50.0
            let series = (0..<103).map { _ in
                level += generator.normal()
                return level
            }
            let forecast = try Forecast(Array(series.prefix(100)), horizon: 3, confidence: 0.9)
            for step in 0..<3 where forecast.points[step].interval?.contains(series[100 + step]) == true {
                inside[step] += 1
            }
        }
        for count in inside {
            #expect(Double(count) / Double(rounds) > 0.84 && Double(count) / Double(rounds) < 0.96, "\(inside)")
        }
    }

    @Test func `a short series is continued without an interval`() throws {
        let forecast = try Forecast([5, 4], horizon: 2)
        #expect(forecast.method == .naive)
        #expect(forecast.points.map(\.value) == [4, 4])
        #expect(forecast.points.allSatisfy { $0.interval == nil })
        #expect(throws: StatisticsError.self) {
            try Forecast([], horizon: 2)
        }
        #expect(throws: StatisticsError.self) {
            try Forecast([1], horizon: 0)
        }
    }

    @Test func `few errors give an interval that states its lower confidence`() throws {
        let forecast = try Forecast([5, 4, 6, 5, 4, 6, 5, 4, 7, 5], horizon: 1, confidence: 0.95)
        let interval = try #require(forecast.points[0].interval)
        #expect(isClose(interval.confidence, 2.0 / 3))
    }
}
