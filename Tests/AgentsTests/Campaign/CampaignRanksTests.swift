// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Statistics
import Storage
import Testing

@testable import Agents

/// What the monitoring agent makes of rounds of ranks.
@Suite struct CampaignRanksTests {
    private func normal(_ dice: inout SplitMix64) -> Double {
        let first = 1 - Double.random(in: 0..<1, using: &dice)
        return (-2 * log(first)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &dice))
    }

    private let units = (0..<12).map { "keyword \($0)" }

    /// Runs days of half-hourly rounds; from a day on every rank of the source is another.
    private func run(
        days: Int,
        changedFrom: Int?,
        levers: (Int) -> [String: Timestamp] = { _ in [:] },
        unit: Int? = nil
    ) throws -> [RankChangeWatch.Alert] {
        var dice = SplitMix64(seed: 4)
        var ranks = try CampaignRanks(depth: 300)
        var alerts: [RankChangeWatch.Alert] = []
        for round in 0..<(48 * days) {
            let day = round / 48
            let isChanged = changedFrom.map { day >= $0 } ?? false
            let answers = ["a", "b"].map { observer in
                CampaignRanks.Answer(
                    source: "naver",
                    observer: observer,
                    ranks: units.indices.map { place in
                        let factor = isChanged && (unit == nil || unit == place) ? 2.0 : 1
                        return max(1, (20 + 3 * Double(place)) * factor * exp(0.1 * normal(&dice)))
                    }
                )
            }
            alerts += ranks.alerts(answers, units: units, levers: levers(day))
        }
        return alerts
    }

    @Test func `a source that changes under all units is told once, and quiet rounds are not`() throws {
        #expect(try run(days: 14, changedFrom: nil).isEmpty)
        let found = try run(days: 14, changedFrom: 9)
        #expect(found.count == 1 && found.first?.isOfSource == true)
        #expect(found.first?.sentence.contains("naver") == true)
    }

    @Test func `a unit that moves by itself is told, and one whose lever was moved is not`() throws {
        let found = try run(days: 14, changedFrom: 9, unit: 4)
        #expect(found.count == 1 && found.first?.isOfSource == false)
        #expect(found.first?.sentence.contains("keyword 4") == true)
        let own = try run(
            days: 14,
            changedFrom: 9,
            levers: { $0 >= 9 ? ["keyword 4": Timestamp(milliseconds: 9)] : [:] },
            unit: 4
        )
        #expect(own.isEmpty)
    }

    @Test func `of three observers or more a wild one does not move the consensus, of two the median counts`() throws {
        var ranks = try CampaignRanks(depth: 100)
        var last: Double?
        for round in 0..<40 {
            let wild = round > 20 ? 90.0 : 12
            let answers = [12.0, 12, 13, wild].enumerated().map { place, rank in
                CampaignRanks.Answer(source: "s", observer: "o\(place)", ranks: [rank])
            }
            last = ranks.consensus(of: 0, answers, round: round)
        }
        #expect(last.map { (11.0...13).contains($0) } == true)
        let two = [10.0, nil].enumerated().map { CampaignRanks.Answer(source: "s", observer: "o\($0)", ranks: [$1]) }
        #expect(ranks.consensus(of: 0, two, round: 50) == 55.5)
        #expect(ranks.consensus(of: 3, two, round: 51) == nil)
    }
}

/// A simulated change of the source, through the agent that watches.
@Suite struct SourceChangeTests {
    @Test func `a source that changes under all units makes one alert`() throws {
        let house = CampaignHouse()
        let goal = SmallGoal.make { goal in
            goal.units = (0..<8).map { "unit \($0)" }
        }
        try house.run { gateway in
            let id = try await house.begin(goal, through: gateway)
            try await house.clock.sleep(for: .hours(1))
            let campaign = try #require(try await house.store.campaign(id, in: .default))
            let start = try #require(campaign.startedAt)
            var dice = SplitMix64(seed: 9)
            // Rounds of a month to come, which the campaign itself has not reached: only the agent sees them.
            for number in 2_000..<(2_000 + 48 * 9) {
                let isChanged = number >= 2_000 + 48 * 6
                let looks = (0..<goal.effort.observers).map { observer in
                    ObservationsTaken.Look(
                        source: "fake",
                        observer: "observer-\(observer + 1)",
                        time: start + .minutes(30 * number),
                        ranks: goal.units.indices.map { unit in
                            let jitter = exp(0.05 * (Double.random(in: -1...1, using: &dice)))
                            return (20 + 4 * Double(unit)) * (isChanged ? 2 : 1) * jitter
                        }
                    )
                }
                try await gateway.publish(ObservationsTaken(campaign: id, round: number, looks: looks))
                try await house.clock.sleep(for: .seconds(1))
            }
            try await house.clock.sleep(for: .minutes(5))
            let alerts = try await house.store.alerts(of: id, in: .default)
            #expect(alerts.count { $0.kind == .sourceChanged } == 1)
        }
    }
}
