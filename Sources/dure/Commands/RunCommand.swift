// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Files
import Foundation
import Jobs
import Messaging
import Reports
import Storage
import UnixSignals

/// `dure run`: runs a goal's campaign in earnest, from where it was.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a goal's campaign, from where it was.",
        discussion:
            "Ctrl-C stops cleanly, and the next run goes on. A killed run goes on too. Exit codes: 0 the campaign "
            + "ended, waits for approval or is paused; 1 it failed; 65 the goal file is wrong or was edited; 66 there is none; "
            + "75 another process holds the data folder; 77 a key that the goal's source of ranks needs is missing; 130 interrupted."
    )

    @Argument(help: "The goal file.", completion: .file(extensions: ["yaml", "yml"]))
    var goal: String

    @Option(help: "The folder for what is written.")
    var output = DataFolder.standard

    @Option(help: "The report's language: en or ko.")
    var language = ReportLanguage.english

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var messaging: MessagingOptions

    @Flag(help: "Start a new campaign, although this goal has one already.")
    var new = false

    @Flag(help: "Print progress as JSON lines.")
    var json = false

    /// Reads a goal file; throws the exit code that fits what is wrong with it.
    static func load(_ path: String) throws -> GoalFile {
        do throws(GoalFileErrors) {
            return try GoalFile.load(path)
        } catch {
            let code: ExitCode = error.cause == .unreadable ? .noInput : .dataError
            throw code.saying(error.description)
        }
    }

    func run() async throws {
        let file = try Self.load(goal)
        if database.address() != nil { return try await runElsewhere(file) }
        let folder = DataFolder(path: output)
        let store = try folder.openForWriting()
        let path = URL(filePath: goal).absoluteURL.standardizedFileURL.path
        let existing = try await existing(file, path: path, in: store)
        if let existing, existing.status.isFinal, !new {
            try await finished(existing, folder: folder, store: store)
            return
        }
        try ProgramRunner.startGuard()
        let goal = file.goal
        let interval: TimeSpan = goal.trial.window > .zero ? min(goal.trial.every, .minutes(1)) : .seconds(1)
        // One trial at a time runs on a unit, so that a single unit needs no crowd of workers.
        let crowd = goal.units.count > 1 || goal.observesRanks
        let sizes = crowd ? FleetSizes(observers: goal.effort.observers) : FleetSizes(trialRunners: 3, observers: 0)
        var setting = House.Setting(
            clock: SystemClock(),
            timing: .real,
            sizes: sizes,
            interval: interval,
            seed: Self.entropy(),
            logger: .house()
        )
        setting.orders = OrderBox.interval
        let (clock, workspace) = (setting.clock, setting.workspace)
        let house = House(store: store, setting: setting, folder: folder)
        do {
            try house.ranks.check(goal)
        } catch let failure as Failure {
            Self.close(store)
            throw SourceOptions.code(failure).saying("\(self.goal): \(failure.message)")
        }
        let progress = ProgressLine(store: store, isJSON: json)
        let orders = OrderBox(folder: folder)
        let driver = CampaignDriver(
            store: store,
            clock: clock,
            workspace: workspace,
            interval: .seconds(1)
        ) { campaign in
            try await progress.show(campaign, at: clock.now)
        }
        let digest = file.digest
        let campaign = try await Interruption.guarding {
            try await house.run { gateway in
                let id: CampaignID
                if let existing, !existing.status.isFinal {
                    id = existing.id
                } else {
                    id = try await gateway.request(
                        CreateCampaign(goal: goal, workspace: workspace, digest: digest, path: path),
                        to: .orchestrator
                    )
                    try await CommandAudit.note(store, "campaign.create", "\(id)", detail: goal.name, in: workspace)
                }
                return try await orders.serving(store, clock: clock) {
                    try await driver.drive(id, through: gateway)
                }
            }
        }
        progress.end()
        guard let campaign else {
            Console.note("Stopped. The next 'dure run \(self.goal)' goes on where this one was.")
            try store.close()
            throw ExitCode.interrupted
        }
        try await finished(campaign, folder: folder, store: store)
    }

    /// The system's randomness, for identifiers that no other run may make.
    private static func entropy() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    func existing(_ file: GoalFile, path: String, in store: any CampaignStore) async throws -> Campaign? {
        guard !new else { return nil }
        let campaigns = try await store.campaigns(in: .default).filter { $0.goalPath == path }
        if let same = campaigns.last(where: { $0.goalDigest == file.digest }) { return same }
        if let other = campaigns.last(where: { !$0.status.isFinal }) {
            throw ExitCode.dataError.saying(
                "\(goal): the goal was edited while its campaign \(other.id) is \(other.status.rawValue); undo the edit to go on, "
                    + "or 'dure stop \(other.id)' and give --new"
            )
        }
        return nil
    }

    /// Tells how a campaign ended or what it waits for, and writes its report.
    private func finished(_ campaign: Campaign, folder: DataFolder, store: SQLiteStore) async throws {
        defer { Self.close(store) }
        switch campaign.status {
        case .awaitingApproval:
            try Console.line(
                "\(campaign.id) waits for approval: dure approve \(campaign.id) --output \(output), then run again."
            )
        case .paused:
            if let reason = campaign.endReason { try Console.line(reason) }
            try Console.line("\(campaign.id) is paused: dure resume \(campaign.id) --output \(output), then run again.")
        case .completed, .stopped, .failed, .rejected, .expired:
            let written = try await ReportFiles(folder: folder, store: store).write(campaign, language: language)
            if json {
                try Console.json(RunResult(campaign: campaign, report: written.path))
            } else {
                try Console.line("\(campaign.id) is \(campaign.status.rawValue). \(campaign.endReason ?? "")")
                for line in written.summary.lines { try Console.line("  " + line) }
                try Console.line("Report: \(written.path)")
                try Console.line("This goal has its campaign; 'dure run \(goal) --new' starts another.")
            }
            if campaign.status == .failed { throw ExitCode.failure }
        case .draft, .ready, .running: break
        }
    }

    private struct RunResult: Encodable {
        var event = "ended"
        var campaign: CampaignID
        var status: CampaignStatus
        var winner: Combination?
        var settings: [String: LevelValue]?
        var report: String

        init(campaign: Campaign, report: String) {
            self.campaign = campaign.id
            status = campaign.status
            winner = campaign.winner
            settings = campaign.winner.map { winner in
                Dictionary(campaign.goal.settings(of: winner).map { ($0.factor, $0.level) }) { first, _ in first }
            }
            self.report = report
        }
    }

    private static func close(_ store: SQLiteStore) {
        do {
            try store.close()
        } catch {
            Console.note("The database could not be closed: \(error)")
        }
    }
}

/// Lets Ctrl-C and SIGTERM end an operation cleanly.
enum Interruption {
    /// Runs an operation; nil when a signal ended it.
    static func guarding<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                for await _ in signals { return nil }
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { return nil }
            if first == nil {
                group.cancelAll()
                do {
                    while try await group.next() != nil {}
                } catch is CancellationError {
                    return nil
                }
            }
            return first
        }
    }
}
