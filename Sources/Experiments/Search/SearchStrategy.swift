// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Chooses what to try next from what was found: ask and tell.
///
/// Strategies are values: the same record, requests and generator give the same proposals. The control is told like any
/// other combination. A strategy only says how it proposes and which model it believes; telling, waiting for pending
/// trials, rules, estimates, the recommendation and storing are the same for all, in the extensions.
package protocol SearchStrategy: Sendable {
    /// The name in goal files and generations.
    static var name: String { get }

    /// Continues a search from its record; an empty one starts it.
    init(record: SearchRecord) throws

    /// All that the search knows; what a strategy keeps besides belongs into `record.memory`.
    var record: SearchRecord { get set }

    /// Proposes members for a valid request that is not an emergency; `ask` sees to rules, doubles and pending trials.
    mutating func propose(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal

    /// The model of the scalarised response by which the strategy recommends; nil with fewer than two responses.
    func model() throws -> (any SearchModel)?
}

extension SearchStrategy {
    /// Starts a search of a problem.
    package init(problem: SearchProblem) throws {
        try self.init(record: SearchRecord(problem: problem))
    }

    /// Starts a search; throws when the control does not belong to the space.
    package init(space: FactorSpace, control: Combination, weights: ScoreWeights) throws {
        try self.init(problem: SearchProblem(space: space, control: control, weights: weights))
    }

    /// The strategies' recommendation when they have no model of their own: main effects and own effects.
    package func model() throws -> (any SearchModel)? {
        try AdditiveModel(record.responses, space: record.problem.space)
    }

    /// Takes in finished trials, failed ones too, oldest first; what was pending of them is no longer so.
    ///
    /// Outcomes of combinations outside the space are ignored.
    package mutating func tell(_ outcomes: [TrialOutcome]) {
        record.tell(outcomes)
    }

    /// Takes in what another campaign found, each outcome with a weight above 0 and at most 1 beside one of this campaign.
    package mutating func warmStart(_ outcomes: [TrialOutcome], weight: Double) throws {
        try record.warmStart(outcomes, weight: weight)
    }

    /// Waits no longer for trials that will not be told of.
    package mutating func withdraw(_ combinations: [Combination]) {
        record.withdraw(combinations)
    }

    /// Proposes the next generation; throws for a request out of range or when a model cannot be fitted.
    ///
    /// The same request again, before anything else was told, gets the same answer, also after a restart from a stored
    /// record. In an emergency nothing is proposed. When the environment changed, the older half of the outcomes is
    /// forgotten first. No member breaks a rule, is the control, or comes twice; one that was tried before or is being
    /// tried is a replicate whose reason is stated.
    package mutating func ask(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal {
        try request.validate()
        guard request.phase != .emergency else { return .emergency }
        if let answer = record.answer(to: request) { return answer }
        if request.environmentChanged {
            record.forgetOlderHalf()
        }
        let raw = try propose(request, using: &generator)
        let proposal = record.settled(raw, request, using: &generator)
        record.expect(proposal, for: request)
        return proposal
    }

    /// What is believed now of the response, of success and of the guardrails.
    package func beliefs() throws -> Beliefs {
        try Beliefs(record, response: try model())
    }

    /// What is believed of every combination that was tried, the control too, best score first.
    ///
    /// Ties go to fewer changes from the control, then to the order of combinations.
    package func estimates() throws -> [CombinationEstimate] {
        try beliefs().estimates()
    }

    /// The search as it can be stored; `Strategies.resume` continues it.
    package var snapshot: SearchSnapshot { SearchSnapshot(strategy: Self.name, record: record) }
}

/// A search as it is stored between an ask and a tell, or between processes.
package struct SearchSnapshot: Hashable, Codable, Sendable {
    /// The strategy's name.
    package var strategy: String
    /// All that it knows.
    package var record: SearchRecord

    /// Creates a snapshot.
    package init(strategy: String, record: SearchRecord) {
        self.strategy = strategy
        self.record = record
    }
}
