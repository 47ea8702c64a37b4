// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Jobs

/// The two ways to wait, on real threads.
@Suite struct InboxTests {
    @Test func `nothing that many put at once is lost, and each keeps its order`() async throws {
        let inbox = Inbox<(Int, Int)>()
        let taken = try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask { for number in 0..<1_000 { inbox.put((writer, number)) } }
            }
            var taken: [(Int, Int)] = []
            while taken.count < 8_000 { taken += try await inbox.take() }
            return taken
        }
        for writer in 0..<8 { #expect(taken.filter { $0.0 == writer }.map(\.1) == Array(0..<1_000)) }
    }

    @Test func `whoever waits is let go by a cancel`() async throws {
        let (inbox, latch) = (Inbox<Int>(), Latch())
        for _ in 0..<200 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await #expect(throws: CancellationError.self) { _ = try await inbox.take() } }
                group.addTask { await #expect(throws: CancellationError.self) { try await latch.wait() } }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        inbox.put(1)
        #expect(try await inbox.take() == [1])
    }

    @Test func `a latch lets everybody through, before and after it opens`() async throws {
        let latch = Latch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { try await latch.wait() } }
            group.addTask { latch.open() }
            try await group.waitForAll()
        }
        try await latch.wait()
        #expect(latch.isOpen)
    }

    @Test func `a fleet on real threads runs every job once`() async throws {
        let house = House(sizes: FleetSizes(trialRunners: 6, observers: 0, slots: 2))
        let jobs = try (0..<500).map { _ in try house.probe() }
        house.store.add(jobs)
        let countdown = Countdown(jobs.count)
        await house.dispatcher.setHooks(DispatcherHooks(ended: { _, _ in await countdown.tick() }))
        let fleet = house.fleet()
        try await race(
            { try await countdown.done.wait() },
            { try await race({ try await house.dispatcher.run() }, { try await fleet.run() }) }
        )
        #expect(house.store.accepted == Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, 1) }))
    }
}
