// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing

@testable import Server
@testable import dure

/// What a stranger, or somebody with a key, may send to have the real program fall: it is refused within its limit, the memory stays where it
/// was, and others are served meanwhile.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .enabled(
        if: ProcessInfo.processInfo.environment["DURE_ATTACKS"]?.isEmpty == false,
        "it takes minutes; make attack-test runs it"
    ),
    .serialized,
    .timeLimit(.minutes(30))
)
struct AttackTests {
    /// A server that is as impatient as it may be, so that nobody waits for half a minute.
    private static let hasty = GuardedProgram.patient.merging([
        "DURE_LIMITS_IDLE": "1s", "DURE_LIMITS_BODY_TIME": "1s",
    ]) { $1 }
    private static let json = "Content-Type: application/json\r\n"
    /// A path that takes a body of a common size, and the one that takes the largest.
    private static let common = "/api/v1/control/goals/preview"
    private static let largest = "/api/v1/analytics/analyses"

    // MARK: - Slowness

    @Test func `heads that drip are cut off, and others are served`() async throws {
        try await GuardedProgram.run(environment: Self.hasty) { program in
            try await program.withstand {
                var slow: [RawConnection] = []
                for _ in 0..<200 { slow.append(try await program.connect()) }
                let isOver = Locked(false)
                let drip = Task { [slow] in
                    for connection in slow { connection.mumble("GET /openapi.json HTTP/1.1\r\nHost: x\r\nX-Slow: ") }
                    while !isOver.withLock({ $0 }) {
                        for connection in slow where connection.isOpen { connection.mumble("a") }
                        try await program.house.clock.sleep(for: TimeSpan(milliseconds: 100))
                    }
                }
                try await program.serveOthers(20)
                for connection in slow { await connection.closed() }
                isOver.withLock { $0 = true }
                try await drip.value
                #expect(slow.allSatisfy { $0.status == 0 }, "no half request was answered")
            }
        }
    }

    @Test func `bodies that drip are cut off, and others are served`() async throws {
        try await GuardedProgram.run(environment: Self.hasty) { program in
            try await program.withstand {
                var slow: [RawConnection] = []
                for number in 0..<200 {
                    let connection = try await program.connect()
                    let length = number % 2 == 0 ? "Content-Length: 100000" : "Transfer-Encoding: chunked"
                    await connection.say(
                        program.head("POST", Self.common, .operator, Self.json + length + "\r\n\r\n")
                    )
                    slow.append(connection)
                }
                let isOver = Locked(false)
                let drip = Task { [slow] in
                    while !isOver.withLock({ $0 }) {
                        for (number, connection) in slow.enumerated() where connection.isOpen {
                            connection.mumble(number % 2 == 0 ? "{" : "1\r\n{\r\n")
                        }
                        try await program.house.clock.sleep(for: TimeSpan(milliseconds: 100))
                    }
                }
                try await program.serveOthers(20)
                for connection in slow { await connection.closed() }
                isOver.withLock { $0 = true }
                try await drip.value
                #expect(slow.allSatisfy { $0.status == 0 || $0.status == 503 })
            }
        }
    }

    @Test func `who asks and never reads is let go, and what waited for them is forgotten`() async throws {
        try await GuardedProgram.run(environment: Self.hasty) { program in
            let size = try await program.ask(.GET, "/openapi.json").text.utf8.count
            // More than the system's own buffers hold for a connection, so that the server has to wait.
            let asked = String(repeating: "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", count: 24_000_000 / size)
            try await program.withstand(megabytes: 64) {
                var deaf: [RawConnection] = []
                for _ in 0..<20 {
                    let connection = try await program.connect(reads: false)
                    connection.mumble(asked)
                    deaf.append(connection)
                }
                try await program.house.wait(for: "them to be counted") { try await connections(program) >= 20 }
                try await program.serveOthers(20)
                try await program.house.wait(for: "them to be let go") { try await connections(program) < 10 }
                for connection in deaf { connection.close() }
            }
        }
    }

