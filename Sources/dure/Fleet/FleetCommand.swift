// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs
import Server
import Storage

/// `dure fleet`: looks after the workers of a fleet, and the keys that they need.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Look after the workers of a fleet, their rests, and their keys.",
        discussion: """
            With --server and --key-file through any server of the fleet; without them in the database itself: the one of --database or \
            DURE_DATABASE_URL, or the one in the folder, which a server that runs holds open. docs/fleet.md says how a fleet works.
            """,
        subcommands: [
            FleetListCommand.self, FleetRestartCommand.self, FleetIsolateCommand.self, FleetReleaseCommand.self,
            FleetDrainCommand.self, FleetForgetCommand.self, FleetMaintenanceCommand.self, FleetKeysCommand.self,
        ]
    )
}

extension KeyPlace {
    /// Does something with the fleet: through a server that answers, or in the database itself.
    ///
    /// What is `noted` is added to the audit log once it is done; a server does that of itself.
    func withFleet<Value>(
        reading: Bool = false,
        noted: (action: String, subject: String)? = nil,
        server: (APIClient) async throws -> Value,
        database: (StoredFleetControl) async throws -> Value
    ) async throws -> Value {
        if let options = try options() { return try await options.calling(server) }
        let clock = SystemClock()
        guard reading, self.database.address() == nil else {
            let opened = try await self.database.open(folder: output, logger: .house())
            let outcome = await result(
                StoredFleetControl(fleet: opened.store, jobs: opened.store, clock: clock),
                database
            )
            if case .success = outcome, let noted {
                try await CommandAudit.note(opened.store, noted.action, noted.subject, in: .default)
            }
            try await opened.close()
            return try outcome.get()
        }
        let store = try DataFolder(path: output).openForReading()
        let outcome = await result(StoredFleetControl(fleet: store, jobs: store, clock: clock), database)
        try store.close()
        return try outcome.get()
    }

    private func result<Value>(
        _ control: StoredFleetControl,
        _ body: (StoredFleetControl) async throws -> Value
    ) async -> Result<Value, any Error> {
        do {
            return .success(try await body(control))
        } catch FleetRefusal.present(let worker) {
            return .failure(ExitCode.dataError.saying("worker \(worker) has a session; drain it, or wait for its end"))
        } catch let fault as MaintenanceWish.Fault {
            return .failure(ExitCode.dataError.saying("\(fault)"))
        } catch {
            return .failure(error)
        }
    }
}

/// `dure fleet list`: the workers of a fleet.
struct FleetListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the workers of a fleet.")

    @OptionGroup var place: KeyPlace

    @Flag(help: "Print one JSON object per worker.")
    var json = false

    func run() async throws {
        let workers = try await WorkerOrder.workers(place)
        guard json else { return try Console.line(Self.text(workers)) }
        for worker in workers { try Console.json(worker) }
    }

    /// The workers as a table.
    static func text(_ workers: [WorkerView]) -> String {
        guard !workers.isEmpty else { return "No worker has registered yet; start one by 'dure worker'." }
        let headers = ["name", "state", "role", "group", "jobs", "done", "failed", "success", "restarts", "id"]
        let rows = workers.map { worker in
            [
                worker.name, worker.state.rawValue + (worker.isResting ?? false ? " (rests)" : ""),
                worker.role.rawValue, group(worker),
                "\(worker.inFlight)/\(worker.slots)", "\(worker.completed)", "\(worker.failed)",
                worker.successRate.isFinite ? "\(Int((min(max(worker.successRate, 0), 1) * 100).rounded())) %" : "-",
                "\(worker.restarts)", worker.id.text,
            ]
        }
        return TextTable.lines([headers] + rows).joined(separator: "\n")
    }

    private static func group(_ worker: WorkerView) -> String {
        guard let group = worker.group else { return "-" }
        return worker.isLeader ? "\(group) (leads, term \(worker.leaderTerm ?? 0))" : "\(group)"
    }
}

/// What people order of one worker.
enum WorkerOrder {
    /// The workers of a fleet.
    static func workers(_ place: KeyPlace) async throws -> [WorkerView] {
        try await place.withFleet(reading: true) { client in
            let list: WorkerList = try await client.call("GET", "/v1/fleet/workers")
            return list.workers
        } database: { control in
            try await control.workers().map(WorkerView.init)
        }
    }

    /// Gives an order to the worker of a name or identifier.
    static func give(
        _ order: String,
        method: String = "POST",
        to worker: String,
        _ place: KeyPlace,
        body: [String: String]? = nil,
        database: (StoredFleetControl, WorkerID) async throws -> Void
    ) async throws {
        let workers = try await workers(place)
        guard let found = workers.first(where: { $0.id.text == worker || $0.name == worker }) else {
            let names = workers.map(\.name).sorted().joined(separator: ", ")
            throw ExitCode.dataError.saying(
                "there is no worker '\(worker)'; " + (names.isEmpty ? "none has registered" : "there is \(names)")
            )
        }
        let action = "worker." + (order.isEmpty ? "forget" : order)
        try await place.withFleet(noted: (action, "\(found.name) (\(found.id.text))")) { client in
            let path = "/v1/fleet/workers/\(found.id.text)" + (order.isEmpty ? "" : "/" + order)
            try await client.send(method, path, body)
        } database: { control in
            try await database(control, found.id)
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
    @OptionGroup var place: KeyPlace

    func run() async throws {
        try await WorkerOrder.give("restart", to: worker, place) { try await $0.restart($1) }
    }
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
    @OptionGroup var place: KeyPlace

    func run() async throws {
        try await WorkerOrder.give("isolate", to: worker, place, body: ["reason": reason]) { control, id in
            try await control.isolate(id, reason: reason)
        }
    }
}

/// `dure fleet release`: lets an isolated worker in again.
struct FleetReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Let an isolated worker in again."
    )

    @Argument(help: "The worker's name or identifier.")
    var worker: String
    @OptionGroup var place: KeyPlace

    func run() async throws {
        try await WorkerOrder.give("release", to: worker, place) { try await $0.release($1) }
    }
}

/// `dure fleet drain`: lets a worker finish and leave.
struct FleetDrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Let a worker finish what it has, and then leave."
    )

    @Argument(help: "The worker's name or identifier.")
    var worker: String
    @OptionGroup var place: KeyPlace

    func run() async throws {
        try await WorkerOrder.give("drain", to: worker, place) { try await $0.drain($1) }
    }
}

/// `dure fleet forget`: frees the place of a worker that will not come back.
struct FleetForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Forget a worker that is away and will not come back, so that another has its place."
    )

    @Argument(help: "The worker's name or identifier.")
    var worker: String
    @OptionGroup var place: KeyPlace

    func run() async throws {
        try await WorkerOrder.give("", method: "DELETE", to: worker, place) { try await $0.forget($1) }
    }
}
