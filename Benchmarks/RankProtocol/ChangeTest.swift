// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Statistics

/// T8: shifts of level in daily series, a day at a time.
struct ChangeTest {
    static func run(_ url: URL) throws {
        let table = try Table(url)
        let columns = try ["series", "day", "rank", "change_day"].map { try table.column($0) }
        var series: [Int: [(day: Int, rank: Int)]] = [:]
        var changes: [Int: Int] = [:]
        for row in table.rows {
            let values = columns.map { Int(row[$0]) ?? 0 }
            series[values[0], default: []].append((values[1], values[2]))
            changes[values[0]] = values[3]
        }
        var hits = 0
        var shifted = 0
        var delays: [Int] = []
        var falseAlarms = 0
        var days = 0
        var quietAlarmed = 0
        let clock = ContinuousClock()
        let start = clock.now
        for (key, values) in series.sorted(by: { $0.key < $1.key }) {
            let change = changes[key] ?? -1
            var detector = RankShiftDetector()
            var alarms: [Int] = []
            for value in values.sorted(by: { $0.day < $1.day }) {
                let outcome: RankOutcome = value.rank > 100 ? .offList(depth: 100) : .listed(value.rank)
                if detector.observe(outcome)?.isAlarm == true { alarms.append(value.day) }
            }
            if change >= 0 {
                shifted += 1
                if let hit = alarms.first(where: { $0 >= change && $0 <= change + 7 }) {
                    hits += 1
                    delays.append(hit - change)
                }
                falseAlarms += alarms.count { $0 < change }
                days += change - 21
            } else {
                falseAlarms += alarms.count
                quietAlarmed += alarms.isEmpty ? 0 : 1
                days += values.count - 21
            }
        }
        delays.sort()
        let quiet = max(1, series.count - shifted)
        print(
            "T8 \(url.lastPathComponent): hits within 7 days \(fixed(Double(hits) / Double(max(1, shifted)), 3)) (target 0.97), "
                + "false alarms per 100 days \(fixed(100 * Double(falseAlarms) / Double(max(1, days)))) (target 0.3 [0.9]), "
                + "median delay \(delays.isEmpty ? -1 : delays[delays.count / 2]) d, quiet series alarmed \(fixed(Double(quietAlarmed) / Double(quiet), 3)); "
                + "\(seconds(start.duration(to: clock.now))) s"
        )
        try watch(series, changes)
    }

    /// How often a score is reached in a step while nothing happens, on quiet series that are made up: ranks at many levels, with
    /// noise of several sizes and every hundredth value wild.
    static func tail() {
        var generator = SplitMix64(seed: 8)
        var scores: [Double] = []
        for _ in 0..<6_000 {
            let level = asinh(exp(Double.random(in: log(2)...log(90), using: &generator)) / 6)
            let noise = [0.05, 0.09, 0.14, 0.2][Int.random(in: 0..<4, using: &generator)]
            var detector = RankShiftDetector()
            for _ in 0..<120 {
                let place = level + noise * normal(using: &generator)
                let isWild = Double.random(in: 0..<1, using: &generator) < 0.01
                let rank =
                    isWild ? Int.random(in: 1...100, using: &generator) : Int((6 * sinh(max(0, place))).rounded())
                let outcome: RankOutcome = rank > 100 ? .offList(depth: 100) : .listed(max(1, rank))
                if let reading = detector.observe(outcome, restarts: false) { scores.append(reading.score) }
            }
        }
        scores.sort()
        for tenth in stride(from: 10, through: 80, by: 5) {
            let limit = Double(tenth) / 10
            let beyond = scores.count - (scores.firstIndex { $0 >= limit } ?? scores.count)
            let share = Double(beyond) / Double(scores.count)
            print(
                "score \(fixed(limit, 1)): reached in \(String(format: "%.3g", share)) of steps, "
                    + "bounded by \(String(format: "%.3g", RankShiftDetector.tailProbability(of: limit)))"
            )
        }
    }

    private static func normal(using generator: inout SplitMix64) -> Double {
        let first = 1 - Double.random(in: 0..<1, using: &generator)
        return (-2 * log(first)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }

    /// Watches all series of a file together and counts, at each false discovery rate, the changes told and those that were none.
    static func watch(_ series: [Int: [(day: Int, rank: Int)]], _ changes: [Int: Int]) throws {
        for rate in [0.05, 0.1, 0.2] {
            var watch = try RankChangeWatch(falseDiscoveryRate: rate)
            var counts = (told: 0, wrong: 0, sources: 0, found: Set<String>())
            let days = series.values.joined().map(\.day)
            for day in (days.min() ?? 0)...(days.max() ?? 0) {
                let values = series.sorted { $0.key < $1.key }.compactMap { key, looks in
                    looks.first { $0.day == day }.map { look in
                        RankChangeWatch.Value(
                            series: RankSeriesKey(product: String(key), keyword: ""),
                            source: "file",
                            outcome: look.rank > 100 ? .offList(depth: 100) : .listed(look.rank)
                        )
                    }
                }
                for alert in try watch.observe(values) {
                    guard case .seriesChanged(let change) = alert else {
                        counts.sources += 1
                        continue
                    }
                    counts.told += 1
                    let truth = changes[Int(change.series.product) ?? -1] ?? -1
                    if truth >= 0, day >= truth, day <= truth + 14 {
                        counts.found.insert(change.series.product)
                    } else {
                        counts.wrong += 1
                    }
                }
            }
            let shifted = changes.values.count { $0 >= 0 }
            print(
                "T8 watched together at a rate of \(rate): \(counts.told) told, of them wrong "
                    + "\(fixed(Double(counts.wrong) / Double(max(1, counts.told)), 3)), found \(fixed(Double(counts.found.count) / Double(max(1, shifted)), 3)), "
                    + "sources told \(counts.sources)"
            )
        }
    }
}
