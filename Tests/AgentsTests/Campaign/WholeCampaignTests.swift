// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Storage
import Testing

struct WholeCampaignTests {
    @Test func `a campaign completes, chooses a better combination and puts its levers back`() throws {
        let house = CampaignHouse()
        let goal = SmallGoal.make()
        let campaign = try house.runToEnd(goal)
        #expect(campaign.status == .completed)
        #expect(campaign.stage == .finished)
        let winner = try #require(campaign.winner)
        #expect(SmallMarket.gain(winner) >= 18)
        #expect(try #require(campaign.startValue) > 55)
        #expect(try #require(campaign.endedAt) - CampaignHouse.start <= goal.deadline + .hours(24))
        let records = try house.records(of: campaign.id)
        #expect(records.levers.map(\.unit) == goal.units)
        #expect(records.levers.allSatisfy { $0.combination == goal.control && $0.isConfirmed && $0.trial == nil })
        #expect(house.market.levers.values.allSatisfy { $0 == goal.control })
        for policy in [PlanPolicy.name, CoursePolicy.name, PacingPolicy.name, WinnerPolicy.name, "next_campaign"] {
            #expect(records.decisions.contains { $0.policy == policy }, "no decision of \(policy)")
        }
    }

    @Test func `the winner stays where the goal says so`() throws {
        let house = CampaignHouse()
        let campaign = try house.runToEnd(SmallGoal.make { $0.ending.keepsWinner = true })
        let winner = try #require(campaign.winner)
        #expect(house.market.levers.count == 4)
        #expect(house.market.levers.values.allSatisfy { $0 == winner })
        #expect(try house.records(of: campaign.id).levers.allSatisfy { $0.combination == winner && $0.isConfirmed })
    }

