// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Storage

/// `dure replay`: derives every stored decision again from its stored inputs.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Derive every decision again from its inputs.",
        discussion: "Without a campaign all of them are replayed. Exit codes: 0 every decision comes "
            + "out as it was stored, 65 some differ, 66 there is no such campaign or database."
    )

    @OptionGroup var options: ReplayOptions

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    /// What a replay found.
    struct Result: Encodable, Equatable {
        var decisions = 0
        var differences: [Replay.Difference] = []

        /// Derives decisions again.
        mutating func replay(_ stored: [Decision]) {
            decisions += stored.count
            differences += stored.compactMap(Replay.difference(in:))
        }

        /// The differences, then the count.
        var text: String {
            let lines = differences.map { difference in
                """
                \(difference.decision) (\(difference.policy))
                  stored   \(difference.stored.printable)
                  derived  \(difference.derived.printable)
                """
            }
            let count = differences.count
            let summary = "\(decisions) decisions, \(count) \(count == 1 ? "difference" : "differences")"
            return (lines + [summary]).joined(separator: "\n")
        }
    }

    func run() async throws {
        let result = try await options.place.reading { try await replay($0) }
        if json {
            try Console.json(result)
        } else {
            try Console.line(result.text)
        }
        if !result.differences.isEmpty { throw ExitCode.dataError }
    }

    private func replay(_ store: any Store) async throws -> Result {
        var result = Result()
        let campaigns =
            options.campaign == nil
            ? try await store.campaigns(in: .default)
            : [try await CampaignLookup(store: store, place: options.place.name).find(options.campaign)]
        for campaign in campaigns {
            result.replay(try await store.decisions(of: campaign.id, in: campaign.workspace))
        }
        return result
    }
}

/// The options of `dure replay`.
struct ReplayOptions: ParsableArguments {
    @Argument(help: "The campaign's identifier, its beginning, or the goal's name; every campaign when left out.")
    var campaign: String?

    @OptionGroup var place: DataPlace
}
