// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation
import Statistics
import Storage

/// `dure predict`: what the next campaign of a goal is expected to measure, from all campaigns before it (A11).
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Predict a goal's next campaign from all past ones.",
        discussion:
            "Reads the campaigns of the data folder that measured the goal's metric. With too few it says what is missing; "
            + "docs/learning.md explains how. Exit codes: 0 done, also with too few campaigns; 65 the goal file is wrong; 66 there is "
            + "no goal file or database."
    )

    @Argument(help: "The goal file.", completion: .file(extensions: ["yaml", "yml"]))
    var goal: String

    @Option(help: "The folder of the campaigns' data.", completion: .directory)
    var output = DataFolder.standard

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let goal = try RunCommand.load(goal).goal
        let store = try DataFolder(path: output).openForReading()
        let prediction: CampaignPrediction
        do {
            prediction = try await Self.predict(goal, from: store)
        } catch {
            try store.close()
            throw error
        }
        try store.close()
        if json {
            try Console.json(prediction)
        } else {
            try Console.line(PredictionText(prediction: prediction, goal: goal).text)
        }
    }

    /// Predicts by every campaign of the workspace.
    static func predict(_ goal: Goal, from store: any KnowledgeStore) async throws -> CampaignPrediction {
        var entries: [PastCampaigns.Entry] = []
        for campaign in try await store.campaigns(in: .default) {
            let trials = try await store.trials(of: campaign.id, in: campaign.workspace)
            entries.append(.init(campaign: campaign, trials: trials))
        }
        return try CampaignPredictor(past: PastCampaigns(entries, for: goal), goal: goal).prediction()
    }
}

/// A prediction for a person to read.
struct PredictionText {
    let prediction: CampaignPrediction
    let goal: Goal

    var text: String {
        let word = prediction.direction == .lower ? "lower" : "higher"
        var lines = ["The next campaign of \(goal.name.printable) (\(prediction.metric), \(word) is better):"]
        var facts: [[String]] = []
        if let reason = prediction.notEnough {
            lines.append("  " + reason)
        } else {
            if let control = prediction.control { facts.append(["present setting", Self.text(control.value)]) }
            if let best = prediction.best {
                facts.append(["best known", Self.text(best.value) + ": " + goal.changes(of: best.combination)])
            } else {
                facts.append(["best known", "no combination that was tried is expected to beat the present setting"])
            }
            if let gain = prediction.gain, let chance = prediction.chanceBetter {
                facts.append(["gain", Self.text(gain) + ", better with a chance of \(Self.percent(chance))"])
            }
            if let causes = prediction.control?.causes, !causes.isEmpty {
                let shares = causes.prefix(3).map { "\($0.name) \(Self.percent($0.share))" }
                facts.append(["uncertain since", shares.joined(separator: ", ")])
            }
        }
        let product = prediction.knowsProduct ? "this product among them" : "this product is new"
        facts.append([
            "rests on",
            "\(Self.count(prediction.campaigns.count, "campaign")), \(Self.count(prediction.products, "product")) (\(product)), "
                + "\(Self.count(prediction.results, "result"))",
        ])
        for (index, level) in prediction.levels.enumerated() {
            let basis = "\(Self.count(level.campaigns, "campaign")), \(Self.count(level.results, "result"))"
            facts.append([
                index == 0 ? "levels" : "",
                "\(level.factor)=\(level.level): better than the present with a chance of \(Self.percent(level.chanceBetter)) (\(basis))",
            ])
        }
        for (index, sentence) in prediction.advice.enumerated() {
            facts.append([index == 0 ? "advice" : "", sentence])
        }
        lines += TextTable.lines(facts).map { "  " + $0 }
        return lines.joined(separator: "\n")
    }

    static func text(_ interval: Interval) -> String {
        "\(TextTable.number(interval.estimate)) (\(TextTable.number(interval.confidence * 100)) % interval "
            + "\(TextTable.number(interval.lower)) to \(TextTable.number(interval.upper)))"
    }

    private static func percent(_ share: Double) -> String {
        share > 0 && share < 0.005 ? "under 1 %" : String(format: "%.0f %%", share * 100)
    }

    private static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}
