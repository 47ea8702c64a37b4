// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation
import Statistics
import Storage

/// `dure import`: past trials of a goal's factors become a completed campaign.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in past trials from a CSV file.",
        discussion:
            "The file has a column per factor (factor.<name> or <name>) and the goal's metric (metric.<name> or "
            + "<name>), as 'dure export' writes it. The trials become a completed campaign, named as the goal with "
            + "' (imported)', all or none. Exit codes: 0 done, 65 a file is wrong, 66 a file is missing, 75 another "
            + "process holds the data folder."
    )

    @Argument(help: "The CSV file, one row per trial.", completion: .file(extensions: ["csv"]))
    var file: String

    @Option(help: "The goal file whose factors were tried.", completion: .file(extensions: ["yaml", "yml"]))
    var goal: String

    @Option(help: "The folder to take them into.", completion: .directory)
    var output = DataFolder.standard

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    private struct Answer: Encodable {
        let campaign: CampaignID
        let name: String
        let trials: Int
        let ignoredColumns: [String]
    }

    func run() async throws {
        let goal = try goalFile().goal
        let rows: [PastTrialsReader.Row]
        let ignored: [String]
        do throws(CSVError) {
            var reader = try PastTrialsReader(path: file, goal: goal)
            rows = try reader.rows()
            ignored = reader.ignored
        } catch {
            throw (error.isUnreadable ? ExitCode.noInput : .dataError).saying("\(file): \(error)")
        }
        let clock = SystemClock()
        var seeds = SystemRandomNumberGenerator()
        let ids = IdentifierGenerator(clock: clock, seed: seeds.next())
        let past = try PastCampaign(goal: goal, source: file, rows: rows, ids: ids, now: clock.now)
        let store = try DataFolder(path: output).openForWriting()
        do {
            try await store.commit(past.change, durability: .power)
        } catch {
            try store.close()
            throw error
        }
        try store.close()
        let answer = Answer(
            campaign: past.campaign.id,
            name: past.campaign.goal.name,
            trials: rows.count,
            ignoredColumns: ignored
        )
        guard !json else { return try Console.json(answer) }
        if !ignored.isEmpty { Console.note("Nothing was taken from: \(ignored.joined(separator: ", ").printable)") }
        try Console.line("Imported \(rows.count) trials as \(answer.campaign) (\(answer.name.printable)).")
    }

    private func goalFile() throws -> GoalFile {
        do throws(GoalFileErrors) {
            return try GoalFile.load(goal)
        } catch {
            throw (error.cause == .unreadable ? ExitCode.noInput : .dataError).saying(error.description)
        }
    }
}

/// A completed campaign made of past trials, with everything that is written of it.
struct PastCampaign {
    private(set) var campaign: Campaign
    /// All of it as one change.
    private(set) var change = KnowledgeChange()

    /// What is added to the goal's name.
    static let suffix = " (imported)"

    /// Makes the campaign; throws when the trials cannot be modelled.
    init(goal: Goal, source: String, rows: [PastTrialsReader.Row], ids: IdentifierGenerator, now: Timestamp) throws {
        var goal = goal
        goal.name += Self.suffix
        let ended = rows.count { $0.status == .completed || $0.status == .failed }
        let start = rows.compactMap(\.startedAt).min() ?? now
        let end = max(rows.compactMap(\.endedAt).max() ?? now, start)
        let note = "\(rows.count) past trials were taken in from \(URL(filePath: source).lastPathComponent)."
        campaign = Campaign(
            id: ids.next(),
            workspace: .default,
            goal: goal,
            plan: Plan(difficulty: 0, trials: ended, generations: 1, duration: end - start, notes: [note]),
            createdAt: now
        )
        for status in [CampaignStatus.ready, .running, .completed] { try campaign.status.move(to: status) }
        try campaign.stage.move(to: .finished)
        campaign.startedAt = start
        campaign.stageStartedAt = start
        campaign.endedAt = end
        campaign.endReason = note
        let generation = Self.generation(of: campaign, rows: rows, id: ids.next(), note: note, now: now)
        let trials = rows.enumerated().map { Self.trial($1, position: $0, in: generation, id: ids.next()) }
        let effects = try CampaignEffects(goal: goal, trials: trials).finding()
        campaign.winner = effects.best?.combination
        campaign.startValue = effects.control.observedMean
        change.campaigns = [campaign]
        change.generations = [generation]
        change.trials = trials
        change.ledger = Self.ledger(trials, ids: ids, now: end)
        change.analyses = [
            AnalysisRecord(
                id: ids.next(),
                workspace: campaign.workspace,
                campaign: campaign.id,
                time: now,
                kind: .effects,
                body: try CanonicalJSON.text(effects)
            )
        ]
    }

    private static func generation(
        of campaign: Campaign,
        rows: [PastTrialsReader.Row],
        id: GenerationID,
        note: String,
        now: Timestamp
    ) -> Generation {
        let counts = Dictionary(grouping: rows, by: \.combination).mapValues(\.count)
        let members = counts.keys.sorted().map { combination in
            Generation.Member(
                combination: combination,
                origin: combination == campaign.goal.control ? .control : .spread,
                replicates: counts[combination] ?? 0
            )
        }
        return Generation(
            id: id,
            workspace: campaign.workspace,
            campaign: campaign.id,
            number: 1,
            createdAt: now,
            strategy: "imported",
            seed: 0,
            members: members,
            notes: [note]
        )
    }

    private static func trial(
        _ row: PastTrialsReader.Row,
        position: Int,
        in generation: Generation,
        id: TrialID
    ) -> Trial {
        var trial = Trial(
            id: id,
            workspace: generation.workspace,
            campaign: generation.campaign,
            generation: generation.id,
            block: row.block,
            position: position,
            unit: row.unit,
            combination: row.combination,
            purpose: row.purpose
        )
        trial.status = row.status
        trial.startedAt = row.startedAt
        trial.endedAt = row.endedAt
        trial.metrics = row.metrics
        trial.guardrailsHeld = row.guardrailsHeld
        trial.failure = row.failure
        trial.cost = row.cost
        return trial
    }

    private static func ledger(_ trials: [Trial], ids: IdentifierGenerator, now: Timestamp) -> [LedgerEntry] {
        trials.filter { $0.status != .cancelled }.map { trial in
            LedgerEntry(
                id: ids.next(),
                workspace: trial.workspace,
                campaign: trial.campaign,
                trial: trial.id,
                kind: .settled,
                amount: trial.cost,
                time: trial.endedAt ?? now
            )
        }
    }
}
