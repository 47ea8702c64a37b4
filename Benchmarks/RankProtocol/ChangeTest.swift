// SPDX-License-Identifier: Apache-2.0
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
    }
}