    @Test func `every block has its control, and a unit has one trial at a time`() throws {
        let house = CampaignHouse()
        let campaign = try house.runToEnd(SmallGoal.make())
        let trials = try house.records(of: campaign.id).trials
        #expect(trials.map(\.position) == Array(0..<trials.count))
        #expect(trials.map(\.block) == trials.map(\.block).sorted())
        for (block, members) in Dictionary(grouping: trials, by: \.block) {
            #expect(members.contains { $0.combination == campaign.goal.control }, "block \(block)")
            #expect(Set(members.map(\.unit)).count == members.count, "block \(block)")
            let before = trials.filter { $0.block < block }.compactMap(\.endedAt).max()
            let first = members.compactMap(\.startedAt).min()
            if let before, let first { #expect(first >= before, "block \(block) began before the one before ended") }
        }
        #expect(Set(trials.map(\.purpose)) == [.search, .control, .finalist, .confirmation])
        let confirmed = trials.filter { $0.purpose == .confirmation }
        #expect(confirmed.count == 4)
        #expect(confirmed.allSatisfy { $0.combination == campaign.winner })
    }

    @Test func `trials and account agree`() throws {
        let house = CampaignHouse()
        let campaign = try house.runToEnd(SmallGoal.make())
        let records = try house.records(of: campaign.id)
        expectBalanced(records, cost: 500)
        #expect(records.spending.settledTrials == records.count(.completed))
        #expect(records.trials.count > 30)
    }

    @Test(arguments: [20, 33, 40]) func `a budget of trials is never exceeded`(budget: Int) throws {
        let house = CampaignHouse()
        let campaign = try house.runToEnd(SmallGoal.make { $0.budget.trials = budget })
        #expect(campaign.status == .completed)
        let records = try house.records(of: campaign.id)
        expectBalanced(records, cost: 500)
        #expect(records.mostUsed <= budget)
        #expect(records.spending.settledTrials > budget / 2)
    }

    @Test func `a space that is used up with budget left goes to its finalists and ends`() throws {
        let house = CampaignHouse()
        let campaign = try house.runToEnd(
            SmallGoal.make {
                $0.factors = Array($0.factors.prefix(2))
                $0.deadline = .days(14)
                $0.budget.trials = 120
                $0.ending.finalists = 2
            }
        )
        #expect(campaign.status == .completed)
        #expect(campaign.stage == .finished)
        #expect(campaign.winner != nil)
        let records = try house.records(of: campaign.id)
        let searched = Set(records.trials.filter { $0.purpose == .search || $0.purpose == .control }.map(\.combination))
        #expect(searched.count == 4, "both levels of both factors were tried")
        #expect(records.trials.contains { $0.purpose == .finalist })
        #expect(records.trials.contains { $0.purpose == .confirmation })
        #expect(records.spending.settledTrials < 120)
        #expect(try #require(campaign.endedAt) < CampaignHouse.start + .days(14))
    }

    @Test func `a budget of money is never exceeded`() throws {
        let house = CampaignHouse()
        let amount = Money(minorUnits: 15_250, currency: .krw)
        let campaign = try house.runToEnd(SmallGoal.make { $0.budget.amount = amount })
        #expect(campaign.status == .completed)
        let records = try house.records(of: campaign.id)
        expectBalanced(records, cost: 500)
        #expect(records.mostUsed <= 30)
    }

    @Test func `a stopped campaign cancels what is open and puts the levers back to the control`() throws {
        let house = CampaignHouse()
        let campaign = try house.run { gateway in
            let id = try await house.begin(SmallGoal.make(), through: gateway)
            try await house.clock.sleep(for: .hours(51))
            #expect(house.market.levers.values.contains { $0 != SmallGoal.make().control })
            try await house.steer(id, .stop, through: gateway)
            let campaign = try await house.ended(id)
            try await house.clock.sleep(for: .days(1))
            return campaign
        }
        #expect(campaign.status == .stopped)
        #expect(campaign.endReason == "A person said so.")
        let records = try house.records(of: campaign.id)
        expectBalanced(records, cost: 500)
        #expect(records.count(.cancelled) > 0)
        #expect(records.count(.running) + records.count(.planned) == 0)
        #expect(records.levers.count == 4)
        #expect(records.levers.allSatisfy { $0.combination == campaign.goal.control && $0.isConfirmed })
        #expect(house.market.levers.values.allSatisfy { $0 == campaign.goal.control })
        let store = house.store
        let leftover = try house.clock.run {
            try await store.jobs(in: .queued, limit: 100) + store.jobs(in: .leased, limit: 100)
        }
        #expect(leftover.filter { $0.kind == .trialRun }.isEmpty)
    }

    @Test func `a campaign that is paused starts nothing until it goes on`() throws {
        let house = CampaignHouse()
        let (started, campaign) = try house.run { gateway in
            let id = try await house.begin(SmallGoal.make(), through: gateway)
            try await house.clock.sleep(for: .hours(31))
            try await house.steer(id, .pause, through: gateway)
            let pausedAt = house.clock.now
            try await house.clock.sleep(for: .hours(18))
            let resumedAt = house.clock.now
            try await house.steer(id, .resume, through: gateway)
            let campaign = try await house.ended(id)
            let started = try await house.store.trials(of: id, in: .default).compactMap(\.startedAt)
            return (started.filter { $0 > pausedAt && $0 < resumedAt }, campaign)
        }
        #expect(started.isEmpty)
        #expect(campaign.status == .completed)
    }

    @Test func `a breach of a guardrail that stops the campaign stops it`() throws {
        let house = CampaignHouse()
        let goal = SmallGoal.make {
            $0.guardrails = [Guardrail(metric: "margin", minimum: 10, stopsCampaign: true)]
        }
        let campaign = try house.runToEnd(goal)
        #expect(campaign.status == .stopped)
        #expect(campaign.breachedGuardrail == "margin")
        #expect(campaign.endReason?.contains("margin") == true)
        let records = try house.records(of: campaign.id)
        expectBalanced(records, cost: 500)
        let stops = try records.decisions.filter { $0.policy == CoursePolicy.name }
            .map { try CanonicalJSON.decode(CoursePolicy.Outcome.self, from: $0.outcome) }
            .filter { $0.action == .stop }
        #expect(stops.count == 1)
        #expect(house.market.levers.values.allSatisfy { $0 == goal.control })
    }

    @Test func `a breach of any other guardrail counts against the combination, and the campaign goes on`() throws {
        let house = CampaignHouse()
        let campaign = try house.runToEnd(
            SmallGoal.make { $0.guardrails = [Guardrail(metric: "margin", minimum: 10)] }
        )
        #expect(campaign.status == .completed)
        let trials = try house.records(of: campaign.id).trials.filter { $0.status == .completed }
        #expect(trials.contains { $0.guardrailsHeld == false })
        #expect(trials.allSatisfy { $0.guardrailsHeld == ($0.combination.levels[0] == 0) })
    }

    @Test func `a lever that refuses permission pauses the campaign, which a person can stop`() throws {
        let house = CampaignHouse(market: SmallMarket(refusal: Failure(.permission, "the key was withdrawn")))
        let (paused, stopped) = try house.run { gateway in
            let id = try await house.begin(SmallGoal.make(), through: gateway)
            let paused = try await house.ended(id)
            try await house.steer(id, .stop, through: gateway)
            return (paused, try await house.ended(id))
        }
        #expect(paused.status == .paused)
        #expect(stopped.status == .stopped)
        let records = try house.records(of: paused.id)
        expectBalanced(records, cost: 500)
        #expect(records.levers.allSatisfy { !$0.isConfirmed }, "no lever answered")
        #expect(records.alerts.contains { $0.kind == .trialFailed && $0.severity == .critical })
        let asked = try records.decisions.filter { $0.policy == FailurePolicy.name }
            .map { try CanonicalJSON.decode(FailurePolicy.Outcome.self, from: $0.outcome).consequence }
        #expect(asked.allSatisfy { $0 == .askPerson })
        #expect(!asked.isEmpty)
    }

    @Test func `a campaign whose levers could not be put back can be stopped after a restart too`() throws {
        let market = SmallMarket(refusal: Failure(.permission, "the key was withdrawn"))
        let house = CampaignHouse(market: market)
        let campaign = try house.runToEnd(SmallGoal.make())
        #expect(campaign.status == .paused)
        let again = CampaignHouse(store: house.store, market: market, start: house.clock.now + .hours(1))
        let stopped = try again.run { gateway in
            _ = try await again.store.endSessions(ofServer: nil, now: again.clock.now)
            try await again.steer(campaign.id, .stop, through: gateway)
            return try await again.ended(campaign.id)
        }
        #expect(stopped.status == .stopped)
    }

    @Test func `a lever that finds nothing fails the campaign`() throws {
        let house = CampaignHouse(market: SmallMarket(refusal: Failure(.notFound, "no such listing")))
        let campaign = try house.runToEnd(SmallGoal.make())
        #expect(campaign.status == .failed)
        #expect(campaign.endReason?.contains("no such listing") == true)
        let records = try house.records(of: campaign.id)
        expectBalanced(records, cost: 500)
        #expect(records.count(.running) + records.count(.planned) == 0)
    }

    /// Minutes after the start: in the baseline, within trials, at their very ends, among finalists, in the confirmation, after it.
    @Test(arguments: [1, 300, 721, 1_079, 1_080, 1_081, 1_450, 3_061, 5_039, 5_400, 6_200, 6_900, 7_500, 8_200])
    func `a campaign whose process ended goes on where it was`(minutes: Int) throws {
        let house = CampaignHouse()
        let id = try house.run { gateway in
            let id = try await house.begin(SmallGoal.make(), through: gateway)
            try await house.clock.sleep(for: .minutes(minutes))
            return id
        }
        let before = try house.records(of: id)
        let again = CampaignHouse(store: house.store, market: house.market, start: house.clock.now + .minutes(1))
        let campaign = try again.run { _ in
            _ = try await again.store.endSessions(ofServer: nil, now: again.clock.now)
            return try await again.ended(id)
        }
        #expect(campaign.status == .completed)
        let after = try again.records(of: id)
        expectBalanced(after, cost: 500)
        #expect(after.count(.cancelled) + after.count(.failed) == 0)
        #expect(campaign.winner != nil)
        #expect(after.decisions.compactMap(Replay.difference).isEmpty)
        #expect(Array(after.trials.prefix(before.trials.count)).map(\.id) == before.trials.map(\.id))
        #expect(house.market.levers.values.allSatisfy { $0 == campaign.goal.control })
    }

    /// Every trial is reserved once and closed once, and what the store sums up is what the trials say.
    private func expectBalanced(_ records: CampaignRecords, cost: Int64) {
        for trial in records.trials {
            let kinds = records.ledger.filter { $0.trial == trial.id }.map(\.kind)
            switch trial.status {
            case .completed, .failed: #expect(kinds == [.reserved, .settled])
            case .cancelled: #expect(kinds == [.reserved, .released])
            case .planned, .running, .discarded: #expect(kinds == [.reserved])
            }
        }
        #expect(records.count(.reserved) == records.trials.count)
        let settled = records.count(.completed) + records.count(.failed)
        #expect(records.spending.settledTrials == settled)
        #expect(records.spending.settled == Int64(settled) * cost)
        #expect(records.spending.reservedTrials == records.count(.planned) + records.count(.running))
        #expect(records.spending.reserved == Int64(records.spending.reservedTrials) * cost)
    }
}
