// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

@testable import MarketSimulation

/// Midnight of a Monday in Seoul.
let start = Timestamp(milliseconds: 1_772_377_200_000)

/// A seller's goal with eight factors of known names and 24 units.
func sellerGoal(units: Int = 24, guardrails: [Guardrail] = [Guardrail(metric: "margin", minimum: 0.1)]) -> Goal {
    Goal(
        name: "seller",
        marketplace: .simulated,
        keywords: ["socks"],
        objective: Objective(metric: "rank", direction: .lower, target: 20, depth: 200),
        factors: [
            Factor(name: "title", levels: [.text("plain"), .text("benefit"), .text("season")]),
            Factor(name: "image", levels: [.text("white"), .text("worn"), .text("set")]),
            Factor(name: "price", levels: [.integer(19_900), .integer(18_900), .integer(17_900)]),
            Factor(name: "coupon", levels: [.integer(0), .integer(5), .integer(10)]),
            Factor(name: "shipping", levels: [.text("paid"), .text("free")]),
            Factor(name: "ad_bid", levels: [.integer(300), .integer(500), .integer(700)]),
            Factor(name: "ad_copy", levels: [.text("soft"), .text("hard"), .text("short")]),
            Factor(name: "review_event", levels: [.flag(false), .flag(true)]),
        ],
        guardrails: guardrails,
        trial: TrialTemplate(kind: .simulated, window: .hours(6), washOut: .hours(1)),
        units: (1...units).map { "listing-\($0)" }
    )
}

func market(
    _ goal: Goal = sellerGoal(),
    seed: UInt64 = 1,
    settings: SimulationSettings = SimulationSettings()
) -> SimulatedMarket {
    SimulatedMarket(goal: goal, settings: settings, seed: seed, start: start)
}

extension SimulatedMarket {
    /// What one observer sees of all units at an instant; a product beyond the depth counts as last.
    func ranks(at time: Timestamp, observer: String = "one") async throws -> [Double] {
        try await observe(units: goal.units, of: goal, observer: observer, at: time).map {
            $0.rank ?? setting.model.field.count + 1
        }
    }

    /// The mean over units and half hours of what one observer sees after `from` and up to `to`.
    func meanRank(from: Timestamp, to: Timestamp) async throws -> Double {
        var values: [Double] = []
        var time = from + .minutes(30)
        while time <= to {
            values += try await ranks(at: time)
            time = time + .minutes(30)
        }
        return mean(values)
    }

    /// Applies a combination to every unit.
    func applyEverywhere(_ combination: Combination, at time: Timestamp) async throws {
        for unit in goal.units {
            try await apply(combination, to: unit, of: goal, at: time)
        }
    }
}

func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(values.count, 1))
}

func deviation(_ values: [Double]) -> Double {
    let middle = mean(values)
    return (values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(max(values.count - 1, 1))).squareRoot()
}

/// Combinations drawn from a goal's space.
func combinations(_ count: Int, of goal: Goal, seed: UInt64) -> [Combination] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
        Combination(goal.factors.map { Int.random(in: 0..<$0.levels.count, using: &generator) })
    }
}
