// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation

/// Plans a campaign (A6): rank gap, difficulty, effort, duration and cost, fitted to units, time and budget.
package enum PlanPolicy: Policy {
    package static let name = "plan"

    package struct Inputs: Codable, Sendable, Equatable {
        package var objective: Objective
        /// The metric at the start; nil before it is known.
        package var start: Double?
        package var units: Int
        package var factors: Int
        package var window: TimeSpan
        package var deadline: TimeSpan
        package var baseline: TimeSpan
        package var effort: Effort
        package var ending: Ending
        /// What one trial costs, in minor units; nil for nothing.
        package var trialCost: Int64?
        /// The budget in minor units; nil without a limit.
        package var amount: Int64?
        package var currency: Currency?
        /// The budget in trials; nil without a limit.
        package var trialLimit: Int?

        /// Takes the inputs of a goal.
        package init(goal: Goal, start: Double?) {
            objective = goal.objective
            self.start = start
            units = goal.units.count
            factors = goal.factors.count
            window = goal.trial.window
            deadline = goal.deadline
            baseline = goal.baseline
            effort = goal.effort
            ending = goal.ending
            trialCost = goal.trial.cost?.minorUnits
            amount = goal.budget.amount?.minorUnits
            currency = goal.budget.amount?.currency ?? goal.trial.cost?.currency
            trialLimit = goal.budget.trials
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        package var plan: Plan
        /// The trials that the search may use: the plan's, less those kept back for finalists and confirmation.
        package var searchTrials: Int
        /// The trials that fit into one generation, controls included.
        package var generationTrials: Int

        /// Creates an outcome.
        package init(plan: Plan, searchTrials: Int, generationTrials: Int) {
            self.plan = plan
            self.searchTrials = searchTrials
            self.generationTrials = generationTrials
        }
    }

    /// How many trials are kept for finalists and confirmation, controls included: what they need, but at most two fifths of a limit.
    package static func closingTrials(ending: Ending, limit: Int?) -> Int {
        let needed = neededForClosing(ending)
        return min(needed, limit.map { $0 * 2 / 5 } ?? needed)
    }

    /// How many trials finalists and confirmation need, controls included, whatever fits.
    private static func neededForClosing(_ ending: Ending) -> Int {
        let replicates = ending.confirmationReplicates
        let finalists = ending.finalists * max(replicates / 2, replicates > 0 ? 2 : 0)
        return replicates * 2 + finalists + (finalists + 9) / 10
    }

    /// What a person has to know when little fits besides finalists and confirmation, or when they are cut; nil when neither is so.
    private static func closingNote(_ ending: Ending, kept: Int, limit: Int, blockTrials: Int) -> String? {
        let needed = neededForClosing(ending)
        if limit < kept + blockTrials {
            return
                "Too little fits: finalists and confirmation alone take \(needed) trials, and \(limit) fit in all; raise the budget or the deadline, or lower ending.confirmation_replicates."
        }
        guard kept < needed else { return nil }
        return
            "Finalists and confirmation are cut from \(needed) trials to \(kept), two fifths of the \(limit) that fit; their results will be less certain."
    }

    /// How many trials a budget allows in all; nil without a limit.
    static func trialLimit(of goal: Goal) -> Int? {
        var limit = goal.budget.trials
        if let amount = goal.budget.amount, let cost = goal.trial.cost, cost.minorUnits > 0 {
            let affordable = Int(clamping: amount.minorUnits / cost.minorUnits)
            limit = min(limit ?? affordable, affordable)
        }
        return limit
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        var notes: [String] = []
        let wanted = inputs.effort.generationSize * inputs.effort.replicates
        let blockTrials = inputs.units > 1 ? inputs.units : inputs.effort.blockSize
        let controlShare = Double(inputs.effort.controlsPerBlock) / Double(max(blockTrials, 1))
        var fit = Int.max
        var perDay = Int.max
        if inputs.window > .zero {
            let searchTime = inputs.deadline - inputs.baseline - inputs.baseline
            fit = max(Int(searchTime.milliseconds / inputs.window.milliseconds), 0) * inputs.units
            perDay = max(Int(TimeSpan.days(1).milliseconds / inputs.window.milliseconds), 1) * inputs.units
        }
        var limit = fit
        if let trials = inputs.trialLimit, trials < limit {
            limit = trials
            if fit != .max { notes.append("The budget of \(trials) trials binds; time and units would allow \(fit).") }
        }
        if let cost = inputs.trialCost, cost > 0, let amount = inputs.amount {
            let affordable = Int(clamping: amount / cost)
            if affordable < limit {
                limit = affordable
                notes.append("The money is enough for \(affordable) trials.")
            }
        }
        let closing = closingTrials(ending: inputs.ending, limit: limit == .max ? nil : limit)
        var full = Int((Double(wanted) / max(1 - controlShare, 0.1)).rounded(.up))
        if full > perDay {
            notes.append(
                "A generation of \(inputs.effort.generationSize) combinations with \(inputs.effort.replicates) trials each does not fit a day: it holds \(perDay) trials."
            )
            full = perDay
        }
        if limit == .max { limit = full * 6 + closing }
        let note = closingNote(inputs.ending, kept: closing, limit: limit, blockTrials: blockTrials)
        notes += note.map { [$0] } ?? []
        let search = max(limit - closing, 0)
        let generations = max((search + full - 1) / max(full, 1), search > 0 ? 1 : 0)
        let gap = inputs.start.flatMap { start in inputs.objective.target.map { abs($0 - start) } }
        let difficulty = difficulty(inputs, gap: gap)
        let cost = inputs.currency.map { currency in
            let (units, overflow) = Int64(limit).multipliedReportingOverflow(by: inputs.trialCost ?? 0)
            return Money(minorUnits: overflow ? .max : units, currency: currency)
        }
        let plan = Plan(
            gap: gap,
            difficulty: difficulty,
            trials: limit,
            generations: generations,
            duration: inputs.deadline,
            cost: cost,
            notes: notes
        )
        let reason =
            "\(limit) trials in \(generations) generations of up to \(full) fit the time, the units and the budget; \(min(closing, limit)) of them are kept for measuring the best again."
        return Ruling(Outcome(plan: plan, searchTrials: search, generationTrials: full), reason)
    }

    /// How hard a goal is, 0 to 1: the share of the remaining way to the very top that it asks for, on a logarithmic scale for ranks.
    private static func difficulty(_ inputs: Inputs, gap: Double?) -> Double {
        guard let gap, let start = inputs.start, let target = inputs.objective.target, gap > 0 else { return 0 }
        guard inputs.objective.isRank, start > 1, target >= 1 else { return min(gap / max(abs(start), 1e-9), 1) }
        return min(max(1 - log(target) / log(start), 0), 1)
    }

}
