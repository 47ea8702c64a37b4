// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import Operations
import Storage
import Testing

@testable import dure

/// The servers that the tests of several processes use.
enum ClusterServices {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    static let database = ProcessInfo.processInfo.environment["DURE_TEST_POSTGRES_URL"]
    static let redis = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/bin/redis-server"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// A schema of the test's own, with its address for processes.
    static func withDatabase(
        _ body: (_ store: PostgresStore, _ address: String, _ settings: PostgresSettings) async throws -> Void
    ) async throws {
        let server = try #require(database)
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let address = server + (server.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(name)"
        var settings = try PostgresSettings(server)
        settings.schema = name
        let store = try await PostgresStore.open(settings, time: SystemClock(), log: quiet)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(store, address, settings))
        } catch {
            outcome = .failure(error)
        }
        await store.close()
        try await PostgresStore.removeSchema(settings, log: quiet)
        try outcome.get()
    }
}

/// Several processes over one PostgreSQL and a Redis of the test's own.
@Suite(
    .enabled(if: ClusterServices.database != nil && ClusterServices.redis != nil, "PostgreSQL or Redis is missing"),
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(10))
)
struct ClusterTests {
    private func startRedis(_ house: ProcessHouse, port: Int) throws -> ProcessHouse.Running {
        try house.start(
            "redis",
            program: try #require(ClusterServices.redis),
            ["--bind", "127.0.0.1", "--port", "\(port)", "--save", "", "--appendonly", "no", "--daemonize", "no"]
        )
    }

    @Test func `a campaign survives the end of Redis with all it had, and of the agents' leader, and obeys a person`()
        async throws
    {
        try await ClusterServices.withDatabase { store, address, _ in
            let port = try ProcessHouse.freePort()
            let house = try ProcessHouse(environment: [
                "DURE_DATABASE_URL": address, "DURE_REDIS_URL": "redis://127.0.0.1:\(port)",
            ])
            let redis = try startRedis(house, port: port)
            let goal = try house.goal(trials: 80, next: "propose", pause: "0.3")
            #expect(try await house.run(["fleet", "keys", "add", "w", "--key-out", "key"]).code == 0)
            let (api, health) = (try ProcessHouse.freePort(), try ProcessHouse.freePort())
            _ = try house.start("server", ["serve", "--port", "\(api)", "--health-port", "\(health)"])
            var agents: [String: ProcessHouse.Running] = [:]
            var probes: [String: Int] = [:]
            for name in ["a", "b"] {
                let port = try ProcessHouse.freePort()
                probes[name] = port
                agents[name] = try house.start(
                    name,
                    ["agents", "--name", name, "--health-port", "\(port)", "--interval", "1s"]
                )
            }
            for port in [health, probes["a"] ?? 0, probes["b"] ?? 0] {
                try await house.wait(for: "every process to be ready") { await house.probe(port, "/readyz") == 200 }
            }
            _ = try house.start(
                "worker",
                ["worker", "--server", "http://127.0.0.1:\(api)", "--key-file", "key", "--unsupervised"]
            )
            _ = try house.start("run", ["run", goal])
            try await house.wait(for: "the first trials") { house.lines("runs").count >= 6 }
            try house.holdMeasurements(true)

            // Redis dies with all that it had; the agents say so, and do not take themselves for dead.
            redis.signal(SIGKILL)
            _ = await redis.end()
            try await house.wait(for: "the agents to miss it") {
                await house.probe(probes["a"] ?? 0, "/readyz") == 503
            }
            #expect(await house.probe(probes["a"] ?? 0, "/livez") == 200)
            _ = try startRedis(house, port: port)
            try await house.wait(for: "the agents to have it again") {
                await house.probe(probes["a"] ?? 0, "/readyz") == 200
            }

            // The process that has the agent of campaigns dies; the other one follows, in a higher term.
            let before = try #require(try await lease(in: store))
            agents[before.holder]?.signal(SIGKILL)
            let killedAt = house.clock.steady
            try await house.wait(for: "another leader") {
                try await lease(in: store).map { $0.holder != before.holder && !$0.holder.isEmpty } ?? false
            }
            let after = try #require(try await lease(in: store))
            print("the agent of campaigns followed \(house.clock.steady - killedAt) after a kill -9")
            #expect(after.term > before.term)

            let pause = try await house.run(["pause", "--reason", "lunch", "--by", "jane"])
            #expect(pause.code == 0, "\(house.logged("command"))")
            #expect(pause.output.hasSuffix("is paused."))
            #expect(try await house.run(["pause"]).code == 1)
            #expect(try await house.run(["resume"]).code == 0)
            try house.holdMeasurements(false)

            try await house.wait(for: "the campaign's end", within: .seconds(180)) {
                try await store.campaigns(in: .default).first?.status == .completed
            }
            try await house.wait(for: "the campaign that follows") {
                try await store.campaigns(in: .default).count == 2
            }
            try await house.wait(for: "an empty outbox") { try await store.outboxDepth().messages == 0 }
            let campaigns = try await store.campaigns(in: .default)
            #expect(campaigns.last?.parent == campaigns.first?.id)
            let id = try #require(campaigns.first?.id)
            let trials = try await store.trials(of: id, in: .default)
            let settled = try await store.ledger(of: id, in: .default).filter { $0.kind == .settled }
            #expect(Set(settled.map(\.trial)).count == settled.count, "no trial is paid for twice")
            #expect(settled.count == trials.count { $0.status == .completed || $0.status == .failed })
            #expect(settled.count <= 80)
            let decisions = try await store.decisions(of: id, in: .default)
            #expect(decisions.count { $0.policy == "person_order" } == 3)
            #expect(decisions.count { $0.policy == "next_campaign" } == 1)
            for reader in [
                ["list"], ["status", id.text], ["decisions", id.text], ["export", id.text], ["best", id.text],
                ["report", id.text], ["patterns", id.text], ["replay"], ["predict", goal],
            ] {
                #expect(try await house.run(reader).code == 0, "\(reader): \(house.logged("command"))")
            }
        }
    }

