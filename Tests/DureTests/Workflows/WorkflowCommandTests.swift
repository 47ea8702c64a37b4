// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import Storage
import Testing

@testable import dure

/// `dure workflow` as people type it, through the built program.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(10))
)
struct WorkflowCommandTests {
    /// A house whose data folder holds a campaign that a report can be made of.
    private static func house() async throws -> ProcessHouse {
        let house = try ProcessHouse()
        let sample = Sample()
        let store = try DataFolder(path: house.folder.url.appending(path: "d").path).openForWriting()
        try await store.commit(try sample.change(sample.campaign()), durability: .power)
        try store.close()
        return house
    }

    private static let place = ["--output", "d"]

    /// The only run of a state, by its identifier.
    private func run(_ state: String, in house: ProcessHouse) async throws -> WorkflowRun {
        let (output, code) = try await house.run(["workflow", "runs", "--state", state, "--json"] + Self.place)
        #expect(code == 0)
        let lines = output.split(separator: "\n")
        #expect(lines.count == 1)
        return try CanonicalJSON.decode(WorkflowRun.self, from: String(try #require(lines.first)))
    }

    @Test func `the workflows that there are are listed and drawn in every form`() async throws {
        let house = try ProcessHouse()
        let list = try await house.run(["workflow", "list"])
        #expect(list.code == 0)
        #expect(
            list.output.split(separator: "\n").map { $0.split(separator: " ").first ?? "" }
                == ["report", "trend-news", "trend-videos"]
        )
        let text = try await house.run(["workflow", "show", "trend-news"])
        #expect(text.code == 0 && text.output.contains("collect ──▶ normalise"))
        let mermaid = try await house.run(["workflow", "show", "report", "--format", "mermaid"])
        #expect(mermaid.code == 0 && mermaid.output.contains("approve"))
        let svg = try await house.run(["workflow", "show", "report", "--format", "svg"])
        #expect(svg.code == 0 && svg.output.contains("<svg") && svg.output.contains("</svg>"))
        #expect(try await house.run(["workflow", "show", "report", "--format", "json"]).code == 64)
        #expect(try await house.run(["workflow", "show", "nothing"]).code == 66)
        #expect(house.logged("command").contains("there is report, trend-news, trend-videos"))
        #expect(try await house.run(["workflow", "runs"] + Self.place).code == 66, "there is no database yet")
    }

    @Test func `a run waits for a person, and goes on when the person approves`() async throws {
        let house = try await Self.house()
        let begun = try await house.run(["workflow", "run", "report", "--input", #"{"approval": true}"#] + Self.place)
        #expect(begun.code == 0 && begun.output.contains("is waiting"))
        let waiting = try await run("waiting", in: house)
        let shown = try await house.run(["workflow", "show", waiting.id.text] + Self.place)
        #expect(shown.code == 0 && shown.output.contains("May this report be published?"))
        let json = try await house.run(["workflow", "show", waiting.id.text, "--format", "json"] + Self.place)
        #expect(json.code == 0 && json.output.contains(#""node":"approve""#))
        let svg = try await house.run(["workflow", "show", waiting.id.text, "--format", "svg"] + Self.place)
        #expect(svg.code == 0 && svg.output.contains("<svg"))
        let short = String(waiting.id.text.prefix(20))
        let approved = try await house.run(
            ["workflow", "approve", short, "--by", "jane", "--reason", "good"] + Self.place
        )
        #expect(approved.code == 0 && approved.output.contains("is completed"))
        #expect(try await run("completed", in: house).id == waiting.id)
        let again = try await house.run(["workflow", "approve", short] + Self.place)
        #expect(again.code == 1, "nothing waits any more")
        let notices = house.lines("d/notices.jsonl")
        #expect(notices.count == 1 && notices[0].contains(".en.html"))
    }

    @Test func `a run is rejected or cancelled, and old runs are removed`() async throws {
        let house = try await Self.house()
        let input = ["--input", #"{"approval": true, "language": "ko"}"#] + Self.place
        #expect(try await house.run(["workflow", "run", "report"] + input).code == 0)
        let first = try await run("waiting", in: house)
        let rejected = try await house.run(["workflow", "reject", first.id.text, "--reason", "too early"] + Self.place)
        #expect(rejected.code == 0 && rejected.output.contains("is cancelled"))
        #expect(try await run("cancelled", in: house).failure?.message.contains("too early") == true)
        #expect(try await house.run(["workflow", "run", "report", "--key", "once"] + input).code == 0)
        #expect(try await house.run(["workflow", "run", "report", "--key", "once"] + input).code == 1)
        #expect(house.logged("command").contains("the run with this key is wfr_"), "a key begins one run")
        let second = try await run("waiting", in: house)
        let cancelled = try await house.run(["workflow", "cancel", second.id.text] + Self.place)
        #expect(cancelled.code == 0 && cancelled.output.contains("is cancelled"))
        #expect(try await house.run(["workflow", "cancel", second.id.text] + Self.place).code == 1)
        #expect(house.lines("d/notices.jsonl").isEmpty, "nothing was published")
        #expect(try await house.run(["workflow", "prune", "--older-than", "long"] + Self.place).code == 64)
        let kept = try await house.run(["workflow", "prune", "--older-than", "1d"] + Self.place)
        #expect(kept.output == "Removed 0 runs.")
        let removed = try await house.run(["workflow", "prune", "--older-than", "1ms"] + Self.place)
        #expect(removed.code == 0 && removed.output == "Removed 2 runs.")
        #expect(try await house.run(["workflow", "runs"] + Self.place).output == "There is no run.")
    }

    @Test func `runs begin by the calendar, and what is asked wrongly is refused`() async throws {
        let house = try await Self.house()
        let scheduled = try await house.run(
            ["workflow", "schedule", "report", "0 9 * * 1", "--name", "mondays"] + Self.place
        )
        #expect(scheduled.code == 0 && scheduled.output.hasPrefix("mondays is due first at "))
        let listed = try await house.run(["jobs", "schedule"] + Self.place)
        #expect(listed.code == 0 && listed.output.contains("mondays"))
        for (arguments, code) in [
            (["workflow", "schedule", "report", "61 9 * * 1"], Int32(64)),
            (["workflow", "schedule", "nothing", "0 9 * * 1"], 66),
            (["workflow", "run", "report", "--input", "{"], 64),
            (["workflow", "run", "report", "--input", #"{"approval": 3}"#], 64),
            (["workflow", "run", "trend-news", "--input", "{}"], 64),
            (["workflow", "run", "trend-news", "--input", #"{"sources": ["nothing"]}"#], 64),
            (["workflow", "schedule", "trend-videos", "0 9 * * 1", "--input", "{}"], 64),
            (["workflow", "run", "nothing"], 66), (["workflow", "approve", "wfr_1"], 66),
            (["workflow", "runs", "--state", "x"], 64),
            (["workflow", "runs", "--limit", "0"], 64),
            (["workflow", "run", "report", "--input", #"{"campaign": "none such"}"#], 1),
            (["workflow", "resume"], 0),
        ] {
            #expect(try await house.run(arguments + Self.place).code == code, "\(arguments)")
        }
    }

    @Test(.enabled(if: ClusterServices.database != nil, "PostgreSQL is missing"))
    func `with a shared database an order is kept until somebody carries it out`() async throws {
        let server = try #require(ClusterServices.database)
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        var settings = try PostgresSettings(server)
        settings.schema = name
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = try await PostgresStore.open(settings, time: SystemClock(), log: log)
        let house = try ProcessHouse()
        let address = server + (server.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(name)"
        let asked = try await house.run(["workflow", "run", "report", "--database", address])
        let orders = try await store.waitingWorkflowOrders(limit: 10)
        let runs = try await house.run(["workflow", "runs", "--database", address])
        await store.close()
        try await PostgresStore.removeSchema(settings, log: log)
        #expect(asked.code == 75, "nobody runs workflows")
        #expect(orders.count == 1)
        #expect(runs.code == 0 && runs.output == "There is no run.")
    }
}
