// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

@testable import Operations
@testable import dure

@Suite struct QueueHealthTests {
    private final class Hand: TimeSource {
        private let place = Locked(Timestamp(milliseconds: 1_795_312_800_000))
        var now: Timestamp { place.withLock(\.self) }
        func move(by span: TimeSpan) { place.withLock { $0 = $0 + span } }
        func sleep(until instant: Timestamp) async throws { place.withLock { $0 = max($0, instant) } }
    }

    @Test func `jobs that no worker takes for ten minutes are told of, once, and not before`() async throws {
        let (store, clock) = (MemoryStore(), Hand())
        let ids = IdentifierGenerator(clock: clock, seed: 3)
        let workers = Locked<[Worker]>([])
        let check = HouseHealth.queues({ workers.withLock(\.self) }, store: store, clock: clock, ids: ids)
        @Sendable func look() async throws -> (level: HealthLevel, alerts: [Alert]) {
            let sight = try await check.look(HealthLimits())
            if sight.level >= .warning { _ = try await check.recover?(sight.level) }
            return (sight.level, try await store.alertsWithoutCampaign(in: .default))
        }
        func job() -> Job {
            Job(
                id: ids.next(),
                workspace: .default,
                campaign: nil,
                kind: .trialCommand,
                payload: "{}",
                createdAt: clock.now
            )
        }
        #expect(try await look().level == .healthy)
        _ = try await store.enqueue([job(), job()], durability: .process)
        clock.move(by: .hours(1))
        #expect(try await look().level == .healthy, "seen for the first time, however old the jobs are")
        clock.move(by: .minutes(9))
        #expect(try await look().alerts.isEmpty)
        clock.move(by: .minutes(2))
        let told = try await look()
        #expect(told.level == .warning && told.alerts.count == 1)
        #expect(told.alerts.first?.message.contains("2 jobs of the kind 'trial.command'") == true)
        clock.move(by: .hours(1))
        #expect(try await look().alerts.count == 1, "it is told once")
        // A worker that takes other kinds is no help, one that is not well neither.
        var worker = Worker(id: ids.next(), name: "w", role: .trial, slots: 1, registeredAt: clock.now)
        worker.state = .idle
        worker.kinds = [.probe]
        workers.withLock { $0 = [worker] }
        #expect(try await look().level == .warning)
        worker.kinds = [.trialCommand]
        workers.withLock { $0 = [worker] }
        #expect(try await look().level == .healthy)
        worker.state = .isolated
        workers.withLock { $0 = [worker] }
        #expect(try await look().level == .healthy, "a new spell begins")
        clock.move(by: .minutes(11))
        #expect(try await look().alerts.count == 2)
        try await store.setPaused(true, kind: .trialCommand, now: clock.now)
        #expect(try await look().level == .healthy, "whoever paused a queue knows that it waits")
    }
}
