// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Experiments
import Foundation
import Jobs
import Logging
import MarketSimulation
import Messaging
import Storage

/// Runs a goal against the simulated market in virtual time (A14).
struct Rehearsal {
    /// What a rehearsal ends with.
    struct Result: Sendable {
        var campaign: Campaign
        /// (best − chosen) / (best − mean of all combinations) of the market's noise-free score; the control when nothing was chosen.
        var regret: Double
        var trials: Int
        /// How much virtual time passed.
        var span: TimeSpan
    }

    /// When every rehearsal begins: a Monday at midnight in Seoul, so that the same seed gives the same bytes on any day.
    static let start = Timestamp(milliseconds: 1_767_538_800_000)

    let goal: Goal
    let digest: String?

    /// The goal with its trials run by the simulated market.
    private var rehearsed: Goal {
        var goal = goal
        goal.trial.kind = .simulated
        goal.trial.apply = nil
        goal.trial.measure = nil
        goal.approval = .none
        return goal
    }

    /// Runs it and keeps everything in a database, which must be new.
    func run(database: String) throws -> Result {
        let clock = VirtualClock(start: Self.start)
        let store = try SQLiteStore(path: database, mode: .simulation, clock: clock)
        let goal = rehearsed
        let interval: TimeSpan = goal.trial.window > .zero ? goal.trial.every : .seconds(1)
        let sizes = FleetSizes(observers: goal.effort.observers)
        let death = goal.simulation?.workerDeathAt.map {
            EmbeddedFleet.Death(workerIndex: min(3, sizes.trialRunners - 1), at: Self.start + $0)
        }
        let setting = House.Setting(
            clock: clock,
            timing: goal.trial.window > .zero ? .rehearsal : .real,
            sizes: sizes,
            interval: interval,
            seed: goal.seed,
            death: death,
            logger: .house(.critical)
        )
        let house = House(store: store, setting: setting)
        let digest = digest
        let campaign = try clock.run {
            try await house.run { gateway in
                let id = try await gateway.request(
                    CreateCampaign(goal: goal, workspace: setting.workspace, digest: digest, path: nil),
                    to: .orchestrator
                )
                let look: TimeSpan = goal.trial.window > .zero ? goal.trial.window : .seconds(10)
                let driver = CampaignDriver(
                    store: house.store,
                    clock: house.setting.clock,
                    workspace: house.setting.workspace,
                    interval: look
                ) { _ in }
                return try await driver.drive(id, through: gateway)
            }
        }
        let result = try clock.run {
            let spending = try await store.spending(of: campaign.id, in: campaign.workspace)
            let market = try await house.markets.market(of: goal)
            return Result(
                campaign: campaign,
                regret: Self.regret(of: campaign.winner ?? goal.control, in: market, goal: goal),
                trials: spending.settledTrials,
                span: clock.now - Self.start
            )
        }
        try store.close()
        return result
    }

    /// The regret of a choice in the market of a goal.
    static func regret(of chosen: Combination, goal: Goal) -> Double {
        let market = SimulatedMarket(
            goal: goal,
            settings: goal.simulation ?? SimulationSettings(),
            seed: SplitMix64.seed(goal.seed, "market"),
            start: start
        )
        return regret(of: chosen, in: market, goal: goal)
    }

    private static func regret(of chosen: Combination, in market: SimulatedMarket, goal: Goal) -> Double {
        let (_, best) = market.bestCombination()
        let mean = market.meanScore()
        let score = market.noiseFreeScore(of: chosen, weights: goal.score, depth: goal.objective.depth)
        guard best > mean else { return 0 }
        return (best - score) / (best - mean)
    }
}
