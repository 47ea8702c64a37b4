// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

struct VirtualClockTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)

    /// What happened, with the milliseconds since the start.
    private final class Log: Sendable {
        private let lines = Locked<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func add(_ line: String, at clock: VirtualClock) {
            let time = (clock.now - VirtualClockTests.start).milliseconds
            lines.withLock { $0.append("\(time) \(line)") }
        }
    }

    @Test func `sleepers wake in order of time, and in order of arrival at one instant`() throws {
        let clock = VirtualClock(start: Self.start)
        let log = Log()
        try clock.run {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (name, wait) in [("a", 30), ("b", 10), ("c", 20), ("d", 10), ("e", 0), ("f", -5)] {
                    group.addTask {
                        try await clock.sleep(for: TimeSpan(milliseconds: Int64(wait)))
                        log.add(name, at: clock)
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(log.all == ["0 e", "0 f", "10 b", "10 d", "20 c", "30 a"])
        #expect(clock.now - Self.start == TimeSpan(milliseconds: 30))
    }

    @Test func `time stands still while there is work`() throws {
        let clock = VirtualClock(start: Self.start)
        let log = Log()
        try clock.run {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<100 { await Task.yield() }
                    log.add("worked", at: clock)
                }
                group.addTask {
                    try await clock.sleep(for: .seconds(1))
                    log.add("slept", at: clock)
                }
                try await group.waitForAll()
            }
        }
        #expect(log.all == ["0 worked", "1000 slept"])
    }

    @Test func `a cancelled sleep ends at once with an error, and takes no time`() throws {
        let clock = VirtualClock(start: Self.start)
        let log = Log()
        try clock.run {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        try await clock.sleep(for: .days(1))
                        log.add("slept", at: clock)
                    } catch {
                        log.add("\(error is CancellationError)", at: clock)
                    }
                }
                group.addTask {
                    await Task.yield()
                    log.add("up", at: clock)
                }
                await group.next()
                group.cancelAll()
            }
            await withTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await clock.sleep(for: .days(1)) }
                }
            }
        }
        #expect(log.all == ["0 up", "0 true"])
        #expect(clock.now == Self.start)
    }

    @Test func `a run that waits for what nobody brings is told to stand still`() throws {
        let clock = VirtualClock(start: Self.start)
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        let error = #expect(throws: VirtualClockError.self) {
            try clock.run {
                try await clock.sleep(for: .minutes(1))
                for await _ in stream {}
            }
        }
        #expect(
            error?.description
                == "the simulation stands still at 2026-01-01T00:01:00.000Z: every task waits for another"
        )
        continuation.finish()
    }

    @Test func `an operation's error and value come out, and a clock can run again`() throws {
        let clock = VirtualClock(start: Self.start)
        #expect(throws: Failure(.invalid, "no")) {
            try clock.run {
                try await clock.sleep(for: .seconds(1))
                throw Failure(.invalid, "no")
            }
        }
        let value = try clock.run {
            try await clock.sleep(for: .seconds(1))
            return 7
        }
        #expect(value == 7)
        #expect(clock.now - Self.start == .seconds(2))
    }

    @Test func `the same code gives the same history every time`() throws {
        func history() throws -> [String] {
            let clock = VirtualClock(start: Self.start)
            let log = Log()
            try clock.run {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<20 {
                        group.addTask {
                            var generator = SplitMix64(seed: UInt64(worker))
                            for step in 0..<20 {
                                let wait = Int64.random(in: 0...5, using: &generator)
                                try await clock.sleep(for: TimeSpan(milliseconds: wait))
                                log.add("\(worker).\(step)", at: clock)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            return log.all
        }
        let first = try history()
        #expect(first.count == 400)
        #expect(try history() == first)
    }
}
