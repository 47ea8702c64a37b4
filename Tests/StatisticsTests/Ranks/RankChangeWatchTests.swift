// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct RankChangeWatchTests {
    private func alerts(_ series: [[RankOutcome]], source: String = "s") throws -> [[RankChangeWatch.Alert]] {
        var watch = try RankChangeWatch()
        return try (0..<(series.first?.count ?? 0)).map { day in
            try watch.observe(
                series.enumerated().map { index, outcomes in
                    RankChangeWatch.Value(
                        series: RankSeriesKey(product: "p", keyword: "k\(index)"),
                        source: source,
                        outcome: outcomes[day]
                    )
                }
            )
        }
    }

    @Test func `a lasting shift is found within a week and quiet series stay quiet`() throws {
        var market = RankMarket(seed: 5)
        var hits = 0
        var early = 0
        for index in 0..<100 {
            let series = market.daily(
                level: Double.random(in: 5...60, using: &market.generator),
                days: 90,
                shift: 60,
                factor: index.isMultiple(of: 2) ? 1.4 : 1 / 1.4
            )
            var detector = RankShiftDetector()
            var alarms: [Int] = []
            for (day, outcome) in series.enumerated() where detector.observe(outcome)?.isAlarm == true {
                alarms.append(day)
            }
            hits += alarms.contains { (60...67).contains($0) } ? 1 : 0
            early += alarms.count { $0 < 60 }
        }
        #expect(hits >= 95)
        #expect(early <= 10, "about 4 in 4,000 quiet days are expected")
    }

    @Test func `of the changes that are told together few are none`() throws {
        var market = RankMarket(seed: 16)
        let series = (0..<160).map { index in
            market.daily(
                level: Double.random(in: 5...45, using: &market.generator),
                days: 90,
                shift: index.isMultiple(of: 2) ? 40 + index / 4 : nil,
                factor: 1.6
            )
        }
        let found = try alerts(series).enumerated().flatMap { day, alerts in
            alerts.compactMap { alert -> Bool? in
                guard case .seriesChanged(let change) = alert, let index = Int(change.series.keyword.dropFirst()) else {
                    return nil
                }
                let start = 40 + index / 4
                return index.isMultiple(of: 2) && (start...(start + 14)).contains(day)
            }
        }
        let right = found.count { $0 }
        #expect(right >= 72, "\(right) of 80")
        #expect(Double(found.count - right) <= 0.15 * Double(found.count), "\(found.count - right) of \(found.count)")
    }

    @Test func `a wild value is no shift`() throws {
        var detector = RankShiftDetector()
        var market = RankMarket(seed: 6)
        var series = market.daily(level: 20, days: 60)
        series[30] = .offList(depth: 100)
        series[45] = .listed(1)
        for outcome in series {
            #expect(detector.observe(outcome)?.isAlarm != true)
        }
    }

    @Test func `a source that changes under 200 keywords gives one alert`() throws {
        var market = RankMarket(seed: 7)
        let series = (0..<200).map { _ in
            market.daily(
                level: Double.random(in: 5...50, using: &market.generator),
                days: 60,
                shift: 40,
                factor: 1.5
            )
        }
        let found = try alerts(series)
        let changes = found.enumerated().filter { $0.offset >= 40 && $0.offset <= 50 }.flatMap(\.element)
        let sources = changes.filter { if case .sourceChanged = $0 { true } else { false } }
        #expect(sources.count == 1)
        #expect(changes.count <= 2, "\(changes.count) alerts, of which one may be a chance hit of 2,200")
        guard case .sourceChanged(let change) = sources.first else { return }
        #expect(change.worse > 100)
        #expect(change.series == 200)
    }

    @Test func `one product's shift among many keywords is told as its own`() throws {
        var market = RankMarket(seed: 8)
        var series = (0..<60).map { _ in market.daily(level: 25, days: 60) }
        series[17] = market.daily(level: 10, days: 60, shift: 40, factor: 3)
        let found = try alerts(series).flatMap(\.self)
        let own = found.compactMap { alert -> RankChangeWatch.SeriesChange? in
            if case .seriesChanged(let change) = alert { change } else { nil }
        }
        let change = try #require(own.first { $0.series.keyword == "k17" })
        #expect(change.after > 2 * change.before)
        #expect(change.falseDiscoveryRate <= 0.1)
        #expect(!found.contains { if case .sourceChanged = $0 { true } else { false } })
    }

    @Test func `the same series twice in a step is an error`() throws {
        var watch = try RankChangeWatch()
        let value = RankChangeWatch.Value(
            series: .init(product: "p", keyword: "k"),
            source: "s",
            outcome: .listed(1)
        )
        #expect(throws: StatisticsError.self) { try watch.observe([value, value]) }
    }
}
