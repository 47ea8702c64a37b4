// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Messaging
import Testing

/// The Redis server that tests may use.
enum TestRedis {
    static let address = ProcessInfo.processInfo.environment["DURE_TEST_REDIS_URL"]
    static let isRequired = ProcessInfo.processInfo.environment["DURE_REQUIRE_SERVICES"] == "1"
}

/// Agents in one process, asked from another, over Redis.
@Suite(
    .enabled(if: TestRedis.address != nil || TestRedis.isRequired, "there is no Redis"),
    .timeLimit(.minutes(10))
)
struct RedisHostTests {
    private struct RealClock: TimeSource {
        var now: Timestamp { Timestamp(Date()) }

        func sleep(until instant: Timestamp) async throws {
            let span = instant - now
            if span > .zero { try await ContinuousClock().sleep(for: span.duration) }
        }
    }

    /// An agent that answers, crashes on order, and remembers what it was told.
    private actor Listener: Agent {
        nonisolated let name = AgentName.fleet
        private let log: HostLog

        init(log: HostLog) {
            self.log = log
        }

        nonisolated var handlers: Handlers<Listener> {
            Handlers()
                .on(Square.self) { _, action, _ in action.number * action.number }
                .on(Crash.self) { agent, _, _ in
                    agent.note("crash")
                    throw Failure(.unknown, "told to crash")
                }
                .on(Tick.self) { agent, _, _ in
                    agent.note("tick")
                    return Done()
                }
                .onEvent(Rang.self) { agent, _, _ in agent.note("rang") }
        }

        func start() async throws { note("start") }

        private func note(_ word: String) { log.add(word) }
    }

    private func broker(_ options: RedisBrokerOptions) throws -> RedisBroker {
        let address = try #require(
            TestRedis.address,
            "DURE_TEST_REDIS_URL names no server, and DURE_REQUIRE_SERVICES is set"
        )
        return RedisBroker(
            url: try RedisURL(address),
            clock: RealClock(),
            seed: UInt64.random(in: .min ... .max),
            audit: MemoryAuditLog(),
            options: options
        )
    }

    @Test func `agents of another process answer, survive a crash, and stop when all is handled`() async throws {
        var options = RedisBrokerOptions()
        options.prefix = "dure-test-" + UUID().uuidString
        options.grace = .seconds(30)
        let (here, there) = (try broker(options), try broker(options))
        let log = HostLog()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await here.run() }
            group.addTask { await there.run() }
            let host = AgentHost(agents: [Listener(log: log)], broker: there, clock: RealClock())
            let hosting = Task { try await host.run() }
            #expect(try await here.request(Square(number: 7), from: .gateway, to: .fleet) == 49)
            try await here.publish(Rang(), from: .campaign)
            try await here.send(Crash(), from: .gateway, to: .fleet)
            #expect(try await here.request(Square(number: 8), from: .gateway, to: .fleet) == 64)
            await #expect(throws: MessageError.unknownAction(to: .fleet, action: "unknown")) {
                _ = try await here.request(Unknown(), from: .gateway, to: .fleet)
            }
            try await here.send(Unknown(), from: .gateway, to: .fleet)
            for _ in 0..<100 {
                try await here.send(Tick(), from: .gateway, to: .fleet)
            }
            host.stop()
            try await hosting.value
            #expect(log.all.filter { $0 == "tick" }.count == 100)
            #expect(log.all.filter { $0 == "crash" }.count == 1)
            #expect(log.all.filter { $0 == "start" }.count == 2)
            #expect(log.all.filter { $0 == "rang" }.count == 1)
            #expect(there.counts.dead == 2)
            await here.removeStreams(of: AgentName.allCases, events: [Rang.name])
            group.cancelAll()
        }
    }
}
