// SPDX-License-Identifier: Apache-2.0

extension DesignAdvisor {
    /// How much less power, below the wanted one, counts as the same.
    private static let powerTolerance = 0.025
    /// How much dearer a design may be than the cheapest to be taken for being less mixed.
    private static let priceTolerance = 1.15
    /// The most runs of which mixing is counted; larger parts of a full factorial hardly mix.
    private static let mixingLimit = 2_000

    /// The choice to take of those that fit the budget.
    ///
    /// First what estimates all that is wanted, then what reaches the wanted power, or comes nearest. Of those, when the
    /// power is reached, the cheapest; when it is not, all that the budget buys. At about the same price the one whose
    /// main effects are least mixed with interactions of two factors, then the one with most distinct combinations, for
    /// new combinations tell more than repeats, then the one of fewest runs.
    func best(of choices: [Choice]) -> Choice {
        let complete = choices.contains(where: \.estimatesAll) ? choices.filter(\.estimatesAll) : choices
        let powerful = asPowerful(complete)
        let isReached = request.effect == nil || powerful.contains { ($0.power ?? 0) >= request.power }
        var left = powerful
        if isReached, let least = powerful.map(price).min() {
            left = powerful.filter { price($0) <= Self.priceTolerance * least }
        }
        let order = left.sorted { first, second in
            (first.mixing.rounded(to: 1e-6), -first.candidate.runs.count, first.total)
                < (second.mixing.rounded(to: 1e-6), -second.candidate.runs.count, second.total)
        }
        return order.first ?? choices[0]
    }

    /// The choices that reach the wanted power; where none does, those that come as near as any.
    private func asPowerful(_ choices: [Choice]) -> [Choice] {
        guard request.effect != nil else { return choices }
        let reaching = choices.filter { ($0.power ?? 0) >= request.power }
        guard reaching.isEmpty else { return reaching }
        let most = choices.map { $0.power ?? 0 }.max() ?? 0
        return choices.filter { ($0.power ?? 0) >= most - Self.powerTolerance }
    }

    /// What a choice costs: its runs, and more for what it leaves unclear.
    ///
    /// Mixed main effects cost up to as many runs again, and up to three times as many when a budget allows to avoid
    /// them; effects that are not orthogonal what they lose in precision, unless the power counts it; fewer than three
    /// degrees of freedom for the error as many runs again.
    private func price(_ choice: Choice) -> Double {
        var price = Double(choice.total) * (1 + min(request.budget == nil ? 1 : 3, choice.mixing))
        if request.effect == nil, let efficiency = choice.assessment.efficiency, efficiency > 0 { price /= efficiency }
        let error =
            choice.assessment.runCount * choice.replicates - choice.assessment.modelDegreesOfFreedom + centreError
            - (request.blocks - 1)
        return error < 3 ? 2 * price : price
    }

    /// How much the main effects of runs are mixed with interactions of two factors.
    func mixing(of candidate: DesignCandidate, _ runs: [[Int]]) -> Double {
        guard !candidate.areMainsClear || !request.forbidden.isEmpty, runs.count <= Self.mixingLimit else { return 0 }
        let counts = builder.levelCounts
        let degrees = counts.reduce(0) { $0 + $1 - 1 }
        return 3 * WordLengths(runs: runs, levelCounts: counts).mainsWithPairs / Double(max(1, degrees))
    }
}

extension Double {
    /// The nearest multiple of a unit.
    fileprivate func rounded(to unit: Double) -> Double { (self / unit).rounded() * unit }
}
