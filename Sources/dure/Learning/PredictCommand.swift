// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation
import Reports
import Statistics
import Storage

/// `dure predict`: what the next campaign of a goal is expected to measure, from all campaigns before it (A11).
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Predict a goal's next campaign from all past ones.",
        discussion:
            "Reads the campaigns there that measured the goal's metric. With too few it says what is missing; "
            + "docs/learning.md explains how. Exit codes: 0 done, also with too few campaigns; 65 the goal file is wrong; 66 there is "
            + "no goal file or database."
    )

    @Argument(help: "The goal file.", completion: .file(extensions: ["yaml", "yml"]))
    var goal: String

    @OptionGroup var place: DataPlace

    @Option(help: "The language of the text: en or ko; the JSON is in English.")
    var language = ReportLanguage.english

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let goal = try RunCommand.load(goal).goal
        let prediction = try await place.reading { try await Self.predict(goal, from: $0) }
        if json {
            try Console.json(prediction)
        } else {
            try Console.line(PredictionText(prediction: prediction, goal: goal, language: language).text)
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
