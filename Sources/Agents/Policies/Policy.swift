// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A pure function from what is known to a decision: no clock, no store, no randomness that is not among its inputs.
package protocol Policy {
    associatedtype Inputs: Codable & Sendable
    associatedtype Outcome: Codable & Sendable & Equatable
    /// The name under which decisions are stored; a replay finds the policy by it.
    static var name: String { get }
    /// Decides.
    static func decide(_ inputs: Inputs) -> Ruling<Outcome>
}

/// What a policy decided, and why in one plain sentence.
package struct Ruling<Outcome: Codable & Sendable & Equatable>: Sendable, Equatable {
    package let outcome: Outcome
    package let reason: String

    /// Creates a ruling.
    package init(_ outcome: Outcome, _ reason: String) {
        self.outcome = outcome
        self.reason = reason
    }
}

extension Policy {
    /// Decides, and writes the decision down with its inputs.
    package static func decide(
        _ inputs: Inputs,
        for campaign: Campaign,
        agent: String,
        id: DecisionID,
        at time: Timestamp
    ) throws -> (outcome: Outcome, record: Decision) {
        let ruling = decide(inputs)
        let record = Decision(
            id: id,
            workspace: campaign.workspace,
            campaign: campaign.id,
            time: time,
            agent: agent,
            policy: name,
            inputs: try CanonicalJSON.text(inputs),
            outcome: try CanonicalJSON.text(ruling.outcome),
            reason: ruling.reason
        )
        return (ruling.outcome, record)
    }

    /// Derives the outcome and the reason again from stored inputs.
    static func replay(_ inputs: String) throws -> (outcome: String, reason: String) {
        let ruling = decide(try CanonicalJSON.decode(Inputs.self, from: inputs))
        return (try CanonicalJSON.text(ruling.outcome), ruling.reason)
    }
}
