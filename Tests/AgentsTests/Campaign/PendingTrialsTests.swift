// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Logging
import Messaging
import Storage
import Testing

@testable import Agents

/// What a proposal makes of trials that are still to come, and of those that never will.
struct PendingTrialsTests {
    private struct SecondBatch: Sendable {
        var members: [Combination]
        var notes: [String]
    }

    /// A variable agent with a campaign of 12 combinations, the control among them, that searches at random.
    private func proposals(
        open: @escaping @Sendable ([Combination]) -> [Combination],
        size: Int
    ) throws -> (first: [Combination], second: SecondBatch) {
        let clock = VirtualClock(start: CampaignHouse.start)
        let ids = IdentifierGenerator(clock: clock, seed: 2)
        let store = MemoryStore()
        let goal = SmallGoal.make { $0.effort.strategy = "random" }
        let plan = PlanPolicy.decide(PlanPolicy.Inputs(goal: goal, start: nil)).outcome.plan
        let campaign = Campaign(
            id: ids.next(),
            workspace: .default,
            goal: goal,
            plan: plan,
            createdAt: CampaignHouse.start
        )
        let agent = VariableAgent(
            context: AgentContext(
                store: store,
                broker: MemoryBroker(clock: clock, ids: ids, audit: MemoryAuditLog()),
                clock: clock,
                ids: ids,
                workspace: .default,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        return try clock.run {
            var change = KnowledgeChange()
            change.campaigns = [campaign]
            try await store.commit(change, durability: .process)
            func request(_ number: Int, _ size: Int, open: [Combination]) -> ProposeGeneration {
                ProposeGeneration(
                    campaign: campaign.id,
                    workspace: .default,
                    number: number,
                    size: size,
                    replicates: 1,
                    phase: .explore,
                    outcomes: [],
                    fromStart: number == 1,
                    open: open,
                    trialsLeft: nil
                )
            }
            let first = try await agent.propose(request(1, 6, open: [])).members.map(\.combination)
            let second = try await agent.propose(request(2, size, open: open(first)))
            return (first, SecondBatch(members: second.members.map(\.combination), notes: second.notes))
        }
    }

    @Test func `what is still being tried is not proposed while others are left`() throws {
        let (first, second) = try proposals(open: { $0 }, size: 5)
        #expect(Set(first).count == 6)
        #expect(Set(second.members).count == 5)
        #expect(Set(second.members).isDisjoint(with: first))
    }

    @Test func `what is proposed while it is being tried is called a repeat`() throws {
        let (_, second) = try proposals(open: { $0 }, size: 11)
        #expect(second.members.count == 11)
        #expect(second.notes.contains { $0.hasPrefix("6 of 11 combinations are measured again.") })
    }

    @Test func `what was cut off is not waited for and is new again`() throws {
        let (first, second) = try proposals(open: { _ in [] }, size: 11)
        #expect(Set(first).isSubset(of: second.members))
        #expect(!second.notes.contains { $0.contains("measured again") })
    }

    @Test func `of a batch that was cut off in part only the rest is waited for`() throws {
        let (_, second) = try proposals(open: { Array($0.prefix(2)) }, size: 11)
        #expect(second.notes.contains { $0.hasPrefix("2 of 11 combinations are measured again.") })
    }
}
