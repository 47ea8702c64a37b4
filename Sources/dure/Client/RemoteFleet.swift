// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Server

/// `dure --server URL status`: how the server is; with a campaign how that stands.
struct RemoteStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the server is, or how a campaign stands."
    )
    @OptionGroup var target: RemoteCampaign
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        if target.campaign != nil {
            var show = RemoteShow()
            show.target = target
            show.json = json
            return try await show.run()
        }
        let view: SystemView = try await RemoteHouse.calling { try await $0.call("GET", "/api/v1/control/status") }
        if json { return try Console.json(view) }
        var rows = [
            ["version", view.version], ["since", view.startedAt], ["ready", view.isReady ? "yes" : "no"],
            ["agents", view.agents],
        ]
        for check in view.checks { rows.append([check.name, (check.isGood ? "good: " : "bad: ") + check.detail]) }
        try Console.line(TextTable.lines(rows).joined(separator: "\n"))
    }
}

/// `dure --server URL alerts`.
struct RemoteAlerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "alerts", abstract: "List alerts, newest first.")
    @Option(help: "How many at most.") var limit = 50
    @Flag(help: "Only what is unusual.") var anomalies = false
    @Flag(help: "Print one JSON object per alert.") var json = false

    func run() async throws {
        let path = "/api/v1/monitoring/" + (anomalies ? "anomalies" : "alerts")
        let all = try await RemoteHouse.calling {
            try await RemoteHouse.all(AlertView.self, path, $0, limit: limit)
        }
        if json {
            for one in all { try Console.json(one) }
            return
        }
        guard !all.isEmpty else { return try Console.line("There is no alert.") }
        let rows = all.map { [$0.time, $0.severity.rawValue, $0.kind.rawValue, $0.message] }
        try Console.line(TextTable.lines(rows).joined(separator: "\n"))
    }
}

/// `dure --server URL fleet`.
struct RemoteFleet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "List the workers, or order something of one."
    )
    @Option(help: "What to order of a worker: restart, isolate, release or drain.") var order: WorkerOrderDraft.Order?
    @Option(help: "The worker's name or identifier, for --order.") var worker: String?
    @Option(help: "Why, for the record.") var reason: String?
    @Flag(help: "Print one JSON object per worker.") var json = false

    func validate() throws {
        guard (order == nil) == (worker == nil) else { throw ValidationError("--order and --worker go together") }
    }

    func run() async throws {
        let path = "/api/v1/fleet/workers"
        let all = try await RemoteHouse.calling { client in
            let all = try await RemoteHouse.all(WorkerDetail.self, path, client)
            guard let order, let worker else { return all }
            guard let found = all.first(where: { $0.id.text == worker || $0.name == worker }) else {
                let names = all.map(\.name).sorted().joined(separator: ", ")
                throw ExitCode.dataError.saying("there is no worker '\(worker)'; there is \(names)")
            }
            let draft = WorkerOrderDraft(order: order, reason: reason)
            let answer: WorkerDetail = try await client.call("POST", "\(path)/\(found.id)/orders", draft)
            return [answer]
        }
        if json {
            for one in all { try Console.json(one) }
            return
        }
        guard !all.isEmpty else { return try Console.line("No worker has registered there yet.") }
        let rows = all.map { one in
            [
                one.name, one.state.rawValue, one.role.rawValue, one.group.map(String.init) ?? "-",
                "\(one.inFlight)/\(one.slots)", "\(one.completed)", "\(one.failed)", one.id.text,
            ]
        }
        let head = ["name", "state", "role", "group", "jobs", "done", "failed", "id"]
        try Console.line(TextTable.lines([head] + rows).joined(separator: "\n"))
    }
}

extension WorkerOrderDraft.Order: ExpressibleByArgument {}

/// `dure --server URL jobs`.
struct RemoteJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Say how many jobs are where; list, requeue and cancel them."
    )
    @Option(help: "List jobs in a state, such as dead.") var state: String?
    @Option(help: "Give a dead job its tries back.", transform: JobsCommand.identifier) var requeue: JobID?
    @Option(help: "Cancel a job that has not ended.", transform: JobsCommand.identifier) var cancel: JobID?
    @Option(help: "How many at most.") var limit = 50
    @Flag(help: "Print one JSON object per line.") var json = false

    func run() async throws {
        let base = "/api/v1/fleet"
        if let (job, act) = requeue.map({ ($0, "requeue") }) ?? cancel.map({ ($0, "cancel") }) {
            let view: JobDetail = try await RemoteHouse.calling { client in
                try await client.call("POST", "\(base)/jobs/\(job)/\(act)")
            }
            return try Console.line("\(view.id) is \(view.state.rawValue).")
        }
        guard let state else { return try await queues(base) }
        let all = try await RemoteHouse.calling { client in
            try await RemoteHouse.all(JobDetail.self, "\(base)/jobs?state=\(state)", client, limit: limit)
        }
        if json {
            for one in all { try Console.json(one) }
            return
        }
        guard !all.isEmpty else { return try Console.line("There is no job in the state \(state).") }
        let rows = all.map {
            [$0.id.text, $0.kind, $0.createdAt, "try \($0.attempt) of \($0.maxAttempts)", $0.failure ?? ""]
        }
        try Console.line(TextTable.lines(rows).joined(separator: "\n"))
    }

    private func queues(_ base: String) async throws {
        let page: Page<QueueView> = try await RemoteHouse.calling { try await $0.call("GET", "\(base)/queues") }
        if json {
            for one in page.items { try Console.json(one) }
            return
        }
        let rows = page.items.map {
            [$0.kind, "\($0.ready)", "\($0.delayed)", "\($0.leased)", "\($0.dead)", $0.isPaused ? "paused" : ""]
        }
        let head = ["kind", "ready", "delayed", "leased", "dead", ""]
        try Console.line(TextTable.lines([head] + rows).joined(separator: "\n"))
    }
}
