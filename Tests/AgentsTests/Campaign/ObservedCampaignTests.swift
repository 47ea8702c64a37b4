// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Storage
import Testing

/// Campaigns whose ranks a marketplace's own interface tells, while the user's program applies.
@Suite(.timeLimit(.minutes(10))) struct ObservedCampaignTests {
    private static func goal() -> Goal {
        SmallGoal.make { goal in
            goal.marketplace = .naver
            goal.keywords += goal.units
            goal.product.identifier = "900"
            goal.trial.kind = .command
            goal.trial.apply = Command(arguments: ["./apply.sh"])
        }
    }

    /// What a source tells besides the ranks of units.
    private static let entries = [
        RankedEntry(keyword: "word", product: "900", name: "our robot", rank: 40, depth: 100, isOwn: true),
        RankedEntry(keyword: "word", product: "1", name: "their robot", rank: 1, depth: 100, isOwn: false),
        RankedEntry(keyword: "word", product: "2", name: nil, rank: nil, depth: 100, isOwn: false),
    ]

    @Test func `the agents do the same on every source of ranks`() throws {
        let simulated = CampaignHouse()
        let own = try simulated.records(of: simulated.runToEnd(SmallGoal.make()).id)
        let house = CampaignHouse()
        let campaign = try house.runToEnd(Self.goal())
        let records = try house.records(of: campaign.id)
        #expect(campaign.status == .completed && !records.trials.isEmpty)
        #expect(records.trials.map(\.combination) == own.trials.map(\.combination))
        #expect(records.trials.map { $0.metrics["rank"] } == own.trials.map { $0.metrics["rank"] })
        #expect(records.decisions.map(\.policy) == own.decisions.map(\.policy))
        #expect(campaign.startValue != nil, "the rounds before the first trial count")
    }

    @Test func `whom a source saw is followed by keyword, the own product as own`() throws {
        let house = CampaignHouse(market: SmallMarket(beside: Self.entries))
        _ = try house.runToEnd(Self.goal())
        let (sightings, products) = try house.clock.run { [store = house.store] in
            (
                try await store.rankSightings(in: .default, keyword: "word", since: nil),
                try await store.rankedProducts(in: .default)
            )
        }
        #expect(Set(sightings.map(\.product)) == ["900", "1", "2"])
        #expect(sightings.filter { $0.product == "2" }.allSatisfy { $0.rank == nil && $0.depth == 100 })
        #expect(sightings.contains { $0.product == "900" && $0.rank == 40 })
        #expect(products.filter(\.isOwn).map(\.name) == ["our robot"])
        #expect(!products.contains { $0.product == "2" }, "what is known of one that is not found stays")
    }

    @Test func `a source that cannot be asked is told once, and again when it fails anew`() throws {
        let day = CampaignHouse.start + .days(2)
        let market = SmallMarket(outages: [day..<(day + .hours(6)), (day + .days(1))..<(day + .days(1) + .hours(6))])
        let house = CampaignHouse(market: market)
        let campaign = try house.runToEnd(Self.goal())
        let alerts = try house.records(of: campaign.id).alerts.filter { $0.kind == .sourceMissing }
        #expect(alerts.count == 2, "\(alerts.map(\.message))")
        #expect(alerts.allSatisfy { $0.message.contains("nobody answers") })
        #expect(campaign.status != .failed)
    }
}
