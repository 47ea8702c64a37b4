// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Connectors
import Domain
import Foundation
import Jobs
import Logging
import NIOCore
import NIOHTTP1
import Operations
import Server
import Storage
import Testing

/// Two servers over one store, each with a port of its own, and Dure's own workers, in real time.
@Suite(.timeLimit(.minutes(10)))
struct TwoServersTests {
    /// Where the fleet is kept.
    enum Kept: CaseIterable, CustomTestStringConvertible {
        case memory
        case postgres

        /// PostgreSQL where a server is named.
        static var wanted: [Kept] { address == nil ? [.memory] : allCases }

        static var address: String? { ProcessInfo.processInfo.environment["DURE_TEST_POSTGRES_URL"] }

        var testDescription: String { "\(self)" }
    }

    /// A server that can be ended.
    struct Office: Sendable {
        let dispatcher: Dispatcher
        let port: Int
        let death: Gate
    }

    /// Does probes, and says which it has begun.
    struct Noting: JobHandler {
        let kinds = [JobKind.probe]
        let probe: ProbeHandler
        let begun: Locked<Set<JobID>>

        func run(_ job: Job, worker: Worker) async throws -> String {
            begun.withLock { _ = $0.insert(job.id) }
            return try await probe.run(job, worker: worker)
        }
    }

    /// A fleet of two servers, and keys for it.
    struct Town: Sendable {
        let store: any Store
        let ids: IdentifierGenerator
        let clock: RealClock
        let offices: [Office]
        let worker: KeyText
        let manager: KeyText
        let client: HTTPClient
        let begun = Locked<Set<JobID>>([])

        func call(_ office: Office, _ method: String, _ path: String, body: String? = nil) async throws -> (Int, String)
        {
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(office.port)\(path)")
            request.method = .init(rawValue: method)
            request.headers.add(name: "Authorization", value: "Bearer \(manager.text)")
            if let body {
                request.headers.add(name: "Content-Type", value: "application/json")
                request.body = .bytes(ByteBuffer(string: body))
            }
            let response = try await client.execute(request, timeout: .seconds(20))
            let bytes = try await response.body.collect(upTo: 1_000_000)
            return (Int(response.status.code), String(buffer: bytes))
        }

        func workers(_ office: Office) async throws -> [WorkerView] {
            let (_, text) = try await call(office, "GET", "/v1/fleet/workers")
            return try JSONDecoder().decode(WorkerList.self, from: Data(text.utf8)).workers
        }

        /// Waits until something holds.
        func until(_ holds: () async throws -> Bool) async throws {
            while try await !holds() { try await clock.sleep(for: TimeSpan(milliseconds: 20)) }
        }

