// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Foundation
import HTTPTypes
import Logging
import NIOHTTP1
import Operations
import Server
import Storage
import Testing

@testable import dure

/// Every endpoint of the program as it is declared, asked by everybody who should not be let in, and by everybody who should.
///
/// A new endpoint is not in the table and fails the first test; one that takes an identifier whose owner is not known here fails the third.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(30))
)
struct RoleTableTests {
    /// Who may use what, a line for each endpoint; it is written by hand, and so is a change of it.
    private static let table = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "endpoints.txt")

    /// The endpoints that `dure serve` has, from the same code; nothing listens.
    static func endpoints() async throws -> [Endpoint] {
        let folder = try TemporaryFolder()
        let command = try ServeCommand.parse(["--output", folder.data.url.path, "--port", "0"])
        let source = try command.settingsOptions.source(flags: command.flags)
        let settings = try await HouseSettings.read(source)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let opened = OpenDatabase(try folder.data.openForWriting())
        let (log, _) = ProcessLog.open("test", level: LogLevel(.critical))
        defer { log.close() }
        let clock = SystemClock()
        let security = try HouseSecurity(
            opened: opened,
            folder: folder.data,
            settings: settings,
            source: source,
            level: LogLevel(.critical),
            printsLink: false,
            clock: clock,
            logger: logger
        )
        let endpoints = ServeProcess(
            database: opened,
            broker: nil,
            name: "test",
            setting: ServeCommand.setting(settings),
            queueLimit: 10,
            folder: folder.data,
            security: security,
            clock: clock,
            log: log,
            logger: logger
        ).endpoints
        try await opened.close()
        return endpoints
    }

    private static func name(_ access: Access) -> String {
        switch access {
        case .anyone: "anyone"
        case .role(let role): role.rawValue
        case .scope(let scope): "scope " + scope.rawValue
        }
    }

    private static func allows(_ access: Access, _ role: Role) -> Bool {
        switch access {
        case .anyone: true
        case .role(.viewer): [.viewer, .operator, .admin].contains(role)
        case .role(.operator): [.operator, .admin].contains(role)
        case .role(.admin): role == .admin
        case .role(.worker): role == .worker
        case .scope(.work): role == .worker
        case .scope(.enqueue): [.operator, .admin].contains(role)
        case .scope(.manage): role == .admin
        }
    }

    /// A path of an endpoint; what `known` does not name is something that is not there.
    private static func path(_ endpoint: Endpoint, _ known: (Parameter) -> String? = { _ in nil }) -> String {
        var path = endpoint.path
        for parameter in endpoint.parameters where parameter.place == .path {
            path = path.replacing("{\(parameter.name)}", with: known(parameter) ?? made(parameter))
        }
        return path
    }

    private static func made(_ parameter: Parameter) -> String {
        guard case .text(let rules) = parameter.schema else { return "x" }
        if let first = rules.values?.first { return first }
        guard let pattern = rules.pattern, pattern.hasPrefix("^"), let end = pattern.firstIndex(of: "_") else {
            return "x"
        }
        return pattern[pattern.index(after: pattern.startIndex)..<end] + "_" + String(repeating: "0", count: 26)
    }

    private static func method(_ endpoint: Endpoint) -> HTTPMethod { HTTPMethod(rawValue: endpoint.method.rawValue) }

    @Test func `every endpoint is in the table, with who may use it, and nothing else is`() async throws {
        let there = try await Self.endpoints().map { "\(Self.name($0.access)): \($0.method.rawValue) \($0.path)" }
        let written = try String(contentsOf: Self.table, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(Set(there).subtracting(written).sorted() == [], "declared, and not in the table")
        #expect(Set(written).subtracting(there).sorted() == [], "in the table, and not declared")
        #expect(there.count == written.count)
    }

    @Test func `nobody is let in who should not be, and everybody who should`() async throws {
        let endpoints = try await Self.endpoints()
        let made = Locked<[String: String]>([:])
        func prepare(_ house: ProcessHouse, _ data: String) async throws {
            let store = try DataFolder(path: data).openForWriting()
            let now = SystemClock().now
            var generator = SystemRandomNumberGenerator()
            for (name, expiry, end) in [("expired", now - .days(1), nil), ("revoked", nil, now)]
                as [(String, Timestamp?, Timestamp?)]
            {
                let key = KeyText(using: &generator)
                var record = key.record(
                    name: name,
                    scopes: Set(WorkerKey.Scope.allCases),
                    role: .admin,
                    createdAt: now - .days(2),
                    expiresAt: expiry
                )
                record.revokedAt = end
                try await store.write(record)
                made.withLock { $0[name] = key.text }
            }
            try store.close()
        }
        try await GuardedProgram.run(
            environment: GuardedProgram.patient.merging(["DURE_LIMITS_WRONG_CREDENTIALS": "1000000"]) { $1 },
            prepare: prepare
        ) { program in
            let nobody = made.withLock { $0 }
            let viewer = try #require(program.keys[.viewer])
            // As long and as well formed as a key, of nobody.
            var generator = SplitMix64(seed: 4)
            let wrong = KeyText(using: &generator).text
            let strangers: [(String, [String: String])] = [
                ("no key", [:]), ("a wrong key", ["Authorization": "Bearer \(wrong)"]),
                ("half a key", ["Authorization": "Bearer \(viewer.dropLast(10))"]),
                ("an expired key", ["Authorization": "Bearer \(nobody["expired"] ?? "")"]),
                ("a revoked key", ["Authorization": "Bearer \(nobody["revoked"] ?? "")"]),
                ("another scheme", ["Authorization": "Basic \(viewer)"]),
                ("a wrong cookie", ["Cookie": "dure-session=x"]),
            ]
            for endpoint in endpoints {
                let (method, path) = (Self.method(endpoint), Self.path(endpoint))
                for (name, headers) in strangers {
                    let reply = try await program.ask(method, path, headers: headers)
                    let isRight = endpoint.access == .anyone ? reply.status != 403 : reply.status == 401
                    #expect(isRight, "\(name): \(method) \(path) answered \(reply.status)")
                }
                for role in Role.allCases {
                    // What lives on is only begun: the head says whether it was let in.
                    let status = try await Self.status(program, method, path, try #require(program.keys[role]))
                    let isLetIn = status != 401 && status != 403
                    #expect(
                        isLetIn == Self.allows(endpoint.access, role),
                        "\(role): \(method) \(path) answered \(status)"
                    )
                }
            }
        }
    }

    /// The status of an answer whose body may have no end.
    private static func status(
        _ program: GuardedProgram,
        _ method: HTTPMethod,
        _ path: String,
        _ key: String
    ) async throws -> Int {
        let connection = try await program.connect()
        await connection.say(
            "\(method.rawValue) \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n\r\n"
        )
        try await program.house.wait(for: "an answer of \(path)") { connection.status != 0 || !connection.isOpen }
        connection.close()
        return connection.status
    }

    // MARK: - Another's objects

    /// Objects of the first workspace, by the parameter that names them and by the operation where the name alone does not tell.
    private struct Objects {
        var campaign: String
        var order: String
        var job: String
        var run: String
        var worker: String
        var rehearsal: String
        var session: String
        var key: String

        func of(_ endpoint: Endpoint, _ parameter: Parameter) -> String? {
            switch parameter.name {
            case "campaign": campaign
            case "rehearsal": rehearsal
            case "worker": worker
            case "job": job
            case "session": session
            case "key": key
            case "run", "trend": run
            case "id": endpoint.path.hasPrefix("/fleet/") ? worker : campaign
            case "order": parameter.isWord ? parameter.firstWord : order
            case "kind": parameter.firstWord
            default: nil
            }
        }
    }

    @Test func `another workspace's object is not there, whoever asks for it`() async throws {
        let endpoints = try await Self.endpoints()
        let ids = IdentifierGenerator(clock: SystemClock(), seed: .random(in: .min ... .max))
        let (sample, start) = (Sample(), SystemClock().now)
        let campaign = sample.campaign()
        let (order, job, run): (OrderID, JobID, WorkflowRunID) = (ids.next(), ids.next(), ids.next())
        func prepare(_ house: ProcessHouse, _ data: String) async throws {
            let store = try DataFolder(path: data).openForWriting()
            try await store.commit(try sample.change(campaign), durability: .process)
            try await store.give([
                PersonOrder(
                    id: order,
                    workspace: .default,
                    campaign: campaign.id,
                    order: .pause,
                    reason: "lunch",
                    givenBy: "jane",
                    givenAt: start
                )
            ])
            _ = try await store.enqueue(
                [Job(id: job, workspace: .default, campaign: nil, kind: .probe, payload: "{}", createdAt: start)],
                durability: .process
            )
            var change = KnowledgeChange()
            change.workflowRuns = [
                WorkflowRun(
                    id: run,
                    workspace: .default,
                    workflow: NewsWorkflow.name,
                    version: "1",
                    input: "{}",
                    requestedBy: "jane",
                    now: start
                )
            ]
            try await store.commit(change, durability: .process)
            let page = DataFolder(path: data).reports.appending(path: "\(NewsWorkflow.name).\(run).en.html")
            try Data("<html></html>".utf8).write(to: page)
            try store.close()
        }
        try await GuardedProgram.run(
            prepare: prepare
        ) { program in
            let admin = program.keys[.admin]
            let registered = try await program.ask(
                .POST,
                "/v1/fleet/register",
                key: program.keys[.worker],
                body: "{\"slots\":1,\"kinds\":[\"probe\"]}"
            )
            #expect(registered.status == 200, "\(registered.text)")
            let workers = try await program.ask(.GET, "/api/v1/fleet/workers", key: admin)
            let goal = try CanonicalJSON.text(["goal": LiveRehearsal.text])
            let begun = try await program.ask(
                .POST,
                "/api/v1/control/rehearsals",
                key: program.keys[.operator],
                body: goal
            )
            let link = try await program.ask(
                .POST,
                "/api/v1/sign-in-links",
                key: admin,
                body: "{\"name\":\"kim\",\"role\":\"viewer\"}"
            )
            let code = try #require(link.json["code"]?.string)
            _ = try await program.ask(.POST, "/api/v1/session", body: "{\"code\":\"\(code)\"}")
            let sessions = try await program.ask(.GET, "/api/v1/sessions", key: admin)
            let objects = Objects(
                campaign: campaign.id.text,
                order: order.text,
                job: job.text,
                run: run.text,
                worker: try #require(workers.text.firstMatch(of: /wrk_[0-9a-z]{26}/)?.output.description),
                rehearsal: try #require(begun.json["id"]?.string, "\(begun.text)"),
                session: try #require(sessions.json["items"]?.items.first?["id"]?.string, "\(sessions.text)"),
                key: try #require(program.keys[.viewer]).dropFirst(5).prefix(12).description
            )
            // Lists of another workspace have nothing of it; before it tries, since its own audit log names what it tried.
            for endpoint in endpoints
            where endpoint.method == .get && !endpoint.path.contains("{") && endpoint.access != .anyone
                && !endpoint.path.hasPrefix("/live")
            {
                let list = try await program.ask(.GET, endpoint.path, key: program.stranger)
                for id in [objects.campaign, objects.order, objects.job, objects.run, objects.worker, objects.session] {
                    #expect(!list.text.contains(id), "\(endpoint.path) names \(id)")
                }
            }
            for endpoint in endpoints where endpoint.parameters.contains(where: { $0.place == .path }) {
                for parameter in endpoint.parameters where parameter.place == .path {
                    let object = objects.of(endpoint, parameter)
                    #expect(object != nil, "\(endpoint.path): whose is a '\(parameter.name)'?")
                }
                let method = Self.method(endpoint)
                let path = Self.path(endpoint) { objects.of(endpoint, $0) }
                let type = endpoint.intake.map { ["Content-Type": $0.type] } ?? [:]
                let body = Self.body(endpoint)
                let theirs = try await program.ask(method, path, key: program.stranger, body: body, headers: type)
                // The first workspace's alone are the protocols of workers and of whoever manages them.
                let isHouse =
                    switch endpoint.access {
                    case .scope(.manage), .scope(.work): true
                    default: false
                    }
                #expect(theirs.status == (isHouse ? 403 : 404), "\(method) \(path) answered \(theirs.status)")
                let missing = try await program.ask(
                    method,
                    Self.path(endpoint) { $0.isWord ? objects.of(endpoint, $0) : nil },
                    key: program.stranger,
                    body: body,
                    headers: type
                )
                #expect(missing.status == theirs.status, "\(method) \(path)")
                for member in ["type", "title", "detail", "expected"] {
                    #expect(theirs.json[member] == missing.json[member], "\(method) \(path)")
                }
            }
            // All of it is there, and as it was.
            for endpoint in endpoints where endpoint.method == .get && endpoint.path.contains("{") {
                let path = Self.path(endpoint) { objects.of(endpoint, $0) }
                let own = try await program.ask(.GET, path, key: admin)
                #expect(
                    own.status != 404 && own.status < 500,
                    "\(path) answered \(own.status): \(own.text.prefix(200))"
                )
            }
            #expect(try await program.ask(.GET, "/api/v1/session", key: program.keys[.viewer]).status == 200)
            let queues = try await program.ask(.GET, "/api/v1/fleet/queues", key: admin)
            #expect(!queues.text.contains("\"is_paused\":true"), "\(queues.text)")
            // Its administrator may make a worker's key; what works for everybody is the first workspace's alone.
            let made = try await program.ask(
                .POST,
                "/api/v1/keys",
                key: program.stranger,
                body: "{\"name\":\"mole\",\"role\":\"worker\"}"
            )
            let mole = try #require(made.json["key"]?.string, "\(made.text)")
            let joined = try await program.ask(
                .POST,
                "/v1/fleet/register",
                key: mole,
                body: "{\"slots\":1,\"kinds\":[\"probe\"]}"
            )
            #expect(joined.status == 403, "\(joined.text)")
        }
    }

    /// Something that an endpoint takes, so that it is the object that decides.
    private static func body(_ endpoint: Endpoint) -> String? {
        guard let intake = endpoint.intake else { return nil }
        guard intake.type == "application/json" else { return "reason=x" }
        return switch endpoint.operation {
        case "giveOrder": "{\"order\":\"stop\"}"
        case "orderWorker": "{\"order\":\"drain\"}"
        case "predict": "{\"settings\":{}}"
        default: "{}"
        }
    }

    // MARK: - Forgery

    @Test func `whatever changes something needs the form's token from whoever is signed in`() async throws {
        let endpoints = try await Self.endpoints()
        try await GuardedProgram.run { program in
            let link = try await program.ask(
                .POST,
                "/api/v1/sign-in-links",
                key: program.keys[.admin],
                body: "{\"name\":\"kim\",\"role\":\"admin\"}"
            )
            let code = try #require(link.json["code"]?.string)
            let signedIn = try await program.ask(.POST, "/api/v1/session", body: "{\"code\":\"\(code)\"}")
            let cookie = String(try #require(signedIn.headers.first(name: "Set-Cookie")).prefix { $0 != ";" })
            var count = 0
            for endpoint in endpoints where ![.get, .head].contains(endpoint.method) && endpoint.access != .anyone {
                guard Self.allows(endpoint.access, .admin) else { continue }
                let (method, path) = (Self.method(endpoint), Self.path(endpoint))
                for headers in [["Cookie": cookie], ["Cookie": cookie, "X-CSRF-Token": "x"]] {
                    let reply = try await program.ask(method, path, headers: headers)
                    #expect(reply.status == 403, "\(method) \(path) answered \(reply.status)")
                }
                count += 1
            }
            #expect(count > 20)
            #expect(try await program.ask(.GET, "/api/v1/session", headers: ["Cookie": cookie]).status == 200)
        }
    }
}

extension Parameter {
    /// Whether it is one of a list of words, and no identifier.
    fileprivate var isWord: Bool { firstWord != nil }

    fileprivate var firstWord: String? {
        guard case .text(let rules) = schema else { return nil }
        return rules.values?.first
    }
}

extension JSONValue {
    fileprivate var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    fileprivate var items: [JSONValue] {
        guard case .array(let values) = self else { return [] }
        return values
    }
}
