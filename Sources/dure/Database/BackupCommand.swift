// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Storage

/// `dure backup`: a copy of the database while it is written to.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a data folder's database while it is in use, and check copies.",
        discussion: """
            A PostgreSQL database is backed up with its own pg_dump and restored with pg_restore; this is for the database in a folder.
            """,
        subcommands: [Make.self, Verify.self],
        defaultSubcommand: Make.self
    )

    /// `dure backup make`.
    struct Make: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the database to a file.",
            discussion:
                "Exit codes: 0 it was copied and the copy is whole; 66 there is no database; 73 the file cannot be written."
        )

        @Argument(help: "The file for the copy; it must not exist.")
        var file: String

        @Option(help: "The folder of the data.", completion: .directory)
        var output = DataFolder.standard

        func run() async throws {
            let source = DataFolder(path: output).database
            guard !FileManager.default.fileExists(atPath: file) else {
                throw ExitCode.cannotCreate.saying("\(file): it exists already; give a name that is free")
            }
            let temporary = file + ".part"
            do {
                try await SQLiteBackup.copy(from: source, to: temporary)
                let summary = try SQLiteBackup.verify(temporary, clock: SystemClock())
                try FileManager.default.moveItem(atPath: temporary, toPath: file)
                try Console.line("\(file): \(summary)")
            } catch {
                try? FileManager.default.removeItem(atPath: temporary)
                throw Self.exit(error, file: file)
            }
        }

        private static func exit(_ error: any Error, file: String) -> any Error {
            if error is StorageError || error is ExitCode { return error }
            return ExitCode.cannotCreate.saying("\(file): the copy cannot be made (\(error))")
        }
    }

    /// `dure backup verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a copy: whole, of a schema that this Dure knows, every reference in place.",
            discussion: "Exit codes: 0 it can be restored; 65 it is damaged; 66 there is no such file."
        )

        @Argument(help: "The copy.", completion: .file())
        var file: String

        func run() async throws {
            guard FileManager.default.fileExists(atPath: file) else {
                throw ExitCode.noInput.saying("\(file): there is no such file")
            }
            do {
                try Console.line("\(file): \(try SQLiteBackup.verify(file, clock: SystemClock()))")
            } catch {
                throw ExitCode.dataError.saying("\(file): it cannot be restored: \(error)")
            }
        }
    }
}

/// `dure restore`: puts a copy in the place of a data folder's database.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a copy in the place of a data folder's database.",
        discussion: """
            The copy is checked first. The database that was there is kept beside it, under its name and the time. Exit codes: 0 it was \
            restored; 65 the copy is damaged; 66 there is no such file; 75 a process holds the data folder.
            """
    )

    @Argument(help: "The copy.", completion: .file())
    var file: String

    @Option(help: "The folder of the data.", completion: .directory)
    var output = DataFolder.standard

    func run() async throws {
        guard FileManager.default.fileExists(atPath: file) else {
            throw ExitCode.noInput.saying("\(file): there is no such file")
        }
        let summary: String
        do {
            summary = try SQLiteBackup.verify(file, clock: SystemClock())
        } catch {
            throw ExitCode.dataError.saying("\(file): it cannot be restored: \(error)")
        }
        let folder = DataFolder(path: output)
        try folder.create()
        let kept = try SQLiteBackup.restore(file, to: folder.database, stamp: SystemClock().now)
        try Console.line(
            "\(folder.database): restored; \(summary)" + (kept.map { ". What was there is \($0)." } ?? ".")
        )
    }
}
