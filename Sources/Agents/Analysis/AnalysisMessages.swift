// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Experiments
package import Messaging

/// Asks how a campaign's metric stands against its start, by a test on two windows of rounds.
struct CompareWithStart: Action {
    static let name = "compare_with_start"

    struct Reply: Codable, Sendable {
        var comparison: CoursePolicy.Comparison
        /// Units of the metric gained since the start, better being positive.
        var gained: Double
        /// The newest window's median; nil without rounds.
        var latest: Double?
        /// The first window's median; nil without rounds.
        var start: Double?
        /// 0 to 10,000, of the newest round.
        var reliability: Double
    }

    var campaign: CampaignID
    var workspace: WorkspaceID
    var direction: Direction
}

/// Asks for the designed experiment's analysis of a campaign; the finding is stored.
package struct AnalyseEffects: Action {
    package typealias Reply = EffectsFinding
    package static let name = "analyse_effects"

    package var campaign: CampaignID
    package var workspace: WorkspaceID
    /// The combination that was chosen; nil when nothing beat the control.
    package var winner: Combination?
}

/// Asks for the confirmation run's analysis; the finding is stored.
package struct AnalyseConfirmation: Action {
    package static let name = "analyse_confirmation"

    /// The finding; nil without enough trials.
    package struct Reply: Codable, Sendable {
        package var finding: ConfirmationFinding?
    }

    package var campaign: CampaignID
    package var workspace: WorkspaceID
    package var winner: Combination
}

/// Asks for the metric's future and for patterns; the findings are stored.
package struct AnalyseRounds: Action {
    package typealias Reply = Done
    package static let name = "analyse_rounds"

    package var campaign: CampaignID
    package var workspace: WorkspaceID
}

/// A round of ranks is complete.
package struct RoundCompleted: KeptEvent {
    package static let name = "round_completed"
    package static let receivers = [AgentName.analysis, .orchestrator]

    package var campaign: CampaignID
    package var round: RoundFinding
}
