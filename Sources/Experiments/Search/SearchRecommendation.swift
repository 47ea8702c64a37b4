// SPDX-License-Identifier: Apache-2.0
package import Domain
package import Statistics

/// What a search says is best: by its model and by plain measurement, side by side, with what is sure about either.
package struct SearchRecommendation: Sendable {
    /// One combination with all that is known about it.
    package struct Candidate: Sendable {
        /// The levels.
        package var combination: Combination
        /// How many outcomes it has in this campaign.
        package var trials: Int
        /// The plain mean of its responses; nil without one.
        package var observedMean: Double?
        /// The model's mean response with the interval of what is believed, shrunk towards what its levels do elsewhere.
        package var predicted: Interval
        /// The share of joint draws in which it is the best of all candidates compared.
        package var probabilityBest: Double
        /// The probability that it keeps the guardrails.
        package var feasibility: Double
        /// The model's mean of each objective, the first one first; a single number for a single objective.
        package var objectives: [Double]
    }

    /// The candidate of the highest expected response over the whole space, tried or not; nil before two responses.
    package var bestPredicted: Candidate?
    /// The combination of the highest plain mean among those tried; nil before the first response.
    package var bestMeasured: Candidate?
    /// The combinations to measure again before one is chosen, best expected first, never the control.
    package var finalists: [Candidate]
    /// The present setting; nil before two responses.
    package var control: Candidate?
    /// The tried combinations that no other beats in all objectives, best expected first; empty for a single objective.
    package var paretoFront: [Candidate]
    /// Whole sentences.
    package var notes: [String]
}

/// How much a recommendation should tell.
package struct RecommendationRequest: Hashable, Codable, Sendable {
    /// How many finalists to name at most.
    package var finalists: Int
    /// How many joint draws the probabilities rest on, at least 1.
    package var draws: Int
    /// The confidence of the intervals, between 0 and 1.
    package var confidence: Double

    /// Creates a request; the defaults are 5 finalists, 2,000 draws and 95 %.
    package init(finalists: Int = 5, draws: Int = 2_000, confidence: Double = 0.95) {
        self.finalists = finalists
        self.draws = draws
        self.confidence = confidence
    }

    func validate() throws {
        guard finalists >= 0 else {
            throw ExperimentError.invalidRequest(field: "finalists", value: finalists, least: 0)
        }
        guard draws >= 1 else {
            throw ExperimentError.invalidRequest(field: "draws", value: draws, least: 1)
        }
        guard confidence > 0, confidence < 1 else {
            throw ExperimentError.invalidNumber(
                field: "confidence",
                value: confidence,
                remedy: "give a share between 0 and 1, such as 0.95"
            )
        }
    }
}

extension SearchStrategy {
    /// Recommends by the model, never by the luckiest observation, and shows the best measured one beside it.
    ///
    /// Combinations that probably breach a guardrail are recommended only when no other is known.
    package func recommend(
        _ request: RecommendationRequest = RecommendationRequest(),
        using generator: inout SplitMix64
    ) throws -> SearchRecommendation {
        try request.validate()
        return try Recommender(beliefs: beliefs(), request: request).recommend(using: &generator)
    }

    /// Judges whether a further batch is worth its price, by the candidates that a recommendation compares.
    ///
    /// Nil before two responses.
    package func stoppingVerdict(
        _ rule: StoppingRule,
        trials: Int,
        using generator: inout SplitMix64
    ) throws -> StoppingVerdict? {
        let beliefs = try beliefs()
        guard let model = beliefs.response else { return nil }
        let recommender = Recommender(beliefs: beliefs, request: RecommendationRequest(finalists: 20, draws: 400))
        let contenders = try recommender.contenders(model, using: &generator)
        let draws = try model.draws(of: contenders, count: recommender.request.draws, using: &generator)
        return try rule.verdict(
            draws: draws,
            noiseVariance: model.noiseVariance,
            trials: trials,
            using: &generator
        )
    }
}

/// Makes a recommendation from beliefs.
private struct Recommender {
    /// How many of the best combinations tried are compared by joint draws.
    private static let compared = 20

    let beliefs: Beliefs
    let request: RecommendationRequest

    private var record: SearchRecord { beliefs.record }
    private var control: Combination { beliefs.record.problem.control }

    func recommend(using generator: inout SplitMix64) throws -> SearchRecommendation {
        guard let model = beliefs.response else {
            return SearchRecommendation(
                bestPredicted: nil,
                bestMeasured: nil,
                finalists: [],
                control: nil,
                paretoFront: [],
                notes: ["Fewer than two trials gave a result: nothing can be recommended yet."]
            )
        }
        let contenders = try contenders(model, using: &generator)
        let chances = try probabilities(contenders, model, using: &generator)
        let further = try furtherModels()
        func candidate(_ combination: Combination) throws -> SearchRecommendation.Candidate {
            try self.candidate(combination, chances[combination] ?? 0, further)
        }
        let ranked = try ranking(contenders)
        let measured = beliefs.tallies
            .filter { $0.meanResponse != nil }
            .max { ($0.meanResponse ?? 0, $1.combination) < ($1.meanResponse ?? 0, $0.combination) }
        let bestPredicted = ranked.first
        var notes = [model.summary]
        if let bestPredicted, let measured, bestPredicted != measured.combination {
            notes.append(
                "The best measured combination is not the one recommended: its mean is the luckiest of many, and the "
                    + "model expects less of it."
            )
        }
        if let bestPredicted, try beliefs.feasibility(of: bestPredicted) < Beliefs.leastFeasibility {
            notes.append("No combination is known that probably keeps the guardrails.")
        }
        return SearchRecommendation(
            bestPredicted: try bestPredicted.map(candidate),
            bestMeasured: try measured.map { try candidate($0.combination) },
            finalists: try ranked.filter { $0 != control }.prefix(request.finalists).map(candidate),
            control: try candidate(control),
            paretoFront: try front(further).map(candidate),
            notes: notes
        )
    }

