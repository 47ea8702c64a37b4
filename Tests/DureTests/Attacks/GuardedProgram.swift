// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import dure

/// `dure serve` as a process of its own, with keys of every role, for those who attack it.
final class GuardedProgram: Sendable {
    struct Reply: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var text: String
        var json: JSONValue { (try? CanonicalJSON.decode(JSONValue.self, from: text)) ?? .null }
    }

    let house: ProcessHouse
    let process: ProcessHouse.Running
    let port: Int
    let health: Int
    let pid: Int
    /// A key of each role in the first workspace.
    let keys: [Role: String]
    /// An administrator's key of another workspace.
    let stranger: String
    private let client: HTTPClient

    private init(
        _ house: ProcessHouse,
        _ process: ProcessHouse.Running,
        port: Int,
        health: Int,
        pid: Int,
        keys: [Role: String],
        stranger: String,
        client: HTTPClient
    ) {
        self.house = house
        self.process = process
        self.port = port
        self.health = health
        self.pid = pid
        self.keys = keys
        self.stranger = stranger
        self.client = client
    }

    /// The environment that leaves callers alone, so that what is tried is not hidden behind a 429.
    static let patient = [
        "DURE_LIMITS_CALLER_PER_SECOND": "0", "DURE_LIMITS_WORKSPACE_PER_SECOND": "0",
        "DURE_LIMITS_ADDRESS_PER_SECOND": "0",
    ]

    /// Runs the program around a body; `arguments` are more of `dure serve`, and `prepare` works on the folder before.
    static func run(
        environment: [String: String] = patient,
        arguments: [String] = [],
        prepare: (ProcessHouse, _ data: String) async throws -> Void = { _, _ in },
        _ body: (GuardedProgram) async throws -> Void
    ) async throws {
        let house = try ProcessHouse(environment: environment)
        let data = house.folder.url.appending(path: "data").path
        var keys: [Role: String] = [:]
        for role in Role.allCases {
            keys[role] = try await key(house, role.rawValue, role, "default", data)
        }
        let stranger = try await key(house, "stranger", .admin, "other", data)
        try await prepare(house, data)
        let program = try #require(ProcessHouse.program)
        let process = try house.start(
            "server",
            program: "/bin/sh",
            ["-c", #"echo $$ >server.pid; exec "$@""#, "sh", program, "serve", "--output", data]
                + ["--port", "0", "--health-port", "0", "--drain-seconds", "0"] + arguments
        )
        let said = Locked<[Substring]>([])
        try await house.wait(for: "the server to listen") {
            let line = house.logged("server").split(separator: "\n").first { $0.contains("The server listens.") }
            guard let line else { return process.code != nil }
            said.withLock { $0 = [line] }
            return true
        }
        let line = try #require(said.withLock { $0.first }, "\(house.logged("server"))")
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .init(redirectConfiguration: .disallow)
        )
        let guarded = GuardedProgram(
            house,
            process,
            port: try number("port", in: line),
            health: try number("health_port", in: line),
            pid: try #require(house.lines("server.pid").first.flatMap { Int($0) }),
            keys: keys,
            stranger: stranger,
            client: client
        )
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(guarded))
        } catch {
            outcome = .failure(error)
        }
        try await client.shutdown()
        if process.code == nil {
            process.signal(SIGTERM)
            process.signal(SIGTERM)
            _ = await process.end()
        }
        try outcome.get()
    }

    private static func key(
        _ house: ProcessHouse,
        _ name: String,
        _ role: Role,
        _ workspace: String,
        _ data: String
    ) async throws -> String {
        let made = try await house.run([
            "keys", "add", name, "--role", role.rawValue, "--workspace", workspace, "--output", data,
        ])
        try #require(made.code == 0, "\(house.logged("command"))")
        return try #require(made.output.split(separator: "\n").first { $0.hasPrefix("dure_") }).description
    }

    /// A number of a log line's metadata, quoted or not.
    private static func number(_ name: String, in line: Substring) throws -> Int {
        let found = line.firstMatch(of: try Regex("\"\(name)\":\"?([0-9]+)", as: (Substring, Substring).self))
        return try #require(found.flatMap { Int($0.output.1) }, "\(line)")
    }

    // MARK: - Asking

    /// Asks as anybody who keeps to the rules would.
    func ask(
        _ method: HTTPMethod = .GET,
        _ path: String,
        key: String? = nil,
        body: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : "http://127.0.0.1:\(port)" + path)
        request.method = method
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let response = try await execute(request, triesLeft: method == .GET ? 3 : 0)
        let bytes = try await response.body.collect(upTo: 64_000_000)
        return Reply(status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
    }

    /// The cookie of an administrator who has just followed a sign-in link.
    func session() async throws -> String {
        let link = try await ask(
            .POST,
            "/api/v1/sign-in-links",
            key: keys[.admin],
            body: "{\"name\":\"kim\",\"role\":\"admin\"}"
        )
        let code = try #require(link.text.firstMatch(of: /durelink[.][0-9A-Za-z_\-]{12}[.][0-9A-Za-z_\-]{43}/)?.output)
        let signedIn = try await ask(.POST, "/api/v1/session", body: "{\"code\":\"\(code)\"}")
        return String(try #require(signedIn.headers.first(name: "Set-Cookie")).prefix { $0 != ";" })
    }

    /// A connection that the client kept may be closed just as it is used again: what can be asked again is.
    private func execute(_ request: HTTPClientRequest, triesLeft: Int) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: .seconds(120))
        } catch let error as HTTPClientError where error == .remoteConnectionClosed && triesLeft > 0 {
            return try await execute(request, triesLeft: triesLeft - 1)
        } catch let error as IOError where error.errnoCode == ECONNRESET && triesLeft > 0 {
            return try await execute(request, triesLeft: triesLeft - 1)
        }
    }

    /// The lines of a request's head, with a key of a role.
    func head(_ method: String, _ path: String, _ role: Role? = .operator, _ more: String = "") -> String {
        let key = role.flatMap { keys[$0] }.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\(key)\(more)"
    }

    func connect(reads: Bool = true) async throws -> RawConnection { try await .open(port, reads: reads) }

    /// Sends bytes on a connection of their own, and returns it once the server has closed it.
    func send(_ parts: [String]) async throws -> RawConnection {
        let connection = try await connect()
        for part in parts { await connection.say(part) }
        await connection.closed()
        return connection
    }

    /// A WebSocket of a role, its handshake done.
    func socket(_ role: Role = .viewer, reads: Bool = true) async throws -> RawConnection {
        let connection = try await connect()
        await connection.say(socketHead(role))
        try await house.wait(for: "the socket's 101") { connection.status != 0 || !connection.isOpen }
        try #require(connection.status == 101, "\(connection.text)")
        return connection
    }

    func socketHead(_ role: Role = .viewer, _ more: String = "") -> String {
        head(
            "GET",
            "/live",
            role,
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(more)\r\n"
        )
    }

    // MARK: - What it costs

    /// The process's resident memory in bytes.
    var residentBytes: Int {
        get throws {
            let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) }) * 1_024
        }
    }

    /// Runs an attack while others are served, and expects that the server's memory stays where it was.
    ///
    /// What the first requests load and allocate is there before it is measured; the bound is a size of what one attack may hold, not a share.
    func withstand(
        megabytes: Int = 32,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ attack: () async throws -> Void
    ) async throws {
        try await serveOthers(50)
        let before = try residentBytes
        let peak = Locked(before)
        let isOver = Locked(false)
        let sampler = Task {
            while !isOver.withLock({ $0 }) {
                let now = try residentBytes
                peak.withLock { $0 = max($0, now) }
                try await house.clock.sleep(for: TimeSpan(milliseconds: 10))
            }
        }
        let others = Task {
            repeat { try await serveOthers(1) } while !isOver.withLock({ $0 })
        }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await attack())
        } catch {
            outcome = .failure(error)
        }
        isOver.withLock { $0 = true }
        try await others.value
        try await sampler.value
        try outcome.get()
        let after = try residentBytes
        let (top, mega) = (peak.withLock { $0 } - before, 1 << 20)
        print("resident: \(before / mega) MB before, +\(top / mega) at the height, +\((after - before) / mega) after")
        #expect(top <= megabytes * mega, "\(top / mega) MB at the height", sourceLocation: sourceLocation)
        #expect(
            after - before <= megabytes * mega,
            "\((after - before) / mega) MB after",
            sourceLocation: sourceLocation
        )
        #expect(process.code == nil, "the process lives", sourceLocation: sourceLocation)
    }

    /// Asks for a list as others do; each is answered.
    func serveOthers(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for _ in 0..<count {
            let reply = try await ask(.GET, "/api/v1/control/campaigns", key: keys[.viewer])
            #expect(reply.status == 200, "\(reply.text)", sourceLocation: sourceLocation)
        }
    }
}
