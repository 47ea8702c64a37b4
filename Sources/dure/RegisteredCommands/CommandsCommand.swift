// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Operations

/// `dure commands`: the programs that goals from outside may have run.
struct CommandsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commands",
        abstract: "Register the programs that goals from outside may name.",
        discussion: """
            A goal that comes by the API or the dashboard brings no programs of its own: it names registered ones, as in \
            'measure: {registered: conversion}'. What runs, where, and for how long is said here, on the machine. A campaign keeps the \
            command as it was when the campaign was made. docs/security.md says more.
            """,
        subcommands: [CommandsAddCommand.self, CommandsListCommand.self, CommandsRemoveCommand.self],
        defaultSubcommand: CommandsListCommand.self
    )
}

/// `dure commands add`: registers one.
struct CommandsAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Register a program under a name, or another in its place.",
        discussion: "Example: dure commands add conversion --timeout 5m -- ./measure.sh --shop 7"
    )

    @Argument(help: "The name by which goals call it: lower-case letters, digits, '-' and '_'.")
    var name: String

    @Option(help: "How long it may run, such as 5m.")
    var timeout = "1m"

    @Option(help: "The folder it runs in; the present one by default.", completion: .directory)
    var directory = "."

    @Option(parsing: .singleValue, help: "A variable of its environment, as NAME=VALUE; again for more.")
    var environment: [String] = []

    @Flag(help: "Register a program that is not on this machine, but where the workers are.")
    var elsewhere = false

    @Argument(parsing: .postTerminator, help: "The program and its arguments, after --.")
    var run: [String] = []

    @OptionGroup var workspace: WorkspaceOption
    @OptionGroup var vault: VaultPlace

    func validate() throws {
        guard CommandShelf.isName(name) else {
            throw ValidationError(
                "the name is '\(name)'; give 1 to \(CommandShelf.longestName) lower-case letters, digits, '-' and '_'"
            )
        }
        guard let span = TimeSpan(timeout), span > .zero else {
            throw ValidationError("--timeout is '\(timeout)'; give a length of time such as 5m")
        }
        guard let program = run.first, !program.isEmpty else {
            throw ValidationError("there is no program; give it and its arguments after --")
        }
        for variable in environment where !variable.dropFirst().contains("=") {
            throw ValidationError("--environment is '\(variable)'; give NAME=VALUE")
        }
    }

    private var command: Command {
        let folder = URL(filePath: directory, directoryHint: .isDirectory).absoluteURL.standardizedFileURL.path
        let variables = environment.map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
        return Command(
            arguments: run,
            directory: folder,
            timeout: TimeSpan(timeout) ?? .minutes(1),
            environment: Dictionary(variables.map { (String($0[0]), String($0[1])) }) { $1 }
        )
    }

    func run() async throws {
        let command = command
        guard FileManager.default.fileExists(atPath: command.directory ?? "/") else {
            throw ExitCode.dataError.saying("--directory is '\(directory)'; there is no such folder")
        }
        let program = command.arguments.first ?? ""
        guard elsewhere || Self.isThere(program, in: command.directory ?? "/") else {
            throw ExitCode.dataError.saying(
                "the program is '\(program)'; there is none that can be run, seen from \(command.directory ?? "/"); say --elsewhere where only the "
                    + "workers have it"
            )
        }
        let isNew = try await vault.using { secrets, store in
            let shelf = CommandShelf(vault: secrets)
            let isNew = try await shelf.commands(in: workspace.id)[name] == nil
            try await shelf.register(command, as: name, in: workspace.id)
            try await CommandAudit.note(
                store,
                "command.register",
                name,
                detail: command.arguments.first ?? "",
                in: workspace.id
            )
            return isNew
        }
        try Console.line("Goals from outside may now say {registered: \(name)}.")
        if !isNew { try Console.line("It takes the place of the program that had this name.") }
    }

    /// Whether a program can be run here: a path seen from its folder, or a name that PATH finds.
    private static func isThere(_ program: String, in folder: String) -> Bool {
        let paths: [String]
        if program.contains("/") {
            paths = [URL(filePath: program, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)).path]
        } else {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            paths = path.split(separator: ":").map { "\($0)/\(program)" }
        }
        return paths.contains { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

/// `dure commands list`: what is registered.
struct CommandsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List what is registered.")

    @Flag(help: "Print one JSON object per command.")
    var json = false

    @OptionGroup var workspace: WorkspaceOption
    @OptionGroup var vault: VaultPlace

    private struct Line: Encodable {
        var name: String
        var run: [String]
        var directory: String?
        var timeout: String
    }

    func run() async throws {
        let found = try await vault.using { secrets, _ in
            try await CommandShelf(vault: secrets).commands(in: workspace.id)
        }
        let lines = found.sorted { $0.key < $1.key }.map { name, command in
            Line(
                name: name,
                run: command.arguments,
                directory: command.directory,
                timeout: command.timeout.description
            )
        }
        if json {
            for line in lines { try Console.json(line) }
            return
        }
        guard !lines.isEmpty else {
            return try Console.line("Nothing is registered; 'dure commands add NAME -- PROGRAM' does that.")
        }
        let rows = lines.map { [$0.name, $0.run.joined(separator: " "), $0.directory ?? "", $0.timeout] }
        try Console.line(TextTable.lines([["name", "runs", "in", "for at most"]] + rows).joined(separator: "\n"))
    }
}

/// `dure commands remove`: no new goal may name it.
struct CommandsRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Let no new goal name a command; campaigns that have it keep it."
    )

    @Argument(help: "The command's name.")
    var name: String

    @OptionGroup var workspace: WorkspaceOption
    @OptionGroup var vault: VaultPlace

    func run() async throws {
        let isThere = try await vault.using { secrets, store in
            let isThere = try await secrets.remove(name, kind: CommandShelf.kind, in: workspace.id)
            if isThere { try await CommandAudit.note(store, "command.remove", name, in: workspace.id) }
            return isThere
        }
        guard isThere else {
            throw ExitCode.dataError.saying("no command '\(name)' is registered; 'dure commands list' shows what is")
        }
    }
}
