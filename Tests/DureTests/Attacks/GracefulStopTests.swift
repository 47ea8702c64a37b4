// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOHTTP1
import Testing

@testable import dure

/// A server that is stopped while it is busy: its limits of time are real, and want a machine that is not busy with other tests.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .enabled(
        if: ProcessInfo.processInfo.environment["DURE_ATTACKS"]?.isEmpty == false,
        "make attack-test plays it"
    ),
    .serialized,
    .timeLimit(.minutes(30))
)
struct GracefulStopTests {
    /// One who asks again and again on one connection, until the server lets it go.
    private struct Asker: Sendable {
        var answered = 0
        /// Requests that were sent on an open connection and got no whole answer.
        var cut = 0
        var wrong = 0
        var isTold = false
    }

    @Test func `nothing that was accepted is cut, sockets get their end, and the process ends by itself`() async throws
    {
        try await GuardedProgram.run { program in
            var sockets: [RawConnection] = []
            for _ in 0..<10 { sockets.append(try await program.socket()) }
            for socket in sockets { await socket.say(RawFrame.text("{\"type\":\"subscribe\"}")) }
            let events = try await program.connect()
            await events.say(program.head("GET", "/live/events", .viewer, "\r\n"))
            try await program.house.wait(for: "all to hear") {
                sockets.allSatisfy { !RawFrame.read($0.bytes).isEmpty } && events.text.contains("snapshot")
            }
            // A worker's poll that waits for work, and a body that is on its way when the order to stop comes.
            let registered = try await program.ask(
                .POST,
                "/v1/fleet/register",
                key: program.keys[.worker],
                body: "{\"slots\":1,\"kinds\":[\"probe\"]}"
            )
            let session = try #require(registered.text.firstMatch(of: /ses_[0-9a-zA-Z]+/)?.output)
            let poll = "{\"session\":\"\(session)\",\"slots\":1,\"after\":0,\"wait\":25000}"
            let waiting = try await program.connect()
            await waiting.say(
                program.head("POST", "/v1/fleet/poll", .worker, Self.length(poll)) + poll
            )
            let goal = "{\"goal\":\"name: [\"}"
            let late = try await program.connect()
            await late.say(
                program.head("POST", "/api/v1/control/goals/preview", .operator, Self.length(goal)) + goal.prefix(5)
            )
            let total = Locked(0)
            let askers = (0..<20).map { _ in Task { try await Self.ask(program, total) } }
            try await program.house.wait(for: "the load") { total.withLock { $0 } >= 200 }

            program.process.signal(SIGTERM)
            try await program.house.wait(for: "the end to begin") {
                await program.house.probe(program.health, "/readyz") != 200
            }
            // Long after the ports have closed.
            try await program.house.clock.sleep(for: .seconds(2))
            await late.say(String(goal.dropFirst(5)))

            var sum = Asker()
            for asker in askers {
                let one = try await asker.value
                sum.answered += one.answered
                sum.cut += one.cut
                sum.wrong += one.wrong
                sum.isTold = sum.isTold || one.isTold
            }
            #expect(sum.isTold, "whoever asked in the last moment was told that the connection ends")
            #expect(sum.cut == 0)
            #expect(sum.wrong == 0)
            for socket in sockets {
                await socket.closed()
                #expect(RawFrame.closeCode(socket.bytes) == 1_001)
            }
            await events.closed()
            #expect(events.text.hasSuffix("\r\n"), "the last event is whole")
            await waiting.closed()
            #expect(waiting.status == 200, "\(waiting.text)")
            #expect(waiting.text.contains("\"jobs\":[]"))
            await late.closed()
            #expect(late.status == 422 || late.status == 400, "\(late.text)")
            #expect(await program.process.end() == 0)
            let log = program.house.logged("server")
            #expect(!log.contains("\"level\":\"error\""), "\(log.suffix(2_000))")
        }
    }

    private static func length(_ body: String) -> String {
        "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
    }

    /// Asks on one connection after another until no connection is to be had.
    private static func ask(_ program: GuardedProgram, _ total: Locked<Int>) async throws -> Asker {
        var asker = Asker()
        let request = program.head("GET", "/api/v1/control/campaigns?limit=1", .viewer, "\r\n")
        while let connection = try? await program.connect() {
            var count = 0
            // A connection of its own now and then, so that what was heard stays short.
            while connection.isOpen, count < 50 {
                // What the server closed before it was said was not accepted.
                guard await connection.say(request) else { break }
                count += 1
                let wanted = count
                while answers(connection.text).whole < wanted, connection.isOpen {
                    try await program.house.clock.sleep(for: TimeSpan(milliseconds: 2))
                }
                let came = answers(connection.text)
                guard came.whole == wanted else {
                    asker.cut += came.isBegun ? 1 : 0
                    break
                }
                asker.answered += 1
                asker.wrong += came.isRight ? 0 : 1
                total.withLock { $0 += 1 }
                if came.isLast {
                    asker.isTold = true
                    break
                }
            }
            connection.close()
            if asker.isTold { break }
        }
        return asker
    }

    /// How many whole answers a text has, whether another has begun, and whether the last says that it is the last.
    private static func answers(_ text: String) -> (whole: Int, isBegun: Bool, isRight: Bool, isLast: Bool) {
        var (whole, isRight, isLast) = (0, true, false)
        var rest = Substring(text)
        while let head = rest.firstRange(of: "\r\n\r\n") {
            let lines = rest[..<head.lowerBound].lowercased()
            let length = lines.firstMatch(of: /content-length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
            let body = rest[head.upperBound...]
            guard body.utf8.count >= length else { break }
            whole += 1
            isRight = isRight && lines.hasPrefix("http/1.1 200")
            isLast = lines.contains("connection: close")
            rest = Substring(body.utf8.dropFirst(length))
        }
        return (whole, !rest.isEmpty, isRight, isLast)
    }
}
