// SPDX-License-Identifier: Apache-2.0

/// A fitted main-effects model: its table of variance, and predictions from it.
package struct FittedMainEffects: Sendable {
    let equations: NormalEquations
    let levels: [[String]]
    /// The fit with every term, which pooled rows and the choice of their levels come from.
    let full: MainEffectsModel
    /// The fit without pooled terms.
    let model: MainEffectsModel
    let pooled: [Int]
    let referenceLevels: [String: String]
    let confidence: Double

    /// The table of variance, level means, contrasts and notes.
    package var analysisOfVariance: AnalysisOfVariance {
        let total = model.totalSumOfSquares
        let isConstant = total == 0
        let explained = total - model.residualSumOfSquares
        let residualDegrees = model.residualDegreesOfFreedom
        let rSquared = isConstant ? nil : explained / total
        let adjusted = rSquared.flatMap { share in
            residualDegrees > 0
                ? 1 - (1 - share) * Double(equations.rowCount - 1) / Double(residualDegrees)
                : nil
        }
        return AnalysisOfVariance(
            response: equations.responseName,
            n: equations.rowCount,
            grandMean: model.grandMean,
            rows: equations.terms.indices.map { row($0) },
            residual: .init(df: residualDegrees, ss: model.residualSumOfSquares, ms: model.errorVariance),
            total: .init(df: equations.rowCount - 1, ss: total),
            sigma: model.errorVariance?.squareRoot(),
            rSquared: rSquared,
            adjustedRSquared: adjusted,
            isSaturated: residualDegrees == 0,
            isPerfectFit: model.isPerfectFit && !isConstant,
            pooledTerms: pooled.map { equations.terms[$0].name },
            confidence: confidence,
            means: termMeans(),
            contrasts: contrasts(),
            notes: notes()
        )
    }

    /// The model that says something about a term: the full one for pooled terms.
    func source(of term: Int) -> MainEffectsModel {
        pooled.contains(term) ? full : model
    }

    private func row(_ term: Int) -> AnalysisOfVariance.Row {
        let isPooled = pooled.contains(term)
        let source = source(of: term)
        let degrees = source.degreesOfFreedom[term]
        let squares = source.sumsOfSquares[term]
        let meanSquare = degrees > 0 ? squares / Double(degrees) : nil
        var ratio: Double?
        var probability: Double?
        if !isPooled, let meanSquare, let error = model.errorVariance, error > 0 {
            ratio = meanSquare / error
            probability = FisherF(
                numerator: Double(degrees),
                denominator: Double(model.residualDegreesOfFreedom)
            )?.sf(meanSquare / error)
        }
        let hasError = !isPooled && model.residualDegreesOfFreedom > 0
        let withError = squares + model.residualSumOfSquares
        return AnalysisOfVariance.Row(
            term: equations.terms[term].name,
            kind: equations.terms[term].kind,
            df: degrees,
            sumOfSquares: squares,
            meanSquare: meanSquare,
            f: ratio,
            p: probability,
            partialEtaSquared: hasError && withError > 0 ? squares / withError : nil,
            contributionPercent: model.totalSumOfSquares > 0 ? 100 * squares / model.totalSumOfSquares : nil,
            isPooled: isPooled,
            isAliased: isAliased(term)
        )
    }

    func isAliased(_ term: Int) -> Bool {
        let source = source(of: term)
        return source.degreesOfFreedom[term] < source.observedLevels(term).count - 1
    }

    private func termMeans() -> [AnalysisOfVariance.TermMeans] {
        let found = equations.terms.indices.map { levelMeans($0) }
        let deltas = found.map { means in
            let values = means.map(\.mean)
            return (values.max() ?? 0) - (values.min() ?? 0)
        }
        let factors = equations.terms.indices.filter { equations.terms[$0].kind == .factor }
        let order = factors.sorted { deltas[$0] == deltas[$1] ? $0 < $1 : deltas[$0] > deltas[$1] }
        return equations.terms.indices.map { term in
            AnalysisOfVariance.TermMeans(
                term: equations.terms[term].name,
                kind: equations.terms[term].kind,
                levels: found[term],
                delta: deltas[term],
                rank: order.firstIndex(of: term).map { $0 + 1 }
            )
        }
    }

    private func levelMeans(_ term: Int) -> [AnalysisOfVariance.LevelMean] {
        let source = source(of: term)
        return source.observedLevels(term).compactMap { level in
            guard let mean = equations.mean(term: term, level: level) else {
                return nil
            }
            let function = source.expectedResponse(at: [term: level])
            let expected = source.estimate(function)
            let hasError = expected != nil && !pooled.contains(term)
            return AnalysisOfVariance.LevelMean(
                level: levels[term][level],
                mean: mean,
                n: equations.count(term: term, level: level),
                leastSquaresMean: expected,
                standardError: hasError ? source.standardError(function, rowCount: equations.rowCount) : nil
            )
        }
    }

    private func contrasts() -> [AnalysisOfVariance.Contrast] {
        var found: [AnalysisOfVariance.Contrast] = []
        for term in model.terms where equations.terms[term].kind == .factor {
            let observed = model.observedLevels(term)
            let named = referenceLevels[equations.terms[term].name]
            guard let reference = observed.first(where: { levels[term][$0] == named }) ?? observed.first else {
                continue
            }
            found += observed.filter { $0 != reference }.compactMap { contrast(term, $0, reference) }
        }
        let adjusted = MultipleTesting.holm(found.map(\.p))
        return zip(found, adjusted).map { contrast, p in
            AnalysisOfVariance.Contrast(
                term: contrast.term,
                level: contrast.level,
                reference: contrast.reference,
                difference: contrast.difference,
                standardError: contrast.standardError,
                t: contrast.t,
                p: contrast.p,
                adjustedP: p,
                interval: contrast.interval
            )
        }
    }

    private func contrast(_ term: Int, _ level: Int, _ reference: Int) -> AnalysisOfVariance.Contrast? {
        let function = model.expectedResponse(at: [term: level]) - model.expectedResponse(at: [term: reference])
        guard let difference = model.estimate(function) else {
            return nil
        }
        let error = model.isPerfectFit ? nil : model.standardError(function, rowCount: equations.rowCount)
        let degrees = Double(model.residualDegreesOfFreedom)
        let t = error.map { difference / $0 }
        return AnalysisOfVariance.Contrast(
            term: equations.terms[term].name,
            level: levels[term][level],
            reference: levels[term][reference],
            difference: difference,
            standardError: error,
            t: t,
            p: t.flatMap { StudentT(degreesOfFreedom: degrees)?.twoSidedP($0) },
            adjustedP: nil,
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
}
