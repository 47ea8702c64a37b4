// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Experiments
import Foundation
import Statistics
import Storage

/// What a rehearsal says of the chance that the campaign as planned finds what matters.
struct RehearsalPowerReport: Encodable {
    /// Why there is no answer; nil when there is one.
    let unavailable: String?
    let effectReason: String?
    let noiseReason: String?
    let answer: RehearsalPower.Answer?
    private let goal: Goal

    private enum CodingKeys: String, CodingKey {
        case unavailable
        case effectReason
        case noiseReason
        case answer
    }

    /// What the command line states.
    struct Stated {
        var effect: Double?
        var noise: Double?
        var power = 0.8
        var simulations: Int?
    }

    /// Simulates by the plan of a rehearsed campaign and, unless stated, the noise of its trials.
    init(_ campaign: Campaign, trials: [Trial], stated: Stated) throws {
        let goal = campaign.goal
        self.goal = goal
        let start = campaign.startValue ?? Self.controlMean(trials, goal: goal)
        guard let effect = WorthwhileEffect(stated: stated.effect, goal: goal, start: start) else {
            unavailable =
                "the size of effect that matters is not known: give --effect, in the units of \(goal.objective.metric)"
            (effectReason, noiseReason, answer) = (nil, nil, nil)
            return
        }
        effectReason = effect.reason
        let variance = try CampaignEffects(goal: goal, trials: trials).finding().anova?.residual.ms
        guard let noise = stated.noise ?? (variance ?? nil)?.squareRoot(), noise > 0 else {
            unavailable =
                "the noise of a trial is not known: the rehearsal has too few trials or none that differ; give --noise"
            (noiseReason, answer) = (nil, nil)
            return
        }
        noiseReason = stated.noise == nil ? "of the rehearsed trials, blocks and units taken out" : "as stated"
        let plan = PlanPolicy.decide(PlanPolicy.Inputs(goal: goal, start: campaign.startValue)).outcome
        guard plan.searchTrials >= 2 else {
            unavailable = "the plan leaves no trials for the search; raise the budget or the deadline"
            answer = nil
            return
        }
        var request = RehearsalPower.Request(
            goal: goal,
            searchTrials: plan.searchTrials,
            generationTrials: max(plan.generationTrials, 2),
            effect: effect.size,
            noise: noise
        )
        request.power = stated.power
        request.simulations = stated.simulations
        unavailable = nil
        answer = try RehearsalPower.estimate(request)
    }

    private static func controlMean(_ trials: [Trial], goal: Goal) -> Double? {
        let values = trials.filter { $0.combination == goal.control && $0.status == .completed }
            .compactMap { $0.metrics[goal.objective.metric] }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The lines for a person to read.
    var lines: [String] {
        guard let answer else { return ["Power: \(unavailable ?? "not known")."] }
        let chance = answer.chance
        var lines = [
            "Power: the campaign as planned (\(answer.trials) trials) finds a difference of \(TextTable.number(answer.effect)) "
                + "\(goal.objective.metric) with a chance of \(Self.percent(chance.estimate)) (\(Self.percent(chance.lower)) to "
                + "\(Self.percent(chance.upper)) by \(answer.simulations) simulated campaigns); it confirms one that is none with a "
                + "chance of \(Self.percent(answer.wrong.estimate)).",
            "  That difference is \(effectReason ?? ""); the noise of a trial is \(TextTable.number(answer.noise)), \(noiseReason ?? "").",
        ]
        if let design = answer.cheapest {
            lines.append(
                "  The cheapest design that reaches \(Self.percent(answer.wantedPower)) for every factor: \(design.name), "
                    + "\(design.runs) runs × \(design.replicates) = \(design.trials) trials (power \(Self.percent(design.power)))."
            )
        } else {
            lines.append(
                "  No design of 10,000 runs or fewer reaches \(Self.percent(answer.wantedPower)); look for a larger effect or less noise."
            )
        }
        return lines
    }

    private static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}
