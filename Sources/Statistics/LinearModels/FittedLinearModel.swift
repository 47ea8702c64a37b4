// SPDX-License-Identifier: Apache-2.0

/// A fitted linear model of one response: its analysis of variance, and what follows from its coefficients.
package struct FittedLinearModel: Sendable {
    /// The response's name.
    package let responseName: String
    let origin: Double
    let covariateMeans: [Double]
    let missingResponses: Int
    let missingFactors: Int
    /// The fit with every term, which pooled rows and their level means come from.
    let full: LinearModelNumbers
    /// The fit without pooled terms.
    let model: LinearModelNumbers
    let pooled: [Int]
    let isTypeChosen: Bool
    let referenceLevels: [String: String]
    let confidence: Double

    var layout: ModelLayout {
        model.products.layout
    }

    /// What is to be added to means of the sums.
    var offset: Double {
        model.products.shift + origin
    }

    /// The fit that says something about a term: the full one for pooled terms.
    func source(of term: Int) -> LinearModelNumbers {
        pooled.contains(term) ? full : model
    }

    /// Whether there is an error to test and estimate with.
    var hasError: Bool {
        model.residualDegreesOfFreedom > 0 && !model.isPerfectFit
    }

    /// The analysis of variance.
    package var table: LinearModelTable {
        let total = model.totalSumOfSquares
        let isConstant = total == 0
        let degrees = model.residualDegreesOfFreedom
        let n = model.products.rowCount
        let rSquared = isConstant ? nil : 1 - model.residualSumOfSquares / total
        let adjusted =
            isConstant || degrees == 0
            ? nil : 1 - model.residualSumOfSquares / total * (Double(n - 1) / Double(degrees))
        let aliases = aliases()
        return LinearModelTable(
            response: responseName,
            formula: ModelFormula(responses: [responseName], terms: model.terms.map { layout.terms[$0].term }).text,
            n: n,
            missingResponses: missingResponses,
            missingFactors: missingFactors,
            grandMean: model.products.shiftedMean.value + offset,
            type: model.type,
            typeReason: typeReason,
            isOrthogonal: model.isOrthogonal,
            rows: layout.terms.indices.map { row($0, aliases) },
            residual: .init(df: degrees, ss: model.residualSumOfSquares, ms: model.errorVariance),
            total: .init(df: n - 1, ss: total),
            sigma: model.errorVariance?.squareRoot(),
            rSquared: rSquared,
            adjustedRSquared: adjusted,
            isSaturated: degrees == 0,
            isPerfectFit: model.isPerfectFit && !isConstant,
            pooledTerms: pooled.map { layout.terms[$0].name },
            notes: notes(aliases)
        )
    }

    /// The F ratio of a term; nil for pooled ones and without error.
    func ratio(_ term: Int) -> Double? {
        guard !pooled.contains(term), model.degreesOfFreedom[term] > 0, let error = model.errorVariance, error > 0
        else {
            return nil
        }
        let ratio = model.meanSquare(term) / error
        return ratio.isFinite ? ratio : nil
    }

    private func row(_ term: Int, _ aliases: [Alias]) -> LinearModelTable.Row {
        let source = source(of: term)
        let isPooled = pooled.contains(term)
        let degrees = source.degreesOfFreedom[term]
        let squares = source.sumsOfSquares[term]
        let total = model.totalSumOfSquares
        let f = ratio(term)
        let withError = squares + model.residualSumOfSquares
        let error = model.errorVariance
        return LinearModelTable.Row(
            term: layout.terms[term].name,
            kind: layout.terms[term].term.kind,
            df: degrees,
            nominalDf: layout.terms[term].columns.count,
            sumOfSquares: squares,
            meanSquare: degrees > 0 ? squares / Double(degrees) : nil,
            f: f,
            p: f.flatMap {
                FisherF(numerator: Double(degrees), denominator: Double(model.residualDegreesOfFreedom))?.sf($0)
            },
            partialEtaSquared: !isPooled && error != nil && withError > 0 ? squares / withError : nil,
            partialOmegaSquared: f.map { Self.omegaSquared($0, degrees, model.products.rowCount) },
            contributionPercent: total > 0 ? 100 * (squares / total) : nil,
            pureContributionPercent: error.flatMap { error in
                total > 0 && !isPooled ? 100 * ((squares - Double(degrees) * error) / total) : nil
            },
            isPooled: isPooled,
            aliasedWith: aliases.first { $0.term == term }?.partners.map { layout.terms[$0].name } ?? []
        )
    }

    static func omegaSquared(_ f: Double, _ degrees: Int, _ n: Int) -> Double {
        let excess = Double(degrees) * (f - 1)
        return max(0, excess / (excess + Double(n)))
    }

    private var typeReason: String {
        if model.isOrthogonal {
            return "The terms do not overlap (the design is orthogonal), so types I, II and III are the same."
        }
        let isAsked = isTypeChosen ? "was asked for" : "was chosen"
        return switch model.type {
        case .one:
            "Type I \(isAsked): each term is adjusted for the terms before it, so their order matters, because the "
                + "design is not orthogonal."
        case .two:
            "Type II \(isAsked): the design is not orthogonal, so each term is adjusted for all terms that do not "
                + "contain it, and their order does not matter."
        case .three:
            "Type III \(isAsked): the design is not orthogonal, so each term is adjusted for all others, interactions "
                + "that contain it included, by sum-to-zero contrasts: it compares means that give each cell one weight."
        }
    }

    /// The interval of each term's effect size, where an error is there to compare it with.
    package func effectSizes() -> [EffectSize] {
        let error = Double(model.residualDegreesOfFreedom)
        return model.terms.compactMap { term in
            guard let f = ratio(term) else {
                return nil
            }
            let degrees = model.degreesOfFreedom[term]
            let interval = NoncentralityInterval(numerator: Double(degrees), denominator: error)
            guard let bounds = interval.bounds(f: f, confidence: confidence) else {
                return nil
            }
            let size = Double(degrees) + error + 1
            let squares = model.sumsOfSquares[term]
            let omega = Self.omegaSquared(f, degrees, model.products.rowCount)
            return EffectSize(
                term: layout.terms[term].name,
                partialEtaSquared: squares / (squares + model.residualSumOfSquares),
                partialOmegaSquared: omega,
                interval: Interval(
                    estimate: omega,
                    lower: bounds.lower / (bounds.lower + size),
                    upper: bounds.upper / (bounds.upper + size),
                    confidence: confidence
                )
            )
        }
    }
}
