// SPDX-License-Identifier: Apache-2.0

import Domain

/// A goal of 4 units, 3 factors, windows of 6 hours and 6 days.
enum SmallGoal {
    static func make(_ change: (inout Goal) -> Void = { _ in }) -> Goal {
        var goal = Goal(
            name: "small",
            marketplace: .simulated,
            keywords: ["word"],
            objective: Objective(metric: "rank", direction: .lower, target: 45, depth: 100),
            deadline: .days(6),
            baseline: .hours(12),
            factors: [
                Factor(name: "title", levels: [.text("short"), .text("long")]),
                Factor(name: "image", levels: [.flag(false), .flag(true)]),
                Factor(name: "price", levels: [.integer(9_900), .integer(8_900), .integer(10_900)]),
            ],
            trial: TrialTemplate(
                kind: .simulated,
                window: .hours(6),
                washOut: .hours(1),
                every: .minutes(30),
                cost: Money(minorUnits: 500, currency: .krw)
            ),
            units: ["u1", "u2", "u3", "u4"],
            effort: Effort(generationSize: 6, replicates: 2, observers: 2),
            ending: Ending(confirmationReplicates: 4, finalists: 2, nextCampaign: .none),
            seed: 11
        )
        change(&goal)
        return goal
    }
}
