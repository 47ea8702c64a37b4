// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Messaging
import Storage
import Testing

/// Orders of people that wait in the store.
struct PersonOrderTests {
    private let ids = IdentifierGenerator(clock: StandingClock(), seed: 5)

    private struct StandingClock: TimeSource {
        var now: Timestamp { CampaignHouse.start }

        func sleep(until instant: Timestamp) async throws {}
    }

    private func order(_ order: CampaignOrder, _ campaign: CampaignID?) -> PersonOrder {
        PersonOrder(
            id: ids.next(),
            workspace: .default,
            campaign: campaign,
            order: order,
            reason: "the shop is closed",
            givenBy: "jane@shop",
            givenAt: CampaignHouse.start
        )
    }

    /// Waits until something came of an order.
    private func settled(_ id: OrderID, in house: CampaignHouse) async throws -> PersonOrder {
        while true {
            if let order = try await house.store.order(id), order.state != .waiting { return order }
            try await house.clock.sleep(for: .minutes(5))
        }
    }

    @Test func `an order is carried out once, and the log says who wanted it and when`() throws {
        let house = CampaignHouse(orders: .minutes(10))
        let pause = order(.pause, nil)
        let id = try house.run { gateway in
            let id = try await house.begin(SmallGoal.make(), through: gateway)
            var pause = pause
            pause.campaign = id
            try await house.store.give([pause])
            let answer = try await settled(pause.id, in: house)
            #expect(answer.state == .carriedOut)
            #expect(answer.answer == "\(id) is paused.")
            // Given again, as a command does whose answer was lost: nothing more comes of it.
            try await house.steer(id, .resume, through: gateway)
            try await house.store.give([pause])
            try await house.clock.sleep(for: .hours(3))
            #expect(try await house.store.campaign(id, in: .default)?.status == .running)
            return id
        }
        let decisions = try house.records(of: id).decisions.filter { $0.policy == PersonOrderPolicy.name }
        #expect(decisions.count == 1)
        let decision = try #require(decisions.first)
        #expect(decision.reason.hasPrefix("jane@shop asked at 2026-"))
        #expect(decision.reason.hasSuffix("to pause the campaign: the shop is closed"))
        #expect(Replay.difference(in: decision) == nil)
    }

    @Test func `an order that does not fit is refused, says why, and changes nothing`() throws {
        let house = CampaignHouse(orders: .minutes(10))
        try house.run { gateway in
            let id = try await house.begin(SmallGoal.make(), through: gateway)
            let (approve, nobody) = (order(.approve, id), order(.stop, ids.next()))
            try await house.store.give([approve, nobody])
            let answer = try await settled(approve.id, in: house)
            #expect(answer.state == .refused)
            #expect(answer.answer?.hasSuffix("which was refused: the campaign is running.") == true)
            #expect(try await settled(nobody.id, in: house).answer?.hasPrefix("There is no campaign") == true)
            #expect(try await house.store.campaign(id, in: .default)?.status == .running)
        }
    }

    @Test func `an approval and the start that follows it are carried out in their order, though they waited together`()
        throws
    {
        let house = CampaignHouse(orders: .minutes(10))
        try house.run { gateway in
            let id = try await gateway.request(
                CreateCampaign(
                    goal: SmallGoal.make { $0.approval = .required },
                    workspace: .default,
                    digest: nil,
                    path: nil
                ),
                to: .orchestrator
            )
            let orders = [order(.approve, id), order(.start, id)]
            try await house.store.give(orders)
            for order in orders { #expect(try await settled(order.id, in: house).state == .carriedOut) }
            #expect(try await house.store.campaign(id, in: .default)?.status == .running)
        }
    }

    @Test func `a campaign is not started while another has its units`() throws {
        let house = CampaignHouse(orders: .minutes(10))
        try house.run { gateway in
            let first = try await house.begin(SmallGoal.make(), through: gateway)
            let second = try await gateway.request(
                CreateCampaign(
                    goal: SmallGoal.make { $0.name = "second" },
                    workspace: .default,
                    digest: nil,
                    path: nil
                ),
                to: .orchestrator
            )
            let start = order(.start, second)
            try await house.store.give([start])
            let answer = try await settled(start.id, in: house)
            #expect(answer.state == .refused)
            #expect(answer.answer?.contains("its units serve the campaign \(first)") == true)
        }
    }

    @Test func `an order that waits outlives the process, and stops everything in the next one`() throws {
        let store = MemoryStore()
        let first = CampaignHouse(store: store)
        let halt = order(.stop, nil)
        let id = try first.run { gateway in
            let id = try await first.begin(SmallGoal.make(), through: gateway)
            try await store.give([halt])
            try await first.clock.sleep(for: .hours(5))
            return id
        }
        let next = CampaignHouse(store: store, start: CampaignHouse.start + .hours(6), orders: .minutes(10))
        let campaign = try next.run { _ in
            #expect(try await settled(halt.id, in: next).state == .carriedOut)
            return try await next.ended(id)
        }
        #expect(campaign.status == .stopped)
        #expect(campaign.endReason == "the shop is closed")
        #expect(next.market.levers.values.allSatisfy { $0 == campaign.goal.control })
    }
}
