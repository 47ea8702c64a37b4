// SPDX-License-Identifier: Apache-2.0
package import Domain

/// All that a search knows: what it was told, what earlier campaigns found, and what it asked for and waits for.
///
/// A value that can be stored: a strategy made from a stored record proposes what the one it was taken from would.
package struct SearchRecord: Hashable, Codable, Sendable {
    /// How many outcomes are used at most: the latest.
    static let limit = 3_000
    /// How many time blocks a model tells apart at most; neighbours are merged beyond that.
    static let blockLimit = 150

    /// What another campaign found, and how much it is trusted here.
    package struct EarlierCampaign: Hashable, Codable, Sendable {
        /// Its outcomes in this problem's factors, oldest first.
        package var outcomes: [TrialOutcome]
        /// The weight of one of its outcomes beside one of this campaign, above 0 and at most 1.
        package var weight: Double
    }

    /// Trials that were asked for and have not been told of.
    package struct Pending: Hashable, Codable, Sendable {
        /// What is being tried.
        package var combination: Combination
        /// How many of its trials are still to come.
        package var trials: Int
        /// The generation that asked for it.
        package var generation: Int
    }

    /// An answered request, by which the same request finds the same answer after a restart.
    private struct Answer: Hashable, Codable, Sendable {
        var request: AskRequest
        var proposal: Proposal
    }

    /// What is searched.
    package let problem: SearchProblem
    /// What this campaign's trials said, oldest first.
    package private(set) var outcomes: [TrialOutcome] = []
    /// What other campaigns said, in the order in which they were told.
    package private(set) var earlier: [EarlierCampaign] = []
    /// What is still to come, in the order in which it was asked for.
    package private(set) var pending: [Pending] = []
    /// Numbers that a strategy keeps from one batch to the next, such as the size of its trust region.
    package var memory: [String: [Double]] = [:]
    private var lastAnswer: Answer?

    /// Starts empty.
    package init(problem: SearchProblem) {
        self.problem = problem
    }

    /// Adds outcomes of this space in canonical form; a response that is not finite counts as none.
    ///
    /// What was pending is no longer so.
    package mutating func tell(_ new: [TrialOutcome]) {
        for outcome in new {
            guard let cleaned = cleaned(outcome) else { continue }
            outcomes.append(cleaned)
            if let place = pending.firstIndex(where: { $0.combination == cleaned.combination }) {
                pending[place].trials -= 1
                if pending[place].trials <= 0 {
                    pending.remove(at: place)
                }
            }
            lastAnswer = nil
        }
        if outcomes.count > Self.limit {
            outcomes.removeFirst(outcomes.count - Self.limit)
        }
    }

    /// Adds what another campaign found; throws for a weight that is not above 0 and at most 1.
    ///
    /// Its blocks and units are its own, so that a level shift between the campaigns is not taken for an effect.
    package mutating func warmStart(_ found: [TrialOutcome], weight: Double) throws {
        guard weight > 0, weight <= 1 else {
            throw ExperimentError.invalidNumber(
                field: "weight",
                value: weight,
                remedy: "give a share above 0 and at most 1"
            )
        }
        let usable = found.suffix(Self.limit).compactMap { cleaned($0) }
        if !usable.isEmpty {
            earlier.append(EarlierCampaign(outcomes: usable, weight: weight))
        }
    }

    /// Waits no longer for a combination's trials, such as those of a batch that was cut off.
    package mutating func withdraw(_ combinations: [Combination]) {
        let gone = Set(combinations.map { problem.space.canonical($0) })
        pending.removeAll { gone.contains($0.combination) }
        lastAnswer = nil
    }

    /// Drops the older half of the outcomes, and what earlier campaigns found.
    package mutating func forgetOlderHalf() {
        outcomes.removeFirst(outcomes.count / 2)
        earlier = []
    }

    /// The answer to the last request, if this is the same one and nothing was told since.
    func answer(to request: AskRequest) -> Proposal? {
        lastAnswer?.request == request ? lastAnswer?.proposal : nil
    }

    /// Notes what was asked for.
    mutating func expect(_ proposal: Proposal, for request: AskRequest) {
        for member in proposal.members {
            pending.append(
                Pending(combination: member.combination, trials: member.replicates, generation: request.generation)
            )
        }
        lastAnswer = Answer(request: request, proposal: proposal)
    }

    private func cleaned(_ outcome: TrialOutcome) -> TrialOutcome? {
        guard problem.space.contains(outcome.combination) else { return nil }
        var cleaned = outcome
        cleaned.combination = problem.space.canonical(outcome.combination)
        if let response = cleaned.response, !response.isFinite {
            cleaned.response = nil
        }
        cleaned.further = cleaned.further.map { $0.flatMap { $0.isFinite ? $0 : nil } }
        return cleaned
    }
}
