// SPDX-License-Identifier: Apache-2.0
package import Domain

/// What one finished trial says to a search.
package struct TrialOutcome: Hashable, Sendable {
    /// What was tried; the control too.
    package var combination: Combination
    /// The block within the campaign: trials of one block are comparable.
    package var block: Int
    /// The index of the unit.
    package var unit: Int
    /// How good the result was, higher being better, as `RankScore` or `GainScore` give it; nil for a failed trial.
    package var response: Double?
    /// Whether the trial ended with a valid result.
    package var succeeded: Bool
    /// Whether every guardrail held.
    package var guardrailsHeld: Bool

    /// Creates an outcome.
    package init(
        combination: Combination,
        block: Int,
        unit: Int,
        response: Double?,
        succeeded: Bool,
        guardrailsHeld: Bool
    ) {
        self.combination = combination
        self.block = block
        self.unit = unit
        self.response = response
        self.succeeded = succeeded
        self.guardrailsHeld = guardrailsHeld
    }
}

/// The combinations that a strategy wants to have tried, and what a person should know about them.
package struct Proposal: Hashable, Sendable {
    /// Different combinations, never the control: every block holds that anyway.
    package var members: [Generation.Member]
    /// Whole sentences.
    package var notes: [String]

    /// Creates a proposal.
    package init(members: [Generation.Member], notes: [String]) {
        self.members = members
        self.notes = notes
    }
}

/// What a campaign wants from its strategy next.
package struct AskRequest: Hashable, Sendable {
    /// The generation's number, from 1; the first is a design.
    package var generation: Int
    /// How many combinations, at least 1.
    package var size: Int
    /// How many trials each gets on average, at least 1.
    package var replicates: Int
    /// How the new is weighed against the known.
    package var phase: SearchPhase
    /// Whether the market changed since the last request (B4): older outcomes then lose their say.
    package var environmentChanged: Bool

    /// Creates a request.
    package init(generation: Int, size: Int, replicates: Int, phase: SearchPhase, environmentChanged: Bool = false) {
        self.generation = generation
        self.size = size
        self.replicates = replicates
        self.phase = phase
        self.environmentChanged = environmentChanged
    }

    /// Throws unless size and replicates are 1 or more.
    func validate() throws {
        guard size >= 1 else {
            throw ExperimentError.invalidRequest(field: "size", value: size, least: 1)
        }
        guard replicates >= 1 else {
            throw ExperimentError.invalidRequest(field: "replicates", value: replicates, least: 1)
        }
    }
}

/// What is believed of one combination that was tried.
package struct CombinationEstimate: Hashable, Sendable {
    package var combination: Combination
    /// How many outcomes it has.
    package var trials: Int
    /// The plain mean of its responses; nil when all its trials failed.
    package var meanResponse: Double?
    /// The model's mean response, blocks and units averaged out.
    package var posteriorMean: Double
    /// The standard deviation of what is believed about the mean response.
    package var posteriorSD: Double
    /// The observed share of its trials that succeeded.
    package var successRate: Double
    /// The observed share of its trials that kept every guardrail.
    package var guardrailRate: Double
    /// The score (B2) of the posterior mean and of the modelled success and guardrail rates.
    ///
    /// The rates are modelled as the responses are: shares that differ by chance alone are pulled together, so that one
    /// unlucky trial does not decide.
    package var score: Double
    /// The grade among all estimates.
    package var grade: Grade
}

/// Chooses what to try next from what was found: ask and tell.
///
/// Strategies are values: the same tells, requests and generator give the same proposals. The control is told like any
/// other combination.
package protocol SearchStrategy: Sendable {
    /// The name in goal files and generations.
    static var name: String { get }

    /// Starts a search; throws when the control does not belong to the space.
    init(space: FactorSpace, control: Combination, weights: ScoreWeights) throws

    /// Takes in finished trials, oldest first.
    ///
    /// Outcomes of combinations outside the space are ignored.
    mutating func tell(_ outcomes: [TrialOutcome])

    /// Proposes the next generation; throws for a request out of range or when the model cannot be fitted.
    mutating func ask(_ request: AskRequest, using generator: inout SplitMix64) throws -> Proposal

    /// What is believed of every combination that was tried, the control too, best score first.
    ///
    /// Ties go to fewer changes from the control, then to the order of combinations.
    func estimates() throws -> [CombinationEstimate]
}

/// The search strategies by name.
package enum Strategies {
    /// The names that `make` knows, sorted.
    package static let names = [GeneticSearch.name, RandomSearch.name].sorted()

    /// Starts the strategy of a name; throws for an unknown name and for a control outside the space.
    package static func make(
        named name: String,
        space: FactorSpace,
        control: Combination,
        weights: ScoreWeights
    ) throws -> any SearchStrategy {
        switch name {
        case GeneticSearch.name: try GeneticSearch(space: space, control: control, weights: weights)
        case RandomSearch.name: try RandomSearch(space: space, control: control, weights: weights)
        default: throw ExperimentError.unknownStrategy(name: name, known: names)
        }
    }
}
