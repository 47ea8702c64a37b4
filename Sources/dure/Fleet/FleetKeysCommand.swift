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
            server, which needs a key with the scope manage. A new server's first key is made directly.
            """,
        subcommands: [FleetKeysAddCommand.self, FleetKeysListCommand.self, FleetKeysRevokeCommand.self]
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

    @Option(help: "A file with a key that may manage, for --server.", completion: .file())
    var keyFile: String?

    @Option(help: "A PEM file with the certificates to trust, for --server.", completion: .file())
    var trust: String?

    /// The server to ask; nil for the folder.
    func options() throws -> ServerOptions? {
        guard let server else { return nil }
        guard let keyFile else { throw ExitCode.usage.saying("--server needs --key-file") }
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

    @Option(parsing: .upToNextOption, help: "What it is for: work, enqueue, manage.")
    var scope: [WorkerKey.Scope] = [.work]

    @Option(help: "How many days it is good for; for ever by default.")
    var days: Int?

    @Option(help: "Write the key to this file, which only you can read, instead of printing it.", completion: .file())
    var keyOut: String?

    @OptionGroup var place: KeyPlace

    func validate() throws {
        guard KeyName.isValid(name) else {
            throw ValidationError("'\(name)' is no name for a key; give \(KeyName.rule)")
        }
        guard days.map({ (1...3_650).contains($0) }) ?? true else {
            throw ValidationError("--days is \(days ?? 0); give a number from 1 to 3650")
        }
    }

    func run() async throws {
        let text = try await make()
        guard let keyOut else { return try Console.line(text) }
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        let isWritten = FileManager.default.createFile(atPath: keyOut, contents: nil, attributes: attributes)
        guard isWritten,
            FileManager.default.createFile(atPath: keyOut, contents: Data((text + "\n").utf8), attributes: attributes)
        else {
            throw ExitCode.cannotCreate.saying("\(keyOut): the key cannot be written here; it is lost, make another")
        }
    }

    private struct Made: Decodable {
        var key: String
    }

    private struct Wish: Encodable {
        var name: String
        var scopes: [WorkerKey.Scope]
        var days: Int?
    }

    private func make() async throws -> String {
        if let options = try place.options() {
            let made: Made = try await options.calling { client in
                try await client.call("POST", "/v1/keys", Wish(name: name, scopes: scope, days: days))
            }
            return made.key
        }
        var generator = SystemRandomNumberGenerator()
        let key = KeyText(using: &generator)
        let now = SystemClock().now
        let end = days.map { now + .days($0) }
        let opened = try await place.database.open(folder: place.output, logger: .house())
        try await opened.store.write(key.record(name: name, scopes: Set(scope), createdAt: now, expiresAt: end))
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
        guard !keys.isEmpty else { return "There is no key yet; make one by 'dure fleet keys add NAME'." }
        let rows = keys.map { key in
            [
                key.id, key.name, key.scopes.map(\.rawValue).joined(separator: ","), key.createdAt,
                key.lastUsedAt ?? "never",
                key.revokedAt.map { "revoked \($0)" } ?? key.expiresAt.map { "until \($0)" } ?? "good",
            ]
        }
        return TextTable.lines([["id", "name", "for", "made", "last used", "state"]] + rows).joined(separator: "\n")
    }
}

/// `dure fleet keys revoke`: ends a key.
struct FleetKeysRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End a key.")

    @Argument(help: "The key's identifier, as 'dure fleet keys list' shows it.")
    var id: String

    @OptionGroup var place: KeyPlace

    func run() async throws {
        if let options = try place.options() {
            let path = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            _ = try await options.calling { client in try await client.send("DELETE", "/v1/keys/" + path) }
            return
        }
        let opened = try await place.database.open(folder: place.output, logger: .house())
        let isKnown = try await opened.store.revokeWorkerKey(id, now: SystemClock().now)
        try await opened.close()
        guard isKnown else {
            throw ExitCode.dataError.saying("there is no key '\(id)'; 'dure fleet keys list' shows them")
        }
    }
}
