// SPDX-License-Identifier: Apache-2.0

extension FittedMainEffects {
    /// A predicted response with its uncertainty.
    package struct Prediction: Sendable, Equatable, Codable {
        /// The predicted mean, blocks averaged.
        package let mean: Double
        /// The mean's standard error; absent for saturated and perfect fits.
        package let standardError: Double?
        /// The interval of the mean.
        package let confidenceInterval: Interval?
        /// The interval of one new observation.
        package let predictionInterval: Interval?
    }

    /// The means are tied when they differ by less than this share of the response's spread.
    private static let tie = 1e-9
    /// The most combinations that are all tried for a nominal target.
    private static let exhaustiveLimit = 100_000

    /// Predicts the mean of a combination given as a level label per factor; factors not named are averaged.
    package func predict(_ combination: [String: String]) throws(StatisticsError) -> Prediction {
        prediction(model.expectedResponse(at: try codes(of: combination)))
    }

    /// The best level of every factor, its predicted mean, and its gain over a control (level label per factor).
    ///
    /// Throws when the control names an unknown factor or level, or leaves a factor out.
    package func bestCombination(
        _ direction: BestCombination.Direction,
        control: [String: String]? = nil
    ) throws(StatisticsError) -> BestCombination {
        let chosen = chosenLevels(direction)
        let best = model.expectedResponse(at: chosen)
        let predicted = prediction(best)
        var notes: [String] = []
        if model.residualDegreesOfFreedom == 0 {
            notes.append("The design is saturated, so the prediction has no interval; confirm it by a run.")
        } else if model.isPerfectFit {
            notes.append("The model fits every value exactly, so the prediction has no interval; confirm it by a run.")
        }
        if model.estimate(best) == nil {
            notes.append(
                "Some factors cannot be told from others, so the prediction depends on how they are separated."
            )
        }
        let gain: BestCombination.Gain? =
            if let control {
                try self.gain(of: best, over: control)
            } else {
                nil
            }
        return BestCombination(
            levels: choices(chosen),
            predictedMean: predicted.mean,
            levelMeansPrediction: levelMeansPrediction(chosen),
            standardError: predicted.standardError,
            confidenceInterval: predicted.confidenceInterval,
            predictionInterval: predicted.predictionInterval,
            gain: gain,
            notes: notes
        )
    }

    private var factorTerms: [Int] {
        equations.terms.indices.filter { equations.terms[$0].kind == .factor }
    }

    private func codes(of combination: [String: String]) throws(StatisticsError) -> [Int: Int] {
        var codes: [Int: Int] = [:]
        for (name, label) in combination.sorted(by: { $0.key < $1.key }) {
            guard let term = factorTerms.first(where: { equations.terms[$0].name == name }) else {
                throw .unknownColumn(name, known: factorTerms.map { equations.terms[$0].name })
            }
            let observed = full.observedLevels(term)
            guard let level = observed.first(where: { levels[term][$0] == label }) else {
                throw .unknownLevel(column: name, level: label, known: observed.map { levels[term][$0] })
            }
            codes[term] = level
        }
        return codes
    }

    private func prediction(_ function: MainEffectsModel.Function) -> Prediction {
        let mean = model.uncheckedEstimate(function)
        guard !model.isPerfectFit, let variance = model.errorVariance, model.estimate(function) != nil else {
            return Prediction(mean: mean, standardError: nil, confidenceInterval: nil, predictionInterval: nil)
        }
        let ofMean = variance * model.varianceFactor(function, rowCount: equations.rowCount)
        let degrees = Double(model.residualDegreesOfFreedom)
        return Prediction(
            mean: mean,
            standardError: ofMean.squareRoot(),
            confidenceInterval: .student(
                estimate: mean,
                standardError: ofMean.squareRoot(),
                degreesOfFreedom: degrees,
                confidence: confidence
            ),
            predictionInterval: .student(
                estimate: mean,
                standardError: (ofMean + variance).squareRoot(),
                degreesOfFreedom: degrees,
                confidence: confidence
            )
        )
    }

