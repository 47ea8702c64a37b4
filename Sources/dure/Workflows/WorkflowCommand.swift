// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs
import Storage

/// `dure workflow`: graphs of steps that survive the process which runs them.
struct WorkflowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow",
        abstract: "Run graphs of steps, each carried out once, and look at their runs.",
        discussion: "docs/workflows.md says more.",
        subcommands: [
            List.self, Show.self, Runs.self, Run.self, Resume.self, Approve.self, Reject.self, Cancel.self,
            Schedule.self,
            Prune.self,
        ],
        defaultSubcommand: List.self
    )

    /// The workflows that this program has.
    static var catalogue: WorkflowCatalogue {
        let store = MemoryStore()
        let folder = DataFolder(path: DataFolder.standard)
        return WorkflowEngine.catalogue(store, NoticePost(ledger: store, clock: SystemClock(), folder: folder))
    }

    /// The workflow of a name; throws exit code 66, naming those that there are.
    static func workflow(_ name: String) throws -> Workflow {
        if let known = catalogue.newest(name) { return known }
        let names = catalogue.workflows.map(\.name).joined(separator: ", ")
        throw ExitCode.noInput.saying("there is no workflow '\(name)'; there is \(names)")
    }

    /// The run that a person means, by its identifier or the beginning of it.
    static func run(_ text: String, in store: any WorkflowStore, _ place: DataPlace) async throws -> WorkflowRun {
        if let id = WorkflowRunID(text), let run = try await store.workflowRun(id, in: .default) { return run }
        let runs = try await store.workflowRuns(in: .default, state: nil, limit: 1_000)
        let found = runs.filter { $0.id.text.hasPrefix(text) }
        guard let only = found.first, found.count == 1 else {
            let what = found.isEmpty ? "there is no run '\(text)'" : "\(found.count) runs begin with '\(text)'"
            throw ExitCode.noInput.saying("\(place.name): \(what); see 'dure workflow runs'")
        }
        return only
    }

    /// `dure workflow list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the workflows.")

        func run() throws {
            let rows = WorkflowCommand.catalogue.workflows.map { workflow in
                [workflow.name, workflow.version, workflow.nodes.map(\.name).joined(separator: " → ")]
            }
            try Console.line(TextTable.lines(rows).joined(separator: "\n"))
        }
    }

    /// How a graph is drawn.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case mermaid
        case svg
        case json
    }

    /// `dure workflow show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw a workflow, or a run with the states of its nodes.",
            discussion: "Exit codes: 0 drawn, 66 there is no such workflow, run or database."
        )
        @Argument(help: "The workflow's name, or the run's identifier.") var subject: String
        @Option(help: "text, mermaid, svg, or json (a run and its nodes).") var format = Format.text
        @OptionGroup var place: DataPlace

        func run() async throws {
            guard subject.hasPrefix(WorkflowRun.identifierPrefix + "_") else {
                return try draw(WorkflowDrawing(try WorkflowCommand.workflow(subject)), nil, [])
            }
            let (run, checkpoints) = try await place.reading { store in
                let run = try await WorkflowCommand.run(subject, in: store, place)
                return (run, try await store.checkpoints(of: run.id))
            }
            guard format != .json else { return try Console.json(Picture(run: run, nodes: checkpoints)) }
            guard let workflow = WorkflowCommand.catalogue.workflow(of: run) else {
                let rows = checkpoints.map {
                    [$0.node, $0.state.rawValue, "try \($0.attempt)", $0.failure?.message ?? ""]
                }
                try Console.line("\(run.id) \(run.workflow) \(run.version), which this program does not have")
                return try Console.line(TextTable.lines(rows).joined(separator: "\n"))
            }
            try draw(WorkflowDrawing(workflow, run: run, checkpoints: checkpoints), run, checkpoints)
            guard format == .text else { return }
            for one in checkpoints where one.state == .waiting {
                let question = workflow[one.node]?.question ?? ""
                try Console.line("\(one.node): \(question) dure workflow approve|reject \(run.id) --node \(one.node)")
            }
            if let failure = run.failure { try Console.line(failure.message.printable) }
        }

        private struct Picture: Encodable {
            var run: WorkflowRun
            var nodes: [WorkflowCheckpoint]
        }

        private func draw(_ drawing: WorkflowDrawing, _ run: WorkflowRun?, _ nodes: [WorkflowCheckpoint]) throws {
            switch format {
            case .text: try Console.line(drawing.text)
            case .mermaid: try Console.line(drawing.mermaid)
            case .svg: try Console.line(drawing.svg)
            case .json:
                throw ExitCode.usage.saying("--format json is for a run; give text, mermaid or svg for a workflow")
            }
        }
    }

    /// `dure workflow runs`.
    struct Runs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List runs, newest first.")
        @Option(help: "Only those in a state: \(WorkflowRun.State.allCases.map(\.rawValue).joined(separator: ", ")).")
        var state: String?
        @Option(help: "How many at most.") var limit = 50
        @OptionGroup var place: DataPlace
        @Flag(help: "Print one JSON object per run.") var json = false

        func validate() throws {
            guard state == nil || state.flatMap(WorkflowRun.State.init(rawValue:)) != nil else {
                throw ValidationError(
                    "'\(state ?? "")' is no state; give one of "
                        + WorkflowRun.State.allCases.map(\.rawValue).joined(separator: ", ")
                )
            }
            guard limit > 0 else { throw ValidationError("--limit is \(limit); give 1 or more") }
        }

        func run() async throws {
            let wanted = state.flatMap(WorkflowRun.State.init(rawValue:))
            let runs = try await place.reading { store in
                try await store.workflowRuns(in: .default, state: wanted, limit: limit)
            }
            if json {
                for one in runs { try Console.json(one) }
                return
            }
            guard !runs.isEmpty else { return try Console.line("There is no run.") }
            let rows = runs.map { run in
                [run.id.text, run.workflow, run.state.rawValue, "\(run.updatedAt)", run.failure?.message ?? ""]
            }
            try Console.line(TextTable.lines(rows).joined(separator: "\n"))
        }
    }

    /// `dure workflow run`.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begin a run.",
            discussion: WorkflowOrderGiver.discussion
        )
        @Argument(help: "The workflow's name.") var workflow: String
        @Option(help: "What its first nodes get, as JSON.") var input = "{}"
        @Option(help: "A key: a second request with it begins no second run.") var key: String?
        @Flag(help: "Wait for the run's end where another process runs it.") var wait = false
        @Option(help: "Who asks, for the record; you and your computer by default.") var by: String?
        @OptionGroup var place: DataPlace

        func run() async throws {
            let input = try WorkflowCommand.input(input, of: try WorkflowCommand.workflow(workflow), place)
            try await WorkflowOrderGiver(place: place)
                .give(.start(workflow: workflow, input: input, key: key), reason: nil, by: by, waits: wait)
        }
    }

    /// A run's input as a person gave it, checked; what it writes goes to the folder that the command is about.
    static func input(_ text: String, of workflow: Workflow, _ place: DataPlace) throws -> JSONValue {
        do {
            var value = try CanonicalJSON.decode(JSONValue.self, from: text)
            if case .object(var members) = value, members["folder"] == nil {
                members["folder"] = .string(place.folder.url.absoluteURL.path)
                value = .object(members)
            }
            let text = try workflow.canonicalInput(try CanonicalJSON.text(value))
            if [NewsWorkflow.name, VideoWorkflow.name].contains(workflow.name) {
                let request = try CanonicalJSON.decode(TrendRequest.self, from: text)
                _ = try request.resolved(startedAt: SystemClock().now, folder: "", watching: [])
                for source in request.sources ?? [] where !source.isEmpty {
                    if workflow.name == NewsWorkflow.name {
                        try NewsSources.check(source)
                    } else {
                        try VideoSources.check(source)
                    }
                }
            }
            return value
        } catch let failure as Failure {
            throw ExitCode.usage.saying("--input does not fit \(workflow.name): \(failure.message)")
        } catch {
            throw ExitCode.usage.saying(
                "--input is no JSON object, such as {\"sources\": [\"file:news.csv\"]}; got '\(text.prefix(60))'"
            )
        }
    }

    /// `dure workflow resume`.
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the open runs of a folder on, as after a crash.",
            discussion: "Runs go on by themselves where 'dure run', 'dure serve' with agents or 'dure agents' works."
        )
        @OptionGroup var place: DataPlace

        func run() async throws { try await WorkflowOrderGiver(place: place).resume() }
    }

    /// `dure workflow prune`.
    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove runs that ended long ago.")
        @Option(help: "How long ago, such as 30d.") var olderThan = "30d"
        @OptionGroup var place: DataPlace

        func run() async throws {
            guard let span = TimeSpan(olderThan) else {
                throw ExitCode.usage.saying("--older-than is '\(olderThan)'; give a length of time such as 30d")
            }
            let removed = try await place.changing("workflow.prune", "older than \(olderThan)") { store in
                var total = 0
                while true {
                    let count = try await store.pruneWorkflowRuns(before: SystemClock().now - span, limit: 500)
                    total += count
                    if count == 0 { return total }
                }
            }
            try Console.line("Removed \(removed) runs.")
        }
    }
}
