// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Logging
import Storage

/// The command `dure`.
@main
struct Dure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dure",
        abstract: "Runs a seller's growth work by itself: designed experiments, decided, learnt from and reported.",
        discussion: """
            'dure --server URL COMMAND' asks a server instead of a folder: 'dure --server URL --help' lists what it can be asked. \
            'dure --generate-completion-script bash' (or zsh, fish) prints a script for the shell.
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, GoalCommand.self, ValidateCommand.self, RunCommand.self, RehearseCommand.self,
            DemoCommand.self,
            DesignCommand.self, AnalyzeCommand.self, ABCommand.self, StatusCommand.self, ListCommand.self,
            BestCommand.self, DecisionsCommand.self, ReplayCommand.self, ReportCommand.self, ExportCommand.self,
            ImportCommand.self, ApproveCommand.self, RejectCommand.self, PauseCommand.self, ResumeCommand.self,
            StopCommand.self, HaltCommand.self, GenerationCommand.self, PredictCommand.self, PatternsCommand.self,
            DoctorCommand.self, BenchCommand.self, ServeCommand.self, AgentsCommand.self, WorkerCommand.self,
            KeysCommand.self, AuditCommand.self, SecretsCommand.self, CommandsCommand.self, ConfigCommand.self,
            HealthCommand.self,
            FleetCommand.self, JobsCommand.self, EffectsCommand.self, WorkflowCommand.self, MigrateCommand.self,
            BackupCommand.self, RestoreCommand.self, FeedsCommand.self, SourcesCommand.self, TrendsCommand.self,
            RanksCommand.self, NoticesCommand.self, OpenCommand.self,
        ]
    )

    static func main() async {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            var command =
                if RemoteDure.isMeant(by: arguments, ProcessInfo.processInfo.environment) {
                    try RemoteDure.command(from: arguments)
                } else {
                    try parseAsRoot()
                }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as StorageError {
            leave(with: Self.code(of: error).saying("\(error)"))
        } catch {
            leave(with: error)
        }
        leave(with: nil)
    }

    /// Says what there is to say, and ends the process without the C library's clean-up.
    ///
    /// A thread of libpq that has just ended may still be giving back what OpenSSL's clean-up frees too, and both at once abort the process.
    private static func leave(with error: (any Error)?) -> Never {
        let code = error.map { exitCode(for: $0) } ?? .success
        let message = error.map { fullMessage(for: $0) } ?? ""
        if !message.isEmpty {
            if code.isSuccess { print(message) } else { Console.note(message) }
        }
        fflush(nil)
        _exit(code.rawValue)
    }

    private static func code(of error: StorageError) -> ExitCode {
        switch error {
        case .writerActive: .temporary
        case .missing: .noInput
        case .lockFailed: .cannotCreate
        default: .software
        }
    }
}
