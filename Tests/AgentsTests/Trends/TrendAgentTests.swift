// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Storage
import Testing

struct TrendPolicyTests {
    private func isProposed(
        _ status: CampaignStatus = .completed,
        isServed: Bool = false,
        sinceLast: TimeSpan? = nil
    ) -> Bool {
        let inputs = TrendPolicy.Inputs(
            run: "r",
            subject: "lamp",
            count: 9,
            expected: 1,
            status: status,
            winner: nil,
            isServed: isServed,
            sinceLast: sinceLast
        )
        return TrendPolicy.decide(inputs).outcome.isProposed
    }

    @Test func `a campaign is proposed for a product that none serves`() {
        #expect(isProposed() && isProposed(.stopped))
        #expect(!isProposed(isServed: true))
        #expect(!isProposed(.running) && !isProposed(.awaitingApproval))
    }

    @Test func `one proposal is followed by another only after two weeks`() {
        #expect(!isProposed(sinceLast: .days(14) - TimeSpan(milliseconds: 1)))
        #expect(isProposed(sinceLast: .days(14)))
        #expect(isProposed(sinceLast: .days(14) + TimeSpan(milliseconds: 1)))
    }
}

/// What follows runs of trend workflows, through the agents.
struct TrendAgentTests {
    /// Writes a run down that has ended and found something.
    private func write(_ subject: TouchedSubject, seed: UInt64, to house: CampaignHouse) async throws {
        let now = house.clock.now
        let id = IdentifierGenerator(clock: house.clock, seed: seed).next(WorkflowRun.self)
        var run = WorkflowRun(
            id: id,
            workspace: .default,
            workflow: NewsWorkflow.name,
            version: "1",
            input: "{}",
            requestedBy: "test",
            now: now
        )
        run.state = .completed
        run.endedAt = now
        var checkpoint = WorkflowCheckpoint(run: id, node: "notify", state: .completed, now: now)
        checkpoint.output = try CanonicalJSON.text(TrendTold(channels: [], failed: [:], touched: [subject]))
        var change = KnowledgeChange()
        change.workflowRuns = [run]
        change.checkpoints = [checkpoint]
        try await house.store.commit(change, durability: .power)
    }

    private func subject(_ name: String) -> TouchedSubject {
        TouchedSubject(name: name, aliases: [name, "WORD"], count: 30, expected: 2, trends: ["lamp"])
    }

    @Test func `a trend of a product whose campaign has ended becomes a campaign that waits for a person, once`() throws
    {
        let store = MemoryStore()
        let first = CampaignHouse(store: store, hasTrends: true)
        let (campaign, drafts) = try first.run { gateway in
            let id = try await first.begin(SmallGoal.make(), through: gateway)
            let campaign = try await first.ended(id)
            try await write(subject("lamp"), seed: 21, to: first)
            try await first.clock.sleep(for: .hours(3))
            try await write(subject("lamp"), seed: 22, to: first)
            try await first.clock.sleep(for: .hours(3))
            return (campaign, try await store.campaigns(in: .default).filter { $0.parent == id })
        }
        #expect(campaign.status == .completed)
        #expect(drafts.count == 1)
        let draft = try #require(drafts.first)
        #expect(draft.status == .awaitingApproval)
        #expect(draft.goal.control == campaign.winner, "it begins where the last one ended")
        func decisions(_ house: CampaignHouse) throws -> [Decision] {
            try [campaign.id, draft.id].flatMap { try house.records(of: $0).decisions }.filter {
                $0.policy == TrendPolicy.name
            }
        }
        let made = try decisions(first)
        #expect(made.count == 2, "one for each run")
        #expect(made.map { $0.reason.contains("serves it already") } == [false, true])
        #expect(made.allSatisfy { Replay.difference(in: $0) == nil })

        // The next process hears of the runs again, and does nothing twice.
        let second = CampaignHouse(store: store, start: first.clock.now, hasTrends: true)
        let all = try second.run { _ in
            try await second.clock.sleep(for: .hours(3))
            return try await store.campaigns(in: .default)
        }
        #expect(all.count == 2)
        #expect(try decisions(second) == made)
    }

    @Test func `a trend of something else changes nothing`() throws {
        let house = CampaignHouse(hasTrends: true)
        let campaigns = try house.run { gateway in
            let id = try await house.begin(SmallGoal.make(), through: gateway)
            _ = try await house.ended(id)
            var other = subject("kettle")
            other.aliases = ["kettle"]
            try await write(other, seed: 31, to: house)
            try await house.clock.sleep(for: .hours(3))
            return try await house.store.campaigns(in: .default)
        }
        #expect(campaigns.count == 1)
    }
}
