// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOHTTP1
import Testing

@testable import dure

/// The WebSocket at the real program: who is let in, what RFC 6455 forbids, floods, and rights that end.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(30))
)
struct LiveSocketTests {
    @Test func `another site's page, a stranger and a wrong handshake get no socket`() async throws {
        try await GuardedProgram.run { program in
            let own = "Origin: http://127.0.0.1:\(program.port)\r\n"
            func status(_ head: String) async throws -> Int {
                let connection = try await program.connect()
                await connection.say(head)
                try await program.house.wait(for: "an answer") { connection.status != 0 || !connection.isOpen }
                connection.close()
                return connection.status
            }
            #expect(try await status(program.socketHead(.viewer, own)) == 101)
            #expect(try await status(program.socketHead(.viewer)) == 101, "a program that is no page")
            for origin in [
                "https://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1:\(program.port)",
                "http://127.0.0.1:\(program.port).evil.example", "http://localhost:\(program.port)",
            ] {
                #expect(try await status(program.socketHead(.viewer, "Origin: \(origin)\r\n")) == 403, "\(origin)")
            }
            for site in ["cross-site", "same-site"] {
                #expect(try await status(program.socketHead(.viewer, "\(own)Sec-Fetch-Site: \(site)\r\n")) == 403)
            }
            let head = program.socketHead(.viewer)
            let key = try #require(program.keys[.viewer])
            #expect(try await status(head.replacing("Authorization: Bearer \(key)\r\n", with: "")) == 401)
            #expect(try await status(head.replacing(key, with: "\(key)x")) == 401)
            #expect(try await status(program.socketHead(.worker)) == 403)
            #expect(
                try await status(
                    head.replacing("GET /live ", with: "GET /live?key=\(key) ").replacing(
                        "Bearer \(key)",
                        with: "Bearer x"
                    )
                ) == 401,
                "a key in the address is none"
            )
            for (good, wrong) in [
                ("Version: 13", "Version: 8"), ("GET", "POST"), ("dGhlIHNhbXBsZSBub25jZQ==", ""),
                ("dGhlIHNhbXBsZSBub25jZQ==", "YQ=="), ("Upgrade: websocket", "Upgrade: h2c"),
                ("Connection: Upgrade", "Connection: close"),
            ] {
                #expect((400...405).contains(try await status(head.replacing(good, with: wrong))), "\(wrong)")
            }
        }
    }

    /// What comes back: the closing code, `eof` for a bare end, or the opcode of the first frame.
    private func outcome(_ program: GuardedProgram, _ frames: [UInt8]) async throws -> String {
        let socket = try await program.socket()
        await socket.say(frames)
        try await program.house.wait(for: "what comes of it") {
            !RawFrame.read(socket.bytes).isEmpty || !socket.isOpen
        }
        defer { socket.close() }
        guard let first = RawFrame.read(socket.bytes).first else { return "eof" }
        guard first.opcode == 8 else { return "opcode \(first.opcode)" }
        await socket.closed()
        return RawFrame.closeCode(socket.bytes).map { "\($0)" } ?? "eof"
    }

    @Test func `frames that the protocol forbids end the socket with their code`() async throws {
        let text = Array("x".utf8)
        let large = [UInt8](repeating: 0x61, count: 60_000)
        let tooLarge: Set<String> = ["1009", "1002", "eof"]
        let cases: [(String, [UInt8], Set<String>)] = [
            ("without a mask", RawFrame.make(1, text, isMasked: false), ["1002"]),
            ("a reserved bit", RawFrame.make(1, text, reserved: 4), ["1002"]),
            ("an unknown opcode", RawFrame.make(3, text), ["1002"]),
            ("an unknown control opcode", RawFrame.make(11, text), ["1002"]),
            ("a ping in pieces", RawFrame.make(9, text, isFinal: false), ["1002"]),
            ("a ping of 126 bytes", RawFrame.make(9, [UInt8](repeating: 1, count: 126)), ["1002"]),
            ("a continuation of nothing", RawFrame.make(0, text), ["1002"]),
            ("a text within a text", RawFrame.make(1, text, isFinal: false) + RawFrame.make(1, text), ["1002"]),
            ("a text that is no UTF-8", RawFrame.make(1, [0xFF, 0xFE]), ["1007"]),
            ("a binary message", RawFrame.make(2, text), ["1003"]),
            ("an end with a forbidden code", RawFrame.make(8, [0x03, 0xED]), ["1002"]),
            ("an end with half a code", RawFrame.make(8, [0x03]), ["1002"]),
            ("an end with a reason that is no UTF-8", RawFrame.make(8, [0x03, 0xE8, 0xFF]), ["1002", "1007"]),
            ("an end", RawFrame.make(8, [0x03, 0xE8]), ["1000"]),
            ("a ping", RawFrame.make(9, text), ["opcode 10"]),
            ("2^62 bytes declared", RawFrame.make(2, text, length: 1 << 62), tooLarge),
            ("2^63 bytes declared", RawFrame.make(2, text, length: 1 << 63), tooLarge),
            ("64 MiB declared", RawFrame.make(2, text, length: 64 << 20), tooLarge),
            (
                "endless pieces",
                RawFrame.make(1, large, isFinal: false)
                    + (0..<50).flatMap { _ in RawFrame.make(0, large, isFinal: false) }, tooLarge
            ),
            (
                "endless empty pieces",
                RawFrame.make(1, [], isFinal: false)
                    + (0..<1_000).flatMap { _ in RawFrame.make(0, [], isFinal: false) }, ["1009", "1002", "1008"]
            ),
        ]
        try await GuardedProgram.run { program in
            for (name, frames, allowed) in cases {
                let came = try await outcome(program, frames)
                #expect(allowed.contains(came), "\(name): \(came)")
            }
            try await program.serveOthers(1)
        }
    }

    @Test func `a message that is not understood is answered with what would be right, and the socket stays`()
        async throws
    {
        try await GuardedProgram.run { program in
            let socket = try await program.socket()
            for (number, text) in [
                "{", "[]", "{\"type\":\"steer\"}", "{\"type\":\"subscribe\",\"topics\":[\"secrets\"]}",
                String(repeating: "[", count: 2_000),
            ].enumerated() {
                await socket.say(RawFrame.text(text))
                try await program.house.wait(for: "the answer to \(text.prefix(20))") {
                    RawFrame.read(socket.bytes).count > number
                }
            }
            #expect(
                RawFrame.read(socket.bytes).allSatisfy {
                    String(decoding: $0.data, as: UTF8.self).contains("\"error\"")
                }
            )
            #expect(socket.isOpen)
            socket.close()
        }
    }

    @Test func `a flood of messages, of pings and of sockets is ended, and others are served`() async throws {
        try await GuardedProgram.run { program in
            let subscribe = RawFrame.text("{\"type\":\"subscribe\"}")
            let floods = [
                (0..<20_000).flatMap { _ in subscribe }, (0..<20_000).flatMap { _ in RawFrame.make(9, [1, 2, 3]) },
                (0..<20_000).flatMap { _ in RawFrame.make(10) },
                (0..<500).flatMap { _ in RawFrame.text(String(repeating: "[", count: 4_000)) },
            ]
            try await program.withstand {
                for flood in floods {
                    var sockets: [RawConnection] = []
                    for _ in 0..<10 { sockets.append(try await program.socket()) }
                    await withTaskGroup(of: Void.self) { group in
                        for socket in sockets { group.addTask { await socket.say(flood) } }
                    }
                    try await program.serveOthers(5)
                    for socket in sockets {
                        await socket.closed()
                        // Who writes on beyond the end may lose the last words: the system throws them away with the connection.
                        let code = RawFrame.closeCode(socket.bytes)
                        #expect(code == 4_429 || code == nil, "\(code ?? 0)")
                    }
                    #expect(sockets.contains { RawFrame.closeCode($0.bytes) == 4_429 })
                }
                // More sockets than one address may have: the last ones get none, and the first ones go on.
                var sockets: [RawConnection] = []
                for _ in 0..<300 {
                    let connection = try await program.connect()
                    await connection.say(program.socketHead())
                    sockets.append(connection)
                }
                try await program.house.wait(for: "each to be let in or not") {
                    sockets.allSatisfy { $0.status != 0 || !$0.isOpen }
                }
                let count = sockets.count { $0.status == 101 && $0.isOpen }
                #expect((200...256).contains(count), "\(count) were let in")
                for socket in sockets { socket.close() }
                for socket in sockets { await socket.closed() }
            }
        }
    }

    @Test func `a socket ends when its key is revoked, and one that was not goes on`() async throws {
        try await GuardedProgram.run { program in
            let admin = program.keys[.admin]
            let (doomed, other) = (try await program.socket(.viewer), try await program.socket(.operator))
            for socket in [doomed, other] { await socket.say(RawFrame.text("{\"type\":\"subscribe\"}")) }
            let events = try await program.connect()
            await events.say(program.head("GET", "/live/events", .viewer, "\r\n"))
            try await program.house.wait(for: "all to hear") {
                [doomed, other].allSatisfy { !RawFrame.read($0.bytes).isEmpty } && events.text.contains("snapshot")
            }
            let id = try #require(program.keys[.viewer]).dropFirst(5).prefix(12)
            #expect(try await program.ask(.DELETE, "/api/v1/keys/\(id)", key: admin).status == 204)
            await doomed.closed()
            #expect(RawFrame.closeCode(doomed.bytes) == 4_401)
            try await program.house.wait(for: "the end of the events") {
                events.text.hasSuffix("0\r\n\r\n") || !events.isOpen
            }
            #expect(other.isOpen)
            for connection in [other, events] { connection.close() }
        }
    }
}
