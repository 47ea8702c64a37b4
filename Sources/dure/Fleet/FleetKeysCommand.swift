// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Logging
import Operations
import Server
import Storage

/// `dure fleet keys`: the credentials of workers, of those who add jobs, and of those who manage.
struct FleetKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list and revoke keys.",
        discussion: """
            Without --server the keys of the data folder are changed directly, which no server may hold open then; with it, through the \
            server, which needs a key with the scope manage. A new server's first key is made directly. 'dure keys' are the same keys.
            """,
        subcommands: [
            FleetKeysAddCommand.self, FleetKeysListCommand.self, KeysRotateCommand.self, FleetKeysRevokeCommand.self,
        ]
    )
}

extension WorkerKey.Scope: ExpressibleByArgument {}

/// Where a fleet and its keys are: in a database, or behind a server.
struct KeyPlace: ParsableArguments {
    @Option(help: "The folder of the server's data.", completion: .directory)
    var output = DataFolder.standard

    @OptionGroup var database: DatabaseOptions

    @Option(help: "The server's address; the data folder is not touched then.")
    var server: String?

    @Option(help: "A file with a key that may manage, for --server; DURE_API_KEY when left out.", completion: .file())
    var keyFile: String?

    @Option(help: "A PEM file with the certificates to trust, for --server.", completion: .file())
    var trust: String?

    /// The server to ask; nil for the folder.
    func options() throws -> ServerOptions? {
        guard let server else { return nil }
        var options = ServerOptions()
        options.servers = [server]
        options.keyFile = keyFile
        options.trust = trust
        return options
    }
}

/// `dure fleet keys add`: makes a key and prints it, once.
struct FleetKeysAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Make a key and print it; it is shown only now."
    )

    @Argument(help: "The key's name, which is its worker's name.")
    var name: String

    @Option(
        parsing: .upToNextOption,
        help: "What it is for: work, enqueue, manage; what its role needs by default, and work where there is no role."
    )
    var scope: [WorkerKey.Scope] = []

    @Option(
        help:
            "What its owner may do: viewer, operator, admin or worker; worker by default, admin with the scope manage."
    )
    var role: Role?

    @Option(help: "The workspace whose records it opens.")
    var workspace = "default"

    @Option(help: "How many days it is good for; for ever by default.")
    var days: Int?

    @Option(help: "Write the key to this file, which only you can read, instead of printing it.", completion: .file())
    var keyOut: String?

    @OptionGroup var place: KeyPlace

    func validate() throws {
        guard KeyName.isValid(name) else {
            throw ValidationError("'\(name)' is no name for a key; give \(KeyName.rule)")
        }
        guard WorkspaceID(workspace) != nil else {
            throw ValidationError(
                "--workspace is '\(workspace)'; give 1 to 63 lower-case letters, digits and hyphens"
            )
        }
        guard workspace == "default" || !scopes.contains(.work) else {
            throw ValidationError(
                "workers take every workspace's jobs, so that their keys are of the workspace 'default': leave --workspace out"
            )
        }
        guard workspace == "default" || place.server == nil else {
            throw ValidationError("a server makes keys of its caller's workspace: leave --workspace out, or --server")
        }
        guard days.map({ (1...3_650).contains($0) }) ?? true else {
            throw ValidationError("--days is \(days ?? 0); give a number from 1 to 3650")
        }
    }

    func run() async throws {
        try KeyOutput.give(try await make(), to: keyOut)
    }

    /// What it is for, where nobody says.
    private var scopes: [WorkerKey.Scope] { scope.isEmpty ? role?.scopes ?? [.work] : scope }

    private struct Made: Decodable {
        var key: String
    }

    private struct Wish: Encodable {
        var name: String
        var scopes: [WorkerKey.Scope]
        var role: Role?
        var days: Int?
    }

    private func make() async throws -> String {
        if let options = try place.options() {
            let made: Made = try await options.calling { client in
                try await client.call(
                    "POST",
                    "/v1/keys",
                    Wish(
                        name: name,
                        scopes: scopes,
                        role: role,
                        days: days
                    )
                )
            }
            return made.key
        }
        var generator = SystemRandomNumberGenerator()
        let key = KeyText(using: &generator)
        let now = SystemClock().now
        let end = days.map { now + .days($0) }
        let record = key.record(
            name: name,
            scopes: Set(scopes),
            role: role,
            workspace: WorkspaceID(workspace) ?? .default,
            createdAt: now,
            expiresAt: end
        )
        let opened = try await place.database.open(folder: place.output, logger: .house())
        try await opened.store.write(record)
        try await CommandAudit.note(
            opened.store,
            "key.add",
            record.id,
            detail: "\(name), \(record.role.rawValue)",
            in: record.workspace
        )
        try await opened.close()
        return key.text
    }
}

/// `dure fleet keys list`: every key, without its secret.
struct FleetKeysListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the keys.")

    @OptionGroup var place: KeyPlace

    @Flag(help: "Print one JSON object per key.")
    var json = false

    func run() async throws {
        let keys = try await keys()
        guard json else { return try Console.line(Self.text(keys)) }
        for key in keys { try Console.json(key) }
    }

    private func keys() async throws -> [KeyView] {
        if let options = try place.options() {
            return try await options.calling { client in
                let list: KeyList = try await client.call("GET", "/v1/keys")
                return list.keys
            }
        }
        guard place.database.address() != nil else {
            let store = try DataFolder(path: place.output).openForReading()
            let keys = try await store.workerKeys().map(KeyView.init)
            try store.close()
            return keys
        }
        let opened = try await place.database.open(folder: place.output, logger: .house())
        let keys = try await opened.store.workerKeys().map(KeyView.init)
        try await opened.close()
        return keys
    }

    /// The keys as a table.
    static func text(_ keys: [KeyView]) -> String {
        guard !keys.isEmpty else { return "There is no key yet; make one by 'dure keys add NAME'." }
        let rows = keys.map { key in
            [
                key.id, key.name, key.role?.rawValue ?? "", key.workspace ?? "",
                key.scopes.map(\.rawValue).joined(separator: ","), key.createdAt, key.lastUsedAt ?? "never",
                key.revokedAt.map { "revoked \($0)" } ?? key.expiresAt.map { "until \($0)" } ?? "good",
            ]
        }
        return TextTable.lines([["id", "name", "role", "workspace", "for", "made", "last used", "state"]] + rows)
            .joined(separator: "\n")
    }
}

/// `dure fleet keys revoke`: ends a key.
struct FleetKeysRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End a key.")

    @Argument(help: "The key's identifier, as 'dure keys list' shows it.")
    var id: String

    @OptionGroup var place: KeyPlace

    func run() async throws {
        if let options = try place.options() {
            let path = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            _ = try await options.calling { client in try await client.send("DELETE", "/v1/keys/" + path) }
            return
        }
        let opened = try await place.database.open(folder: place.output, logger: .house())
        let workspace = try await opened.store.workerKey(id)?.workspace ?? .default
        let isKnown = try await opened.store.revokeWorkerKey(id, now: SystemClock().now)
        if isKnown { try await CommandAudit.note(opened.store, "key.revoke", id, in: workspace) }
        try await opened.close()
        guard isKnown else {
            throw ExitCode.dataError.saying("there is no key '\(id)'; 'dure keys list' shows them")
        }
    }
}
