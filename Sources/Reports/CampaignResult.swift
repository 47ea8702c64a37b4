// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

/// What a campaign came to, read from its findings: the combination, its gain, and how far that was checked.
struct CampaignResult: Sendable {
    /// How sure the gain is.
    enum Certainty: Sendable {
        /// Fresh trials lie wholly on the better side.
        case confirmed
        /// Fresh trials lie wholly on the worse side.
        case refuted
        /// Fresh trials allow for no difference.
        case inconclusive
        /// There were no fresh trials.
        case unchecked
        /// The present setting is the best that was tried.
        case keep
        /// Nothing can be said.
        case nothing
    }

    /// The gain as two means and their difference, winner less control.
    struct Gain: Sendable {
        var old: Double
        var new: Double
        var difference: Interval
        /// Whether fresh trials measured it, rather than the model.
        var isMeasured: Bool
    }

    let certainty: Certainty
    /// The recommendation; nil to keep the present setting and without a result.
    let winner: Combination?
    let gain: Gain?
    /// The model's probability that the recommendation beats the present setting.
    let probability: Double?

    init(_ dossier: CampaignDossier) {
        let goal = dossier.campaign.goal
        let chosen =
            dossier.confirmation?.winner ?? dossier.campaign.winner ?? dossier.effects?.best?.combination
        let isControl = chosen == goal.control
        winner = isControl ? nil : chosen
        let direction = goal.objective.direction
        if let finding = dossier.confirmation, !isControl, finding.isUsable {
            gain = Gain(
                old: finding.controlMean,
                new: finding.winnerMean,
                difference: finding.difference,
                isMeasured: true
            )
        } else if let effects = dossier.effects, let best = effects.best, let difference = effects.gain, !isControl,
            [best.expected, effects.control.expected, difference].allSatisfy(\.isFinite)
        {
            gain = Gain(
                old: effects.control.expected.estimate,
                new: best.expected.estimate,
                difference: difference,
                isMeasured: false
            )
        } else {
            gain = nil
        }
        probability = isControl ? nil : Self.probability(dossier.effects?.gain, direction)
        certainty = Self.certainty(dossier, winner: winner, isControl: isControl)
    }

    private static func certainty(
        _ dossier: CampaignDossier,
        winner: Combination?,
        isControl: Bool
    ) -> Certainty {
        guard winner != nil else {
            return isControl || (dossier.effects.map { $0.trials > 0 } ?? false) ? .keep : .nothing
        }
        guard let finding = dossier.confirmation, finding.isUsable else { return .unchecked }
        if finding.isConfirmed { return .confirmed }
        let interval = finding.difference
        let isWorse = dossier.campaign.goal.objective.direction == .lower ? interval.lower > 0 : interval.upper < 0
        return isWorse ? .refuted : .inconclusive
    }

    /// The normal probability of a gain on the better side, by the width of the gain's interval.
    static func probability(_ gain: Interval?, _ direction: Direction) -> Double? {
        guard let gain, gain.isFinite, gain.upper > gain.lower, gain.confidence > 0, gain.confidence < 1,
            let quantile = StandardNormal.quantile(0.5 + gain.confidence / 2)
        else { return nil }
        let error = (gain.upper - gain.lower) / (2 * quantile)
        let better = direction == .lower ? -gain.estimate : gain.estimate
        return StandardNormal.cdf(better / error)
    }
}

extension Interval {
    /// Whether every part is a number.
    var isFinite: Bool { estimate.isFinite && lower.isFinite && upper.isFinite && confidence.isFinite }
}

extension ConfirmationFinding {
    /// Whether the numbers can be shown.
    var isUsable: Bool { winnerMean.isFinite && controlMean.isFinite && difference.isFinite }
}
