// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Glibc
import Testing

@testable import Connectors

@Suite(.timeLimit(.minutes(10))) struct RequestLimiterTests {
    private static let start = Timestamp(milliseconds: 1_767_268_800_000)  // 2026-01-01T12:00:00Z
    private static let plan = QuotaPlan(
        rates: ["calls a second": TokenBucket.Rule(atMost: 5, in: .seconds(1), burst: 2)],
        days: ["calls": DayQuota.Rule(limit: 40, zone: TimeZone(identifier: "Asia/Seoul") ?? .gmt)]
    )
    private static let cost = ["calls a second": 1, "calls": 1]

    @Test func `callers wait for the rate in virtual time, and are told when the day's quota is spent`() throws {
        let clock = VirtualClock(start: Self.start)
        let (instants, refusal) = try clock.run {
            let limiter = RequestLimiter(service: "s", plan: Self.plan, ledger: MemoryQuotaLedger(), time: clock)
            var instants: [Int64] = []
            while true {
                let deadline = clock.now + .minutes(1)
                if let refusal = try await limiter.acquire(Self.cost, for: nil, until: deadline) {
                    return (instants, refusal)
                }
                instants.append((clock.now - Self.start).milliseconds)
            }
        }
        #expect(instants.count == 40)
        #expect(instants.prefix(4) == [0, 0, 334, 667])
        #expect(refusal.problem.failure.class == .rateLimit && !refusal.isOfSharer)
        #expect(refusal.problem.failure.message.contains("the day's quota of 40 calls is spent"))
        #expect(refusal.problem.notBefore == Self.start + .hours(3))
    }

    @Test func `one keyword's share ends before the day's quota, and the others go on`() throws {
        let clock = VirtualClock(start: Self.start)
        try clock.run {
            let limiter = RequestLimiter(service: "s", plan: Self.plan, ledger: MemoryQuotaLedger(), time: clock)
            var counts: [String: Int] = [:]
            for word in ["a", "b"] {
                while true {
                    let refusal = try await limiter.acquire(Self.cost, for: word, until: clock.now + .minutes(1))
                    if let refusal {
                        #expect(refusal.isOfSharer && refusal.problem.failure.message.contains("'\(word)'"))
                        break
                    }
                    counts[word, default: 0] += 1
                }
            }
            #expect(counts == ["a": 20, "b": 13])
        }
    }

    @Test func `a service's wish to be left alone is kept, and a spent budget waits for midnight`() throws {
        let clock = VirtualClock(start: Self.start)
        try clock.run {
            let limiter = RequestLimiter(service: "s", plan: Self.plan, ledger: MemoryQuotaLedger(), time: clock)
            try await limiter.hold(until: Self.start + .seconds(30))
            try await limiter.hold(until: Self.start + .seconds(20))
            #expect(
                try await limiter.acquire(Self.cost, for: nil, until: clock.now + .seconds(10))?.problem.notBefore
                    == Self.start + .seconds(30)
            )
            #expect(try await limiter.acquire(Self.cost, for: nil, until: clock.now + .minutes(1)) == nil)
            #expect(clock.now == Self.start + .seconds(30))
            #expect(try await limiter.exhaust("calls") == Self.start + .hours(3))
            #expect(try await limiter.acquire(Self.cost, for: nil, until: clock.now + .hours(4)) == nil)
            #expect(clock.now == Self.start + .hours(3))
        }
    }

    @Test func `what was spent outlives the process, and the file names no key`() async throws {
        try await TemporaryFiles.with { files in
            let clock = StillClock(Self.start)
            for round in 0..<3 {
                // each round is a new process: nothing is kept but the file
                let ledger = FileQuotaLedger(folder: files.folder.path + "/q", service: "s", key: "SECRET", time: clock)
                let limiter = RequestLimiter(
                    service: "s",
                    plan: QuotaPlan(days: Self.plan.days),
                    ledger: ledger,
                    time: clock
                )
                var count = 0
                while try await limiter.acquire(["calls": 1], for: nil, until: clock.now) == nil, count < 15 {
                    count += 1
                }
                #expect(count == [15, 15, 8][round] || count == [15, 15, 10][round])
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: files.folder.path + "/q").sorted()
            #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("s-") && !$0.contains("SECRET") })
        }
    }

    @Test func `two processes with one key have one quota`() async throws {
        try await TemporaryFiles.with { files in
            let clock = JumpingClock(Self.start)
            let granted = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let ledger = FileQuotaLedger(folder: files.folder.path, service: "s", key: "k", time: clock)
                        let plan = QuotaPlan(days: ["calls": DayQuota.Rule(limit: 40, zone: .gmt)])
                        let limiter = RequestLimiter(service: "s", plan: plan, ledger: ledger, time: clock)
                        var count = 0
                        while try await limiter.acquire(["calls": 1], for: nil, until: clock.now) == nil { count += 1 }
                        return count
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(granted == 40)
        }
    }

    @Test func `a ledger that another process looks at is not changed meanwhile`() async throws {
        try await TemporaryFiles.with { files in
            let clock = JumpingClock(Self.start)
            let ledger = FileQuotaLedger(folder: files.folder.path, service: "s", key: "k", time: clock)
            let plan = QuotaPlan(days: Self.plan.days)
            let limiter = RequestLimiter(service: "s", plan: plan, ledger: ledger, time: clock)
            #expect(try await limiter.acquire(["calls": 1], for: nil, until: clock.now) == nil)
            let names = try FileManager.default.contentsOfDirectory(atPath: files.folder.path)
            let name = try #require(names.first { $0.hasSuffix(".lock") })
            let other = try FileHandle(forReadingFrom: files.folder.appending(path: name))
            #expect(flock(other.fileDescriptor, LOCK_SH) == 0)
            let refusal = try await limiter.acquire(["calls": 1], for: nil, until: clock.now)
            #expect(refusal?.problem.failure.class == .timeOut)
            #expect(refusal?.problem.failure.message.contains("held by another process") == true)
            try other.close()
            #expect(try await limiter.acquire(["calls": 1], for: nil, until: clock.now) == nil)
            #expect(try ledger.written().days["calls"]?.spent == 2)
        }
    }

    @Test func `a ledger that cannot be read or written stops calls rather than quotas`() async throws {
        try await TemporaryFiles.with { files in
            let clock = StillClock(Self.start)
            let ledger = FileQuotaLedger(folder: files.folder.path, service: "s", key: "k", time: clock)
            let limiter = RequestLimiter(service: "s", plan: Self.plan, ledger: ledger, time: clock)
            #expect(try await limiter.acquire(Self.cost, for: nil, until: clock.now) == nil)
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: files.folder.path).first { $0.hasSuffix(".json") }
            )
            _ = try files.write(name, "{")
            let refusal = try await limiter.acquire(Self.cost, for: nil, until: clock.now)
            #expect(
                refusal?.problem.failure.class == .invalid && refusal?.problem.failure.message.contains(name) == true
            )
            let blocked = try files.write("file", "")
            let other = FileQuotaLedger(folder: blocked + "/in", service: "s", key: "k", time: clock)
            let closed = RequestLimiter(service: "s", plan: Self.plan, ledger: other, time: clock)
            #expect(
                try await closed.acquire(Self.cost, for: nil, until: clock.now)?.problem.failure.class == .permission
            )
        }
    }
}

/// A clock on which who sleeps wakes at once, and time has passed.
final class JumpingClock: TimeSource {
    private let state: Locked<Timestamp>

    init(_ now: Timestamp) {
        state = Locked(now)
    }

    var now: Timestamp { state.withLock { $0 } }

    func sleep(until instant: Timestamp) async throws {
        await Task.yield()
        try Task.checkCancellation()
        state.withLock { $0 = max($0, instant) }
    }
}
