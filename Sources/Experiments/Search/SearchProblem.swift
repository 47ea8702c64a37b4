// SPDX-License-Identifier: Apache-2.0
package import Domain

/// What a search is about: where it may look, where it starts from, and what counts as good.
package struct SearchProblem: Hashable, Codable, Sendable {
    /// The combinations that may be tried.
    package let space: FactorSpace
    /// The present setting, canonical.
    package let control: Combination
    /// The weights of response, success and guardrails in a combination's score (B2).
    package let weights: ScoreWeights
    /// The weights of further objectives beside the first, whose weight is 1; empty for a single objective.
    package let furtherWeights: [Double]

    /// Creates a problem.
    ///
    /// Throws when the control does not belong to the space or a rule forbids it, or a further weight is not a number of
    /// 0 or more.
    package init(
        space: FactorSpace,
        control: Combination,
        weights: ScoreWeights = ScoreWeights(),
        furtherWeights: [Double] = []
    ) throws {
        guard space.contains(control) else {
            throw ExperimentError.outsideSpace(combination: control.description)
        }
        let canonical = space.canonical(control)
        guard space.allows(canonical) else {
            throw ExperimentError.forbidden(combination: canonical.description)
        }
        for weight in furtherWeights where !(weight >= 0 && weight.isFinite) {
            throw ExperimentError.invalidNumber(field: "objective weight", value: weight, remedy: "give 0 or more")
        }
        self.space = space
        self.control = canonical
        self.weights = weights
        self.furtherWeights = furtherWeights
    }

    /// Creates the problem of a goal.
    package init(goal: Goal) throws {
        try self.init(
            space: FactorSpace(goal: goal),
            control: goal.control,
            weights: goal.score,
            furtherWeights: goal.furtherObjectives.map(\.weight)
        )
    }

    /// The responses of all objectives as one, their weighted mean; nil when one is missing or not finite.
    package func scalarised(_ outcome: TrialOutcome) -> Double? {
        guard let response = outcome.response, response.isFinite else { return nil }
        var sum = response
        var weight = 1.0
        for (index, further) in furtherWeights.enumerated() where further > 0 {
            guard index < outcome.further.count, let value = outcome.further[index], value.isFinite else { return nil }
            sum += further * value
            weight += further
        }
        return sum / weight
    }
}
