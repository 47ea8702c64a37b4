// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics

/// T7: the consensus of faulty checkers against the known truth, only the past being used.
struct ObserverTest {
    static func run(_ url: URL) throws {
        let table = try Table(url)
        let columns = try ["date", "item", "checker", "observed_rank", "true_rank", "fault"].map {
            try table.column($0)
        }
        let dates = Set(table.rows.map { $0[columns[0]] }).sorted()
        let steps = Dictionary(uniqueKeysWithValues: dates.enumerated().map { ($1, $0) })
        let rows = table.rows.sorted { ($0[columns[0]], $0[columns[1]]) < ($1[columns[0]], $1[columns[1]]) }
        let depth = 100
        var filter = try RankConsensusFilter(depth: depth)
        var error = 0.0
        var medianError = 0.0
        var rounds = 0
        var covered = 0
        var width = 0.0
        var flagged = 0
        var rightly = 0
        var faults = 0
        let clock = ContinuousClock()
        let start = clock.now
        var index = 0
        while index < rows.count {
            var end = index
            var round: [RankLook] = []
            var isFaulty: [String: Bool] = [:]
            while end < rows.count, rows[end][columns[0]] == rows[index][columns[0]],
                rows[end][columns[1]] == rows[index][columns[1]]
            {
                let row = rows[end]
                let rank = Int(row[columns[3]]) ?? 0
                round.append(
                    RankLook(
                        series: RankSeriesKey(product: row[columns[1]], keyword: ""),
                        observer: row[columns[2]],
                        time: steps[row[columns[0]]] ?? 0,
                        outcome: rank > depth ? .offList(depth: depth) : .listed(rank)
                    )
                )
                isFaulty[row[columns[2]]] = !row[columns[5]].isEmpty
                end += 1
            }
            let truth = Double(rows[index][columns[4]]) ?? 0
            let estimate = try filter.observe(round)
            rounds += 1
            error += abs(Double(estimate.outcome.atLeast) - truth)
            let ranks = round.map(\.outcome.atLeast).sorted()
            medianError += abs(Double(ranks[(ranks.count - 1) / 2] + ranks[ranks.count / 2]) / 2 - truth)
            covered += estimate.interval.contains(truth) ? 1 : 0
            width += estimate.interval.upper - estimate.interval.lower
            flagged += estimate.flags.count
            rightly += estimate.flags.count { isFaulty[$0.observer] == true }
            faults += isFaulty.values.count { $0 }
            index = end
        }
        let count = Double(max(1, rounds))
        print(
            "T7 \(url.lastPathComponent): \(rounds) rounds, MAE \(fixed(error / count)) (target 1.0 [1.16], median \(fixed(medianError / count))); "
                + "coverage of the 80 % interval \(fixed(Double(covered) / count, 3)) (0.78 to 0.86) width \(fixed(width / count)); "
                + "flags precision \(fixed(Double(rightly) / Double(max(1, flagged)))) recall \(fixed(Double(rightly) / Double(max(1, faults)))); "
                + "\(seconds(start.duration(to: clock.now))) s"
        )
    }
}
