// SPDX-License-Identifier: Apache-2.0

extension FittedLinearModel {
    /// Predicts the response at a combination: a level label per factor or block, a value per covariate.
    ///
    /// What is not named is averaged: factors and blocks over their levels with equal weights, covariates over rows.
    /// Throws for names and labels that the model does not have.
    package func predict(
        _ combination: [String: String],
        covariates: [String: Double] = [:]
    ) throws(StatisticsError) -> LinearModelPrediction {
        let function = model.expectedResponse(
            levels: try levels(of: combination),
            covariates: try centredCovariates(covariates)
        )
        return prediction(function)
    }

    func prediction(_ function: LinearModelNumbers.Function) -> LinearModelPrediction {
        let mean = model.value(function) + offset
        let isEstimable = model.isEstimable(function)
        guard hasError, isEstimable, let variance = model.errorVariance else {
            return LinearModelPrediction(
                mean: mean,
                standardError: nil,
                confidenceInterval: nil,
                predictionInterval: nil,
                isEstimable: isEstimable
            )
        }
        let ofMean = variance * model.varianceFactor(function)
        let degrees = Double(model.residualDegreesOfFreedom)
        return LinearModelPrediction(
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
            ),
            isEstimable: true
        )
    }

    /// Levels by factor, −1 for those not named.
    func levels(of combination: [String: String]) throws(StatisticsError) -> [Int] {
        var levels = [Int](repeating: -1, count: layout.factors.count)
        for (name, label) in combination.sorted(by: { $0.key < $1.key }) {
            guard let factor = layout.factors.firstIndex(where: { $0.name == name }) else {
                throw .unknownColumn(name, known: layout.factors.map(\.name))
            }
            guard let level = layout.factors[factor].labels.firstIndex(of: label) else {
                throw .unknownLevel(column: name, level: label, known: layout.factors[factor].labels)
            }
            levels[factor] = level
        }
        return levels
    }

    private func centredCovariates(_ values: [String: Double]) throws(StatisticsError) -> [Double] {
        var centred = [Double](repeating: 0, count: layout.covariateNames.count)
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let index = layout.covariateNames.firstIndex(of: name) else {
                throw .unknownColumn(name, known: layout.covariateNames)
            }
            guard value.isFinite else {
                throw .invalidArgument(name: "Covariate '\(name)'", value: "\(value)", remedy: "give a finite number")
            }
            centred[index] = value - covariateMeans[index]
        }
        return centred
    }

    /// The best level of every factor by the model, interactions included, and the gain over a control (level label per
    /// factor); blocks and covariates are averaged.
    ///
    /// Pooled factors get the level of the best mean. Throws when the control names an unknown factor or level, or
    /// leaves a factor out.
    package func bestCombination(
        _ direction: BestCombination.Direction,
        control: [String: String]? = nil
    ) throws(StatisticsError) -> BestCombination {
        var chosen = BestLevels(self).chosen(direction)
        var best = model.expectedResponse(levels: chosen)
        var predicted = prediction(best)
        var notes: [String] = []
        if !predicted.isEstimable, let levels = bestEstimable(direction) {
            chosen = levels
            best = model.expectedResponse(levels: chosen)
            predicted = prediction(best)
            notes.append(
                "Only combinations that the data determine were looked at for the best one; others may be better, or "
                    + "impossible."
            )
        }
        if model.residualDegreesOfFreedom == 0 {
            notes.append("The design is saturated, so the prediction has no interval; confirm it by a run.")
        } else if model.isPerfectFit {
            notes.append("The model fits every value exactly, so the prediction has no interval; confirm it by a run.")
        }
        if !predicted.isEstimable {
            notes.append(
                "Some terms cannot be told from others, so the prediction depends on how they are separated."
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

    /// The factors under study.
    var studied: [Int] {
        layout.factors.indices.filter { !isBlock($0) }
    }

    /// The best of all combinations whose mean the data determine; nil for none, or when they are too many to try.
    private func bestEstimable(_ direction: BestCombination.Direction) -> [Int]? {
        let sizes = studied.map { layout.factors[$0].labels.count }
        let count = sizes.reduce(1) { min(4_097, $0 * $1) }
        guard count <= 4_096, layout.terms.reduce(0, { $0 + $1.columns.count }) <= 200 else {
            return nil
        }
        var best: (levels: [Int], loss: Double)?
        for number in 0..<count {
            var levels = [Int](repeating: -1, count: layout.factors.count)
            var rest = number
            for (factor, size) in zip(studied, sizes) {
                levels[factor] = rest % size
                rest /= size
            }
            let function = model.expectedResponse(levels: levels)
            let loss = ExperimentAnalysis.loss(model.value(function) + offset, direction)
            if loss < best?.loss ?? .infinity, model.isEstimable(function) {
                best = (levels, loss)
            }
        }
        return best?.levels
    }

    /// What one combination gains over another; both name a level of every factor under study.
    package func gain(
        of combination: [String: String],
        over control: [String: String]
    ) throws(StatisticsError) -> BestCombination.Gain {
        try gain(of: model.expectedResponse(levels: try levels(of: combination)), over: control)
    }

    private func gain(
        of best: LinearModelNumbers.Function,
        over control: [String: String]
    ) throws(StatisticsError) -> BestCombination.Gain {
        for name in control.keys.sorted() where !studied.contains(where: { layout.factors[$0].name == name }) {
            throw .unknownColumn(name, known: studied.map { layout.factors[$0].name })
        }
        let levels = try levels(of: control)
        for factor in studied where levels[factor] < 0 {
            throw .invalidArgument(
                name: "The control's level of '\(layout.factors[factor].name)'",
                value: "missing",
                remedy: "name one level for every factor"
            )
        }
        let function = model.expectedResponse(levels: levels)
        let contrast = best - function
        let difference = model.value(contrast)
        let error = hasError && model.isEstimable(contrast) ? model.standardError(contrast) : nil
        let degrees = Double(model.residualDegreesOfFreedom)
        return BestCombination.Gain(
            control: choices(levels),
            controlMean: model.value(function) + offset,
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

    private func choices(_ levels: [Int]) -> [BestCombination.Choice] {
        studied.map { factor in
            BestCombination.Choice(
                factor: layout.factors[factor].name,
                level: layout.factors[factor].labels[max(0, levels[factor])],
                isPooled: !model.terms.contains { layout.terms[$0].factors.contains(factor) }
            )
        }
    }

    private func levelMeansPrediction(_ levels: [Int]) -> Double {
        let grandMean = model.products.shiftedMean.value
        let sum = studied.reduce(grandMean) { sum, factor in
            sum + (plainMean(factor, levels[factor]) ?? grandMean) - grandMean
        }
        return sum + offset
    }
}
