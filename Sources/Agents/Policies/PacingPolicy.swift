// SPDX-License-Identifier: Apache-2.0

/// Paces a campaign (A6): a fifth more effort when it is slow, a tenth less when it is ahead.
package enum PacingPolicy: Policy {
    package static let name = "pacing"

    package struct Inputs: Codable, Sendable, Equatable {
        /// The trials that should have ended by now.
        package var planned: Double
        /// The trials that have ended.
        package var done: Double
        /// The effort's factor now.
        package var effortFactor: Double

        /// Creates inputs.
        package init(planned: Double, done: Double, effortFactor: Double) {
            self.planned = planned
            self.done = done
            self.effortFactor = effortFactor
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        /// The effort's factor from now on, 0.5 to 3.
        package var effortFactor: Double

        /// Creates an outcome.
        package init(effortFactor: Double) {
            self.effortFactor = effortFactor
        }
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        guard inputs.planned > 0 else {
            return Ruling(Outcome(effortFactor: inputs.effortFactor), "Nothing was planned yet: the pace stays.")
        }
        let ratio = inputs.done / inputs.planned
        if ratio < 0.9 {
            let factor = min(inputs.effortFactor * 1.2, 3)
            return Ruling(
                Outcome(effortFactor: factor),
                "Fewer than 90 % of the planned trials have ended: 20 % more effort."
            )
        }
        if ratio > 1.1 {
            let factor = max(inputs.effortFactor * 0.9, 0.5)
            return Ruling(
                Outcome(effortFactor: factor),
                "Over 110 % of the planned trials have ended: 10 % less effort."
            )
        }
        return Ruling(Outcome(effortFactor: inputs.effortFactor), "The campaign keeps its pace.")
    }
}
