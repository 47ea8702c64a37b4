// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Server

/// `dure fleet`: looks after the workers of a server, and the keys that they need.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Look after the workers of a server, and their keys.",
        discussion: "docs/fleet.md says how a fleet works.",
        subcommands: [
            FleetListCommand.self, FleetRestartCommand.self, FleetIsolateCommand.self, FleetReleaseCommand.self,
            FleetDrainCommand.self, FleetKeysCommand.self,
        ]
    )
}

/// `dure fleet list`: the workers of a server.
struct FleetListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the workers of a server.")

    @OptionGroup var options: ServerOptions

    @Flag(help: "Print one JSON object per worker.")
    var json = false

    func run() async throws {
        let workers = try await FleetOrder.workers(options)
        guard json else { return try Console.line(Self.text(workers)) }
        for worker in workers { try Console.json(worker) }
    }

    /// The workers as a table.
    static func text(_ workers: [WorkerView]) -> String {
        guard !workers.isEmpty else { return "No worker has registered yet; start one by 'dure worker'." }
        let headers = ["name", "state", "role", "jobs", "done", "failed", "success", "restarts", "id"]
        let rows = workers.map { worker in
            [
                worker.name, worker.state.rawValue + (worker.isLeader ? " (leads)" : ""), worker.role.rawValue,
                "\(worker.inFlight)/\(worker.slots)", "\(worker.completed)", "\(worker.failed)",
                worker.successRate.isFinite ? "\(Int((min(max(worker.successRate, 0), 1) * 100).rounded())) %" : "-",
                "\(worker.restarts)", worker.id.text,
            ]
        }
        return TextTable.lines([headers] + rows).joined(separator: "\n")
    }
}

/// What people order of one worker.
enum FleetOrder {
    /// The workers of a server.
    static func workers(_ options: ServerOptions) async throws -> [WorkerView] {
        try await options.calling { client in
            let list: WorkerList = try await client.call("GET", "/v1/fleet/workers")
            return list.workers
        }
    }

    /// Gives an order to the worker of a name or identifier.
    static func give(
        _ order: String,
        to worker: String,
        _ options: ServerOptions,
        body: [String: String]? = nil
    ) async throws {
        let workers = try await workers(options)
        guard let found = workers.first(where: { $0.id.text == worker || $0.name == worker }) else {
            let names = workers.map(\.name).sorted().joined(separator: ", ")
            throw ExitCode.dataError.saying(
                "there is no worker '\(worker)'; " + (names.isEmpty ? "none has registered" : "there is \(names)")
            )
        }
        _ = try await options.calling { client in
            try await client.send("POST", "/v1/fleet/workers/\(found.id.text)/\(order)", body)
        }
    }
}

/// `dure fleet restart`: has a worker start anew.
struct FleetRestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Have a worker stop what it does and start anew; its jobs go to others."
    )

    @Argument(help: "The worker's name or identifier.")
    var worker: String
    @OptionGroup var options: ServerOptions

    func run() async throws { try await FleetOrder.give("restart", to: worker, options) }
}

/// `dure fleet isolate`: gives a worker no more work.
struct FleetIsolateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "isolate",
        abstract: "Give a worker's jobs to others, and none to it until it is released."
    )

    @Argument(help: "The worker's name or identifier.")
    var worker: String
    @Option(help: "Why; it is kept with the notice.")
    var reason = "a person isolated it"
    @OptionGroup var options: ServerOptions

    func run() async throws { try await FleetOrder.give("isolate", to: worker, options, body: ["reason": reason]) }
}

/// `dure fleet release`: lets an isolated worker in again.
struct FleetReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Let an isolated worker in again."
    )

    @Argument(help: "The worker's name or identifier.")
    var worker: String
    @OptionGroup var options: ServerOptions

    func run() async throws { try await FleetOrder.give("release", to: worker, options) }
}

/// `dure fleet drain`: lets a worker finish and leave.
struct FleetDrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Let a worker finish what it has, and then leave."
    )

    @Argument(help: "The worker's name or identifier.")
    var worker: String
    @OptionGroup var options: ServerOptions

    func run() async throws { try await FleetOrder.give("drain", to: worker, options) }
}
