// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Storage
import Testing

@testable import dure

/// A server on SQLite that runs campaigns, whose trials a worker elsewhere runs.
@Suite(.enabled(if: ProcessHouse.program != nil, "the program was not built"), .timeLimit(.minutes(10)))
struct LocalAgentsTests {
    @Test func `a campaign runs to its end on a worker without a database, and obeys a person meanwhile`() async throws
    {
        let house = try ProcessHouse()
        let goal = try house.goal(trials: 60)
        let data = house.folder.url.appending(path: "data").path
        #expect(try await house.run(["fleet", "keys", "add", "w", "--key-out", "key", "--output", data]).code == 0)
        let (port, health) = (try ProcessHouse.freePort(), try ProcessHouse.freePort())
        let server = try house.start(
            "server",
            [
                "serve", goal, "--output", data, "--port", "\(port)", "--health-port", "\(health)", "--drain-seconds",
                "0",
            ]
        )
        try await house.wait(for: "the server to be ready") { await house.probe(health, "/readyz") == 200 }
        let worker = try house.start(
            "worker",
            ["worker", "--server", "http://127.0.0.1:\(port)", "--key-file", "key", "--unsupervised"]
        )
        try await house.wait(for: "the first trials") { house.lines("runs").count >= 4 }
        // However long the commands take to start, the campaign is still under way.
        try house.holdMeasurements(true)

        let pause = try await house.run(["pause", "--output", data, "--reason", "lunch", "--by", "jane"])
        #expect(pause.code == 0, "\(house.logged("command"))")
        #expect(pause.output.hasSuffix("is paused."))
        let again = try await house.run(["pause", "--output", data])
        #expect(again.code == 1)
        #expect(try await house.run(["resume", "--output", data]).code == 0)
        try house.holdMeasurements(false)

        let store = try DataFolder(path: data).openForReading()
        try await house.wait(for: "the campaign's end", within: .seconds(120)) {
            try await store.campaigns(in: .default).first?.status == .completed
        }
        let campaign = try #require(try await store.campaigns(in: .default).first)
        let trials = try await store.trials(of: campaign.id, in: .default).filter { $0.status == .completed }
        #expect(Set(house.lines("runs")).count >= trials.count)
        let wishes = try await store.decisions(of: campaign.id, in: .default).filter { $0.policy == "person_order" }
        #expect(wishes.count == 3)
        #expect(wishes.first?.reason.hasPrefix("jane asked at ") == true)
        let noted = try await store.auditEntries(in: .default, before: .max, limit: 100).filter {
            $0.action.hasPrefix("campaign.")
        }
        #expect(noted.map(\.action) == ["campaign.resume", "campaign.pause", "campaign.pause"])
        #expect(noted.last?.actor == "command jane")
        #expect(noted.last?.detail == "lunch")
        // The ledger has each time that a program moved a lever: the worker's over HTTP, the server's own at the end.
        #expect(try await store.effects(in: .done, limit: 1_000).count == house.lines("applied").count)
        #expect(try await store.effects(in: .intended, limit: 10).isEmpty)
        try await house.wait(for: "the report") {
            let reports = try FileManager.default.contentsOfDirectory(atPath: data + "/reports")
            return reports.contains { $0.hasPrefix(campaign.id.text) }
        }
        try store.close()
        worker.signal(SIGTERM)
        #expect(await worker.end() == 0)
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
    }

    @Test func `where nobody runs campaigns an order is carried out by the command itself`() async throws {
        let house = try ProcessHouse()
        let goal = try house.goal()
        let data = house.folder.url.appending(path: "data").path
        let text = try String(contentsOfFile: goal, encoding: .utf8) + "\napproval: required\n"
        try text.write(toFile: goal, atomically: true, encoding: .utf8)
        let first = try await house.run(["run", goal, "--output", data])
        #expect(first.code == 0, "\(house.logged("command"))")
        let approved = try await house.run(["approve", "--output", data])
        #expect(approved.code == 0, "\(house.logged("command"))")
        #expect(approved.output.hasSuffix("is ready."))
        let stopped = try await house.run(["stop", "--output", data, "--reason", "not now"])
        #expect(stopped.output.hasSuffix("is stopped."))
        #expect(try await house.run(["replay", "--output", data]).code == 0)
    }
}
