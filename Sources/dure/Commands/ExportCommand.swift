// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Storage

/// `dure export`: a campaign's records as CSV or JSON lines.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a campaign's records as CSV or JSON.",
        discussion:
            "CSV has one column per factor (factor.<name>) and metric (metric.<name>); cells that a spreadsheet "
            + "would take for a formula begin with an apostrophe. JSON is one object per line. Analyses are what the "
            + "report rests on: a figure that its page marks as effects.… is in the finding of the newest line of kind "
            + "effects. Exit codes: 0 written, "
            + "66 there is no such campaign or database, 73 the file cannot be made."
    )

    /// What is exported.
    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case trials
        case measurements
        case decisions
        case ledger
        case generations
        case analyses
    }

    @OptionGroup var options: CampaignOptions

    @Option(help: "Which records: \(Subject.allCases.map(\.rawValue).joined(separator: ", ")).")
    var what = Subject.trials

    @Option(help: "How: csv, or json for one JSON object per line.")
    var format = ExportTable.Format.csv

    @Option(name: .customLong("to"), help: "The file, replaced when it exists; standard output when left out.")
    var target: String?

    func run() async throws {
        let table = try await options.read { store, campaign in
            try await Self.table(what, of: campaign, from: store)
        }
        let text = try table.text(format)
        guard let target else {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
            return
        }
        do {
            try Data(text.utf8).write(to: URL(filePath: target), options: .atomic)
        } catch {
            throw ExitCode.cannotCreate.saying(
                "\(target): cannot be written (\(error.localizedDescription)); name a file in a folder you own with --to"
            )
        }
        Console.note("Wrote \(table.rows.count) \(what.rawValue) to \(target).")
    }

    /// Reads the records of a kind.
    static func table(_ what: Subject, of campaign: Campaign, from store: any KnowledgeStore) async throws
        -> ExportTable
    {
        let (id, workspace) = (campaign.id, campaign.workspace)
        switch what {
        case .trials:
            return ExportTable(
                trials: try await store.trials(of: id, in: workspace),
                generations: try await store.generations(of: id, in: workspace),
                goal: campaign.goal
            )
        case .measurements:
            return ExportTable(measurements: try await store.measurements(of: id, in: workspace, since: nil))
        case .decisions:
            return ExportTable(decisions: try await store.decisions(of: id, in: workspace))
        case .ledger:
            return ExportTable(ledger: try await store.ledger(of: id, in: workspace))
        case .generations:
            return ExportTable(
                generations: try await store.generations(of: id, in: workspace),
                goal: campaign.goal
            )
        case .analyses:
            // Rounds are what the measurements are summed up to, thousands in a month.
            var records: [AnalysisRecord] = []
            for kind in AnalysisRecord.Kind.allCases where kind != .round {
                records += try await store.analyses(of: id, in: workspace, kind: kind)
            }
            return try ExportTable(analyses: records)
        }
    }
}

extension ExportTable.Format: ExpressibleByArgument {}
