// SPDX-License-Identifier: Apache-2.0

import Domain
import Files
import Testing

@testable import dure

@Suite struct RemoteDureTests {
    private static let server = ["DURE_SERVER": "http://127.0.0.1:7420"]

    @Test(arguments: [
        (["list"], true), (["list", "--json"], true), (["status", "cmp"], true), (["list", "--output", "x"], false),
        (["list", "--output=x"], false), (["list", "--database", "x"], false), (["run", "goal.yaml"], false),
        (["fleet", "--server", "x"], false), ([], false), (["worker"], false), (["jobs"], true),
        (["jobs", "--json"], true), (["jobs", "show", "x"], false), (["fleet", "keys", "list"], false),
    ])
    func `a server that the environment names is asked for what means the same there`(arguments: [String], asks: Bool) {
        #expect(RemoteDure.asksServer(arguments, Self.server) == asks)
        #expect(!RemoteDure.asksServer(arguments, [:]))
        #expect(!RemoteDure.asksServer(arguments, ["DURE_SERVER": ""]))
    }

    @Test func `a command without a server stays what it was`() throws {
        #expect(!RemoteDure.isMeant(by: ["validate", "goal.yaml"], Self.server))
        #expect(!RemoteDure.isMeant(by: ["list"], [:]))
        #expect(RemoteDure.isMeant(by: ["--server=http://x", "list"], [:]))
        #expect(RemoteDure.isMeant(by: ["--key-file", "x", "list"], [:]))
    }

    @Test func `the goal of a live rehearsal can be read, and is over within hours`() throws {
        let goal = try GoalFile.read(LiveRehearsal.text, directory: "/")
        #expect(goal.trial.kind == .simulated)
        #expect(goal.trial.window.milliseconds == 6_000)
        #expect(goal.simulation?.speed == 3_600)
        #expect(goal.simulation?.shockAt == nil)
        #expect(goal.factors.count == 8)
    }
}
