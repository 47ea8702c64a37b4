// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments

/// Decides whether the market has changed (B4): what was best has lost a fifth of its score within a week.
package enum EnvironmentPolicy: Policy {
    package static let name = "environment"

    package struct Inputs: Codable, Sendable, Equatable {
        /// The elite's mean score of each day, oldest first.
        package var dailyEliteScores: [Double]

        /// Creates inputs.
        package init(dailyEliteScores: [Double]) {
            self.dailyEliteScores = dailyEliteScores
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        package var hasChanged: Bool

        /// Creates an outcome.
        package init(hasChanged: Bool) {
            self.hasChanged = hasChanged
        }
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        guard EnvironmentChange.detect(dailyEliteScores: inputs.dailyEliteScores) else {
            return Ruling(Outcome(hasChanged: false), "The best combinations score as before.")
        }
        return Ruling(
            Outcome(hasChanged: true),
            "The best combinations lost 20 % or more of their score within 7 days: the market has changed."
        )
    }
}
