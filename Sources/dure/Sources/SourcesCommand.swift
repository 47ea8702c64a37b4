// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation

/// `dure sources`: where news, videos and ranks come from.
struct SourcesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract:
            "Look at sources of news, videos and ranks: what each needs, what it gives, what is left of its quota.",
        subcommands: [SourcesListCommand.self, SourcesCheckCommand.self, SourcesRankCommand.self]
    )
}

/// How an answer is printed.
enum SourceFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// What the commands about sources have in common.
struct SourceOptions: ParsableArguments {
    @Option(help: "The folder of the data, where spent quotas are written down.", completion: .directory)
    var output = DataFolder.standard

    @Option(help: "A host that may be asked although it is not open to the public; may be given again.")
    var allow: [String] = []

    /// Gives an access for the length of a body.
    ///
    /// Throws an exit code, with the failure's sentence, for a `Failure`.
    func access<Value>(_ body: (SourceAccess) async throws -> Value) async throws -> Value {
        let access = SourceAccess(
            .init(
                environment: ProcessInfo.processInfo.environment,
                folder: DataFolder(path: output).url.appending(path: "sources").path,
                allowedHosts: Set(allow.map { $0.lowercased() })
            ),
            time: SystemClock()
        )
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(access))
        } catch {
            outcome = .failure(error)
        }
        do {
            try await access.shutdown()
        } catch {
            Console.note("the connections could not be closed: \(error)")
        }
        do {
            return try outcome.get()
        } catch let failure as Failure {
            throw Self.code(failure).saying(failure.message)
        }
    }

    /// The exit code of a failure.
    static func code(_ failure: Failure) -> ExitCode {
        switch failure.class {
        case .invalid: .dataError
        case .notFound: .noInput
        case .permission: .notAllowed
        case .timeOut, .rateLimit, .unknown: .temporary
        }
    }
}

/// `dure sources list`.
struct SourcesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract:
            "List the kinds of sources, the environment variables that each needs, and what is spent of its quota today.",
        discussion: "Nobody is asked. Exit code: 0."
    )

    @OptionGroup var options: SourceOptions

    @Option(help: "text or json.")
    var format = SourceFormat.text

    func run() async throws {
        let descriptions = try await options.access { SourceCatalogue.descriptions(with: $0) }
        switch format {
        case .json: try Console.json(descriptions)
        case .text:
            let rows = descriptions.map { source in
                [source.address, source.kind, Self.variables(source), Self.budgets(source)]
            }
            let lines = TextTable.lines([["source", "tells", "needs", "today"]] + rows)
            try Console.line(lines.joined(separator: "\n"))
        }
    }

    private static func variables(_ source: SourceDescription) -> String {
        source.variables.isEmpty
            ? "-" : source.variables.map { $0.name + ($0.isSet ? " (set)" : " (missing)") }.joined(separator: " ")
    }

    private static func budgets(_ source: SourceDescription) -> String {
        if let problem = source.problem { return problem }
        var parts = source.budgets.map { "\($0.spent) of \($0.limit) \($0.name)" }
        if let instant = source.notBefore { parts.append("left alone until \(instant)") }
        return parts.isEmpty ? "-" : parts.joined(separator: ", ")
    }
}
