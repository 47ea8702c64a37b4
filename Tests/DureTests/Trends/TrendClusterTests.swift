// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Glibc
import Jobs
import Storage
import Testing

@testable import dure

/// Trend runs of agents and workers that share one PostgreSQL database, some of which are killed.
@Suite(
    .enabled(if: ClusterServices.database != nil && ClusterServices.redis != nil, "PostgreSQL or Redis is missing"),
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(10))
)
struct TrendClusterTests {
    private func reports(_ folder: URL, _ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "reports").path)
            .filter { $0.hasSuffix(suffix) }
    }

    /// Redis, a server, and agents of these names that are ready.
    private func house(_ address: String, agents names: [String]) async throws -> (
        house: ProcessHouse, api: Int, agents: [ProcessHouse.Running]
    ) {
        let (redis, api, health) = (
            try ProcessHouse.freePort(), try ProcessHouse.freePort(), try ProcessHouse.freePort()
        )
        let house = try ProcessHouse(environment: [
            "DURE_DATABASE_URL": address, "DURE_REDIS_URL": "redis://127.0.0.1:\(redis)",
        ])
        _ = try house.start(
            "redis",
            program: try #require(ClusterServices.redis),
            ["--bind", "127.0.0.1", "--port", "\(redis)", "--save", "", "--appendonly", "no", "--daemonize", "no"]
        )
        _ = try house.start("server", ["serve", "--port", "\(api)", "--health-port", "\(health)"])
        try await house.wait(for: "the server to be ready") { await house.probe(health, "/readyz") == 200 }
        var agents: [ProcessHouse.Running] = []
        for name in names {
            let port = try ProcessHouse.freePort()
            agents.append(
                try house.start(name, ["agents", "--name", name, "--health-port", "\(port)", "--interval", "1s"])
            )
            try await house.wait(for: "\(name) to be ready") { await house.probe(port, "/readyz") == 200 }
        }
        return (house, api, agents)
    }

    @Test func `a run on a shared database outlives its worker and the agents that began it, and reports once`()
        async throws
    {
        try await ClusterServices.withDatabase { store, address, _ in
            try await CountedFeeds.serving(LampFeed.text) { feeds in
                let (house, api, agents) = try await house(address, agents: ["a", "b"])
                func worker(_ name: String) async throws -> ProcessHouse.Running {
                    let added = try await house.run(["fleet", "keys", "add", name, "--key-out", name])
                    #expect(added.code == 0, "\(house.logged("command"))")
                    return try house.start(
                        name,
                        ["worker", "--server", "http://127.0.0.1:\(api)", "--key-file", name, "--unsupervised"]
                    )
                }
                let folder = house.folder.url.appending(path: "data")
                let news = ["trends", "news", "--source", feeds.address("lamps"), "--allow", "127.0.0.1"]
                // The worker is killed while it waits for an answer, and so are the agents that began the run.
                feeds.hold("/lamps")
                let first = try await worker("w1")
                let asked = try house.start(
                    "asked",
                    news + ["--at", "2026-03-09T00:00:00Z", "--database", address, "--output", folder.path]
                )
                try await house.wait(for: "the feed to be asked", within: .seconds(180)) { feeds.waiting > 0 }
                first.signal(SIGKILL)
                _ = await first.end()
                agents[0].signal(SIGKILL)
                _ = await agents[0].end()
                feeds.release("/lamps")
                _ = try await worker("w2")
                #expect(await asked.end() == 0, "\(house.logged("asked")) \(house.logged("w2"))")
                #expect(asked.output.contains("Trends in the news") && asked.output.contains("48 read"))
                #expect(feeds.asked == ["/lamps": 1])
                #expect(try reports(folder, ".html").count == 1)
                #expect(try reports(folder, ".json").count == 1)
                let runs = try await store.workflowRuns(in: .default, state: nil, limit: 10)
                #expect(runs.map(\.state) == [.completed])
            }
        }
    }
}
