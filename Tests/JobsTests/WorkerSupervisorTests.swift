// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import Testing

@testable import Jobs

@Suite struct RestartBudgetTests {
    private static let start = Timestamp(milliseconds: 1_000_000)

    @Test func `a process is started again after 1, 4 and 16 seconds, and then no more`() {
        var budget = RestartBudget()
        let waits = (0..<4).map { budget.died(at: Self.start + .minutes($0)) }
        #expect(waits == [.seconds(1), .seconds(4), .seconds(16), nil])
    }

    @Test func `what was used up comes back after ten minutes`() {
        var budget = RestartBudget()
        for _ in 0..<3 { _ = budget.died(at: Self.start) }
        #expect(budget.died(at: Self.start + .minutes(10) - TimeSpan(milliseconds: 1)) == nil)
        var later = RestartBudget()
        for _ in 0..<3 { _ = later.died(at: Self.start) }
        #expect(later.died(at: Self.start + .minutes(10)) == .seconds(1))
    }

    @Test func `the wait begins anew after five minutes of health`() {
        var budget = RestartBudget()
        #expect(budget.died(at: Self.start) == .seconds(1))
        #expect(budget.died(at: Self.start + .minutes(5)) == .seconds(1))
        #expect(budget.died(at: Self.start + .minutes(6)) == .seconds(4))
    }
}

/// Real time, with waits that are over at once but for those of about ten seconds.
private struct HastyClock: TimeSource {
    let slept = Locked<[TimeSpan]>([])

    var now: Timestamp { Timestamp(Date()) }
    func sleep(until instant: Timestamp) async throws {
        let span = instant - now
        slept.withLock { $0.append(span) }
        if (TimeSpan.seconds(6)...TimeSpan.seconds(15)).contains(span) {
            try await ContinuousClock().sleep(for: span.duration)
        }
        try Task.checkCancellation()
    }
}

@Suite(.timeLimit(.minutes(10))) struct WorkerSupervisorTests {
    private static let session = "ses_01m7zhb2mvb440m2qq1h1rn77h"
    private static let say = "echo '{\"session\":\"\(session)\"}'; "

    private struct Outcome: Sendable {
        var ending: WorkerSupervisor.Ending
        var starts: Int
        var lost: [SessionID]
    }

    /// Supervises shell scripts, one after the other; the last is used again and again.
    private func supervise(
        _ scripts: [String],
        during body: @escaping @Sendable (WorkerSupervisor) async throws -> Void = { _ in }
    ) async throws -> Outcome {
        let starts = Locked(0)
        let lost = Locked<[SessionID]>([])
        let supervisor = WorkerSupervisor(
            clock: HastyClock(),
            bound: .seconds(12),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onLoss: { session in lost.withLock { $0.append(session) } },
            start: {
                let place = starts.withLock { count in
                    count += 1
                    return count - 1
                }
                let script = scripts[min(place, scripts.count - 1)]
                return try ChildProgram(arguments: ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"])
            }
        )
        return try await withThrowingTaskGroup(of: WorkerSupervisor.Ending?.self) { group in
            group.addTask { try await supervisor.run() }
            group.addTask {
                try await body(supervisor)
                return nil
            }
            while let next = try await group.next() {
                guard let next else { continue }
                return Outcome(ending: next, starts: starts.withLock { $0 }, lost: lost.withLock { $0 })
            }
            throw CancellationError()
        }
    }

    @Test func `a worker that ends well is not started again`() async throws {
        let outcome = try await supervise(["echo '{\"session\":\"\"}'; exit 0"])
        #expect(outcome.ending == .stopped)
        #expect(outcome.starts == 1)
        #expect(outcome.lost.isEmpty)
    }

    @Test func `a death is told with the session that was open, and the worker starts anew`() async throws {
        let outcome = try await supervise([Self.say + "kill -9 $$", "exit 0"])
        #expect(outcome.ending == .stopped)
        #expect(outcome.starts == 2)
        #expect(outcome.lost.map(\.text) == [Self.session])
    }

    @Test func `a worker that dies again and again is given up`() async throws {
        let outcome = try await supervise(["exit 3"])
        #expect(outcome.ending == .gaveUp)
        #expect(outcome.starts == 4)
    }

    @Test func `a restart that the fleet ordered is no death`() async throws {
        let restart = "exit \(WorkerExit.restart)"
        let outcome = try await supervise([restart, restart, restart, restart, restart, "exit 0"])
        #expect(outcome.ending == .stopped)
        #expect(outcome.starts == 6)
    }

    @Test func `a key that is not taken ends the supervision`() async throws {
        let outcome = try await supervise(["exit \(WorkerExit.notAllowed)"])
        #expect(outcome.ending == .failed(WorkerExit.notAllowed))
        #expect(outcome.starts == 1)
    }

    @Test func `a worker that is silent is killed and started again`() async throws {
        let outcome = try await supervise([Self.say + "kill -STOP $$", "exit 0"])
        #expect(outcome.ending == .stopped)
        #expect(outcome.starts == 2)
        #expect(outcome.lost.count == 1)
    }

    @Test func `a worker that is asked to end gets SIGTERM and its time`() async throws {
        let script = "trap 'exit 0' TERM; \(Self.say) while :; do sleep 0.05; done"
        let outcome = try await supervise([script]) { $0.drain() }
        #expect(outcome.ending == .stopped)
        #expect(outcome.starts <= 1)
    }
}
