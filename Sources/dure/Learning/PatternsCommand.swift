// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Foundation
import Storage

/// `dure patterns`: what a campaign's successes share, what its failures share, by hour and weekday (product feature E).
struct PatternsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patterns",
        abstract: "Show what a campaign's successes and failures share.",
        discussion:
            "Looked for at 100, 200, 400, 800 and every 1,000 results while the campaign runs; with --fresh, now and by all results. "
            + "Every pattern was tested and corrected for the number of tests. Exit codes: 0 done, 66 there is no such campaign or "
            + "database."
    )

    @OptionGroup var options: CampaignOptions

    @Flag(help: "Look anew, by all results so far, instead of showing the stored look.")
    var fresh = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let isFresh = fresh
        let (campaign, finding) = try await options.read { store, campaign in
            let record =
                isFresh
                ? nil : try await store.analyses(of: campaign.id, in: campaign.workspace, kind: .patterns).last
            if let record { return (campaign, try CanonicalJSON.decode(TrialPatternsFinding.self, from: record.body)) }
            let trials = try await store.trials(of: campaign.id, in: campaign.workspace)
            return (campaign, try PatternSearch.find(goal: campaign.goal, trials: trials))
        }
        if json {
            try Console.json(finding)
        } else {
            try Console.line(Self.text(finding, of: campaign))
        }
    }

    static func text(_ finding: TrialPatternsFinding, of campaign: Campaign) -> String {
        let results = finding.results.map { "\($0) results" } ?? "\(finding.trials) completed trials"
        let tests = finding.tests.map { ", \($0) tests, corrected by Benjamini and Hochberg's method at 5 %" } ?? ""
        var lines = ["Patterns of \(campaign.goal.name.printable)  \(campaign.id): \(results)\(tests)"]
        lines += finding.sentences.map { "  " + $0.printable }
        if finding.sentences.isEmpty { lines.append("  None: nothing stands out from chance.") }
        lines += (finding.notes ?? []).map { "  " + $0.printable }
        if let refit = finding.refit {
            if let control = refit.control {
                lines.append(
                    "  Models fitted anew at \(refit.results) results: the next campaign's present setting is expected at "
                        + PredictionText.text(control) + "."
                )
            } else if let reason = refit.notEnough {
                lines.append("  Models fitted anew at \(refit.results) results: \(reason).")
            }
        }
        return lines.joined(separator: "\n")
    }
}
