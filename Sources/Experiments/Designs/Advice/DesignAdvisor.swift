// SPDX-License-Identifier: Apache-2.0

/// Recommends a design for a request: the cheapest that reaches the wanted power within the budget.
package struct DesignAdvisor: Sendable {
    /// A candidate with as many replicates as it needs.
    struct Choice {
        let candidate: DesignCandidate
        let assessment: DesignAssessment
        let replicates: Int
        /// The least power over the effects of the model; nil when no size was given or nothing is left for the error.
        let power: Double?
        /// All runs, replicates included.
        let total: Int
        /// How much main effects are mixed with interactions of two factors, per degree of freedom of a main effect.
        let mixing: Double

        /// Whether all that was wanted can be estimated.
        var estimatesAll: Bool {
            candidate.mixedInteractions.isEmpty && assessment.effects.allSatisfy(\.isEstimable)
        }
    }

    let request: DesignRequest
    let builder: CandidateBuilder

    /// Prepares for a request; throws what is wrong with it.
    package init(_ request: DesignRequest) throws(DesignError) {
        try request.validate()
        self.request = request
        builder = CandidateBuilder(request)
    }

    /// The runs that the budget leaves for the design itself.
    var designBudget: Int {
        let outer = request.outer.reduce(1) { $0 * $1.levelCount }
        return (request.budget.map { max(0, $0 - request.centrePoints) } ?? DesignRequest.runLimit) / max(1, outer)
    }

    /// The number of extra degrees of freedom for the error that repeated centre points give.
    var centreError: Int { max(0, request.centrePoints - 1) }

    /// The choice for a request; throws when no design of the wanted family fits.
    func choose() throws(DesignError) -> (choice: Choice, reason: String, alternatives: [Choice]) {
        let choices = candidates().compactMap(choice)
        guard !choices.isEmpty else { throw refusal() }
        let within = choices.filter { $0.total <= designBudget }
        guard !within.isEmpty else {
            // An exchange makes designs of as few runs as the model has coefficients.
            let isFree = [.auto, .dOptimal].contains(request.kind) && (request.replicates ?? 1) == 1
            let least = min(choices.map(\.total).min() ?? 0, isFree ? builder.model.width : .max)
            let outer = request.outer.reduce(1) { $0 * $1.levelCount }
            throw DesignError(
                field: "budget",
                value: "\(request.budget ?? 0)",
                remedy:
                    "give at least \(least * outer + request.centrePoints) runs, or fewer factors, levels or interactions"
            )
        }
        let best = best(of: within)
        return (best, reason(best, among: choices), choices)
    }

    /// The choices within the budget that estimate all that is wanted with the wanted power.
    func sufficientChoices() -> [Choice] {
        candidates().compactMap(choice).filter {
            $0.total <= designBudget && $0.estimatesAll && ($0.power ?? 0) >= request.power
        }
    }

    /// Replicates a candidate as often as the wanted power needs and the budget allows.
    private func choice(_ candidate: DesignCandidate) -> Choice? {
        let runs = request.existing + candidate.runs
        let assessment = DesignAssessment(model: builder.model, runs: runs)
        let size = candidate.runs.count
        guard size > 0 else { return nil }
        let mixing = mixing(of: candidate, runs)
        let most = max(1, min(request.replicates ?? .max, designBudget / size, request.existing.isEmpty ? .max : 1))
        guard let effect = request.effect, let noise = request.noise else {
            let replicates = request.replicates ?? 1
            return Choice(
                candidate: candidate,
                assessment: assessment,
                replicates: replicates,
                power: nil,
                total: replicates * size,
                mixing: mixing
            )
        }
        func power(_ replicates: Int) -> Double? {
            assessment.leastPower(
                size: effect,
                noise: noise,
                level: request.level,
                replicates: replicates,
                extraError: centreError - (request.blocks - 1)
            )
        }
        var replicates = request.replicates ?? 1
        if request.replicates == nil {
            replicates = Self.fewest(upTo: most) { (power($0) ?? 0) >= request.power }
        }
        return Choice(
            candidate: candidate,
            assessment: assessment,
            replicates: replicates,
            power: power(replicates),
            total: replicates * size,
            mixing: mixing
        )
    }

    /// The least number from 1 that is enough, or `most` when none is; enough stays enough.
    private static func fewest(upTo most: Int, _ isEnough: (Int) -> Bool) -> Int {
        var low = 0
        var high = 1
        while high < most, !isEnough(high) {
            low = high
            high = min(most, 2 * high)
        }
        while high - low > 1 {
            let middle = (low + high) / 2
            if isEnough(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// The candidates of the wanted family, or of all that make sense.
    private func candidates() -> [DesignCandidate] {
        let limit = min(designBudget, DesignRequest.runLimit)
        let isPlain = request.forbidden.isEmpty && request.existing.isEmpty
        var found: [DesignCandidate] = []
        if [.auto, .full].contains(request.kind), request.existing.isEmpty, let full = builder.full() {
            found.append(full)
        }
        if [.auto, .fractional].contains(request.kind), isPlain {
            found += [4, 8, 16, 32, 64, 128].compactMap { builder.fractional(runs: $0) }
        }
        if request.kind == .plackettBurman || (request.kind == .auto && request.interactions.isEmpty), isPlain {
            let sizes = OrthogonalArray.plackettBurmanRuns.filter { request.kind != .auto || $0 & ($0 - 1) != 0 }
            found += sizes.compactMap { builder.plackettBurman(runs: $0) }
        }
        if [.auto, .taguchi].contains(request.kind), isPlain, request.kind == .taguchi || !builder.isTwoLevel {
            found += builder.arrays(limit: max(limit, 81)).prefix(8).compactMap { builder.taguchi($0) }
        }
        if request.kind == .dOptimal || (request.kind == .auto && needsExchange(found, limit)) {
            found += optimalSizes(limit).compactMap { builder.optimal(runs: $0) }
        }
        return found
    }

    /// Whether runs chosen by exchange could be better than what was found.
    private func needsExchange(_ found: [DesignCandidate], _ limit: Int) -> Bool {
        if !request.forbidden.isEmpty || !request.existing.isEmpty { return true }
        let fits = found.filter { $0.runs.count <= limit && $0.mixedInteractions.isEmpty }
        let least = fits.map(\.runs.count).min() ?? .max
        return least > 2 * (builder.model.width + 3)
    }

    /// The sizes tried for an exchange: the model and some error, up to twice that, within the budget.
    private func optimalSizes(_ limit: Int) -> [Int] {
        let have = request.existing.count
        let width = builder.model.width + (have == 0 ? request.blocks - 1 : 0)
        guard width <= 200 else { return [] }
        if request.kind == .dOptimal || have > 0, let budget = request.budget, request.effect == nil {
            let size = min(budget - request.centrePoints, 500)
            return size > 0 ? [size] : []
        }
        let least = max(1, width - have)
        let comfortable = max(1, width + max(4, width / 4) - have)
        var sizes = [least + 1, comfortable, comfortable + width / 2, comfortable + width]
        // A wanted power may need all that the budget allows; larger sizes are left to replicates.
        if request.effect != nil, limit <= 3 * comfortable { sizes.append(limit) }
        let fitting = Set(sizes.map { min($0, limit) }).filter { $0 >= least && $0 <= 500 }.sorted()
        return fitting
    }

    private func refusal() -> DesignError {
        let shape = CandidateBuilder.shape(builder.levelCounts)
        switch request.kind {
        case .fractional, .plackettBurman:
            let most = request.kind == .fractional ? "128" : "127"
            let value = request.kind.rawValue
            if !request.forbidden.isEmpty || !request.existing.isEmpty {
                return DesignError(
                    field: "kind",
                    value: value,
                    remedy: "forbidden or existing runs need --kind d-optimal"
                )
            }
            return DesignError(
                field: "kind",
                value: value,
                remedy: "it needs 2 levels of every factor and fewer than \(most) factors, here \(shape); "
                    + "give --kind auto, taguchi or d-optimal"
            )
        case .full:
            return DesignError(
                field: "kind",
                value: "full",
                remedy:
                    "\(shape) has more than \(DesignRequest.runLimit) allowed combinations, or none; give --kind auto"
            )
        case .taguchi:
            return DesignError(
                field: "kind",
                value: "taguchi",
                remedy:
                    "no array up to L81 holds \(shape)\(request.forbidden.isEmpty ? "" : " with forbidden combinations");"
                    + " give --kind d-optimal, or fewer levels"
            )
        default:
            let width = builder.model.width
            return DesignError(
                field: request.budget == nil ? "factor" : "budget",
                value: request.budget.map(String.init) ?? shape,
                remedy: request.budget == nil
                    ? "no allowed runs estimate the \(width) coefficients of \(shape); take out forbidden combinations, "
                        + "levels or interactions"
                    : "the model has \(width) coefficients: give at least \(width + 1) runs, or fewer factors, levels or "
                        + "interactions"
            )
        }
    }
}
