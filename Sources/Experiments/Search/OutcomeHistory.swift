// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics

/// The outcomes that a search was told, and the models fitted to them.
struct OutcomeHistory: Sendable {
    /// How many outcomes the models use at most: the latest.
    static let limit = 3_000
    /// How many time blocks the models tell apart at most; neighbours are merged beyond that.
    static let blockLimit = 150

    let space: FactorSpace
    let control: Combination
    let weights: ScoreWeights
    /// Oldest first.
    private(set) var outcomes: [TrialOutcome] = []

    /// Starts empty; throws when the control does not belong to the space.
    init(space: FactorSpace, control: Combination, weights: ScoreWeights) throws {
        guard space.contains(control) else {
            throw ExperimentError.outsideSpace(combination: control.description)
        }
        self.space = space
        self.control = control
        self.weights = weights
    }

    /// Adds outcomes of this space; a response that is not finite counts as none.
    mutating func append(_ new: [TrialOutcome]) {
        for var outcome in new where space.contains(outcome.combination) {
            if let response = outcome.response, !response.isFinite {
                outcome.response = nil
            }
            outcomes.append(outcome)
        }
        if outcomes.count > Self.limit {
            outcomes.removeFirst(outcomes.count - Self.limit)
        }
    }

    /// Drops the older half.
    mutating func forgetOlderHalf() {
        outcomes.removeFirst(outcomes.count / 2)
    }

    /// Fits what is believed now.
    func beliefs() throws -> Beliefs {
        var index: [Combination: Int] = [:]
        var tallies: [Tally] = []
        for outcome in outcomes {
            let place = index[outcome.combination] ?? tallies.count
            if place == tallies.count {
                index[outcome.combination] = place
                tallies.append(Tally(combination: outcome.combination))
            }
            tallies[place].add(outcome)
        }
        let answered = outcomes.filter { $0.response != nil }
        let blocks = Self.codes(answered.map(\.block), limit: Self.blockLimit)
        let units = Self.codes(answered.map(\.unit), limit: Self.blockLimit)
        let combinations = tallies.map(\.combination.levels)
        func model(
            _ rows: [TrialOutcome],
            blocks: [[Int]],
            blockLevels: [Int],
            _ value: (TrialOutcome) -> Double
        ) throws -> CombinationModel {
            try CombinationModel(
                observations: rows.enumerated().map { row, outcome in
                    CombinationModel.Observation(
                        combination: index[outcome.combination] ?? 0,
                        blocks: blocks.map { $0[row] },
                        response: value(outcome)
                    )
                },
                combinations: combinations,
                levelCounts: space.levelCounts,
                blockLevelCounts: blockLevels
            )
        }
        let response =
            answered.count < 2
            ? nil
            : try model(answered, blocks: [blocks.codes, units.codes], blockLevels: [blocks.count, units.count]) {
                $0.response ?? 0
            }
        func rate(_ holds: (TrialOutcome) -> Bool) throws -> ExpectedRate {
            let count = outcomes.count { holds($0) }
            guard count > 0, count < outcomes.count else {
                return .same(count == outcomes.count ? 1 : 0)
            }
            return .modelled(try model(outcomes, blocks: [], blockLevels: []) { holds($0) ? 1 : 0 })
        }
        return Beliefs(
            control: control,
            weights: weights,
            space: space,
            tallies: tallies,
            response: response,
            fallback: answered.first?.response ?? 0.5,
            success: try rate(\.succeeded),
            guardrails: try rate(\.guardrailsHeld)
        )
    }

    /// Numbers values from 0 in their order; beyond `limit` different values, neighbours share a number.
    static func codes(_ values: [Int], limit: Int) -> (codes: [Int], count: Int) {
        let distinct = Set(values).sorted()
        let count = min(distinct.count, limit)
        var code: [Int: Int] = [:]
        for (place, value) in distinct.enumerated() {
            code[value] = place * count / distinct.count
        }
        return (values.map { code[$0] ?? 0 }, count)
    }
}

/// The sums of one combination's outcomes.
struct Tally: Sendable {
    let combination: Combination
    private(set) var trials = 0
    private var responses = 0
    private var responseSum = 0.0
    private var successes = 0
    private var guardrailsHeld = 0

    init(combination: Combination) {
        self.combination = combination
    }

    mutating func add(_ outcome: TrialOutcome) {
        trials += 1
        successes += outcome.succeeded ? 1 : 0
        guardrailsHeld += outcome.guardrailsHeld ? 1 : 0
        if let response = outcome.response {
            responses += 1
            responseSum += response
        }
    }

    /// The plain mean; nil without a response.
    var meanResponse: Double? { responses > 0 ? responseSum / Double(responses) : nil }
    var successRate: Double { trials > 0 ? Double(successes) / Double(trials) : 0 }
    var guardrailRate: Double { trials > 0 ? Double(guardrailsHeld) / Double(trials) : 0 }
}
