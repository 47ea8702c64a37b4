// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs
import Operations
import Server

/// The command `dure --server URL`: what a server can be asked from elsewhere.
struct RemoteDure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dure --server",
        abstract: "Asks a server for campaigns, fleet, jobs, alerts and reports.",
        usage: "dure --server URL [--key-file FILE] [--trust FILE] COMMAND",
        discussion: """
            DURE_SERVER names a server as --server does, for commands that are given neither --output nor --database. The key is the one \
            in --key-file, else in DURE_API_KEY, else in the file that DURE_API_KEY_FILE names. Exit codes: 0 done; 1 the campaign is \
            not as the order needs it; 65 the server refuses a value; 75 it does not answer or is busy; 77 the key is not allowed this.
            """,
        subcommands: [
            RemoteStatus.self, RemoteList.self, RemoteShow.self, RemoteCreate.self, RemoteRehearse.self,
            RemoteDecisions.self, RemoteReport.self, RemoteAlerts.self, RemoteFleet.self, RemoteJobs.self,
            RemoteApprove.self, RemoteReject.self, RemotePause.self, RemoteResume.self, RemoteStop.self,
            RemoteConclude.self,
        ]
    )

    /// Whether arguments ask a server.
    static func isMeant(by arguments: [String], _ environment: [String: String]) -> Bool {
        arguments.first.flatMap(option) != nil || asksServer(arguments, environment)
    }

    /// The option that an argument before the command is; nil for another argument.
    private static func option(_ argument: String) -> String? {
        variables.keys.first { argument == $0 || argument.hasPrefix($0 + "=") }
    }

    /// The command of arguments that ask a server; throws what is wrong with them.
    static func command(from arguments: [String]) throws -> any ParsableCommand {
        var rest = arguments[...]
        while let first = rest.first, let name = option(first) {
            rest = rest.dropFirst()
            let value = first == name ? rest.popFirst() : String(first.dropFirst(name.count + 1))
            guard let value else { throw ExitCode.usage.saying("\(name) needs a value") }
            unsafe setenv(variables[name] ?? "", value, 1)
        }
        return try parseAsRoot(Array(rest))
    }

    private static let variables = [
        "--server": "DURE_SERVER", "--key-file": "DURE_API_KEY_FILE", "--trust": "DURE_TRUST",
    ]

    /// Whether a command goes to the server that the environment names.
    static func asksServer(_ arguments: [String], _ environment: [String: String]) -> Bool {
        guard environment["DURE_SERVER"]?.isEmpty == false, let name = arguments.first else { return false }
        let isLocal = arguments.contains { argument in
            ["--output", "--database", "--server"].contains { argument == $0 || argument.hasPrefix($0 + "=") }
        }
        guard !isLocal else { return false }
        // Of a folder these have subcommands, of which some are for the machine itself.
        if ["fleet", "jobs"].contains(name) { return arguments.dropFirst().first?.hasPrefix("-") ?? true }
        return offered.contains(name)
    }

    /// Commands that mean the same of a folder and of a server.
    private static let offered: Set<String> = [
        "status", "list", "decisions", "report", "approve", "reject", "pause", "resume", "stop",
    ]
}

/// A server that is asked, as the environment names it.
enum RemoteHouse {
    /// Makes calls; what the server refuses is an exit code.
    static func calling<Value>(_ body: (APIClient) async throws -> Value) async throws -> Value {
        let client = try client(ProcessInfo.processInfo.environment)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(client))
        } catch {
            outcome = .failure(error)
        }
        try await client.shutdown()
        do {
            return try outcome.get()
        } catch let error as FleetCallError {
            switch error {
            case .notAllowed: throw ExitCode(WorkerExit.notAllowed).saying("\(error)")
            case .unreachable, .busy: throw ExitCode.temporary.saying("\(error)")
            case .refused, .sessionIsOver: throw ExitCode.dataError.saying("\(error)")
            }
        }
    }

    private static func client(_ environment: [String: String]) throws -> APIClient {
        guard let server = environment["DURE_SERVER"], !server.isEmpty else {
            throw ExitCode.usage.saying("no server is named; give --server URL")
        }
        let key: String
        if let file = environment["DURE_API_KEY_FILE"], !file.isEmpty {
            key = try ServerOptions.key(in: file)
        } else if let text = environment["DURE_API_KEY"], !text.isEmpty {
            key = text
        } else {
            throw ExitCode.usage.saying("there is no key for \(server); give --key-file, or set DURE_API_KEY")
        }
        do {
            return try APIClient(
                .init(server: server, key: key, trust: environment["DURE_TRUST"], patience: .seconds(60))
            )
        } catch let failure as Failure {
            throw ExitCode.usage.saying(failure.message)
        }
    }

    /// Every thing of a list, page by page, at most `limit`.
    static func all<Item: Codable & Sendable & Described>(
        _ type: Item.Type = Item.self,
        _ path: String,
        _ client: APIClient,
        limit: Int = .max
    ) async throws -> [Item] {
        var (items, cursor): ([Item], String?) = ([], nil)
        repeat {
            let joint = path.contains("?") ? "&" : "?"
            let page: Page<Item> = try await client.call(
                "GET",
                path + joint + "limit=100" + (cursor.map { "&cursor=" + $0 } ?? "")
            )
            items += page.items
            cursor = page.nextCursor
        } while cursor != nil && items.count < limit
        return Array(items.prefix(limit))
    }
}
