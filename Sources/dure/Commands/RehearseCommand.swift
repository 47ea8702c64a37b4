// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation
import Reports
import Storage

/// `dure rehearse`: the same campaign against a simulated market, a month in seconds.
struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Run a goal against a simulated market in virtual time.",
        discussion:
            "Nothing real is touched: trials are answered by the market that docs/simulated-market.md describes. "
            + "Then campaigns like it are simulated, for the chance that it finds an effect of the size that matters "
            + "(docs/learning.md). Exit codes: 0 the rehearsal ended, 65 the goal file is wrong, 66 there is none."
    )

    @Argument(help: "The goal file.", completion: .file(extensions: ["yaml", "yml"]))
    var goal: String

    @Option(help: "Another seed than the goal's.")
    var seed: UInt64?

    @Option(help: "The folder for what is written; replaced by every rehearsal.")
    var output = "dure-rehearsal"

    @Option(help: "The report's language: en or ko.")
    var language = ReportLanguage.english

    @Option(
        help: "The smallest difference of the metric that matters, in its units; derived from the goal when left out."
    )
    var effect: Double?

    @Option(
        help: "The standard deviation of one trial, in units of the metric; that of the rehearsed trials when left out."
    )
    var noise: Double?

    @Option(help: "The wanted chance to find an effect of that size, between 0.05 and 1.")
    var power = 0.8

    @Option(help: "How many campaigns are simulated for the chance; as many as take a moment when left out.")
    var simulations: Int?

    @Flag(help: "Print the chance as one JSON object after the rehearsal's own lines.")
    var json = false

    func validate() throws {
        if let effect, !(effect > 0 && effect.isFinite) {
            throw ValidationError("--effect: got '\(effect)'; give the smallest difference that matters, above 0")
        }
        if let noise, !(noise > 0 && noise.isFinite) {
            throw ValidationError("--noise: got '\(noise)'; give the standard deviation of one trial, above 0")
        }
        guard power > 0.05, power < 1 else {
            throw ValidationError("--power: got '\(power)'; give a chance between 0.05 and 1, such as 0.8")
        }
        let limit = RehearsalPower.Request.simulationLimit
        if let simulations, !(1...limit).contains(simulations) {
            throw ValidationError("--simulations: got '\(simulations)'; give 1 to \(limit)")
        }
    }

    func run() async throws {
        let file = try RunCommand.load(goal)
        var goal = file.goal
        if let seed { goal.seed = seed }
        let folder = DataFolder(path: output)
        let campaign = try await RehearsedCampaign(
            goal: goal,
            digest: file.digest,
            folder: folder,
            language: language
        )
        .run(heading: "Rehearsed '\(goal.name)'")
        try await tellPower(of: campaign, in: folder)
    }

    private func tellPower(of campaign: Campaign, in folder: DataFolder) async throws {
        let store = try folder.openForReading()
        let trials: [Trial]
        do {
            trials = try await store.trials(of: campaign.id, in: campaign.workspace)
        } catch {
            try store.close()
            throw error
        }
        try store.close()
        let report = try RehearsalPowerReport(
            campaign,
            trials: trials,
            stated: .init(effect: effect, noise: noise, power: power, simulations: simulations)
        )
        if json {
            try Console.json(report)
        } else {
            for line in report.lines { try Console.line(line) }
        }
    }
}

/// Runs a rehearsal into a folder of its own, and tells what came of it.
struct RehearsedCampaign {
    let goal: Goal
    let digest: String?
    let folder: DataFolder
    let language: ReportLanguage

    /// Runs it; the campaign as it ended.
    @discardableResult
    func run(heading: String) async throws -> Campaign {
        try folder.create()
        try Self.removeDatabase(folder.database)
        let result = try Rehearsal(goal: goal, digest: digest).run(database: folder.database)
        try Console.line("\(heading): \(result.trials) trials in \(result.span) of virtual time.")
        let store = try SQLiteStore(path: folder.database, mode: .readOnly, clock: SystemClock())
        let written = try await ReportFiles(folder: folder, store: store).write(result.campaign, language: language)
        for line in written.summary.lines { try Console.line("  " + line) }
        try Console.line("Report: \(written.path)")
        try store.close()
        return result.campaign
    }

    /// Removes a former rehearsal's database; a rehearsal always begins anew.
    static func removeDatabase(_ path: String) throws {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
    }
}
