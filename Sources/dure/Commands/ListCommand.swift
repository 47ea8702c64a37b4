// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Storage

/// `dure list`: every campaign of a folder, oldest first.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the campaigns.",
        discussion: "Works while another process runs campaigns. Exit codes: 0 done, 66 there is no database."
    )

    @OptionGroup var place: DataPlace

    @Flag(help: "Print one JSON object per campaign.")
    var json = false

    func run() async throws {
        let overviews = try await place.reading { store in
            var overviews: [CampaignOverview] = []
            for campaign in try await store.campaigns(in: .default) {
                overviews.append(try await CampaignOverview(of: campaign, from: store))
            }
            return overviews
        }
        guard json else { return try Console.line(Self.text(overviews)) }
        for overview in overviews { try Console.json(overview) }
    }

    /// The campaigns as a table.
    static func text(_ overviews: [CampaignOverview]) -> String {
        guard !overviews.isEmpty else { return "There is no campaign here yet; start one by 'dure run GOAL'." }
        let headers = ["id", "name", "status", "stage", "metric", "start → now", "trials", "spent", "best"]
        let rows = overviews.map { overview in
            [
                overview.campaign.text, overview.name, overview.status.rawValue, overview.stage.rawValue,
                overview.metric, overview.course, "\(overview.trials.completed)/\(overview.plannedTrials)",
                overview.spent, overview.bestChanges ?? "–",
            ]
        }
        return TextTable.lines([headers] + rows).joined(separator: "\n")
    }
}
