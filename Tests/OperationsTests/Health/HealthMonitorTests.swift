// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Storage
import Testing

@testable import Operations

@Suite struct HealthMonitorTests {
    private let clock = SetClock()
    private let store = MemoryStore()
    private let share = Locked<Double?>(0.5)
    private let acts = Locked(0)

    private func monitor() -> HealthMonitor {
        let (share, acts) = (share, acts)
        return HealthMonitor(
            process: "p",
            checks: [
                .share(
                    "disk",
                    of: "the disk",
                    recover: { _ in
                        acts.withLock { $0 += 1 }
                        return "tidied"
                    }
                ) { share.withLock { $0 } }
            ],
            store: store,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func history() async throws -> [HealthRecord] {
        try await store.healthRecords(since: Timestamp(milliseconds: 0), limit: 100).reversed()
    }

    @Test(arguments: [
        (0.0, HealthLevel.healthy), (0.90, .healthy), (0.9001, .warning), (0.95, .warning), (0.9501, .critical),
        (1, .critical),
    ])
    func `above a limit is worse, at it not`(share: Double, level: HealthLevel) {
        #expect(HealthLimits().level(share) == level)
        #expect(HealthLimits().level(nil) == .unknown)
    }

    @Test func `changes are kept with what was done, and what stays is not`() async throws {
        let monitor = monitor()
        #expect(await monitor.report.level == .unknown)
        for value in [0.5, 0.5, 0.92, 0.92, 0.97, 0.5, nil] as [Double?] {
            share.withLock { $0 = value }
            await monitor.look()
            clock.advance(.seconds(10))
        }
        #expect(
            try await history().map { "\($0.before.rawValue) \($0.level.rawValue) \($0.action ?? "")" } == [
                "healthy warning tidied", "warning critical tidied", "critical healthy ", "healthy unknown ",
            ]
        )
        #expect(await monitor.report.level == .unknown)
    }

    @Test func `something is done again every five minutes, and at once when it becomes worse`() async throws {
        let monitor = monitor()
        share.withLock { $0 = 0.92 }
        for _ in 0..<61 {
            await monitor.look()
            clock.advance(.seconds(10))
        }
        #expect(acts.withLock { $0 } == 3, "after 0, 5 and 10 minutes")
        share.withLock { $0 = 0.99 }
        await monitor.look()
        #expect(acts.withLock { $0 } == 4)
    }

    @Test func `what throws is critical, with its reason`() async {
        let failing = HealthMonitor(
            process: "p",
            checks: [HealthCheck("database") { _ in throw Failure(.unknown, "the disk is full") }],
            store: nil,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let report = await failing.look()
        #expect(report.level == .critical)
        #expect(report.findings.first?.detail == "the disk is full")
    }

    @Test func `the kernel's figures are read`() {
        let first = LinuxMachine.times("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 1 1 1\n")
        #expect(first?.busy == 150 && first?.all == 1_000)
        #expect(LinuxMachine.times("nothing") == nil)
        let share = LinuxMachine.memoryShare("MemTotal:   1000 kB\nMemFree: 10 kB\nMemAvailable:  250 kB\n")
        #expect(share == 0.75)
        #expect(LinuxMachine.groupShare(used: "50\n", limit: "100\n") == 0.5)
        #expect(LinuxMachine.groupShare(used: "50\n", limit: "max\n") == nil)
        #expect(LinuxMachine().disk(at: "/").map { (0...1).contains($0) } == true)
        #expect(LinuxMachine().disk(at: "/no/such/folder") == nil)
    }
}
