// SPDX-License-Identifier: Apache-2.0

/// Some levels of one factor, by their indices.
package struct LevelChoice: Hashable, Codable, Sendable {
    /// The factor's index within its goal.
    package var factor: Int
    /// The indices of the levels, ascending and not empty.
    package var levels: [Int]

    /// Creates a choice; levels are sorted and named once.
    package init(factor: Int, levels: [Int]) {
        self.factor = factor
        self.levels = Set(levels).sorted()
    }

    /// Whether a combination has one of the levels.
    package func holds(in combination: [Int]) -> Bool {
        combination.indices.contains(factor) && levels.contains(combination[factor])
    }
}

/// A rule that combinations must not break: those that have all of its choices are never tried.
package struct ForbiddenCombination: Hashable, Codable, Sendable {
    /// What must not come together, one choice per factor; a single one forbids a level.
    package var choices: [LevelChoice]

    /// Creates a rule.
    package init(_ choices: [LevelChoice]) {
        self.choices = choices
    }

    /// Whether a combination is forbidden; a rule without choices forbids nothing.
    package func holds(in combination: [Int]) -> Bool {
        !choices.isEmpty && choices.allSatisfy { $0.holds(in: combination) }
    }
}

/// A further metric that is wanted besides the goal's own.
package struct FurtherObjective: Hashable, Codable, Sendable {
    /// The metric, by the name under which a trial reports it.
    package var metric: String
    /// Whether more or less is better.
    package var direction: Direction
    /// Its weight beside the goal's own metric, whose weight is 1.
    package var weight: Double

    /// Creates an objective.
    package init(metric: String, direction: Direction = .higher, weight: Double = 1) {
        self.metric = metric
        self.direction = direction
        self.weight = weight
    }
}

/// The search strategies that a goal can name.
package enum StrategyName: String, Codable, Sendable, CaseIterable {
    /// Chooses among the others by the space, the budget and how well each predicts.
    case auto
    /// A second-order Bayesian model over levels with Thompson sampling.
    case bayesian
    /// A Gaussian process over combinations within a trust region.
    case gaussianProcess = "gaussian_process"
    /// The genetic algorithm with re-measured elites and children that a model screens.
    case genetic
    /// The genetic algorithm alone.
    case geneticPlain = "genetic_plain"
    /// Combinations drawn at random.
    case random
}
