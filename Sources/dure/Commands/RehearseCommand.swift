// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
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
            + "Exit codes: 0 the rehearsal ended, 65 the goal file is wrong, 66 there is none."
    )

    @Argument(help: "The goal file.", completion: .file(extensions: ["yaml", "yml"]))
    var goal: String

    @Option(help: "Another seed than the goal's.")
    var seed: UInt64?

    @Option(help: "The folder for what is written; replaced by every rehearsal.")
    var output = "dure-rehearsal"

    @Option(help: "The report's language: en or ko.")
    var language = ReportLanguage.english

    func run() async throws {
        let file = try RunCommand.load(goal)
        var goal = file.goal
        if let seed { goal.seed = seed }
        try await RehearsedCampaign(
            goal: goal,
            digest: file.digest,
            folder: DataFolder(path: output),
            language: language
        )
        .run(heading: "Rehearsed '\(goal.name)'")
    }
}

/// Runs a rehearsal into a folder of its own, and tells what came of it.
struct RehearsedCampaign {
    let goal: Goal
    let digest: String?
    let folder: DataFolder
    let language: ReportLanguage

    func run(heading: String) async throws {
        try folder.create()
        try Self.removeDatabase(folder.database)
        let result = try Rehearsal(goal: goal, digest: digest).run(database: folder.database)
        try Console.line("\(heading): \(result.trials) trials in \(result.span) of virtual time.")
        let store = try SQLiteStore(path: folder.database, mode: .readOnly, clock: SystemClock())
        let written = try await ReportFiles(folder: folder, store: store).write(result.campaign, language: language)
        for line in written.summary.lines { try Console.line("  " + line) }
        try Console.line("Report: \(written.path)")
        try store.close()
    }

    /// Removes a former rehearsal's database; a rehearsal always begins anew.
    static func removeDatabase(_ path: String) throws {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
    }
}
