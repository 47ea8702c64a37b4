// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Operations

@Suite struct HealthBoardTests {
    private let clock = VirtualClock(start: Timestamp(milliseconds: 1_000_000))

    @Test func `a process without faults is ready`() async throws {
        try clock.run {
            let board = HealthBoard(clock: clock)
            await board.add("store") { "a probe was written" }
            await board.tick("dispatch")
            let readiness = await board.readiness()
            #expect(readiness.isReady)
            #expect(readiness.findings.map(\.name) == ["store", "loop dispatch"])
        }
    }

    @Test func `a store that cannot be written makes it not ready, and says why`() async throws {
        try clock.run {
            let board = HealthBoard(clock: clock)
            await board.add("store") { throw Failure(.unknown, "the disk is full") }
            let readiness = await board.readiness()
            #expect(!readiness.isReady)
            #expect(readiness.findings.first?.detail == "the disk is full")
        }
    }

    @Test func `a check that does not answer makes it not ready`() async throws {
        try clock.run {
            let board = HealthBoard(clock: clock)
            await board.add("store") {
                try await clock.sleep(for: .hours(1))
                return ""
            }
            #expect(await board.readiness().isReady == false)
            #expect(clock.now - Timestamp(milliseconds: 1_000_000) == .seconds(2))
        }
    }

    @Test func `a loop that is silent for more than ten seconds makes it not ready until it ticks again`() async throws
    {
        try clock.run {
            let board = HealthBoard(clock: clock)
            await board.tick("look")
            try await clock.sleep(for: .seconds(10))
            #expect(await board.readiness().isReady)
            try await clock.sleep(for: TimeSpan(milliseconds: 1))
            #expect(await board.readiness().isReady == false)
            await board.tick("look")
            #expect(await board.readiness().isReady)
        }
    }

    @Test func `what was found a moment ago is told again, and looked at anew when it is older`() async throws {
        try clock.run {
            let board = HealthBoard(clock: clock, freshness: .seconds(1))
            let looks = Locked(0)
            await board.add("store") {
                let number = looks.withLock { looks in
                    looks += 1
                    return looks
                }
                try await clock.sleep(for: TimeSpan(milliseconds: 10))
                guard number < 3 else { throw Failure(.unknown, "the disk is full") }
                return "look \(number)"
            }
            // Of eight who ask at once, one has it looked at.
            let details = await withTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { await board.readiness().findings.map(\.detail).joined() } }
                var details: Set<String> = []
                for await detail in group { details.insert(detail) }
                return details
            }
            #expect(details == ["look 1"])
            try await clock.sleep(for: TimeSpan(milliseconds: 989))
            #expect(await board.readiness().findings.map(\.detail) == ["look 1"])
            try await clock.sleep(for: TimeSpan(milliseconds: 1))
            #expect(await board.readiness().findings.map(\.detail) == ["look 2"])
            try await clock.sleep(for: .seconds(1))
            #expect(await board.readiness().isReady == false)
            // That the process drains, and what is added, is told at once.
            await board.drain()
            #expect(await board.readiness().findings.map(\.name) == ["store", "draining"])
            await board.add("more") { "there" }
            #expect(await board.readiness().findings.map(\.name) == ["store", "more", "draining"])
        }
    }

    @Test func `a process that drains is not ready`() async throws {
        try clock.run {
            let board = HealthBoard(clock: clock)
            await board.drain()
            #expect(await board.readiness().isReady == false)
        }
    }
}
