// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics

/// Campaigns and trials as tests of learning need them.
enum LearningSample {
    /// Three factors; the first level is the control's.
    static func goal(
        metric: String = "time",
        direction: Direction = .lower,
        product: String = "p1",
        seed: UInt64 = 1
    ) -> Goal {
        Goal(
            name: "sample",
            product: Product(identifier: product),
            objective: Objective(metric: metric, direction: direction, depth: 100),
            factors: [
                Factor(name: "title", levels: [.text("A"), .text("B"), .text("C")]),
                Factor(name: "coupon", levels: [.text("no"), .text("yes")]),
                Factor(name: "image", levels: [.text("x"), .text("y"), .text("z")]),
            ],
            trial: TrialTemplate(kind: .simulated, window: .hours(4)),
            units: ["u1", "u2", "u3"],
            seed: seed
        )
    }

    static func plan() -> Plan {
        Plan(difficulty: 0, trials: 100, generations: 1, duration: .days(10))
    }

    /// When the first slot begins: a Monday at midnight in Seoul.
    static let start = Timestamp(milliseconds: 1_767_538_800_000)

    /// Trials in slots of 4 hours, three units each, the control on one of them in turn.
    ///
    /// `value` is given the combination, the slot's hour and noise of one standard deviation.
    static func trials(
        _ campaign: Campaign,
        slots: Int,
        ids: IdentifierGenerator,
        seed: UInt64,
        failing: (Combination) -> Double = { _ in 0 },
        value: (Combination, Int, Double) -> Double
    ) -> [Trial] {
        var generator = SplitMix64(seed: seed)
        let generation: GenerationID = ids.next()
        var trials: [Trial] = []
        for slot in 0..<slots {
            for unit in 0..<3 {
                let isControl = slot % 3 == unit
                let combination =
                    isControl
                    ? campaign.goal.control
                    : Combination(campaign.goal.factors.map { Int.random(in: 0..<$0.levels.count, using: &generator) })
                var trial = Trial(
                    id: ids.next(),
                    workspace: campaign.workspace,
                    campaign: campaign.id,
                    generation: generation,
                    block: slot,
                    position: trials.count,
                    unit: campaign.goal.units[unit],
                    combination: combination,
                    purpose: isControl ? .control : .search
                )
                let begin = start + .hours(4 * slot)
                trial.startedAt = begin
                trial.endedAt = begin + .hours(4)
                let draw = Double.random(in: 0..<1, using: &generator)
                let noise = StandardNormal.sample(using: &generator)
                if draw < failing(combination) {
                    trial.status = .failed
                    trial.failure = Failure(.timeOut, "no answer")
                } else {
                    trial.status = .completed
                    trial.guardrailsHeld = true
                    trial.metrics = [campaign.goal.objective.metric: value(combination, slot * 4 % 24, noise)]
                }
                trials.append(trial)
            }
        }
        return trials
    }
}
