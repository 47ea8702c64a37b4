// SPDX-License-Identifier: Apache-2.0

import Statistics

extension AnalysisPageContent {
    static func basis(
        _ counts: CountModelReport,
        _ verdicts: [ResponseAnalysis.Verdict],
        _ path: String
    ) -> Basis {
        Basis(
            rows: Figure(Double(counts.n), "\(path).counts.n"),
            rowsLeftOut: Figure(Double(counts.missing), "\(path).counts.missing"),
            mean: Figure(counts.overallRate, "\(path).counts.overall_rate"),
            terms: terms(counts, verdicts, path)
        )
    }

    /// Takes what only a response of successes or counts has.
    mutating func takeEvidence(
        _ counts: CountModelReport,
        _ response: ResponseAnalysis,
        _ path: String,
        below limit: Double
    ) {
        scale = counts.family == .binomial ? .share : .rate
        gainRatio = response.present?.ratio.map { FigureInterval($0, "\(path).present.ratio") }
        means = counts.factors.enumerated().filter { $0.element.kind == .factor }
            .map { Self.rates($0.element, "\(path).counts.factors[\($0.offset)]") }
        ratios = counts.contrasts.enumerated().prefix(Self.contrastLimit)
            .map { Self.ratio($0.element, "\(path).counts.contrasts[\($0.offset)]", below: limit) }
        dispersion = Self.dispersion(counts, "\(path).counts")
    }

    private static func dispersion(_ counts: CountModelReport, _ path: String) -> Dispersion? {
        guard let ratio = counts.fit.dispersion, let p = counts.fit.p else { return nil }
        return Dispersion(
            ratio: Figure(ratio, "\(path).fit.dispersion"),
            p: Figure(p, "\(path).fit.p"),
            isConcern: p < 0.05 && ratio > 1,
            isAllowedFor: counts.usesDispersion
        )
    }

    private static func terms(
        _ counts: CountModelReport,
        _ verdicts: [ResponseAnalysis.Verdict],
        _ path: String
    ) -> [Term] {
        let strong = Set(verdicts.filter(\.isSignificant).map(\.term))
        var terms = counts.rows.enumerated().map { index, row in
            let key = "\(path).counts.rows[\(index)]"
            return Term(
                name: row.term,
                kind: row.kind != .factor ? .block : row.term.contains(":") ? .interaction : .factor,
                df: Figure(Double(row.df), "\(key).df"),
                sumOfSquares: Figure(row.deviance, "\(key).deviance"),
                f: row.f.map { Figure($0, "\(key).f") },
                p: row.p.map { Figure($0, "\(key).p") },
                adjustedP: row.kind == .factor ? adjusted(row.term, verdicts, path) : nil,
                contributionPercent: row.contributionPercent.map { Figure($0, "\(key).contribution_percent") },
                isSignificant: row.kind == .factor && strong.contains(row.term)
            )
        }
        let fit = "\(path).counts.fit"
        terms.append(
            Term(
                name: "",
                kind: .residual,
                df: Figure(Double(counts.fit.df), "\(fit).df"),
                sumOfSquares: Figure(counts.fit.deviance, "\(fit).deviance")
            )
        )
        terms.append(
            Term(
                name: "",
                kind: .total,
                df: Figure(Double(counts.fit.nullDf), "\(fit).null_df"),
                sumOfSquares: Figure(counts.fit.nullDeviance, "\(fit).null_deviance")
            )
        )
        return terms
    }

    private static func rates(_ factor: CountModelReport.Factor, _ path: String) -> FactorMeans {
        FactorMeans(
            factor: factor.term,
            levels: factor.levels.enumerated().map { index, level in
                let key = "\(path).levels[\(index)]"
                guard let expected = level.expected else {
                    let none = Figure(nil, key)
                    return .init(
                        name: level.level,
                        mean: FigureInterval(Figure(level.rate, "\(key).rate"), from: none, to: none)
                    )
                }
                return .init(name: level.level, mean: FigureInterval(expected, "\(key).expected"))
            }
        )
    }

    private static func ratio(
        _ contrast: CountModelReport.Contrast,
        _ path: String,
        below limit: Double
    ) -> Difference {
        Difference(
            name: "\(contrast.term): \(contrast.reference) → \(contrast.level)",
            difference: FigureInterval(contrast.ratio, "\(path).ratio"),
            adjustedP: Figure(contrast.adjustedP, "\(path).adjusted_p"),
            isSignificant: contrast.adjustedP < limit
        )
    }
}
