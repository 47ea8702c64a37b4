// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Testing

struct PlanPolicyTests {
    /// 4 units, windows of 6 hours, 6 days of which 2 are for measuring before and after: 64 trials fit.
    private static func goal(_ change: (inout Goal) -> Void = { _ in }) -> Goal {
        var goal = Goal(
            name: "plan",
            objective: Objective(metric: "rank", direction: .lower, target: 20, depth: 100),
            deadline: .days(6),
            baseline: .days(1),
            factors: [Factor(name: "a", levels: [.integer(0), .integer(1)])],
            trial: TrialTemplate(kind: .simulated, window: .hours(6)),
            units: ["u1", "u2", "u3", "u4"],
            effort: Effort(generationSize: 4, replicates: 2),
            ending: Ending(confirmationReplicates: 4, finalists: 2)
        )
        change(&goal)
        return goal
    }

    private func decide(start: Double? = nil, _ change: (inout Goal) -> Void = { _ in }) -> PlanPolicy.Outcome {
        PlanPolicy.decide(PlanPolicy.Inputs(goal: Self.goal(change), start: start)).outcome
    }

    @Test func `time and units say how many trials fit`() {
        let outcome = decide()
        #expect(outcome.plan.trials == 64)
        #expect(outcome.plan.notes.isEmpty)
        #expect(outcome.plan.duration == .days(6))
        #expect(outcome.plan.cost == nil)
        #expect(PlanPolicy.closingTrials(ending: Self.goal().ending, limit: nil) == 13)
        #expect(outcome.searchTrials == 51)
        #expect(outcome.generationTrials == 11)
        #expect(outcome.plan.generations == 5)
    }

    @Test(arguments: [(63, 63, true), (64, 64, false), (65, 64, false)])
    func `a budget of trials binds when it is less than what fits, and says so`(
        budget: Int,
        trials: Int,
        binds: Bool
    ) {
        let plan = decide { $0.budget.trials = budget }.plan
        #expect(plan.trials == trials)
        #expect(plan.notes == (binds ? ["The budget of 63 trials binds; time and units would allow 64."] : []))
    }

    @Test(arguments: [(63_999, 63, true), (64_000, 64, false), (64_999, 64, false), (65_000, 64, false)])
    func `money binds when it pays for less than what fits, and says so`(amount: Int64, trials: Int, binds: Bool) {
        let plan = decide {
            $0.trial.cost = Money(minorUnits: 1_000, currency: .krw)
            $0.budget.amount = Money(minorUnits: amount, currency: .krw)
        }.plan
        #expect(plan.trials == trials)
        #expect(plan.notes == (binds ? ["The money is enough for 63 trials."] : []))
        #expect(plan.cost == Money(minorUnits: Int64(trials) * 1_000, currency: .krw))
    }

    @Test(arguments: [(1, true), (5, true), (6, false), (7, false)])
    func `a plan without room for one block besides its end says what would help`(budget: Int, isTooLittle: Bool) {
        let plan = decide { $0.budget.trials = budget }.plan
        let note = """
            Too little fits: finalists and confirmation alone take 13 trials, and \(budget) fit in all; raise the budget or the \
            deadline, or lower ending.confirmation_replicates.
            """
        #expect(plan.notes.contains(note) == isTooLittle)
        #expect(plan.notes.contains { $0.hasPrefix("Too little fits") } == isTooLittle)
    }

    @Test(arguments: [(5, nil), (6, 2), (20, 8), (32, 12), (33, nil), (64, nil)])
    func `an end that is cut to two fifths of what fits says from what and to what`(budget: Int, kept: Int?) {
        let plan = decide { $0.budget.trials = budget }.plan
        let note = kept.map {
            "Finalists and confirmation are cut from 13 trials to \($0), two fifths of the \(budget) that fit;"
                + " their results will be less certain."
        }
        #expect(plan.notes.filter { $0.hasPrefix("Finalists and confirmation are cut") } == (note.map { [$0] } ?? []))
    }

    @Test(arguments: [(8, true), (9, false)])
    func `an end is cut by time as it is by a budget, and says so`(windows: Int, isCut: Bool) {
        let plan = decide {
            $0.baseline = .zero
            $0.deadline = .hours(6 * windows)
        }.plan
        #expect(plan.trials == windows * 4)
        #expect(plan.notes.contains { $0.contains("are cut from 13 trials to 12, two fifths of the 32") } == isCut)
    }

    @Test(arguments: [(10, 4), (20, 8), (32, 12), (33, 13), (64, 13)])
    func `the end gets what it needs, but at most two fifths of a limit`(limit: Int, kept: Int) {
        #expect(PlanPolicy.closingTrials(ending: Self.goal().ending, limit: limit) == kept)
        #expect(decide { $0.budget.trials = limit }.searchTrials == limit - kept)
    }

    @Test func `a budget of nothing and a window longer than the deadline leave nothing`() {
        let none = decide { $0.budget.trials = 0 }
        #expect(none.plan.trials == 0)
        #expect(none.plan.generations == 0)
        #expect(none.searchTrials == 0)
        let long = decide { $0.trial.window = .days(30) }
        #expect(long.plan.trials == 0)
        let tooShort = decide { $0.deadline = .days(1) }
        #expect(tooShort.plan.trials == 0)
    }

    @Test func `a generation that does not fit a day is cut and says so`() {
        let outcome = decide { $0.effort = Effort(generationSize: 50, replicates: 10) }
        #expect(outcome.generationTrials == 16)
        #expect(
            outcome.plan.notes == [
                "A generation of 50 combinations with 10 trials each does not fit a day: it holds 16 trials."
            ]
        )
    }

    @Test func `trials that take no time are limited by the effort alone`() {
        let outcome = decide { $0.trial.window = .zero }
        #expect(outcome.generationTrials == 11)
        #expect(outcome.plan.trials == 6 * 11 + 13)
        #expect(outcome.plan.generations == 6)
    }

    @Test func `gap and difficulty follow from start and target`() throws {
        let plan = decide(start: 80).plan
        #expect(plan.gap == 60)
        #expect(abs(plan.difficulty - (1 - log(20) / log(80))) < 1e-12)
        #expect(decide(start: nil).plan.gap == nil)
        #expect(decide(start: 20).plan.difficulty == 0)
        #expect(decide(start: 80) { $0.objective.target = 1 }.plan.difficulty == 1)
        #expect(decide(start: 80) { $0.objective.target = nil }.plan.gap == nil)
        let other = decide(start: 100) {
            $0.objective = Objective(metric: "sales", direction: .higher, target: 130)
        }
        #expect(abs(other.plan.difficulty - 0.3) < 1e-12)
    }
}
