// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Logging
import Messaging
import Storage
import Testing

@testable import Agents

/// What agents write down with what they do, over a Redis that loses it.
@Suite(
    .enabled(if: TestRedis.address != nil || TestRedis.isRequired, "there is no Redis"),
    .timeLimit(.minutes(10))
)
struct KeptEventTests {
    private struct RealClock: TimeSource {
        var now: Timestamp { Timestamp(Date()) }

        func sleep(until instant: Timestamp) async throws {
            let span = instant - now
            if span > .zero { try await ContinuousClock().sleep(for: span.duration) }
        }
    }

    /// Hears of rounds.
    private actor Listener: Agent {
        nonisolated let name: AgentName
        private let log: HostLog

        init(_ name: AgentName, log: HostLog) {
            self.name = name
            self.log = log
        }

        nonisolated var handlers: Handlers<Listener> {
            Handlers().onEvent(RoundCompleted.self) { agent, event, _ in
                agent.note("\(agent.name) \(Int(event.round.consensus))")
            }
        }

        func start() async throws {}

        private func note(_ word: String) { log.add(word) }
    }

    private func round(_ number: Int) -> RoundFinding {
        RoundFinding(
            time: Timestamp(milliseconds: Int64(number)),
            consensus: Double(number),
            lower: 1,
            upper: 2,
            reliability: 1,
            units: 1
        )
    }

    @Test func `an event that Redis lost reaches every receiver from the database, and is then forgotten`() async throws
    {
        let clock = RealClock()
        var options = RedisBrokerOptions()
        options.prefix = "dure-test-" + UUID().uuidString
        let handled = HandledMessages()
        let broker = RedisBroker(
            url: try RedisURL(try #require(TestRedis.address)),
            clock: clock,
            seed: .random(in: .min ... .max),
            audit: MemoryAuditLog(),
            options: options,
            handled: handled
        )
        let store = MemoryStore()
        var timing = OutboxRelay.Timing()
        timing.patience = TimeSpan(milliseconds: 300)
        timing.interval = TimeSpan(milliseconds: 50)
        let outbox = OutboxRelay(store: store, broker: broker, handled: handled, clock: clock, timing: timing)
        let ids = IdentifierGenerator(clock: clock, seed: 3)
        var context = AgentContext(
            store: store,
            broker: broker,
            clock: clock,
            ids: ids,
            workspace: .default,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        context.outbox = outbox
        let (log, campaign, sender) = (HostLog(), ids.next(Campaign.self), context)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await broker.run() }
            group.addTask { await outbox.run() }
            @Sendable func tell(_ number: Int) async throws {
                try await sender.commit(
                    KnowledgeChange(),
                    durability: .power,
                    keeping: [RoundCompleted(campaign: campaign, round: round(number))],
                    from: .monitoring
                )
            }
            func whileListening(until isEnough: @escaping @Sendable () async throws -> Bool) async throws {
                let host = AgentHost(
                    agents: [Listener(.analysis, log: log), Listener(.orchestrator, log: log)],
                    broker: broker,
                    clock: clock
                )
                try await host.run { _ in
                    while try await !isEnough() { try await clock.sleep(for: TimeSpan(milliseconds: 10)) }
                }
            }
            try await whileListening {
                let kept = try await store.outboxDepth().messages
                if log.all.isEmpty, kept == 0 { try await tell(1) }
                return log.all.count >= 2 && kept == 0
            }
            // Nobody reads now: what is sent lies in Redis, which then loses it.
            try await tell(2)
            while outbox.sentCount < 4 { try await clock.sleep(for: TimeSpan(milliseconds: 10)) }
            await broker.removeStreams(of: AgentName.allCases, events: [RoundCompleted.name])
            #expect(try await store.outboxDepth().messages == 2)
            try await whileListening { try await store.outboxDepth().messages == 0 }
            #expect(log.all.sorted() == ["analysis 1", "analysis 2", "orchestrator 1", "orchestrator 2"])
            #expect(outbox.resentCount >= 2)
            await broker.removeStreams(of: AgentName.allCases, events: [RoundCompleted.name])
            group.cancelAll()
        }
    }
}