    private func gain(
        of best: MainEffectsModel.Function,
        over control: [String: String]
    ) throws(StatisticsError) -> BestCombination.Gain {
        let codes = try codes(of: control)
        for term in factorTerms where codes[term] == nil {
            throw .invalidArgument(
                name: "The control's level of '\(equations.terms[term].name)'",
                value: "missing",
                remedy: "name one level for every factor"
            )
        }
        let function = model.expectedResponse(at: codes)
        let contrast = best - function
        let difference = model.uncheckedEstimate(contrast)
        let isTestable = !model.isPerfectFit && model.estimate(contrast) != nil
        let error = isTestable ? model.standardError(contrast, rowCount: equations.rowCount) : nil
        let degrees = Double(model.residualDegreesOfFreedom)
        return BestCombination.Gain(
            control: choices(codes),
            controlMean: model.uncheckedEstimate(function),
            difference: difference,
            standardError: error,
            p: error.flatMap { $0 > 0 ? StudentT(degreesOfFreedom: degrees)?.twoSidedP(difference / $0) : nil },
            interval: error.flatMap {
                Interval.student(
                    estimate: difference,
                    standardError: $0,
                    degreesOfFreedom: degrees,
                    confidence: confidence
                )
            }
        )
    }

    private func choices(_ codes: [Int: Int]) -> [BestCombination.Choice] {
        factorTerms.compactMap { term in
            codes[term].map {
                BestCombination.Choice(
                    factor: equations.terms[term].name,
                    level: levels[term][$0],
                    isPooled: pooled.contains(term)
                )
            }
        }
    }

    private func levelMeansPrediction(_ codes: [Int: Int]) -> Double {
        factorTerms.reduce(model.grandMean) { sum, term in
            let mean = codes[term].flatMap { equations.mean(term: term, level: $0) }
            return sum + (mean ?? model.grandMean) - model.grandMean
        }
    }
}

// The choice of levels.
extension FittedMainEffects {
    private func chosenLevels(_ direction: BestCombination.Direction) -> [Int: Int] {
        let spread = (model.totalSumOfSquares / Double(equations.rowCount)).squareRoot()
        var chosen: [Int: Int] = [:]
        for term in factorTerms {
            let source = source(of: term)
            let observed = source.observedLevels(term)
            let means = observed.map { source.uncheckedEstimate(source.expectedResponse(at: [term: $0])) }
            let losses = means.map { mean in
                switch direction {
                case .higher: -mean
                case .lower: mean
                case .nominal(let target): (mean - target).magnitude
                }
            }
            let least = losses.min() ?? 0
            let first = losses.firstIndex { $0 <= least + Self.tie * spread } ?? 0
            chosen[term] = observed[first]
        }
        if case .nominal(let target) = direction {
            return nearest(to: target, from: chosen)
        }
        return chosen
    }

    /// Levels whose sum of effects is nearest to a target: all combinations when few, else factor by factor.
    private func nearest(to target: Double, from start: [Int: Int]) -> [Int: Int] {
        let active = factorTerms.filter { !pooled.contains($0) && model.observedLevels($0).count > 1 }
        let base = model.uncheckedEstimate(model.expectedResponse(at: [:]))
        let effects = active.map { term in
            model.observedLevels(term).map {
                model.uncheckedEstimate(model.expectedResponse(at: [term: $0])) - base
            }
        }
        let size = effects.reduce(1) { product, next in
            product > Self.exhaustiveLimit ? product : product * next.count
        }
        let indices =
            size <= Self.exhaustiveLimit
            ? exhaustive(effects, size, target - base)
            : stepwise(effects, target - base)
        var chosen = start
        for (position, term) in active.enumerated() {
            chosen[term] = model.observedLevels(term)[indices[position]]
        }
        return chosen
    }

    private func exhaustive(_ effects: [[Double]], _ size: Int, _ target: Double) -> [Int] {
        var best: (loss: Double, number: Int) = (.infinity, 0)
        for number in 0..<size {
            var rest = number
            var sum = 0.0
            for effect in effects {
                sum += effect[rest % effect.count]
                rest /= effect.count
            }
            if (sum - target).magnitude < best.loss {
                best = ((sum - target).magnitude, number)
            }
        }
        var rest = best.number
        return effects.map { effect in
            defer { rest /= effect.count }
            return rest % effect.count
        }
    }

    private func stepwise(_ effects: [[Double]], _ target: Double) -> [Int] {
        var indices = [Int](repeating: 0, count: effects.count)
        var sum = effects.reduce(0) { $0 + $1[0] }
        var improved = true
        while improved {
            improved = false
            for (factor, effect) in effects.enumerated() {
                for level in effect.indices {
                    let changed = sum - effect[indices[factor]] + effect[level]
                    if (changed - target).magnitude < (sum - target).magnitude {
                        sum = changed
                        indices[factor] = level
                        improved = true
                    }
                }
            }
        }
        return indices
    }
}