    private func lease(in store: PostgresStore) async throws -> LeaderLease? {
        try await store.leases().first { $0.name == "agent/campaign" }
    }

    @Test func `agents take their settings from the file, and credentials from the database`() async throws {
        try await ClusterServices.withDatabase { store, address, _ in
            let port = try ProcessHouse.freePort()
            let house = try ProcessHouse(environment: ["DURE_DATABASE_URL": address])
            let key = try await house.run(["secrets", "new-key"]).output
            let vault = SecretVault(store: store, masters: try MasterKeys(key), clock: house.clock)
            try await vault.put(Array("id".utf8), "DURE_NAVER_CLIENT_ID", kind: HouseEnvironment.kind, in: .default)
            _ = try startRedis(house, port: port)
            _ = try house.folder.file("dure.yaml", "redis: {url: 'redis://127.0.0.1:\(port)'}\nlog: {level: loud}\n")
            let wrong = try house.start("wrong", ["agents"])
            #expect(await wrong.end() == 65)
            #expect(house.logged("wrong").contains("log.level is 'loud'"), "\(house.logged("wrong"))")

            let text = "redis: {url: 'redis://127.0.0.1:\(port)'}\nsecurity: {master_key: \(key)}\n"
            _ = try house.folder.file("dure.yaml", text)
            let probes = try ProcessHouse.freePort()
            let agents = try house.start("agents", ["agents", "--health-port", "\(probes)"])
            try await house.wait(for: "the agents to be ready") { await house.probe(probes, "/readyz") == 200 }
            #expect(house.logged("agents").contains("DURE_NAVER_CLIENT_ID"), "\(house.logged("agents"))")
            agents.signal(SIGTERM)
            #expect(await agents.end() == 0)
        }
    }

    @Test func `where no agents run an order is kept, and the command says so`() async throws {
        try await ClusterServices.withDatabase { store, address, _ in
            let house = try ProcessHouse(environment: ["DURE_DATABASE_URL": address])
            try await store.commit(Sample().change(Sample().campaign()), durability: .power)
            let stop = try await house.run(["stop"])
            #expect(stop.code == 75)
            #expect(house.logged("command").contains("nobody runs the campaigns"))
            #expect(try await store.waitingOrders(limit: 10).map(\.order) == [.stop])
            #expect(try await house.run(["approve"]).code == 75)
            let kept = try await store.waitingOrders(limit: 10).map(\.order)
            #expect(kept == [.stop, .approve, .start], "the start is kept with the approval that it follows")
        }
    }

    @Test func `a server whose lease another process has is not ready, and a rest of nobody is refused by the command`()
        async throws
    {
        try await ClusterServices.withDatabase { store, address, _ in
            let house = try ProcessHouse(environment: ["DURE_DATABASE_URL": address])
            let (api, health) = (try ProcessHouse.freePort(), try ProcessHouse.freePort())
            _ = try house.start(
                "server",
                ["serve", "--name", "one", "--port", "\(api)", "--health-port", "\(health)"]
            )
            try await house.wait(for: "the server to be ready") { await house.probe(health, "/readyz") == 200 }
            let name = WorkerSession.lease(ofServer: "one")
            let lease = try #require(try await store.leases().first { $0.name == name })
            try await store.releaseLease(name, holder: lease.holder, term: lease.term)
            // Renewed at once by the server itself if it comes first: then it has the next term, and is asked again.
            try await house.wait(for: "the lease to be another's") {
                let now = house.clock.now
                let taken = try await store.acquireLease(name, holder: "another", for: .seconds(60), now: now)
                if taken.holder == "another" { return true }
                try await store.releaseLease(name, holder: taken.holder, term: taken.term)
                return false
            }
            try await house.wait(for: "the server to say so") { await house.probe(health, "/readyz") == 503 }
            #expect(await house.probe(health, "/livez") == 200)
            let other = try #require(try await store.leases().first { $0.name == name })
            try await store.releaseLease(name, holder: "another", term: other.term)
            try await house.wait(for: "the server to have it again") { await house.probe(health, "/readyz") == 200 }

            let rest = try await house.run(["fleet", "maintenance", "add", "group/7", "--for", "1m"])
            #expect(rest.code != 0)
            #expect(house.logged("command").contains("group/7"), "\(house.logged("command"))")
            #expect(try await store.fleet(now: house.clock.now).plans.isEmpty)
        }
    }

    @Test func `a process whose schema was taken back is not ready until it is there again`() async throws {
        try await ClusterServices.withDatabase { _, address, settings in
            let opened = try await DatabaseOptions.open(address, migrates: true, logger: ClusterServices.quiet)
            let health = HealthBoard(clock: SystemClock())
            await opened.check(health, clock: SystemClock())
            #expect(await health.readiness().isReady)
            let newest = Migration.all.count
            _ = try await PostgresStore.migrate(
                settings,
                to: newest - 1,
                time: SystemClock(),
                log: ClusterServices.quiet
            )
            let without = await health.readiness()
            #expect(!without.isReady)
            #expect(without.findings.first { $0.name == "migrations" }?.isGood == false)
            #expect(without.findings.first { $0.name == "store" }?.isGood == true)
            _ = try await PostgresStore.migrate(settings, to: newest, time: SystemClock(), log: ClusterServices.quiet)
            #expect(await health.readiness().isReady)
            try await opened.close()
        }
    }
}
