// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Operations

/// `dure config`: the settings of a server.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Look at the settings of a server, and check them.",
        subcommands: [ConfigCheckCommand.self]
    )
}

/// Where settings are looked for.
struct SettingsOptions: ParsableArguments {
    @Option(help: "The file of settings; DURE_CONFIG otherwise, else dure.yaml where it is.", completion: .file())
    var config: String?

    @Option(help: "development, testing, staging or production; DURE_ENVIRONMENT otherwise, else development.")
    var environment: String?

    /// The layers of settings, with what the command line says.
    func source(
        flags: [String: [String]] = [:],
        variables: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> SettingsSource {
        var flags = flags
        if let environment { flags["environment"] = [environment] }
        do throws(SettingsSource.FileFault) {
            return try SettingsSource(items: HouseSettings.items, flags: flags, variables: variables, file: config)
        } catch {
            throw ExitCode.noInput.saying("\(error)")
        }
    }

    /// The settings by which a process starts; throws exit code 65 after naming every wrong one.
    ///
    /// What staging and production ask of servers and agents is not asked of a worker.
    static func checked(_ source: SettingsSource, ofWorker isWorker: Bool = false) async throws -> Settings {
        let settings = try await read(source, judges: !isWorker)
        for fault in settings.faults { _ = ExitCode.dataError.saying("\(fault)") }
        guard settings.faults.isEmpty else { throw ExitCode.dataError }
        return settings
    }

    /// The settings as they hold; throws the exit code of a file that cannot be read.
    static func read(_ source: SettingsSource, judges: Bool = true) async throws -> Settings {
        do {
            return try await judges ? HouseSettings.read(source) : source.read()
        } catch let fault as SettingsSource.FileFault {
            throw ExitCode.dataError.saying("\(fault)")
        }
    }
}

/// `dure config check`: the settings as they hold, and what is wrong.
struct ConfigCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Print every setting as it holds and where it came from, and name every wrong one.",
        discussion: """
            Flags go before the environment (DURE_SERVER_PORT sets server.port), that before the file, that before the environment's file \
            beside it (dure.production.yaml), and that before what holds when nobody says. Secrets are shown as ***; DURE_…_FILE names a file \
            that holds one. Exit codes: 0 all is right; 65 something is wrong; 66 the file is not there.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Print the settings as JSON.")
    var json = false

    private struct Shown: Encodable {
        var setting: String
        var value: [String]
        var source: String
        var isSecret: Bool
        var isLive: Bool
    }

    private struct Wrong: Encodable {
        var setting: String
        var value: String
        var source: String
        var expected: String
    }

    private struct Answer: Encodable {
        var settings: [Shown]
        var faults: [Wrong]
    }

    func run() async throws {
        let settings = try await SettingsOptions.read(try options.source())
        if json { try Console.json(Self.answer(settings)) } else { try Console.line(Self.text(settings)) }
        guard settings.faults.isEmpty else {
            if !json { for fault in settings.faults { _ = ExitCode.dataError.saying("\(fault)") } }
            throw ExitCode.dataError
        }
    }

    private static func answer(_ settings: Settings) -> Answer {
        Answer(
            settings: settings.values.map { value in
                Shown(
                    setting: value.item.key,
                    value: value.item.isSecret && !value.values.isEmpty ? ["***"] : value.values,
                    source: value.source,
                    isSecret: value.item.isSecret,
                    isLive: value.item.isLive
                )
            },
            faults: settings.faults.map { fault in
                Wrong(setting: fault.field, value: fault.value, source: fault.source, expected: fault.expected)
            }
        )
    }

    /// The settings as a table.
    static func text(_ settings: Settings) -> String {
        let rows = settings.values.map { value in
            [value.item.key, value.shown, value.source, value.item.isLive ? "at once" : "at a start"]
        }
        return TextTable.lines([["setting", "value", "from", "a change holds"]] + rows).joined(separator: "\n")
    }
}
