// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Derives stored decisions again from their stored inputs (A15).
package enum Replay {
    /// A decision that does not come out as it was stored.
    package struct Difference: Codable, Sendable, Equatable {
        package var decision: DecisionID
        package var policy: String
        package var stored: String
        package var derived: String
    }

    private static let policies: [String: @Sendable (String) throws -> (outcome: String, reason: String)] = [
        AnomalyPolicy.name: AnomalyPolicy.replay,
        CoursePolicy.name: CoursePolicy.replay,
        EnvironmentPolicy.name: EnvironmentPolicy.replay,
        FailurePolicy.name: FailurePolicy.replay,
        NextCampaignPolicy.name: NextCampaignPolicy.replay,
        PacingPolicy.name: PacingPolicy.replay,
        PersonOrderPolicy.name: PersonOrderPolicy.replay,
        PlanPolicy.name: PlanPolicy.replay,
        TargetPolicy.name: TargetPolicy.replay,
        TrendPolicy.name: TrendPolicy.replay,
        WarmStartPolicy.name: WarmStartPolicy.replay,
        WinnerPolicy.name: WinnerPolicy.replay,
        WorthPolicy.name: WorthPolicy.replay,
    ]

    /// Derives one decision again; nil when outcome and reason are as stored.
    ///
    /// Inputs that cannot be read, and a policy that this version does not have, are differences too.
    package static func difference(in decision: Decision) -> Difference? {
        func difference(_ derived: String) -> Difference {
            Difference(decision: decision.id, policy: decision.policy, stored: decision.outcome, derived: derived)
        }
        guard let policy = policies[decision.policy] else {
            return difference("this version has no policy '\(decision.policy)'")
        }
        do {
            let (outcome, reason) = try policy(decision.inputs)
            if outcome != decision.outcome { return difference(outcome) }
            return reason == decision.reason ? nil : difference("the same outcome for another reason: \(reason)")
        } catch {
            return difference("the inputs cannot be read: \(error)")
        }
    }
}
