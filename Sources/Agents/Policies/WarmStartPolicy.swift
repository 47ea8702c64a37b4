// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Says how much what earlier campaigns of a product found counts beside a new campaign's own results.
package enum WarmStartPolicy: Policy {
    package static let name = "warm_start"

    /// How many campaigns are used at most: the latest.
    package static let limit = 3

    /// An earlier campaign that can be used.
    package struct Earlier: Codable, Sendable, Equatable {
        package var campaign: CampaignID
        /// Its results that this campaign's factors can say.
        package var outcomes: Int
        /// Whole days from its end to this campaign's start.
        package var days: Int

        /// Creates one.
        package init(campaign: CampaignID, outcomes: Int, days: Int) {
            self.campaign = campaign
            self.outcomes = outcomes
            self.days = days
        }
    }

    package struct Inputs: Codable, Sendable, Equatable {
        /// Oldest first.
        package var earlier: [Earlier]

        /// Creates inputs.
        package init(earlier: [Earlier]) {
            self.earlier = earlier
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        /// A campaign with the weight of one of its results beside one of this campaign's.
        package struct Share: Codable, Sendable, Equatable {
            package var campaign: CampaignID
            package var weight: Double
        }

        /// Oldest first; none where nothing can be used.
        package var shares: [Share]
    }

    /// The weight of a result by its campaign's age: half for a month, a quarter for half a year, then a tenth.
    package static func weight(days: Int) -> Double {
        days <= 30 ? 0.5 : days <= 180 ? 0.25 : 0.1
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        let used = inputs.earlier.filter { $0.outcomes > 0 }.suffix(limit)
        let shares = used.map { Outcome.Share(campaign: $0.campaign, weight: weight(days: $0.days)) }
        guard let last = used.last else {
            return Ruling(
                Outcome(shares: []),
                "No earlier campaign has results of these factors: the search starts anew."
            )
        }
        let results = used.reduce(0) { $0 + $1.outcomes }
        let newest = weight(days: last.days)
        return Ruling(
            Outcome(shares: shares),
            used.count == 1
                ? "\(results) results of an earlier campaign lead the search, each counting \(newest) of a new one."
                : "\(results) results of \(used.count) earlier campaigns lead the search, each of the latest counting \(newest) of a new one."
        )
    }
}
