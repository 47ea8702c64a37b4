// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Logging
import Storage

/// `dure migrate`: the schema's way up and down.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Show or change the version of the database's schema.",
        discussion: """
            Opening a database for writing takes its schema up by itself. Going down is for going back to an older Dure; what that one \
            cannot know is lost. Two processes never migrate at once.
            """,
        subcommands: [Status.self, Up.self, Down.self],
        defaultSubcommand: Status.self
    )

    /// Which database.
    struct Place: ParsableArguments {
        @Option(help: "The folder of the data.", completion: .directory)
        var output = DataFolder.standard

        @OptionGroup var database: DatabaseOptions

        /// Takes the schema to a version.
        func migrate(to version: Int) async throws -> MigrationHistory {
            if let address = database.address() {
                return try await PostgresStore.migrate(
                    PostgresSettings(address),
                    to: version,
                    time: SystemClock(),
                    log: .house()
                )
            }
            return try SQLiteStore.migrate(
                path: DataFolder(path: output).database,
                to: version,
                clock: SystemClock()
            )
        }

        /// What the database has been through.
        func history() async throws -> MigrationHistory {
            guard let address = database.address() else {
                return try SQLiteStore.history(path: DataFolder(path: output).database, clock: SystemClock())
            }
            return try await PostgresStore.history(PostgresSettings(address), time: SystemClock(), log: .house())
        }
    }

    /// The migrations as lines of a table.
    static func text(_ history: MigrationHistory) -> String {
        let applied = history.applied.map { ["\($0.version)", $0.name, "ran \($0.appliedAt)", $0.checksum] }
        let pending = history.pending.map { ["\($0.version)", $0.name, "has yet to run", $0.checksum] }
        return TextTable.lines([["version", "name", "state", "checksum"]] + applied + pending).joined(separator: "\n")
    }

    /// `dure migrate status`.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what ran and what has yet to.",
            discussion: "Exit codes: 0 everything ran; 1 something has yet to; 66 there is no database."
        )
        @OptionGroup var place: Place

        func run() async throws {
            let history = try await place.history()
            try Console.line(MigrateCommand.text(history))
            if !history.pending.isEmpty { throw ExitCode.failure }
        }
    }

    /// `dure migrate up`.
    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run what has yet to run.")
        @OptionGroup var place: Place

        @Option(help: "Up to this version; the newest by default.")
        var to: Int?

        func run() async throws {
            let newest = Migration.all.count
            let target = to ?? newest
            guard (0...newest).contains(target) else {
                throw ExitCode.usage.saying("--to is \(target); this Dure knows the versions 0 to \(newest)")
            }
            let version = try await place.history().version
            guard target >= version else {
                throw ExitCode.usage.saying(
                    "the schema has version \(version) already; 'dure migrate down --to \(target)' goes back"
                )
            }
            try Console.line(MigrateCommand.text(try await place.migrate(to: target)))
        }
    }

    /// `dure migrate down`.
    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the newest migrations back; what only they can hold is lost."
        )
        @OptionGroup var place: Place

        @Option(help: "Down to this version; 0 empties the database of every table.")
        var to: Int

        func run() async throws {
            let version = try await place.history().version
            guard (0...version).contains(to) else {
                throw ExitCode.usage.saying("--to is \(to); the schema has version \(version), so give 0 to \(version)")
            }
            try Console.line(MigrateCommand.text(try await place.migrate(to: to)))
        }
    }
}
