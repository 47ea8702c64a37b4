// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Operations
import Storage

/// `dure keys`: the credentials of programs, workers and people's tools.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list, rotate and revoke keys.",
        discussion: """
            A key has a role – viewer looks, operator steers, admin also looks after keys and settings, worker takes jobs – and belongs to one \
            workspace. It is shown once; the database has its hash alone. 'dure fleet keys' are the same keys.
            """,
        subcommands: [
            FleetKeysAddCommand.self, FleetKeysListCommand.self, KeysRotateCommand.self, FleetKeysRevokeCommand.self,
        ]
    )
}

extension Role: ExpressibleByArgument {
    /// The scopes of a key that is made with a role alone.
    var scopes: [WorkerKey.Scope] {
        switch self {
        case .viewer: []
        case .operator: [.enqueue]
        case .admin: [.enqueue, .manage]
        case .worker: [.work]
        }
    }
}

/// `dure keys rotate`: another secret for the same key.
struct KeysRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a key another secret and print it; the former is good for a while longer.",
        discussion: """
            Through a server that runs, with --server and an administrator's key; or in its data folder, which no server may hold open then \
            (with a PostgreSQL database it may).
            """
    )

    @Argument(help: "The key's identifier, as 'dure keys list' shows it.")
    var id: String

    @Option(help: "How long the former secret is good, such as 24h; 0s for not at all.")
    var grace = "24h"

    @Option(help: "Write the key to this file, which only you can read, instead of printing it.", completion: .file())
    var keyOut: String?

    @Option(help: "The server's address; the data folder is not touched then.")
    var server: String?

    @Option(help: "A file with an administrator's key, for --server; DURE_API_KEY when left out.", completion: .file())
    var keyFile: String?

    @Option(help: "A PEM file with the certificates to trust, for --server.", completion: .file())
    var trust: String?

    @OptionGroup var workspace: WorkspaceOption
    @OptionGroup var place: DataPlace

    func validate() throws {
        guard let span = TimeSpan(grace), span >= .zero, span <= .days(30) else {
            throw ValidationError("--grace is '\(grace)'; give a length of time from 0s to 30d")
        }
        guard server == nil || workspace.id == .default else {
            throw ValidationError("a server rotates keys of its caller's workspace: leave --workspace out, or --server")
        }
    }

    private struct Rotation: Encodable {
        var graceSeconds: Int64

        private enum CodingKeys: String, CodingKey {
            case graceSeconds = "grace_seconds"
        }
    }

    private struct Rotated: Decodable { var key: String }

    func run() async throws {
        if let server {
            var options = ServerOptions()
            (options.servers, options.keyFile, options.trust) = ([server], keyFile, trust)
            let path = "/api/v1/keys/\(id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")/rotate"
            let body = Rotation(graceSeconds: (TimeSpan(grace) ?? .zero).milliseconds / 1_000)
            let rotated: Rotated = try await options.calling { client in try await client.call("POST", path, body) }
            return try KeyOutput.give(rotated.key, to: keyOut)
        }
        var generator = SystemRandomNumberGenerator()
        let now = SystemClock().now
        let end = now + (TimeSpan(grace) ?? .zero)
        let made = KeyText(rotating: id, using: &generator)
        let isKnown = try await place.writing { store in
            guard let made else { return false }
            let isKnown = try await store.rotateWorkerKey(
                id,
                in: workspace.id,
                to: made.hash,
                formerUntil: end,
                now: now
            )
            if isKnown {
                try await CommandAudit.note(store, "key.rotate", id, detail: "former until \(end)", in: workspace.id)
            }
            return isKnown
        }
        guard isKnown, let made else {
            throw ExitCode.dataError.saying("there is no key '\(id)' that was not revoked; 'dure keys list' shows them")
        }
        try KeyOutput.give(made.text, to: keyOut)
    }
}

/// Where a key's text goes, once.
enum KeyOutput {
    /// Prints a key, or writes it to a file that only its owner can read.
    static func give(_ text: String, to path: String?) throws {
        guard let path else { return try Console.line(text) }
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        let isWritten = FileManager.default.createFile(atPath: path, contents: nil, attributes: attributes)
        guard isWritten,
            FileManager.default.createFile(atPath: path, contents: Data((text + "\n").utf8), attributes: attributes)
        else {
            throw ExitCode.cannotCreate.saying("\(path): the key cannot be written here; it is lost, make another")
        }
    }
}
