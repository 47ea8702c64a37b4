// SPDX-License-Identifier: Apache-2.0

/// The search for the combination of levels that a fitted model expects to be best.
struct BestLevels {
    /// Means are tied when they differ by less than this share of the response's spread.
    private static let tie = 1e-9
    /// The most combinations that are all tried.
    private static let exhaustiveLimit = 100_000

    /// The effect of the level combinations of a term's factors under study, averaged over its blocks.
    private struct Effect {
        /// Positions in `active`.
        let factors: [Int]
        let sizes: [Int]
        let values: [Double]
    }

    private let fit: FittedLinearModel
    /// Factors under study that the model has an effect of.
    private let active: [Int]
    private let effects: [Effect]
    private let spread: Double

    init(_ fit: FittedLinearModel) {
        self.fit = fit
        let model = fit.model
        let layout = fit.layout
        let active = fit.studied.filter { factor in
            layout.factors[factor].labels.count > 1
                && model.terms.contains { layout.terms[$0].factors.contains(factor) }
        }
        self.active = active
        effects = model.terms.compactMap { Self.effect(of: layout.terms[$0], model.effects, active) }
        spread = (model.totalSumOfSquares / Double(model.products.rowCount)).squareRoot()
    }

    private static func effect(of term: ModelLayout.Term, _ all: [Double], _ active: [Int]) -> Effect? {
        guard term.covariates.isEmpty else {
            return nil
        }
        let axes = term.factors.indices.filter { active.contains(term.factors[$0]) }
        guard !axes.isEmpty else {
            return nil
        }
        let sizes = axes.map { term.sizes[$0] }
        var values = [Double](repeating: 0, count: sizes.reduce(1, *))
        let share = Double(values.count) / Double(term.indicators.count)
        for (position, indicator) in term.indicators.enumerated() {
            var rest = position
            var levels = [Int](repeating: 0, count: term.sizes.count)
            for axis in term.sizes.indices.reversed() {
                levels[axis] = rest % term.sizes[axis]
                rest /= term.sizes[axis]
            }
            let place = axes.reduce(0) { $0 * term.sizes[$1] + levels[$1] }
            values[place] += all[indicator] * share
        }
        return Effect(
            factors: axes.compactMap { active.firstIndex(of: term.factors[$0]) },
            sizes: sizes,
            values: values
        )
    }

    /// The level of every factor; −1 for blocks.
    func chosen(_ direction: BestCombination.Direction) -> [Int] {
        var levels = [Int](repeating: -1, count: fit.layout.factors.count)
        for factor in fit.studied {
            levels[factor] = byMeans(factor, direction)
        }
        let start = active.map { levels[$0] }
        let found: [Int]
        if case .nominal = direction {
            found = search(Array(active.indices), start, direction)
        } else {
            found = groups().reduce(start) { search($1, $0, direction) }
        }
        for (position, factor) in active.enumerated() {
            levels[factor] = found[position]
        }
        return levels
    }

    /// The level of the best expected mean, the first of equal ones.
    private func byMeans(_ factor: Int, _ direction: BestCombination.Direction) -> Int {
        let source = fit.term(ofFactors: [factor]).map { fit.source(of: $0) } ?? fit.model
        let losses = fit.layout.factors[factor].labels.indices.map { level in
            loss(source.value(fit.expected(source, [factor], [level])), direction)
        }
        let least = losses.min() ?? 0
        return losses.firstIndex { $0 <= least + Self.tie * spread } ?? 0
    }

    private func loss(_ mean: Double, _ direction: BestCombination.Direction) -> Double {
        switch direction {
        case .higher: -mean
        case .lower: mean
        case .nominal(let target): (mean - (target - fit.offset)).magnitude
        }
    }

    /// The factors by which interactions they share; those without any are settled by their means.
    private func groups() -> [[Int]] {
        var group = Array(active.indices)
        for effect in effects where effect.factors.count > 1 {
            let joined = Set(effect.factors.map { group[$0] })
            let least = joined.min() ?? 0
            group = group.map { joined.contains($0) ? least : $0 }
        }
        return active.indices.compactMap { first in
            let members = active.indices.filter { group[$0] == first }
            return members.count > 1 ? members : nil
        }
    }

    /// The expected mean less all effects.
    private var base: Double {
        let everywhere = fit.model.expectedResponse(levels: Array(repeating: -1, count: fit.layout.factors.count))
        let average = effects.reduce(0.0) { $0 + $1.values.reduce(0, +) / Double($1.values.count) }
        return fit.model.value(everywhere) - average
    }

    /// Tries all combinations of some factors when they are few, else changes one and two at a time while it helps.
    private func search(_ members: [Int], _ start: [Int], _ direction: BestCombination.Direction) -> [Int] {
        let sizes = members.map { fit.layout.factors[active[$0]].labels.count }
        let size = sizes.reduce(1) { min($0, Self.exhaustiveLimit + 1) * $1 }
        let base = base
        let score = { (levels: [Int]) in loss(value(levels, base), direction) }
        return size <= Self.exhaustiveLimit
            ? exhaustive(members, sizes, size, start, score)
            : stepwise(members, sizes, start, score)
    }

    private func value(_ levels: [Int], _ base: Double) -> Double {
        var sum = base
        for effect in effects {
            var place = 0
            for axis in effect.factors.indices {
                place = place * effect.sizes[axis] + levels[effect.factors[axis]]
            }
            sum += effect.values[place]
        }
        return sum
    }

    private func exhaustive(
        _ members: [Int],
        _ sizes: [Int],
        _ size: Int,
        _ start: [Int],
        _ score: ([Int]) -> Double
    ) -> [Int] {
        var levels = start
        var best = (loss: Double.infinity, number: 0)
        func set(_ number: Int) {
            var rest = number
            for (position, member) in members.enumerated() {
                levels[member] = rest % sizes[position]
                rest /= sizes[position]
            }
        }
        for number in 0..<size {
            set(number)
            let loss = score(levels)
            if loss < best.loss - Self.tie * spread || number == 0 {
                best = (loss, number)
            }
        }
        set(best.number)
        return levels
    }

    private func stepwise(
        _ members: [Int],
        _ sizes: [Int],
        _ start: [Int],
        _ score: ([Int]) -> Double
    ) -> [Int] {
        var levels = start
        var least = score(levels)
        var isImproving = true
        while isImproving {
            isImproving = false
            for (position, first) in members.enumerated() {
                for (other, second) in members.enumerated() where other >= position {
                    var trial = levels
                    for level in 0..<(sizes[position] * (other == position ? 1 : sizes[other])) {
                        trial[first] = level % sizes[position]
                        if other != position {
                            trial[second] = level / sizes[position]
                        }
                        let loss = score(trial)
                        if loss < least - Self.tie * spread {
                            least = loss
                            levels = trial
                            isImproving = true
                        }
                    }
                }
            }
        }
        return levels
    }
}