    /// The best predicted and measured, the control, and the best of those tried: each once.
    func contenders(_ model: any SearchModel, using generator: inout SplitMix64) throws -> [Combination] {
        let estimates = try beliefs.estimates().filter { $0.meanResponse != nil }
        let best = estimates.sorted {
            ($0.posteriorMean, $1.combination) > ($1.posteriorMean, $0.combination)
        }
        let tried = best.filter { record.problem.space.allows($0.combination) }.map(\.combination)
        let peak = try model.maximiser(
            in: record.problem.space,
            startingFrom: tried,
            using: &generator,
            where: { try beliefs.feasibility(of: $0) >= Beliefs.leastFeasibility }
        )
        let measured = estimates.max { ($0.meanResponse ?? 0) < ($1.meanResponse ?? 0) }?.combination
        var seen: Set<Combination> = []
        let wanted =
            [peak, measured, control].compactMap { $0 } + tried.prefix(max(Self.compared, request.finalists + 1))
        return wanted.filter { seen.insert($0).inserted }
    }

    /// Allowed combinations, those that keep the guardrails before the others, then by the model's mean.
    private func ranking(_ contenders: [Combination]) throws -> [Combination] {
        let rated = try contenders.filter { record.problem.space.allows($0) }.map { combination in
            (
                combination: combination,
                keeps: try beliefs.feasibility(of: combination) >= Beliefs.leastFeasibility,
                mean: try beliefs.posterior(of: combination).mean
            )
        }
        let sorted = rated.sorted { first, second in
            if first.keeps != second.keeps { return first.keeps }
            if first.mean != second.mean { return first.mean > second.mean }
            return first.combination < second.combination
        }
        return sorted.map(\.combination)
    }

    private func probabilities(
        _ contenders: [Combination],
        _ model: any SearchModel,
        using generator: inout SplitMix64
    ) throws -> [Combination: Double] {
        var wins = [Int](repeating: 0, count: contenders.count)
        for row in try model.draws(of: contenders, count: request.draws, using: &generator) {
            if let best = row.indices.max(by: { row[$0] < row[$1] }) { wins[best] += 1 }
        }
        let shares = zip(contenders, wins.map { Double($0) / Double(request.draws) })
        return Dictionary(shares, uniquingKeysWith: { first, _ in first })
    }

    private func candidate(
        _ combination: Combination,
        _ probability: Double,
        _ further: [(any SearchModel)?]
    ) throws -> SearchRecommendation.Candidate {
        let belief = try beliefs.posterior(of: combination)
        let half = (StandardNormal.quantile(0.5 + request.confidence / 2) ?? 0) * belief.deviation
        let tally = beliefs.tallies.first { $0.combination == combination }
        return SearchRecommendation.Candidate(
            combination: combination,
            trials: tally?.trials ?? 0,
            observedMean: tally?.meanResponse,
            predicted: Interval(
                estimate: belief.mean,
                lower: belief.mean - half,
                upper: belief.mean + half,
                confidence: request.confidence
            ),
            probabilityBest: probability,
            feasibility: try beliefs.feasibility(of: combination),
            objectives: try objectives(combination, further)
        )
    }

    /// A model of each objective alone; empty for a single objective.
    private func furtherModels() throws -> [(any SearchModel)?] {
        guard !record.problem.furtherWeights.isEmpty else { return [] }
        let space = record.problem.space
        let first = try AdditiveModel(record.observations { $0.response }, space: space)
        let others = try record.problem.furtherWeights.indices.map { index in
            try AdditiveModel(
                record.observations { index < $0.further.count ? $0.further[index] : nil },
                space: space
            )
        }
        return [first] + others
    }

    private func objectives(_ combination: Combination, _ further: [(any SearchModel)?]) throws -> [Double] {
        guard !further.isEmpty else { return [try beliefs.posterior(of: combination).mean] }
        return try further.map { try $0?.belief(of: combination).mean ?? 0 }
    }

    private func front(_ further: [(any SearchModel)?]) throws -> [Combination] {
        guard !further.isEmpty else { return [] }
        let tried = try beliefs.tallies.filter { $0.meanResponse != nil }.map(\.combination).filter {
            try beliefs.feasibility(of: $0) >= Beliefs.leastFeasibility
        }
        let points = try tried.map { try objectives($0, further) }
        return try ranking(ParetoFront.indices(of: points).map { tried[$0] })
    }
}
