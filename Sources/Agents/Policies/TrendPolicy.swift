// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Decides whether a trend that touches a product calls for a new campaign on it.
package enum TrendPolicy: Policy {
    package static let name = "trend"

    /// How long after one proposal no other is made for the same product.
    package static let rest = TimeSpan.days(14)

    package struct Inputs: Codable, Sendable, Equatable {
        /// The run that found the trend.
        package var run: String
        package var subject: String
        package var count: Int
        package var expected: Double?
        /// How the campaign that last served the product stands.
        package var status: CampaignStatus
        package var winner: Combination?
        /// Whether a campaign that has not ended serves one of its units.
        package var isServed: Bool
        /// How long ago a campaign was last proposed for the product because of a trend; nil for never.
        package var sinceLast: TimeSpan?

        /// Creates inputs.
        package init(
            run: String,
            subject: String,
            count: Int,
            expected: Double?,
            status: CampaignStatus,
            winner: Combination?,
            isServed: Bool,
            sinceLast: TimeSpan?
        ) {
            self.run = run
            self.subject = subject
            self.count = count
            self.expected = expected
            self.status = status
            self.winner = winner
            self.isServed = isServed
            self.sinceLast = sinceLast
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        /// Whether a campaign is drafted, for a person to approve.
        package var isProposed: Bool

        /// Creates an outcome.
        package init(isProposed: Bool) {
            self.isProposed = isProposed
        }
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        let no = Outcome(isProposed: false)
        guard inputs.status.isFinal, !inputs.isServed else {
            return Ruling(no, "\(inputs.subject) is a trend, and a campaign serves it already: none is proposed.")
        }
        if let sinceLast = inputs.sinceLast, sinceLast < rest {
            return Ruling(no, "\(inputs.subject) is still a trend: a campaign was proposed less than \(rest) ago.")
        }
        return Ruling(
            Outcome(isProposed: true),
            "\(inputs.subject) is a trend: a campaign is proposed while shoppers look for it."
        )
    }
}
