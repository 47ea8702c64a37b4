// SPDX-License-Identifier: Apache-2.0

extension FittedLinearModel {
    /// Every factor's levels against its reference level, by least-squares means, with Holm's adjustment over all.
    ///
    /// Blocks, pooled factors and differences that the data do not determine are left out.
    package func contrasts() -> [AnalysisOfVariance.Contrast] {
        var found: [AnalysisOfVariance.Contrast] = []
        for factor in layout.factors.indices where isCompared(factor) {
            let labels = layout.factors[factor].labels
            let reference = labels.firstIndex { $0 == referenceLevels[layout.factors[factor].name] } ?? 0
            for level in labels.indices where level != reference {
                if let contrast = contrast([factor], [level], [reference]) {
                    found.append(contrast)
                }
            }
        }
        return zip(found, MultipleTesting.holm(found.map(\.p))).map { $0.adjusted($1) }
    }

    /// All pairs of levels of a factor, or of level combinations of an interaction, by least-squares means, with the
    /// adjustment of Tukey (1953) and Kramer (1956).
    ///
    /// Throws for what the model does not have.
    package func pairwiseComparisons(of term: String) throws(StatisticsError) -> [PairwiseComparison] {
        let factors = try factors(of: term)
        let combinations = combinations(factors)
        let functions = combinations.map { expected(model, factors, $0) }
        let usable = functions.indices.filter { model.isEstimable(functions[$0]) }
        let range = StudentizedRange(
            groups: usable.count,
            degreesOfFreedom: Double(model.residualDegreesOfFreedom)
        )
        let quantile = hasError ? range?.quantile(confidence) : nil
        var found: [PairwiseComparison] = []
        for (position, first) in usable.enumerated() {
            for second in usable[(position + 1)...] {
                let function = functions[second] - functions[first]
                let difference = model.value(function)
                let error = hasError ? model.standardError(function).flatMap { $0 > 0 ? $0 : nil } : nil
                let q = error.map { difference / $0 * 2.0.squareRoot() }
                let half = error.flatMap { error in quantile.map { $0 * error / 2.0.squareRoot() } }
                found.append(
                    PairwiseComparison(
                        term: term,
                        level: label(factors, combinations[second]),
                        reference: label(factors, combinations[first]),
                        difference: difference,
                        standardError: error,
                        q: q,
                        adjustedP: q.flatMap { range?.sf($0.magnitude) },
                        interval: half.map {
                            Interval(
                                estimate: difference,
                                lower: difference - $0,
                                upper: difference + $0,
                                confidence: confidence
                            )
                        }
                    )
                )
            }
        }
        return found
    }

    /// Whether a factor under study has a term of the model.
    private func isCompared(_ factor: Int) -> Bool {
        !isBlock(factor) && model.terms.contains { layout.terms[$0].factors.contains(factor) }
    }

    private func contrast(_ factors: [Int], _ levels: [Int], _ reference: [Int]) -> AnalysisOfVariance.Contrast? {
        let function = expected(model, factors, levels) - expected(model, factors, reference)
        guard model.isEstimable(function) else {
            return nil
        }
        let difference = model.value(function)
        let error = hasError ? model.standardError(function) : nil
        let degrees = Double(model.residualDegreesOfFreedom)
        let t = error.flatMap { $0 > 0 ? difference / $0 : nil }
        return AnalysisOfVariance.Contrast(
            term: factors.map { layout.factors[$0].name }.joined(separator: ":"),
            level: label(factors, levels),
            reference: label(factors, reference),
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

extension AnalysisOfVariance.Contrast {
    /// The same with its adjusted p value.
    func adjusted(_ p: Double?) -> Self {
        Self(
            term: term,
            level: level,
            reference: reference,
            difference: difference,
            standardError: standardError,
            t: t,
            p: self.p,
            adjustedP: p,
            interval: interval
        )
    }
}
