// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import MarketSimulation

/// What a random choice of combinations finds in a goal's market with the same number of trials: what a search has to beat.
///
/// The same windows, samples, units and controls as a campaign's, and the same model to choose by; only what is tried is chosen blindly.
struct RandomBaseline {
    let goal: Goal
    let trials: Int

    /// The combination that the model holds for the best after all trials.
    func choice(start: Timestamp) async throws -> Combination {
        let market = SimulatedMarket(
            goal: goal,
            settings: goal.simulation ?? SimulationSettings(),
            seed: SplitMix64.seed(goal.seed, "market"),
            start: start
        )
        var strategy = try Strategies.make(named: RandomSearch.name, problem: SearchProblem(goal: goal))
        var generator = SplitMix64(seed: SplitMix64.seed(goal.seed, "random baseline"))
        var done = 0
        var block = 0
        var number = 0
        while done < trials {
            number += 1
            let request = AskRequest(
                generation: number,
                size: goal.effort.generationSize,
                replicates: 2,
                phase: .explore
            )
            let proposal = try strategy.ask(request, using: &generator)
            let planned = BlockPlanner.plan(
                members: proposal.members,
                purpose: .search,
                units: goal.units,
                control: goal.control,
                controlsPerBlock: goal.effort.controlsPerBlock,
                blockSize: goal.effort.blockSize,
                firstBlock: block,
                firstPosition: done,
                limit: trials - done,
                using: &generator
            )
            guard let last = planned.last else { break }
            for slot in block...last.block {
                let instant = start + goal.trial.window * Int64(slot)
                strategy.tell(try await outcomes(of: planned.filter { $0.block == slot }, in: market, at: instant))
            }
            done += planned.count
            block = last.block + 1
        }
        return try strategy.estimates().first { $0.combination != goal.control }?.combination ?? goal.control
    }

    private func outcomes(
        of planned: [BlockPlanner.PlannedTrial],
        in market: SimulatedMarket,
        at start: Timestamp
    ) async throws -> [TrialOutcome] {
        for trial in planned { try await market.apply(trial.combination, to: trial.unit, of: goal, at: start) }
        let units = planned.map(\.unit)
        var sums = [Double](repeating: 0, count: units.count)
        var samples = 0.0
        var instant = start + goal.trial.washOut
        let end = start + goal.trial.window
        while instant <= end {
            let ranks = try await market.observe(units: units, of: goal, observer: "random", at: instant)
            for (index, observation) in ranks.enumerated() {
                sums[index] += observation.rank ?? Double(goal.objective.depth + 1)
            }
            samples += 1
            instant = instant + goal.trial.every
        }
        var outcomes: [TrialOutcome] = []
        for (index, trial) in planned.enumerated() {
            let metrics = try await market.metrics(of: trial.unit, of: goal, from: start + goal.trial.washOut, to: end)
            let holds = goal.guardrails.allSatisfy { guardrail in
                metrics[guardrail.metric].map(guardrail.holds) ?? false
            }
            outcomes.append(
                TrialOutcome(
                    combination: trial.combination,
                    block: trial.block,
                    unit: goal.units.firstIndex(of: trial.unit) ?? 0,
                    response: RankScore.score(averageRank: sums[index] / samples, depth: goal.objective.depth),
                    succeeded: true,
                    guardrailsHeld: holds
                )
            )
        }
        return outcomes
    }
}
