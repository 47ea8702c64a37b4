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

    @Test func `a process that drains is not ready`() async throws {
        try clock.run {
            let board = HealthBoard(clock: clock)
            await board.drain()
            #expect(await board.readiness().isReady == false)
        }
    }
}
