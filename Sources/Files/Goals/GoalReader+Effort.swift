// SPDX-License-Identifier: Apache-2.0

import Domain

/// Effort, budget, score, ending and the rehearsal's market.
extension GoalReader {
    private static let strategies = StrategyName.allCases.map(\.rawValue)

    mutating func effort(_ root: Fields, isCommand: Bool, observers: Int) -> Effort {
        var effort = Effort(replicates: isCommand ? 1 : 10, observers: observers)
        let keys = ["generation_size", "replicates", "controls_per_block", "block_size", "strategy", "observers"]
        guard let entry = root["effort"], let fields = fields(entry, known: keys) else {
            return effort
        }
        effort.generationSize = integer(fields["generation_size"], in: 1...100_000) ?? effort.generationSize
        effort.replicates = integer(fields["replicates"], in: 1...100_000) ?? effort.replicates
        effort.controlsPerBlock = integer(fields["controls_per_block"], in: 1...10_000) ?? effort.controlsPerBlock
        effort.blockSize = integer(fields["block_size"], in: 2...100_000) ?? effort.blockSize
        effort.observers = integer(fields["observers"], in: 1...1_000) ?? effort.observers
        if let wrong = fields["controls_per_block"], effort.controlsPerBlock >= effort.blockSize {
            refuse(wrong, "give less than effort.block_size, which is \(effort.blockSize)")
        }
        if let strategy = fields["strategy"] {
            if Self.strategies.contains(Self.raw(strategy.node)) {
                effort.strategy = Self.raw(strategy.node)
            } else {
                refuseChoice(strategy, Self.strategies)
            }
        }
        return effort
    }

    mutating func budget(_ root: Fields, cost: Money?) -> Budget {
        let entry = root["budget"]
        let fields = entry.flatMap { self.fields($0, known: ["amount", "trials"]) }
        let budget = Budget(amount: money(fields?["amount"]), trials: integer(fields?["trials"], in: 1...1_000_000_000))
        if let amount = budget.amount, let cost, amount.currency != cost.currency, let wrong = fields?["amount"] {
            refuse(wrong, "give it in \(cost.currency.rawValue), the currency of trial.cost")
        }
        return budget
    }

    mutating func score(_ root: Fields) -> ScoreWeights {
        var weights = ScoreWeights()
        guard let entry = root["score"], let fields = fields(entry, known: ["rank", "success", "guardrails"]) else {
            return weights
        }
        let wanted = "give a weight of 0 or more"
        weights.rank = number(fields["rank"], wanted) { $0 >= 0 } ?? weights.rank
        weights.success = number(fields["success"], wanted) { $0 >= 0 } ?? weights.success
        weights.guardrails = number(fields["guardrails"], wanted) { $0 >= 0 } ?? weights.guardrails
        if !(weights.rank + weights.success + weights.guardrails > 0) {
            refuse(entry, "give at least one weight above 0")
        }
        return weights
    }

    mutating func ending(_ root: Fields, cost: Money?) -> Ending {
        var ending = Ending()
        let keys = [
            "keep_winner", "confirmation_replicates", "finalists", "next_campaign", "stop_when_not_worth",
            "value_per_unit",
        ]
        guard let entry = root["ending"], let fields = fields(entry, known: keys) else {
            return ending
        }
        ending.keepsWinner = flag(fields["keep_winner"]) ?? ending.keepsWinner
        ending.confirmationReplicates =
            integer(fields["confirmation_replicates"], in: 0...100_000) ?? ending.confirmationReplicates
        ending.finalists = integer(fields["finalists"], in: 1...1_000) ?? ending.finalists
        ending.nextCampaign = choice(fields["next_campaign"]) ?? ending.nextCampaign
        ending.valuePerUnit = money(fields["value_per_unit"])
        if let value = ending.valuePerUnit, let wrong = fields["value_per_unit"] {
            if value.minorUnits <= 0 {
                refuse(wrong, "give an amount above 0: what one unit of the metric is worth")
            } else if let cost, cost.currency != value.currency {
                refuse(wrong, "give it in \(cost.currency.rawValue), the currency of trial.cost")
            }
        }
        ending.stopsWhenNotWorth = flag(fields["stop_when_not_worth"]) ?? (ending.valuePerUnit != nil)
        return ending
    }

    mutating func simulation(_ root: Fields) -> SimulationSettings? {
        let keys = ["start_rank", "competitors", "shock_at", "worker_death_at", "interaction_share", "noise", "speed"]
        guard let entry = root["simulation"], let fields = fields(entry, known: keys) else {
            return nil
        }
        var settings = SimulationSettings()
        settings.startRank = number(fields["start_rank"], "give a rank of 1 or more") { $0 >= 1 } ?? settings.startRank
        settings.competitors = integer(fields["competitors"], in: 1...100_000) ?? settings.competitors
        settings.shockAt = span(fields["shock_at"])
        settings.workerDeathAt = span(fields["worker_death_at"])
        settings.interactionShare =
            number(fields["interaction_share"], "give a share from 0 to 1") { (0...1).contains($0) }
            ?? settings.interactionShare
        settings.noise = number(fields["noise"], "give 0 or more") { $0 >= 0 } ?? settings.noise
        settings.speed = integer(fields["speed"], in: 1...1_000_000)
        return settings
    }
}
