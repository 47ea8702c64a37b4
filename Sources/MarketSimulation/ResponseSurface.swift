// SPDX-License-Identifier: Apache-2.0
import Domain

/// What the levels of a combination do to a listing's strength: main effects and interactions of two factors.
///
/// Over all combinations, each counted once, the strength has mean 0 and standard deviation 1. Main effects sum to zero over a
/// factor's levels and interactions over each row and column of their table, so that variances add and need no enumeration.
struct ResponseSurface: Sendable {
    /// The interaction of two factors: an effect per pair of levels, the second factor's level running fastest.
    struct Interaction: Sendable {
        let first: Int
        let second: Int
        let effects: [Double]
    }

    let roles: [FactorRole]
    let levelCounts: [Int]
    /// The main effect of each level of each factor.
    let mainEffects: [[Double]]
    let interactions: [Interaction]

    /// The strength of a combination, with the part of it that shoppers see before they click and the part that works on
    /// orders apart from money.
    func appeal(of levels: [Int]) -> (strength: Double, click: Double, purchase: Double) {
        var strength = 0.0
        var click = 0.0
        var purchase = 0.0
        for (factor, level) in levels.enumerated() {
            let effect = mainEffects[factor][level]
            let share = roles[factor].clickShare
            strength += effect
            click += share * effect
            if !roles[factor].isMoney { purchase += (1 - share) * effect }
        }
        for interaction in interactions {
            let index = levels[interaction.first] * levelCounts[interaction.second] + levels[interaction.second]
            let effect = interaction.effects[index]
            let share = (roles[interaction.first].clickShare + roles[interaction.second].clickShare) / 2
            strength += effect
            click += share * effect
            purchase += (1 - share) * effect
        }
        return (strength, click, purchase)
    }

    /// The strength of a combination.
    func strength(of levels: [Int]) -> Double {
        var strength = 0.0
        for (factor, level) in levels.enumerated() {
            strength += mainEffects[factor][level]
        }
        for interaction in interactions {
            let index = levels[interaction.first] * levelCounts[interaction.second] + levels[interaction.second]
            strength += interaction.effects[index]
        }
        return strength
    }

    /// The levels that are best by their main effects alone.
    var bestMainEffects: [Int] {
        mainEffects.map { effects in
            effects.indices.max { effects[$0] < effects[$1] } ?? 0
        }
    }
}

/// Walks through all combinations of a space in the order of their level indices.
struct Odometer: Sequence, IteratorProtocol {
    private let counts: [Int]
    private var levels: [Int]
    private var isDone = false

    init(counts: [Int]) {
        self.counts = counts
        levels = counts.map { _ in 0 }
    }

    mutating func next() -> [Int]? {
        guard !isDone else { return nil }
        let current = levels
        var factor = counts.count - 1
        while factor >= 0 {
            levels[factor] += 1
            if levels[factor] < counts[factor] { return current }
            levels[factor] = 0
            factor -= 1
        }
        isDone = true
        return current
    }
}
