// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Logging
import Storage
import Testing

/// An agent runs in one process at a time.
struct AgentCandidateTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)
    private let clock = VirtualClock(start: start)
    private let store = MemoryStore()

    private func candidate(_ holder: String) -> AgentCandidate {
        AgentCandidate(
            agent: "campaign",
            holder: holder,
            store: store,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Notes who is the agent when, until its task is cancelled.
    private func stand(_ holder: String, _ log: Locked<[String]>) async throws {
        let clock = clock
        try await candidate(holder).run { fence in
            log.withLock {
                $0.append("\(holder) from \((clock.now - Self.start).milliseconds / 1_000) in \(fence.term)")
            }
            defer { log.withLock { $0.append("\(holder) no more") } }
            try await clock.sleep(for: .hours(9))
        }
    }

    @Test func `the lease is renewed, and given back in order for another process to take`() throws {
        let log = Locked<[String]>([])
        let (clock, test) = (clock, self)
        try clock.run {
            let first = Task(executorPreference: clock) { try await test.stand("a", log) }
            try await clock.sleep(for: .seconds(1))
            let second = Task(executorPreference: clock) { try await test.stand("b", log) }
            try await clock.sleep(for: .minutes(1))
            #expect(log.withLock { $0 } == ["a from 0 in 1"], "the lease is renewed, and nobody else gets it")
            first.cancel()
            _ = await first.result
            #expect(try await test.store.leases().map(\.holder) != ["a"])
            try await clock.sleep(for: .seconds(3))
            #expect(log.withLock { $0.dropFirst() }.count == 2)
            #expect(log.withLock { $0.last }?.hasSuffix("in 2") == true)
            second.cancel()
            try await clock.sleep(for: .seconds(1))
        }
    }

    @Test func `a process that died is followed within eight seconds, in a term of its own`() throws {
        let log = Locked<[String]>([])
        let (clock, store, test) = (clock, store, self)
        try clock.run {
            _ = try await store.acquireLease("agent/campaign", holder: "dead", for: .seconds(6), now: clock.now)
            let next = Task(executorPreference: clock) { try await test.stand("b", log) }
            try await clock.sleep(for: .seconds(8))
            #expect(log.withLock { $0 }.count == 1)
            #expect(log.withLock { $0.first }?.hasSuffix("in 2") == true)
            var late = KnowledgeChange()
            late.messages = []
            late.fence = LeaseFence(name: "agent/campaign", term: 1)
            let change = late
            await #expect(throws: StorageError.fenced(LeaseFence(name: "agent/campaign", term: 1), newest: 2)) {
                try await store.commit(change, durability: .power)
            }
            next.cancel()
            try await clock.sleep(for: .seconds(1))
        }
    }

    @Test func `who loses the lease stops`() throws {
        let log = Locked<[String]>([])
        let (clock, store, test) = (clock, store, self)
        try clock.run {
            let first = Task(executorPreference: clock) { try await test.stand("a", log) }
            try await clock.sleep(for: .seconds(2))
            // Another took it while this one stood still, which a database's clock may allow.
            try await store.releaseLease("agent/campaign", holder: "a", term: 1)
            _ = try await store.acquireLease("agent/campaign", holder: "b", for: .minutes(1), now: clock.now)
            try await clock.sleep(for: .seconds(3))
            #expect(log.withLock { $0 } == ["a from 0 in 1", "a no more"])
            first.cancel()
            try await clock.sleep(for: .seconds(1))
        }
    }
}
