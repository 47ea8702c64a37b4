// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Decides what a trial's final failure means for its campaign (A5); retries were decided before, by the queue.
package enum FailurePolicy: Policy {
    package static let name = "failure"

    package struct Inputs: Codable, Sendable, Equatable {
        package var `class`: Failure.Class
        package var message: String
        /// Trials that failed one after the other, this one included.
        package var inARow: Int

        /// Creates inputs.
        package init(class: Failure.Class, message: String, inARow: Int) {
            self.class = `class`
            self.message = message
            self.inARow = inARow
        }
    }

    /// What follows.
    package enum Consequence: String, Codable, Sendable, CaseIterable {
        /// The trial has failed, the campaign goes on.
        case goOn = "go_on"
        /// The campaign pauses until a person has looked.
        case askPerson = "ask_person"
        /// The campaign fails: what is wrong will not go away.
        case failCampaign = "fail_campaign"
    }

    package struct Outcome: Codable, Sendable, Equatable {
        package var consequence: Consequence

        /// Creates an outcome.
        package init(consequence: Consequence) {
            self.consequence = consequence
        }
    }

    /// From how many failures in a row a person is asked.
    package static let tooMany = 20

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        switch inputs.class {
        case .permission:
            Ruling(
                Outcome(consequence: .askPerson),
                "Permission was refused (\(inputs.message)): a person must look, the campaign pauses."
            )
        case .notFound:
            Ruling(
                Outcome(consequence: .failCampaign),
                "Something that every trial needs is not there (\(inputs.message)): the campaign fails."
            )
        case .timeOut, .rateLimit, .invalid, .unknown:
            if inputs.inARow >= tooMany {
                Ruling(
                    Outcome(consequence: .askPerson),
                    "\(inputs.inARow) trials failed one after the other: a person must look, the campaign pauses."
                )
            } else {
                Ruling(Outcome(consequence: .goOn), "The trial failed (\(inputs.message)): the campaign goes on.")
            }
        }
    }
}
