// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Storage
import Testing

@testable import Agents

/// Campaigns that use what was found before, and end their search when more is not worth its price.
struct LearningCampaignTests {
    private func generations(of id: CampaignID, in house: CampaignHouse) throws -> [Generation] {
        let store = house.store
        return try house.clock.run { try await store.generations(of: id, in: .default) }
    }

    @Test func `the strategy's reason is in the notes of every generation`() throws {
        let house = CampaignHouse()
        let campaign = try house.runToEnd(SmallGoal.make { $0.effort.strategy = "auto" })
        let searches = try generations(of: campaign.id, in: house).filter { $0.strategy == "auto" }
        #expect(!searches.isEmpty)
        for generation in searches {
            #expect(generation.notes.contains { $0.contains("The second-order model is used") })
            #expect(generation.memory?["campaign.told"] != nil)
        }
    }

    @Test func `a campaign of the same product begins with what the former one found, and says so`() throws {
        let house = CampaignHouse()
        let goal = SmallGoal.make()
        let first = try house.runToEnd(goal)
        #expect(try house.records(of: first.id).decisions.allSatisfy { $0.policy != WarmStartPolicy.name })
        let again = CampaignHouse(store: house.store, market: house.market, start: house.clock.now + .hours(1))
        let second = try again.runToEnd(goal)
        let decisions = try again.records(of: second.id).decisions
        let warm = decisions.filter { $0.policy == WarmStartPolicy.name }
        #expect(warm.count == 1)
        let inputs = try CanonicalJSON.decode(WarmStartPolicy.Inputs.self, from: try #require(warm.first).inputs)
        #expect(inputs.earlier.map(\.campaign) == [first.id])
        #expect(try #require(inputs.earlier.first).outcomes > 10)
        #expect(decisions.compactMap(Replay.difference).isEmpty)
        let notes = try #require(try generations(of: second.id, in: again).first).notes
        #expect(notes.contains { $0 == warm.first?.reason })
    }

    @Test(arguments: ["auto", "genetic", "gaussian_process"], [1_620, 2_160])
    func `a campaign whose process ended chooses the next generation that it would have chosen`(
        strategy: String,
        stopMinutes: Int
    ) throws {
        let goal = SmallGoal.make {
            $0.effort.strategy = strategy
            // Two windows a day, so that a trial that is made again leaves the next day whole.
            $0.effort.replicates = 1
            $0.deadline = .days(5)
        }
        let whole = CampaignHouse(market: SmallMarket(isSteady: true))
        let campaign = try whole.runToEnd(goal)
        let expected = try generations(of: campaign.id, in: whole).filter { $0.strategy == strategy }
        let house = CampaignHouse(market: SmallMarket(isSteady: true))
        let id = try house.run { gateway in
            let id = try await house.begin(goal, through: gateway)
            try await house.clock.sleep(for: .minutes(stopMinutes))
            return id
        }
        let again = CampaignHouse(store: house.store, market: house.market, start: house.clock.now + .minutes(1))
        _ = try again.run { _ in
            _ = try await again.store.endSessions(ofServer: nil, now: again.clock.now)
            return try await again.ended(id)
        }
        let found = try generations(of: id, in: again).filter { $0.strategy == strategy }
        let before = found.filter { $0.createdAt <= house.clock.now }
        #expect(before.map(\.members) == expected.prefix(before.count).map(\.members))
        #expect(before.count == 2)
        try #require(found.count > before.count)
        #expect(found[2].members.map(\.combination) == expected[2].members.map(\.combination))
    }

    @Test func `another market, other levels and another product are no help`() {
        let goal = SmallGoal.make()
        #expect(VariableAgent.isComparable(goal, goal, isRelated: false))
        let otherSeed = SmallGoal.make { $0.seed += 1 }
        #expect(!VariableAgent.isComparable(otherSeed, goal, isRelated: false))
        #expect(VariableAgent.isComparable(otherSeed, goal, isRelated: true))
        let otherLevels = SmallGoal.make { $0.factors[2].levels[0] = .integer(1) }
        #expect(!VariableAgent.isComparable(otherLevels, goal, isRelated: true))
        let otherProduct = SmallGoal.make { $0.product.identifier = "1" }
        #expect(!VariableAgent.isComparable(otherProduct, goal, isRelated: false))
        let imported = SmallGoal.make { $0.name += " (imported)" }
        #expect(VariableAgent.isComparable(imported, goal, isRelated: false))
    }

    @Test func `results count for less the older they are, and those of three campaigns at most`() throws {
        let ids = IdentifierGenerator(clock: VirtualClock(start: CampaignHouse.start), seed: 1)
        let earlier = [200, 100, 31, 30].map { days in
            WarmStartPolicy.Earlier(campaign: ids.next(), outcomes: 10, days: days)
        }
        let ruling = WarmStartPolicy.decide(WarmStartPolicy.Inputs(earlier: earlier))
        #expect(ruling.outcome.shares.map(\.weight) == [0.25, 0.25, 0.5])
        #expect(ruling.reason.hasPrefix("30 results of 3 earlier campaigns"))
        #expect(WarmStartPolicy.decide(WarmStartPolicy.Inputs(earlier: [])).outcome.shares.isEmpty)
    }

    @Test
    func `a search whose trials are not worth their price goes on to the finalists, with a decision that says why`()
        throws
    {
        let house = CampaignHouse()
        let long = try house.runToEnd(SmallGoal.make())
        let other = CampaignHouse()
        let campaign = try other.runToEnd(
            SmallGoal.make {
                $0.ending.stopsWhenNotWorth = true
                $0.ending.valuePerUnit = Money(minorUnits: 1, currency: .krw)
            }
        )
        #expect(campaign.status == .completed)
        let records = try other.records(of: campaign.id)
        let worth = records.decisions.filter { $0.policy == WorthPolicy.name }
        #expect(worth.last?.reason.contains("more trials are not worth their price") == true)
        #expect(records.decisions.compactMap(Replay.difference).isEmpty)
        let searched = try generations(of: campaign.id, in: other).count { $0.memory != nil }
        #expect(searched == worth.count)
        #expect(try generations(of: long.id, in: house).count { $0.memory != nil } > searched)
    }

    @Test func `a search whose trials are worth their price goes on`() throws {
        let house = CampaignHouse()
        let campaign = try house.runToEnd(
            SmallGoal.make {
                $0.ending.stopsWhenNotWorth = true
                $0.ending.valuePerUnit = Money(minorUnits: 1_000_000_000, currency: .krw)
            }
        )
        let reasons = try house.records(of: campaign.id).decisions
            .filter { $0.policy == WorthPolicy.name }.map(\.reason)
        #expect(try #require(reasons.first).hasSuffix("the search goes on."))
    }

    @Test func `goals without the new keys are stored as before, and generations of older versions are read`() throws {
        let text = try CanonicalJSON.text(SmallGoal.make().ending)
        #expect(!text.contains("stopsWhenNotWorth"))
        #expect(!text.contains("valuePerUnit"))
        #expect(try CanonicalJSON.decode(Ending.self, from: text) == SmallGoal.make().ending)
    }
}
