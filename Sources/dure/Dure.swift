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
        version: "0.1.0",
        subcommands: [
            InitCommand.self, ValidateCommand.self, RunCommand.self, RehearseCommand.self, DemoCommand.self,
            DesignCommand.self, AnalyzeCommand.self, ABCommand.self, StatusCommand.self, ListCommand.self,
            BestCommand.self, DecisionsCommand.self, ReplayCommand.self, ReportCommand.self, ExportCommand.self,
            ImportCommand.self, ApproveCommand.self, RejectCommand.self, PauseCommand.self, ResumeCommand.self,
            StopCommand.self, HaltCommand.self, GenerationCommand.self, PredictCommand.self, PatternsCommand.self,
            DoctorCommand.self, BenchCommand.self, ServeCommand.self, AgentsCommand.self, WorkerCommand.self,
            FleetCommand.self, JobsCommand.self, EffectsCommand.self, WorkflowCommand.self, MigrateCommand.self,
            BackupCommand.self, RestoreCommand.self, FeedsCommand.self, SourcesCommand.self, TrendsCommand.self,
            RanksCommand.self, NoticesCommand.self,
        ]
    )

    static func main() async {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as StorageError {
            exit(withError: Self.code(of: error).saying("\(error)"))
        } catch {
            exit(withError: error)
        }
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
