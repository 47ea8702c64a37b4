// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation
import Reports
import Storage

/// `dure demo`: the whole autopilot against the simulated market, in seconds.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show the whole autopilot against a simulated market.",
        discussion:
            "A seller with 24 listings at about rank 80 wants rank 20 within 30 days. A worker dies, a competitor "
            + "cuts its price, and in the end there is a report and the next campaign. Then it finds what is written of more than before, in "
            + "headlines that it makes up itself. Exit codes: 0 the reports are written."
    )

    @Option(help: "The seed of the market and of every choice.")
    var seed: UInt64 = 7

    @Option(help: "How many seeds to run, counted up from --seed; a table of all is printed.")
    var seeds = 1

    @Option(help: "The folder for what is written; replaced by every demo.")
    var output = DataFolder.demo

    @Option(help: "The report's language: en or ko.")
    var language = ReportLanguage.english

    @Flag(help: "Leave out the comparison with a random choice of combinations, and the trends.")
    var alone = false

    func validate() throws {
        guard (1...1_000).contains(seeds) else {
            throw ValidationError("--seeds: got \(seeds); give a number from 1 to 1000")
        }
    }

    func run() async throws {
        let folder = DataFolder(path: output)
        try folder.create()
        var rows: [Row] = []
        for index in 0..<UInt64(seeds) {
            rows.append(try await runOne(seed: seed &+ index, folder: folder, isLast: index + 1 == UInt64(seeds)))
            if seeds > 1, let row = rows.last { try Console.line(row.line) }
        }
        if seeds > 1 { try Console.line(Row.total(rows)) }
        if seeds == 1, !alone {
            try await TrendDemo(folder: folder, seed: seed, language: language.rawValue).run()
        }
    }

    /// What one seed came to.
    private struct Row {
        var seed: UInt64
        var isReached: Bool
        var regret: Double
        var randomRegret: Double?

        var line: String {
            let random = randomRegret.map { String(format: ", a random choice %.3f", $0) } ?? ""
            return "seed \(seed): goal \(isReached ? "reached" : "missed"), regret " + String(format: "%.3f", regret)
                + random
        }

        static func total(_ rows: [Row]) -> String {
            let reached = rows.count(where: \.isReached)
            let close = rows.count { $0.regret <= 0.05 }
            let closeRandom = rows.compactMap(\.randomRegret).count { $0 <= 0.05 }
            return
                "\(rows.count) seeds: goal reached in \(reached), regret at most 0.05 in \(close) (random choice: \(closeRandom))"
        }
    }

    private func runOne(seed: UInt64, folder: DataFolder, isLast: Bool) async throws -> Row {
        let text = String(decoding: PackageResources.demo_goal_yaml, as: UTF8.self)
        let goalFile = folder.url.appending(path: "goal.yaml")
        try Data(text.utf8).write(to: goalFile, options: [.atomic])
        let file = try RunCommand.load(goalFile.path)
        var goal = file.goal
        goal.seed = seed
        try RehearsedCampaign.removeDatabase(folder.database)
        let result = try Rehearsal(goal: goal, digest: file.digest).run(database: folder.database)
        var random: Double?
        if !alone {
            let choice = try await RandomBaseline(goal: goal, trials: result.trials).choice(start: Rehearsal.start)
            random = Rehearsal.regret(of: choice, goal: goal)
        }
        if seeds == 1 { try await tell(result, random: random, folder: folder) }
        return Row(
            seed: seed,
            isReached: result.campaign.reachedAt != nil,
            regret: result.regret,
            randomRegret: random
        )
    }

    private func tell(_ result: Rehearsal.Result, random: Double?, folder: DataFolder) async throws {
        let store = try SQLiteStore(path: folder.database, mode: .readOnly, clock: SystemClock())
        let written = try await ReportFiles(folder: folder, store: store).write(result.campaign, language: language)
        try Console.line("The demo ran \(result.trials) trials in \(result.span) of virtual time.")
        for line in written.summary.lines { try Console.line("  " + line) }
        let regret = String(format: "%.3f", result.regret)
        let other = random.map { String(format: "; a random choice with the same effort: %.3f", $0) } ?? ""
        try Console.line("Regret of the choice (0 the best, 1 an average combination): \(regret)\(other)")
        try Console.line("Report: \(written.path)")
        try Console.line("Data: \(folder.url.path) (dure decisions --output \(output), dure replay --output \(output))")
        try store.close()
    }
}

/// Writes a campaign's report into the data folder.
struct ReportFiles {
    let folder: DataFolder
    let store: any Store

    /// Writes the HTML file and returns its path with the summary; throws exit code 66 when the campaign is not there.
    func write(_ campaign: Campaign, language: ReportLanguage) async throws -> (path: String, summary: ReportSummary) {
        guard let dossier = try await CampaignDossier(of: campaign.id, in: campaign.workspace, from: store) else {
            throw ExitCode.noInput.saying("\(campaign.id): there is no such campaign in \(folder.url.path)")
        }
        let html = try CampaignReport(dossier).html(language: language, writtenAt: SystemClock().now)
        let file = folder.reports.appending(path: "\(campaign.id).\(language.rawValue).html")
        try FileManager.default.createDirectory(at: folder.reports, withIntermediateDirectories: true)
        try Data(html.utf8).write(to: file, options: [.atomic])
        return (file.path, ReportSummary(dossier, language: language))
    }
}

extension ReportLanguage: ExpressibleByArgument {}