        /// Runs a worker of this name, which asks the servers in this order, while a body runs.
        func working(_ name: String, _ order: [Int], _ body: @escaping @Sendable () async throws -> Void) async throws {
            let clients = try order.map { place in
                try APIClient(
                    APIClient.Setting(server: "http://127.0.0.1:\(offices[place].port)", key: worker.text)
                )
            }
            let remote = RemoteWorker(
                connections: clients.map { HTTPFleetConnection($0) },
                handlers: [Noting(probe: ProbeHandler(clock: clock), begun: begun)],
                clock: clock,
                setting: RemoteWorker.Setting(name: "w/" + name, slots: 2, software: "test"),
                seed: 1,
                logger: TwoServersTests.quiet
            )
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    _ = try await remote.run()
                    return false
                }
                group.addTask {
                    try await body()
                    return true
                }
                defer { group.cancelAll() }
                while let isOver = try await group.next() {
                    if isOver { return }
                }
            }
            for client in clients { try await client.shutdown() }
        }
    }

    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// Beats often, and gives a busy machine time.
    private static let timing = FleetTiming(
        beat: .seconds(1),
        look: TimeSpan(milliseconds: 300),
        lease: .seconds(6),
        unresponsive: .minutes(10),
        restartDelays: []
    )

    private func run(_ kept: Kept, _ body: @escaping @Sendable (Town) async throws -> Void) async throws {
        switch kept {
        case .memory: try await run(MemoryStore(), body)
        case .postgres:
            var settings = try PostgresSettings(try #require(Kept.address))
            settings.schema = "two_servers_" + UUID().uuidString.prefix(8).lowercased()
            let store = try await PostgresStore.open(settings, time: RealClock(), log: Self.quiet)
            do {
                try await run(store, body)
            } catch {
                await store.close()
                try await PostgresStore.removeSchema(settings, log: Self.quiet)
                throw error
            }
            await store.close()
            try await PostgresStore.removeSchema(settings, log: Self.quiet)
        }
    }

    private func run(_ store: any Store, _ body: @escaping @Sendable (Town) async throws -> Void) async throws {
        let clock = RealClock()
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        var generator = SystemRandomNumberGenerator()
        let (worker, manager) = (KeyText(using: &generator), KeyText(using: &generator))
        try await store.write(worker.record(name: "w", scopes: [.work], createdAt: clock.now, expiresAt: nil))
        try await store.write(manager.record(name: "m", scopes: [.manage], createdAt: clock.now, expiresAt: nil))
        let (opened, listening) = AsyncStream<Office>.makeStream()
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for name in ["first", "second"] {
                group.addTask {
                    try await Self.serve(name, store, clock) { listening.yield($0) }
                    return false
                }
            }
            var offices: [Office] = []
            for await office in opened {
                offices.append(office)
                if offices.count == 2 { break }
            }
            let town = Town(
                store: store,
                ids: ids,
                clock: clock,
                offices: offices,
                worker: worker,
                manager: manager,
                client: client
            )
            group.addTask {
                try await body(town)
                return true
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next() {
                if isOver { return }
            }
        }
        try await client.shutdown()
    }

    /// One server, until it is told to die: then everything stops at once, and nothing is handed back.
    private static func serve(
        _ name: String,
        _ store: any Store,
        _ clock: RealClock,
        _ onListening: @escaping @Sendable (Office) -> Void
    ) async throws {
        let dispatcher = Dispatcher(
            store: store,
            fleet: store,
            clock: clock,
            ids: IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max)),
            timing: timing,
            server: name,
            poll: TimeSpan(milliseconds: 200),
            logger: quiet
        )
        let gate = DispatcherGate(dispatcher)
        let death = Gate()
        let process = ServerProcess(
            parts: ServerProcess.Parts(
                gate: gate,
                control: gate,
                entrance: StoreEntrance(store: store, clock: clock, limit: 1_000) { dispatcher.wake() },
                keys: store,
                health: HealthBoard(clock: clock),
                registry: MetricsRegistry(),
                ids: IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max)),
                clock: clock,
                makeKey: {
                    var generator = SystemRandomNumberGenerator()
                    return KeyText(using: &generator)
                },
                logger: quiet
            ),
            setting: ServerProcess.Setting(
                api: Listening(port: 0),
                probes: nil,
                drainDelay: .zero,
                linger: .zero,
                drainBound: TimeSpan(milliseconds: 100)
            )
        )
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await dispatcher.run()
                return false
            }
            group.addTask {
                try await process.run(
                    onListening: { onListening(Office(dispatcher: dispatcher, port: $0.api, death: death)) },
                    until: { await death.wait() }
                )
                return false
            }
            group.addTask {
                await death.wait()
                return true
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next() {
                if isOver { return }
            }
        }
    }

    private func probe(_ town: Town, sleep: String) async throws -> Job {
        let job = Job(
            id: town.ids.next(),
            workspace: .default,
            campaign: nil,
            kind: .probe,
            payload: "{\"sleep\":\"\(sleep)\"}",
            createdAt: town.clock.now
        )
        _ = try await town.store.enqueue([job], durability: .power)
        return job
    }

    @Test(arguments: Kept.wanted)
    func `workers of two servers are one fleet, and isolation is seen by both`(_ kept: Kept) async throws {
        try await run(kept) { town in
            try await town.working("a", [0, 1]) {
                try await town.working("b", [1, 0]) {
                    try await town.until { try await town.workers(town.offices[0]).count { $0.state == .idle } == 2 }
                    try await town.until { try await town.workers(town.offices[1]).count { $0.state == .idle } == 2 }
                    try await town.until { try await town.workers(town.offices[1]).count(where: \.isLeader) == 1 }
                    let workers = try await town.workers(town.offices[0])
                    #expect(Set(workers.map(\.name)) == ["w/a", "w/b"])
                    #expect(workers.map(\.group) == [1, 1])
                    let a = try #require(workers.first { $0.name == "w/a" })
                    let path = "/v1/fleet/workers/\(a.id)"
                    // It is with the first server; the second one is asked.
                    #expect(try await town.call(town.offices[1], "POST", path + "/isolate", body: "{}").0 == 204)
                    for office in town.offices {
                        try await town.until {
                            try await town.workers(office).first { $0.id == a.id }?.state == .isolated
                        }
                        try await town.until {
                            try await town.workers(office).contains { $0.name == "w/b" && $0.isLeader }
                        }
                    }
                    #expect(try await town.call(town.offices[0], "POST", path + "/release").0 == 204)
                    #expect(try await town.call(town.offices[1], "POST", path + "/forget").0 == 404)
                }
            }
        }
    }

    @Test(arguments: Kept.wanted)
    func `a worker goes on with its job when its server dies, and leads on at the other`(_ kept: Kept) async throws {
        try await run(kept) { town in
            try await town.working("a", [0, 1]) {
                try await town.until { try await town.workers(town.offices[1]).contains { $0.isLeader } }
                let job = try await self.probe(town, sleep: "4s")
                try await town.until { town.begun.withLock { $0.contains(job.id) } }
                town.offices[0].death.open()
                try await town.until { try await town.store.job(job.id)?.state != .leased }
                let ended = try #require(try await town.store.job(job.id))
                #expect(ended.state == .completed)
                #expect(ended.attempt == 1, "it was not begun again")
                #expect(ended.workersLost == 0)
                #expect(await town.offices[1].dispatcher.counts.accepted == 1)
                let worker = try #require(try await town.workers(town.offices[1]).first)
                #expect(worker.isLeader)
                #expect(worker.completed == 1)
            }
        }
    }

    @Test(arguments: Kept.wanted)
    func `when a server and its leader die another leads in a higher term`(_ kept: Kept) async throws {
        try await run(kept) { town in
            // The first place in the group is the one's that will die.
            let newcomer = FleetNewcomer(
                id: town.ids.next(),
                name: "w/a",
                role: .trial,
                trialRunners: 18,
                groupSize: 3
            )
            _ = try await town.store.enrol(newcomer, now: town.clock.now)
            try await town.working("b", [1]) {
                let leads: @Sendable (String) async throws -> Int? = { name in
                    let workers = try await town.workers(town.offices[1])
                    return workers.first { $0.name == name && $0.isLeader }?.leaderTerm
                }
                try await town.until { try await leads("w/b") != nil }
                let before = try #require(try await leads("w/b"))
                try await town.working("a", [0]) {
                    try await town.until { try await leads("w/a") != nil }
                    #expect(try await leads("w/a") ?? 0 > before)
                    town.offices[0].death.open()
                }
                // Terms only grow; on a busy machine the first one may be over before it is looked at.
                try await town.until { try await leads("w/b") ?? 0 > before + 1 }
            }
        }
    }
}
