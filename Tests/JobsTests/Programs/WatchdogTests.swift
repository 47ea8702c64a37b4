// SPDX-License-Identifier: Apache-2.0

import CProcess
import Domain
import Foundation
import Jobs
import Testing

@Suite(.timeLimit(.minutes(10)), .serialized)
struct WatchdogTests {
    /// Runs a script that prints its process number and that of a child, and lets a second watchdog strike while it
    /// runs.
    private func run(then act: @escaping @Sendable (_ watchdog: dure_watchdog, _ group: Int32) -> Void) async throws
        -> (
            output: ProgramOutput, child: Int32?
        )
    {
        let file = FileManager.default.temporaryDirectory.appending(path: "dure-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let watchdog = dure_watchdog_open()
        #expect(watchdog.error == 0)
        let script = "sleep 1000 & echo $$ $! > '\(file.path).part'; mv '\(file.path).part' '\(file.path)'; sleep 1000"
        async let output = Script.execute(script, timeout: .seconds(60))
        var numbers: [Int32] = []
        while numbers.count < 2 {
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
            await Task.yield()
        }
        act(watchdog, numbers[0])
        #expect(Script.hasEnded(watchdog.pid))
        _ = waitpid(watchdog.pid, nil, 0)
        return (try await output, numbers.last)
    }

    @Test func `when the watchdog's owner is gone, every group that it knows of is killed`() async throws {
        let (output, child) = try await run { watchdog, group in
            #expect(dure_watchdog_tell(watchdog.descriptor, group) == 0)
            dure_close(watchdog.descriptor)
        }
        #expect(output.ending == .signal(9))
        #expect(Script.hasEnded(try #require(child)))
    }

    @Test func `a group that the watchdog was told is gone is left alone`() async throws {
        let (output, _) = try await run { watchdog, group in
            #expect(dure_watchdog_tell(watchdog.descriptor, group) == 0)
            #expect(dure_watchdog_tell(watchdog.descriptor, -group) == 0)
            dure_close(watchdog.descriptor)
            // The watchdog has ended without a kill; SIGTERM shows that the program still lived.
            #expect(Script.hasEnded(watchdog.pid))
            #expect(kill(-group, SIGTERM) == 0)
        }
        #expect(output.ending == .signal(15))
    }

    @Test func `a watchdog that was killed is replaced before the next program`() async throws {
        try ProgramRunner.startGuard()
        let first = dure_watchdog_pid()
        #expect(first > 0)
        #expect(kill(first, SIGKILL) == 0)
        #expect(Script.hasEnded(first))
        #expect(try await Script.execute("echo fine").lastLine == "fine")
        let second = dure_watchdog_pid()
        #expect(second > 0)
        #expect(second != first)
    }
}
