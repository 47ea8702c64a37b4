// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Server
import Testing

@testable import dure

/// A server that is asked by the command line as its client.
@Suite(.enabled(if: ProcessHouse.program != nil, "the program was not built"), .timeLimit(.minutes(10)))
struct ServedHouseTests {
    @Test func `a campaign is made, steered and reported through a server`() async throws {
        let house = try ProcessHouse()
        let data = house.folder.url.appending(path: "data").path
        let made = try await house.run([
            "fleet", "keys", "add", "me", "--scope", "manage", "enqueue", "--key-out", "key", "--output", data,
        ])
        #expect(made.code == 0, "\(house.logged("command"))")
        let (port, health) = (try ProcessHouse.freePort(), try ProcessHouse.freePort())
        let server = try house.start(
            "server",
            [
                "serve", "--agents", "--output", data, "--port", "\(port)", "--health-port", "\(health)",
                "--drain-seconds", "0",
            ]
        )
        try await house.wait(for: "the server to be ready") { await house.probe(health, "/readyz") == 200 }
        func ask(_ arguments: [String]) async throws -> (code: Int32, output: String) {
            let outcome = try await house.run(
                ["--server", "http://127.0.0.1:\(port)", "--key-file", "key"] + arguments
            )
            return (outcome.code, outcome.output)
        }
        let goal = house.folder.url.appending(path: "live.yaml").path
        try LiveRehearsal.text.write(toFile: goal, atomically: true, encoding: .utf8)
        try await house.wait(for: "agents") { try await ask(["status"]).output.contains("here") }
        let created = try await ask(["create", goal, "--json"])
        #expect(created.code == 0, "\(house.logged("command"))")
        let detail = try CanonicalJSON.decode(CampaignDetail.self, from: created.output)
        let id = detail.summary.id.text
        try await house.wait(for: "the campaign to run") {
            let shown = try await ask(["show", id, "--json"]).output
            return try CanonicalJSON.decode(CampaignDetail.self, from: shown).summary.status == .running
        }
        #expect(try await ask(["list"]).output.contains(id))
        #expect(try await ask(["pause", id, "--reason", "lunch"]).code == 0)
        #expect(try await ask(["pause", id]).code == 65)
        #expect(try await ask(["resume", id]).code == 0)
        #expect(try await ask(["decisions", id]).output.contains("lunch"))
        #expect(try await ask(["fleet"]).output.contains("server-"))
        #expect(try await ask(["jobs"]).code == 0)
        #expect(try await ask(["alerts"]).code == 0)
        #expect(try await ask(["show", "nothing"]).code == 66)
        let report = house.folder.url.appending(path: "report.html").path
        #expect(try await ask(["report", id, "--to", report]).code == 0)
        #expect(try String(contentsOfFile: report, encoding: .utf8).contains("<html"))
        #expect(try await ask(["stop", id]).code == 0)
        server.signal(SIGTERM)
        #expect(await server.end() == 0)
    }
}
