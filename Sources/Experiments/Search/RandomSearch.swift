// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Tries random combinations: what every other strategy has to beat with the same effort.
///
/// It recommends by the same model as the others.
package struct RandomSearch: SearchStrategy {
    package static let name = "random"

    private var history: OutcomeHistory

    package init(space: FactorSpace, control: Combination, weights: ScoreWeights) throws {
        history = try OutcomeHistory(space: space, control: control, weights: weights)
    }

    package mutating func tell(_ outcomes: [TrialOutcome]) {
        history.append(outcomes)
    }

    package mutating func ask(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal {
        try request.validate()
        guard request.phase != .emergency else { return .emergency }
        let chosen = history.space.distinct(request.size, excluding: [history.control], using: &generator)
        return Proposal(
            members: chosen.map {
                Generation.Member(combination: $0, origin: .random, replicates: request.replicates)
            },
            notes: ["\(chosen.count) random combinations."]
        )
    }

    package func estimates() throws -> [CombinationEstimate] {
        try history.beliefs().estimates()
    }
}

extension Proposal {
    /// Nothing, while half of the workers are not healthy.
    static var emergency: Proposal {
        Proposal(members: [], notes: ["Emergency: no new combinations are tried until the workers are healthy."])
    }
}
