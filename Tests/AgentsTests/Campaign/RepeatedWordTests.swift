// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Logging
import Messaging
import Storage
import Testing

@testable import Agents

/// Words that must not be lost, and therefore come twice, late, or after a crash.
struct RepeatedWordTests {
    @Test func `the end of a campaign that is told again is followed once`() throws {
        let house = CampaignHouse()
        let goal = SmallGoal.make { $0.ending.nextCampaign = .propose }
        let id = try house.run { gateway in
            let id = try await house.begin(goal, through: gateway)
            let campaign = try await house.ended(id)
            try await house.clock.sleep(for: .hours(1))
            for _ in 0..<2 { try await gateway.publish(CampaignEnded(campaign: id, status: campaign.status)) }
            try await house.clock.sleep(for: .hours(1))
            #expect(try await house.store.campaigns(in: .default).map(\.parent) == [nil, id])
            return id
        }
        let decisions = try house.records(of: id).decisions
        #expect(decisions.count { $0.policy == NextCampaignPolicy.name } == 1)
    }

    @Test func `an end of which nobody was told is followed by the next process`() throws {
        let house = CampaignHouse()
        let goal = SmallGoal.make { $0.ending.nextCampaign = .start }
        let ended = try house.runToEnd(goal)
        // As if the process had died between the end and what follows from it.
        let store = MemoryStore()
        let records = try house.records(of: ended.id)
        let next = CampaignHouse(store: store, start: CampaignHouse.start + .days(20))
        try next.run { gateway in
            var change = KnowledgeChange()
            change.campaigns = [ended]
            change.decisions = records.decisions.filter { $0.policy != NextCampaignPolicy.name }
            try await store.commit(change, durability: .process)
            try await next.clock.sleep(for: .hours(2))
            let campaigns = try await store.campaigns(in: .default)
            #expect(campaigns.map(\.parent) == [nil, ended.id])
            #expect(campaigns.last?.status == .running)
        }
    }

    @Test func `looks that come again, or after a later round's, make each round once`() throws {
        let house = CampaignHouse()
        try house.run { gateway in
            let id = try await house.begin(SmallGoal.make(), through: gateway)
            try await house.clock.sleep(for: .hours(4))
            let campaign = try #require(try await house.store.campaign(id, in: .default))
            let seen = try await house.store.measurements(of: id, in: .default, since: nil)
            let looks = ObservationsTaken.Look.read(from: seen, units: campaign.goal.units)
            #expect(looks.count >= 8)
            for look in looks.reversed() {
                let round = try #require(campaign.round(of: look.time))
                try await gateway.publish(ObservationsTaken(campaign: id, round: round, looks: [look]))
            }
            try await house.clock.sleep(for: .minutes(20))
            let rounds = try await house.store.analyses(of: id, in: .default, kind: .round)
                .map { try CanonicalJSON.decode(RoundFinding.self, from: $0.body) }
            #expect(Set(rounds.map(\.time)).count == rounds.count)
        }
    }

    @Test func `a round whose looks were taken in and never told of is summed up with the next`() throws {
        let store = MemoryStore()
        let first = CampaignHouse(store: store)
        let id = try first.run { gateway in
            let id = try await first.begin(SmallGoal.make(), through: gateway)
            try await first.clock.sleep(for: .hours(3))
            return id
        }
        let next = CampaignHouse(store: store, start: CampaignHouse.start + .hours(4))
        try next.run { _ in
            let campaign = try #require(try await store.campaign(id, in: .default))
            let time = CampaignHouse.start + .minutes(200)
            let lost = ["observer-1", "observer-2"].flatMap { observer in
                campaign.goal.units.map { unit in
                    Measurement(
                        workspace: .default,
                        campaign: id,
                        unit: unit,
                        metric: "rank",
                        value: 50,
                        source: "simulated",
                        observer: observer,
                        time: time
                    )
                }
            }
            var change = KnowledgeChange()
            change.measurements = lost
            try await store.commit(change, durability: .process)
            try await next.clock.sleep(for: .hours(2))
            let rounds = try await store.analyses(of: id, in: .default, kind: .round)
                .map { try CanonicalJSON.decode(RoundFinding.self, from: $0.body) }
            #expect(rounds.count { $0.time == time } == 1)
        }
    }

    @Test func `every kept event names all who subscribe to it`() {
        let clock = VirtualClock(start: CampaignHouse.start)
        let ids = IdentifierGenerator(clock: clock, seed: 1)
        let context = AgentContext(
            store: MemoryStore(),
            broker: MemoryBroker(clock: clock, ids: ids, audit: MemoryAuditLog()),
            clock: clock,
            ids: ids,
            workspace: .default,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let agents: [any Agent] = [
            VariableAgent(context: context), AnalysisAgent(context: context), MonitoringAgent(context: context),
            CampaignAgent(context: context, interval: .hours(1)),
            OrchestratorAgent(context: context, interval: .hours(1)),
        ]
        for (name, receivers) in [
            (CampaignEnded.name, CampaignEnded.receivers), (ObservationsTaken.name, ObservationsTaken.receivers),
            (RoundCompleted.name, RoundCompleted.receivers),
        ] {
            let subscribed = agents.filter { events(of: $0).contains(name) }.map(\.name)
            #expect(Set(subscribed) == Set(receivers), "\(name)")
        }
    }

    private func events<A: Agent>(of agent: A) -> [String] { agent.handlers.events }
}
