// SPDX-License-Identifier: Apache-2.0

import Domain
import Statistics
import Testing

@testable import Experiments

@Suite struct CampaignOutlookTests {
    private let now = Timestamp(milliseconds: 1_750_000_000_000)

    private func outlook(_ ranks: [Double], units: [[Double]] = [], depth: Int = 100) -> CampaignOutlook {
        func days(_ ranks: [Double]) -> [Int64: Double] {
            Dictionary(uniqueKeysWithValues: ranks.enumerated().map { (20_000 + Int64($0), $1) })
        }
        return CampaignOutlook(course: days(ranks), units: units.map(days), depth: depth)
    }

    @Test func `nine days are too few, ten are enough`() throws {
        let ranks = (0..<10).map { Double(40 + $0 % 3) }
        #expect(try outlook(Array(ranks.prefix(9))).finding(target: nil, at: now, seed: 1) == nil)
        let finding = try #require(try outlook(ranks).finding(target: nil, at: now, seed: 1))
        #expect(finding.points.map { ($0.time - now).milliseconds / 86_400_000 } == [1, 2, 4, 7, 14])
        #expect(finding.points.allSatisfy { $0.interval.map { $0.confidence == 0.8 && $0.lower <= $0.upper } == true })
        #expect(finding.depth == 100 && finding.goal == nil)
    }

    @Test func `what never moves is forecast by no change`() throws {
        let finding = try #require(
            try outlook([Double](repeating: 37, count: 30)).finding(target: nil, at: now, seed: 1)
        )
        #expect(finding.method == "naive" && finding.skill == 0)
        #expect(finding.points.allSatisfy { $0.value == 37 && $0.method == "naive" })
        #expect(finding.summary.contains("no change"))
    }

    @Test func `on courses of chance and on noisy levels the forecast is not worse than no change`() throws {
        var dice = SplitMix64(seed: 5)
        var errors = (own: 0.0, naive: 0.0)
        var covered = (held: 0, cases: 0)
        for course in 0..<60 {
            var level = Double.random(in: 20...80, using: &dice)
            let ranks = (0..<44).map { _ in
                if course % 2 == 0 { level += Double.random(in: -4...4, using: &dice) }
                return max(1, level + (course % 2 == 1 ? Double.random(in: -9...9, using: &dice) : 0))
            }
            let finding = try #require(
                try outlook(Array(ranks.prefix(30)), depth: 200).finding(target: nil, at: now, seed: UInt64(course))
            )
            for point in finding.points {
                let day = Int((point.time - now).milliseconds / 86_400_000)
                let truth = ranks[29 + day].rounded()
                errors.own += abs(point.value - truth)
                errors.naive += abs(ranks[29].rounded() - truth)
                covered.cases += 1
                covered.held += point.interval?.contains(truth) == true ? 1 : 0
            }
        }
        #expect(errors.own < 1.01 * errors.naive, "\(errors)")
        let coverage = Double(covered.held) / Double(covered.cases)
        #expect(coverage > 0.6, "\(coverage): few days calibrate few intervals, but not none")
    }

    @Test func `off the list is an outcome`() throws {
        let ranks = (0..<40).map { $0 % 4 == 3 ? 101.0 : Double(90 + $0 % 5) }
        let finding = try #require(
            try outlook(ranks + [92, 93, 91, 94, 92]).finding(target: nil, at: now, seed: 1)
        )
        let last = try #require(finding.points.last)
        #expect((last.offList ?? 0) > 0.02 && (last.offList ?? 1) < 1)
    }

    @Test func `the date of a target is told as a distribution where dates were right before`() throws {
        var dice = SplitMix64(seed: 3)
        // Units begin at many ranks; the upper half climbs three places a day, the lower stays.
        let units = (0..<40).map { unit in
            (0..<30).map { day -> Double in
                let start = Double(30 + 2 * unit)
                let climb = unit < 20 ? 1.5 * Double(day) : 0
                return max(1, (start - climb + Double.random(in: -1...1, using: &dice)).rounded())
            }
        }
        let course = (0..<30).map { 60 - Double($0) }
        let outlook = outlook(course, units: units, depth: 200)
        let finding = try #require(try outlook.finding(target: 20, at: now, seed: 1))
        let goal = try #require(finding.goal, "dates have skill here")
        #expect((0...1).contains(goal.probability) && goal.within == 14)
        #expect(finding.targetDate == goal.median)
        let dates = [goal.early, goal.median, goal.late].compactMap(\.self)
        #expect(dates == dates.sorted() && dates.allSatisfy { $0 > now })
        #expect(try outlook.finding(target: 31, at: now, seed: 1)?.goal == nil, "it is met already")
    }

    @Test func `what was stored by an older version is read`() throws {
        let old = """
            {"method":"drift","points":[{"interval":null,"time":1,"value":3}],"skill":0.1,"summary":"By drift."}
            """
        let finding = try CanonicalJSON.decode(ForecastFinding.self, from: old)
        #expect(finding.goal == nil && finding.depth == nil && finding.points.first?.offList == nil)
    }
}
