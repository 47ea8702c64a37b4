// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Storage

/// Finds the campaign that a person means: by identifier, by its beginning, by the goal's name, or the newest.
struct CampaignLookup {
    let store: any CampaignStore
    /// What to call the place where it looks.
    let place: String
    var workspace = WorkspaceID.default

    /// The campaign that a text means; throws exit code 66, naming what exists, when there is not just one.
    ///
    /// Nil means the newest campaign, for a reader the newest that has started: what follows a campaign waits for approval at first.
    func find(_ text: String?, isReading: Bool = false) async throws -> Campaign {
        let campaigns = try await store.campaigns(in: workspace)
        do throws(Failure) {
            return try Self.match(text, among: campaigns, isReading: isReading)
        } catch {
            throw ExitCode.noInput.saying("\(place): \(error)")
        }
    }

    /// Why no campaign was found, with what exists.
    struct Failure: Error, Hashable, CustomStringConvertible {
        let description: String
    }

    /// How many campaigns an error names at most.
    private static let shown = 10

    /// The campaign that a text means among those in order of creation; of several with one goal name the newest.
    static func match(
        _ text: String?,
        among campaigns: [Campaign],
        isReading: Bool = false
    ) throws(Failure) -> Campaign {
        guard let newest = campaigns.last else {
            throw Failure(description: "there is no campaign here yet; start one by 'dure run GOAL'")
        }
        guard let text else { return isReading ? campaigns.last { $0.startedAt != nil } ?? newest : newest }
        if let exact = campaigns.first(where: { $0.id.text == text }) { return exact }
        if let named = campaigns.last(where: { $0.goal.name == text }) { return named }
        let prefix = Campaign.identifierPrefix + "_"
        let begun = campaigns.filter {
            !text.isEmpty && ($0.id.text.hasPrefix(text) || $0.id.text.hasPrefix(prefix + text))
        }
        if begun.count == 1, let only = begun.first { return only }
        guard begun.isEmpty else {
            throw Failure(
                description:
                    "'\(text.printable)' begins the identifiers of \(begun.count) campaigns; give more of one: "
                    + names(begun)
            )
        }
        throw Failure(
            description: "there is no campaign '\(text.printable)'; there \(campaigns.count == 1 ? "is" : "are") "
                + names(campaigns)
        )
    }

    /// The newest campaigns by identifier and name.
    private static func names(_ campaigns: [Campaign]) -> String {
        let newest = campaigns.suffix(shown).reversed().map { "\($0.id) (\($0.goal.name.printable))" }
        let rest = campaigns.count - newest.count
        return newest.joined(separator: ", ") + (rest > 0 ? " and \(rest) more: see 'dure list'" : "")
    }
}

/// The options of a command that reads one campaign.
struct CampaignOptions: ParsableArguments {
    @Argument(
        help: "The campaign's identifier, its beginning, or the goal's name; the newest that has started when left out."
    )
    var campaign: String?

    @OptionGroup var place: DataPlace

    /// Opens the data for reading beside whoever writes, finds the campaign and reads what is wanted.
    func read<Value>(_ body: (any Store, Campaign) async throws -> Value) async throws -> Value {
        try await place.reading { store in
            try await body(
                store,
                try await CampaignLookup(store: store, place: place.name).find(campaign, isReading: true)
            )
        }
    }
}
