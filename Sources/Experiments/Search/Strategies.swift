// SPDX-License-Identifier: Apache-2.0
package import Domain

/// The search strategies by name.
package enum Strategies {
    /// Every strategy there is; a new one is added here.
    private static let types: [any SearchStrategy.Type] = [
        AutoSearch.self, BayesianSearch.self, GaussianProcessSearch.self, GeneticSearch.self, PlainGeneticSearch.self,
        RandomSearch.self,
    ]

    /// The names that `make` knows, sorted.
    package static let names = types.map { $0.name }.sorted()

    /// Starts the strategy of a name; throws for an unknown name.
    package static func make(named name: String, problem: SearchProblem) throws -> any SearchStrategy {
        try resume(SearchSnapshot(strategy: name, record: SearchRecord(problem: problem)))
    }

    /// Starts the strategy of a name; throws for an unknown name and for a control outside the space.
    package static func make(
        named name: String,
        space: FactorSpace,
        control: Combination,
        weights: ScoreWeights
    ) throws -> any SearchStrategy {
        try make(named: name, problem: SearchProblem(space: space, control: control, weights: weights))
    }

    /// Starts the strategy that a goal names.
    package static func make(for goal: Goal) throws -> any SearchStrategy {
        try make(named: goal.effort.strategy, problem: SearchProblem(goal: goal))
    }

    /// Continues a stored search; throws for an unknown name.
    package static func resume(_ snapshot: SearchSnapshot) throws -> any SearchStrategy {
        guard let type = types.first(where: { $0.name == snapshot.strategy }) else {
            throw ExperimentError.unknownStrategy(name: snapshot.strategy, known: names)
        }
        return try type.init(record: snapshot.record)
    }
}
