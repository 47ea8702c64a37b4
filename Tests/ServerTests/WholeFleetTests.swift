// SPDX-License-Identifier: Apache-2.0

import Connectors
import Domain
import Foundation
import Jobs
import Logging
import NIOHTTP1
import Operations
import Storage
import Testing

@testable import Server

/// A server over a real queue in a file, with the worker that Dure itself has.
@Suite(.timeLimit(.minutes(10))) struct WholeFleetTests {
    private struct House: Sendable {
        let store: SQLiteStore
        let dispatcher: Dispatcher
        let ids: IdentifierGenerator
        let clock: RealClock

        func probe(_ payload: String = "{}") -> Job {
            Job(
                id: ids.next(),
                workspace: .default,
                campaign: nil,
                kind: .probe,
                payload: payload,
                createdAt: clock.now
            )
        }

        func until(_ state: JobState, _ job: JobID) async throws -> Job {
            while true {
                if let job = try await store.job(job), job.state == state { return job }
                try await clock.sleep(for: TimeSpan(milliseconds: 5))
            }
        }
    }

    private static func timing(lease: TimeSpan, beat: TimeSpan) -> FleetTiming {
        FleetTiming(
            beat: beat,
            look: TimeSpan(milliseconds: 100),
            lease: lease,
            unresponsive: .minutes(10),
            restartDelays: []
        )
    }

    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a server; workers that the body plays itself do not beat, and get jobs until two beats are missed.
    private func run(
        certificate: Listening.Certificate? = nil,
        lease: TimeSpan = .seconds(60),
        beat: TimeSpan = TimeSpan(milliseconds: 100),
        _ body: @escaping @Sendable (House, TestServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = RealClock()
        let store = try SQLiteStore(path: folder.appending(path: "a.sqlite").path, mode: .live, clock: clock)
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        let dispatcher = Dispatcher(
            store: store,
            clock: clock,
            ids: ids,
            timing: Self.timing(lease: lease, beat: beat),
            logger: Self.quiet
        )
        let house = House(store: store, dispatcher: dispatcher, ids: ids, clock: clock)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await dispatcher.run()
                return false
            }
            group.addTask {
                try await TestServer.run(
                    gate: DispatcherGate(dispatcher),
                    entrance: StoreEntrance(store: store, clock: clock, limit: 1_000) { dispatcher.wake() },
                    certificate: certificate
                ) { server in try await body(house, server) }
                return true
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next() {
                if isOver { return }
            }
        }
        try store.close()
    }

    /// Runs Dure's own worker while a body runs.
    private func working(
        _ server: TestServer,
        trust: String? = nil,
        scheme: String = "http",
        host: String = "127.0.0.1",
        key: KeyText? = nil,
        _ body: @escaping @Sendable (RemoteWorker) async throws -> Void
    ) async throws {
        let client = try APIClient(
            APIClient.Setting(
                server: "\(scheme)://\(host):\(server.ports.api)",
                key: (key ?? server.worker).text,
                trust: trust
            )
        )
        let worker = RemoteWorker(
            connections: [HTTPFleetConnection(client)],
            handlers: [ProbeHandler(clock: RealClock())],
            clock: RealClock(),
            setting: RemoteWorker.Setting(slots: 4, software: "test", drainBound: .seconds(1)),
            seed: 1,
            logger: Self.quiet
        )
        let outcome: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    _ = try await worker.run()
                    return false
                }
                group.addTask {
                    try await body(worker)
                    return true
                }
                defer { group.cancelAll() }
                while let isOver = try await group.next() {
                    if isOver { return }
                }
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await client.shutdown()
        try outcome.get()
    }

    @Test func `jobs that are added over HTTP are run by a worker over HTTP, each once`() async throws {
        try await run { house, server in
            try await working(server) { _ in
                var ids: [JobID] = []
                for number in 0..<50 {
                    let answer = try await server.call(
                        .POST,
                        "/v1/jobs",
                        key: server.enqueuer,
                        body: "{\"kind\":\"probe\",\"payload\":{}}",
                        headers: ["Idempotency-Key": "job-\(number % 40)"]
                    )
                    #expect(answer.status == (number < 40 ? 201 : 200))
                    let id = try #require(answer.json["id"]?.string.flatMap { JobID($0) })
                    if number < 40 { ids.append(id) }
                }
                for id in ids {
                    let job = try await house.until(.completed, id)
                    #expect(job.result == "{}")
                    #expect(job.attempt == 1)
                }
                let counts = await house.dispatcher.counts
                #expect(counts.accepted == 40)
                #expect(counts.stale == 0)
            }
        }
    }

    @Test func `a job of a worker that is told to be dead goes to another at once`() async throws {
        try await run(beat: .seconds(25)) { house, server in
            let session = try await server.register(server.worker)
            let job = house.probe()
            _ = try await house.store.enqueue([job], durability: .process)
            house.dispatcher.wake()
            let batch = try await server.poll(session, key: server.worker)
            let token = batch.json["jobs"]?.texts.first?["token"]?.string ?? ""
            let body = "{\"session\":\"\(session)\",\"end\":\"lost\"}"
            #expect(try await server.call(.POST, "/v1/fleet/leave", key: server.worker, body: body).status == 204)
            let other = try await server.register(server.other)
            let again = try await server.poll(other, key: server.other)
            #expect(again.json["jobs"]?.texts.first?["id"] == .string(job.id.text))
            #expect(try await house.store.job(job.id)?.workersLost == 1)
            // What the dead one still says does not count.
            let report =
                "{\"session\":\"\(session)\",\"reports\":[{\"job\":\"\(job.id)\",\"token\":\"\(token)\",\"result\":1}]}"
            #expect(try await server.call(.POST, "/v1/fleet/complete", key: server.worker, body: report).status == 409)
            #expect(try await house.store.job(job.id)?.state == .leased)
        }
    }

    @Test func `a silent worker's jobs go to others after its lease, and its session is over`() async throws {
        try await run(lease: .seconds(10), beat: .seconds(4)) { house, server in
            let session = try await server.register(server.worker)
            let job = house.probe()
            _ = try await house.store.enqueue([job], durability: .process)
            house.dispatcher.wake()
            let batch = try await server.poll(session, key: server.worker)
            #expect(batch.json["jobs"]?.texts.count == 1)
            try await working(server, key: server.other) { _ in
                _ = try await house.until(.completed, job.id)
            }
            let beat = "{\"session\":\"\(session)\",\"jobs\":[]}"
            #expect(try await server.call(.POST, "/v1/fleet/beat", key: server.worker, body: beat).status == 410)
        }
    }

    @Test func `a cancelled job is stopped on the worker`() async throws {
        try await run { house, server in
            try await working(server) { _ in
                let job = house.probe("{\"sleep\":\"1h\"}")
                _ = try await house.store.enqueue([job], durability: .process)
                house.dispatcher.wake()
                _ = try await house.until(.leased, job.id)
                _ = try await house.store.cancel([job.id], now: house.clock.now)
                try await house.dispatcher.cancel([job.id])
                #expect(await house.dispatcher.heldJobs == 0)
                let next = house.probe()
                _ = try await house.store.enqueue([next], durability: .process)
                house.dispatcher.wake()
                _ = try await house.until(.completed, next.id)
            }
        }
    }

    @Test func `a drained worker finishes, leaves, and gets nothing more`() async throws {
        try await run(beat: .seconds(25)) { house, server in
            let session = try await server.register(server.worker)
            let worker = try #require(await house.dispatcher.workers.first)
            let path = "/v1/fleet/workers/\(worker.id)"
            #expect(try await server.call(.POST, path + "/drain", key: server.manager).status == 204)
            _ = try await house.store.enqueue([house.probe()], durability: .process)
            house.dispatcher.wake()
            let poll = try await server.poll(session, key: server.worker, wait: 200)
            #expect(poll.json["jobs"] == .array([]))
            let beat = "{\"session\":\"\(session)\",\"jobs\":[]}"
            let orders = try await server.call(.POST, "/v1/fleet/beat", key: server.worker, body: beat)
            #expect(orders.json["drain"] == .bool(true))
            let leave = "{\"session\":\"\(session)\"}"
            #expect(try await server.call(.POST, "/v1/fleet/leave", key: server.worker, body: leave).status == 204)
            let again = try await server.register(server.worker)
            let jobs = try await server.poll(again, key: server.worker)
            #expect(jobs.json["jobs"]?.texts.count == 1)
        }
    }

    private static let openssl = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    @Test(.enabled(if: openssl, "openssl is not installed"))
    func `a worker speaks TLS to a server whose certificate it trusts, and to no other`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (chain, key) = (folder.appending(path: "chain.pem").path, folder.appending(path: "key.pem").path)
        let request = [
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key,
            "-out",
            chain, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ]
        _ = try await ProgramRunner(inherited: [:])
            .run(Command(arguments: request), input: Data(), environment: [:])
        try await run(certificate: Listening.Certificate(chain: chain, key: key)) { house, server in
            try await working(server, trust: chain, scheme: "https", host: "localhost") { _ in
                let job = house.probe()
                _ = try await house.store.enqueue([job], durability: .process)
                house.dispatcher.wake()
                _ = try await house.until(.completed, job.id)
            }
            let stranger = try APIClient(
                APIClient.Setting(
                    server: "https://localhost:\(server.ports.api)",
                    key: server.worker.text,
                    patience: .seconds(2)
                )
            )
            await #expect(throws: FleetCallError.self) { try await stranger.send("GET", "/v1/fleet/workers") }
            try await stranger.shutdown()
        }
    }

    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: python != nil, "python3 is not installed"))
    func `the worker in Python completes jobs, fails those that fail, and leaves when it is asked to`() async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "examples/worker.py").path
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-python-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await run { house, server in
            let keyFile = folder.appending(path: "key").path
            try server.worker.text.write(toFile: keyFile, atomically: true, encoding: .utf8)
            let program = try ChildProgram(
                // Nobody answers at the first address.
                arguments: [
                    Self.python ?? "", script, "--server", "http://127.0.0.1:1,\(server.base)", "--key-file", keyFile,
                ],
                environment: ["PATH": "/usr/bin:/bin"]
            )
            defer { program.signal(SIGKILL) }
            let good = (0..<10).map { _ in house.probe() }
            let slow = house.probe("{\"sleep\":\"300ms\"}")
            let bad = house.probe("{\"failure\":{\"class\":\"invalid\",\"message\":\"no luck\",\"lastLines\":[]}}")
            let trial = try Self.trial(house, folder: folder.path)
            _ = try await house.store.enqueue(good + [slow, bad, trial], durability: .process)
            house.dispatcher.wake()
            for job in good + [slow] { _ = try await house.until(.completed, job.id) }
            #expect(try await house.until(.dead, bad.id).failure?.message == "no luck")
            let result = try await house.until(.completed, trial.id).result ?? ""
            let answer = try CanonicalJSON.decode(TrialAnswer.self, from: result)
            #expect(answer.metrics == ["seconds": 1.25])
            program.signal(SIGTERM)
            while await house.dispatcher.workers.first?.state != .offline {
                try await house.clock.sleep(for: TimeSpan(milliseconds: 10))
            }
            #expect(await house.dispatcher.counts.stale == 0)
        }
    }

    /// A trial whose program writes one metric.
    private static func trial(_ house: House, folder: String) throws -> Job {
        let specification = TrialSpecification(
            trial: house.ids.next(),
            campaign: house.ids.next(),
            workspace: .default,
            unit: "page",
            combination: Combination([0]),
            settings: ["colour": .text("red")],
            metric: "seconds",
            template: TrialTemplate(
                kind: .command,
                measure: Command(arguments: ["sh", "-c", "cat >input; echo '{\"seconds\":1.25}'"], directory: folder)
            ),
            guardrailMetrics: []
        )
        var job = house.probe(try CanonicalJSON.text(specification))
        job.kind = .trialCommand
        return job
    }
}