    private func connections(_ program: GuardedProgram) async throws -> Int {
        let text = try await program.ask(.GET, "http://127.0.0.1:\(program.health)/metrics").text
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("dure_http_connections ") })
        return try #require(line.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) })
    }

    // MARK: - Size

    @Test(arguments: [AttackTests.common, AttackTests.largest])
    func `a body of a gigabyte is refused when it is declared`(
        path: String
    ) async throws {
        try await GuardedProgram.run { program in
            try await program.withstand {
                for role in [Role?.none, .operator] {
                    let length = "Content-Length: 1073741824\r\n\r\n{"
                    let answer = try await program.send([program.head("POST", path, role, Self.json + length)])
                    #expect(answer.status == (role == nil ? 401 : 413), "\(answer.text.prefix(200))")
                    #expect(answer.text.lowercased().contains("connection: close"))
                }
            }
        }
    }

    @Test(arguments: [AttackTests.common, AttackTests.largest])
    func `a body of a gigabyte in chunks is refused at the limit`(
        path: String
    ) async throws {
        try await GuardedProgram.run { program in
            let piece = 65_536
            let chunk = ByteBuffer(string: "10000\r\n" + String(repeating: " ", count: piece) + "\r\n")
            try await program.withstand(megabytes: 48) {
                for role in [Role?.none, .operator] {
                    let connection = try await program.connect()
                    await connection.say(
                        program.head("POST", path, role, Self.json + "Transfer-Encoding: chunked\r\n\r\n")
                    )
                    var taken = 0
                    while taken < 1 << 30, await connection.say(chunk) { taken += piece }
                    await connection.closed()
                    #expect(connection.status == (role == nil ? 401 : 413), "\(connection.text.prefix(200))")
                    // Beyond the limit there are only the system's own buffers.
                    #expect(taken < 64 << 20, "\(taken) bytes were taken")
                }
                try await program.serveOthers(10)
            }
        }
    }

    @Test func `all bodies together are bounded, and who comes when they are is told to come again`() async throws {
        let patient = GuardedProgram.patient.merging(["DURE_LIMITS_BODY_TIME": "10m"]) { $1 }
        try await GuardedProgram.run(environment: patient) { program in
            try await program.withstand(megabytes: 96) {
                var waiting: [RawConnection] = []
                for _ in 0..<40 {
                    let connection = try await program.connect()
                    let head = program.head(
                        "POST",
                        Self.largest,
                        .operator,
                        Self.json + "Content-Length: 8000000\r\n\r\n"
                    )
                    await connection.say(head + String(repeating: " ", count: 1_000_000))
                    waiting.append(connection)
                }
                try await program.house.wait(for: "32 to be refused") { waiting.count { $0.status == 503 } >= 32 }
                #expect(waiting.count { $0.status == 0 } == 8, "eight of eight million bytes are under 64 MiB")
                try await program.serveOthers(20)
                let refused = try #require(waiting.first { $0.status == 503 })
                #expect(refused.text.lowercased().contains("retry-after: 1"))
                for connection in waiting { connection.close() }
                for connection in waiting { await connection.closed() }
                let body = String(repeating: " ", count: 7_000_000) + "{}"
                try await program.house.wait(for: "what was set aside to be given back") {
                    try await program.ask(.POST, Self.largest, key: program.keys[.operator], body: body).status != 503
                }
            }
        }
    }

    @Test func `a hundred thousand header fields, and endless ones, are refused`() async throws {
        try await GuardedProgram.run { program in
            let many = (0..<100_000).map { "X-\($0): a\r\n" }.joined()
            try await program.withstand {
                for path in ["/openapi.json", Self.common] {
                    let answer = try await program.send([program.head("GET", path, .operator), many, "\r\n"])
                    #expect(answer.status == 400, "\(answer.text.prefix(200))")
                }
                let megabyte = String(repeating: "a", count: 1 << 20)
                for start in [
                    program.head("GET", "/openapi.json", nil, "X-Long: "), "GET /", "GET /?", "X",
                    "GET / HTTP/1.1\r\nX",
                ] {
                    let connection = try await program.connect()
                    await connection.say(start)
                    var taken = 0
                    while taken < 256, await connection.say(megabyte) { taken += 1 }
                    await connection.closed()
                    #expect(taken < 32, "\(start.prefix(20)): \(taken) MB were taken")
                    #expect([0, 400, 414].contains(connection.status), "\(start.prefix(20)): \(connection.status)")
                }
                try await program.serveOthers(10)
            }
        }
    }

    @Test func `a packed body, which may be a bomb, is refused unread`() async throws {
        let head = RequestHead(method: .get, path: "/", headers: [.acceptEncoding: "gzip"], address: nil)
        var packed = Answer.text(String(repeating: " ", count: 64 << 20), type: "text/plain")
        packed.compress(for: head)
        let bomb = try #require(packed.bytes)
        #expect(bomb.readableBytes < 100_000)
        try await GuardedProgram.run { program in
            try await program.withstand {
                for coding in ["gzip", "deflate", "br", "x-gzip", "gzip, gzip", "identity, gzip"] {
                    let connection = try await program.connect()
                    let fields =
                        Self.json + "Content-Encoding: \(coding)\r\nContent-Length: \(bomb.readableBytes)\r\n\r\n"
                    await connection.say(program.head("POST", Self.common, .operator, fields))
                    await connection.say(bomb)
                    await connection.closed()
                    #expect(connection.status == 415, "\(coding): \(connection.text.prefix(300))")
                    #expect(connection.text.lowercased().contains("accept-encoding: identity"))
                }
            }
        }
    }

    // MARK: - Shape

    @Test func `JSON that is deep, wide, doubled or endless is refused before it is decoded`() async throws {
        let deep = 100_000
        let bodies: [(String, String)] = [
            (String(repeating: "[", count: deep) + String(repeating: "]", count: deep), "nested too deep"),
            (String(repeating: "{\"a\":", count: deep) + "1" + String(repeating: "}", count: deep), "nested too deep"),
            (String(repeating: "[{\"a\":", count: deep), "nested too deep"),
            ("[" + String(repeating: "1,", count: 2_000_000) + "1]", "too many values"),
            ("{" + (0..<200_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}", "too many members"),
            ("{\"csv\":" + String(repeating: "9", count: 200_000) + "}", "a number has"),
            ("{\"csv\":\"a\",\"csv\":\"b\"}", "given twice"),
        ]
        try await GuardedProgram.run { program in
            try await program.withstand(megabytes: 64) {
                for (body, reason) in bodies {
                    let reply = try await program.ask(.POST, Self.largest, key: program.keys[.operator], body: body)
                    #expect(reply.status == 400, "\(body.prefix(30)): \(reply.text)")
                    #expect(reply.text.contains(reason), "\(body.prefix(30)): \(reply.text)")
                }
                for body in [
                    "{\"csv\":1e999}", "{\"csv\":NaN}", "{\"csv\":\"a", "{\"csv\":\"\\ud800\"}", "\u{0}", "[1,]",
                ] {
                    let reply = try await program.ask(.POST, Self.largest, key: program.keys[.operator], body: body)
                    #expect((400...422).contains(reply.status), "\(body): \(reply.text)")
                }
                let form = (0..<500_000).map { "a\($0)=1" }.joined(separator: "&")
                let type = ["Content-Type": "application/x-www-form-urlencoded"]
                let reply = try await program.ask(
                    .POST,
                    "/experiments",
                    key: program.keys[.operator],
                    body: form,
                    headers: type
                )
                #expect(reply.status == 400, "\(reply.text.prefix(300))")
            }
        }
    }

    @Test func `no path leads out of what is served`() async throws {
        try await GuardedProgram.run { program in
            let file = "etc/passwd"
            for start in ["/", "/assets/", "/trends/", "/api/v1/analytics/trends/", "/campaigns/", "/docs/", "/live/"] {
                for up in [
                    "../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "..;/", "%252e%252e%252f", "....//",
                    "..%c0%af",
                ] {
                    let path = start + String(repeating: up, count: 8) + file
                    for end in ["", "%00", "%00.html", "/report", "?x"] {
                        let connection = try await program.send([
                            program.head("GET", path + end, .admin, "Connection: close\r\n\r\n")
                        ])
                        #expect([400, 404].contains(connection.status), "\(path + end): \(connection.status)")
                        #expect(!connection.text.contains("root:"), "\(path + end)")
                    }
                }
            }
        }
    }

    @Test func `nothing that a client writes becomes a header field of the answer`() async throws {
        try await GuardedProgram.run { program in
            let mark = "X-Injected"
            let codes = ["%0d%0a", "%0a", "%0d", "%E5%98%8A%E5%98%8D", "%c4%8a", "%00", "\u{0B}", "%E2%80%A8"]
            for code in codes {
                for target in [
                    "/preferences?lang=en&to=/a\(code)\(mark):%201", "/preferences?lang=en\(code)\(mark):%201&to=/",
                    "/preferences?to=//evil.example", "/preferences?to=/%5cevil.example", "/nowhere\(code)\(mark):%201",
                    "/api/v1/control/campaigns/cmp_\(code)\(mark):%201", "/trends/a\(code)\(mark):%201",
                ] {
                    let answer = try await program.send([
                        program.head("GET", target, .admin, "Connection: close\r\n\r\n")
                    ])
                    let head = answer.text.components(separatedBy: "\r\n\r\n")[0]
                    for line in head.split(whereSeparator: \.isNewline) {
                        #expect(!line.hasPrefix(mark), "\(target): \(head)")
                        #expect(!line.lowercased().hasPrefix("location: /\\"), "\(target): \(head)")
                        #expect(!line.lowercased().contains("evil.example"), "\(target): \(head)")
                    }
                }
            }
            // A field with a bare CR or a NUL in it is no field; one that is folded may be refused, or taken as one line (RFC 9112, 5.2).
            for field in ["X-Odd: a\r\n b", "X-Odd: a\rX-Injected: 1", "X-Odd: a\0b", "X Odd: a", "X-Odd : a", ": a"] {
                let fields = "Idempotency-Key: a\r\n\(field)\r\nConnection: close\r\n\r\n"
                let answer = try await program.send([program.head("GET", "/api/v1/session", .admin, fields)])
                let isFolded = field.hasSuffix(" b")
                #expect(
                    answer.status == 400 || isFolded && answer.status == 200,
                    "\(field.debugDescription): \(answer.text.prefix(300))"
                )
            }
        }
    }

    @Test func `bytes that are no UTF-8 are refused wherever they stand, and say nothing back`() async throws {
        try await GuardedProgram.run { program in
            let odd: [UInt8] = [0xFF, 0xFE, 0xC0, 0xAF, 0xED, 0xA0, 0x80]
            let (key, end) = (try #require(program.keys[.operator]), Array("\r\n\r\n".utf8))
            let host = "Host: x\r\nAuthorization: Bearer \(key)\r\nConnection: close\r\n"
            func answer(_ parts: [[UInt8]]) async throws -> RawConnection {
                let connection = try await program.connect()
                await connection.say(Array(parts.joined()))
                await connection.closed()
                return connection
            }
            try await program.withstand {
                let list = "/api/v1/control/campaigns"
                for (path, statuses) in [
                    ("\(list)/%FF%FE", 404...404), ("\(list)/%C0%AF..%C0%AF", 404...404), ("\(list)/%00", 404...404),
                    ("\(list)?cursor=%FF", 400...422), ("\(list)?%FF=1", 400...422), ("\(list)?limit=%00", 400...422),
                ] {
                    let reply = try await answer([Array("GET \(path) HTTP/1.1\r\n\(host)".utf8), Array("\r\n".utf8)])
                    #expect(statuses.contains(reply.status), "\(path): \(reply.text)")
                }
                for (before, after) in [("GET \(list)/", " HTTP/1.1\r\n"), ("GET \(list)?cursor=", " HTTP/1.1\r\n")] {
                    let reply = try await answer([Array(before.utf8), odd, Array((after + host + "\r\n").utf8)])
                    #expect([400, 404, 422].contains(reply.status), "\(before): \(reply.text)")
                }
                // A header's value may be any bytes (RFC 9110, 5.5): one that is looked at is refused, one that is not is passed over.
                let looked = try await answer([
                    Array("GET \(list) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ".utf8), odd, end,
                ])
                #expect([400, 401].contains(looked.status), "\(looked.text)")
                let unread = try await answer([Array("GET \(list) HTTP/1.1\r\n\(host)X-Odd: ".utf8), odd, end])
                #expect([200, 400].contains(unread.status), "\(unread.text)")
                let name = try await answer([
                    Array("GET \(list) HTTP/1.1\r\n\(host)".utf8), odd, Array(": a\r\n\r\n".utf8),
                ])
                #expect(name.status == 400, "\(name.text)")
                let body = Array("{\"goal\":\"".utf8) + odd + Array("\"}".utf8)
                let fields = "\(Self.json)Content-Length: \(body.count)\r\n\r\n"
                let posted = try await answer([Array("POST \(Self.common) HTTP/1.1\r\n\(host)\(fields)".utf8), body])
                #expect(posted.status == 400, "\(posted.text)")
                for reply in [looked, unread, name, posted] {
                    #expect(String(validating: reply.bytes, as: UTF8.self) != nil, "the answer is UTF-8")
                }
            }
        }
    }
}
