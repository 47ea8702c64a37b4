// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    /// What the main-effects model of the finding leaves of each trial, in run order; nil where the finding is not of these trials.
    ///
    /// In an additive model the fitted value is the overall level plus what each term's least-squares mean lies off it. That the
    /// squares of what is left add up to the finding's own residual sum of squares proves that nothing was mixed up.
    func residuals() -> (fitted: [Double], residuals: [Double], standardised: [Double?], df: Int)? {
        guard let anova = dossier.effects?.anova, anova.n == measured.count, anova.residual.df > 2,
            anova.pooledTerms.isEmpty, let sigma = anova.sigma, sigma > 0, !goal.factors.isEmpty
        else { return nil }
        var offsets: [(codes: [String], values: [String: Double])] = []
        var level: Double?
        for term in anova.means {
            let means = term.levels.compactMap(\.leastSquaresMean)
            guard means.count == term.levels.count, !means.isEmpty else { return nil }
            let middle = means.reduce(0, +) / Double(means.count)
            level = level ?? middle
            let values = Dictionary(zip(term.levels.map(\.level), means.map { $0 - middle })) { first, _ in first }
            offsets.append((labels(of: term.term, kind: term.kind), values))
        }
        guard let level else { return nil }
        var fitted = [Double](repeating: level, count: measured.count)
        for offset in offsets {
            guard offset.codes.count == measured.count else { return nil }
            for (row, code) in offset.codes.enumerated() {
                guard let value = offset.values[code] else { return nil }
                fitted[row] += value
            }
        }
        let rest = zip(measured, fitted).map { $0.value - $1 }
        let squares = rest.reduce(0) { $0 + $1 * $1 }
        guard (squares - anova.residual.ss).magnitude <= 1e-6 * max(anova.residual.ss, squares) else { return nil }
        // The leverages are not in the finding; their mean is the number of parameters over the number of rows.
        let error = sigma * (Double(anova.residual.df) / Double(measured.count)).squareRoot()
        return (fitted, rest, rest.map { $0 / error }, anova.residual.df)
    }

    /// The level of a term in each measured trial.
    private func labels(of term: String, kind: NormalEquations.Kind) -> [String] {
        if kind == .block {
            return term == "unit" ? measured.map(\.trial.unit) : measured.map { String($0.trial.block) }
        }
        guard let index = goal.factors.firstIndex(where: { $0.name == term }) else { return [] }
        return measured.compactMap { item in
            let levels = item.trial.combination.levels
            return levels.indices.contains(index) ? level(levels[index], of: goal.factors[index]) : nil
        }
    }

    /// Whether the model's assumptions hold, in words and pictures.
    func modelChecks() -> [Block] {
        guard let parts = residuals() else { return [] }
        let groups = goal.factors.indices.compactMap { index -> (name: String, codes: [Int])? in
            let codes = measured.compactMap { item in
                item.trial.combination.levels.indices.contains(index) ? item.trial.combination.levels[index] : nil
            }
            return codes.count == measured.count ? (goal.factors[index].name, codes) : nil
        }
        var sentences: [String] = []
        do {
            let checks = try ResidualChecks(
                ResidualChecks.Fit(
                    residuals: parts.residuals,
                    standardised: parts.standardised,
                    df: parts.df,
                    rowNumbers: measured.map { $0.trial.position + 1 }
                ),
                groups: groups
            )
            sentences = checks.checks.compactMap { check in
                wording.residualCheck(
                    kind: check.kind.rawValue,
                    subject: check.subject,
                    isConcern: check.isConcern,
                    p: Figure(check.p, "")
                )?
                .plain
            }
        } catch {
            sentences = []
        }
        let charts = ResidualCharts(
            fitted: parts.fitted,
            residuals: parts.residuals,
            order: measured.map { $0.trial.position + 1 },
            residualTitle: wording(.axisResidual)
        )
        var blocks: [Block] = [.heading(wording(.residualsTitle))]
        if !sentences.isEmpty { blocks.append(.list(sentences)) }
        blocks.append(.charts(charts.all(wording)))
        blocks.append(.caption(wording(.residualsCaption)))
        return blocks
    }
}

extension ResidualCharts {
    /// The pictures that the data allow, with the words of a language.
    func all(_ wording: Wording) -> [String] {
        guard residuals.count > 2 else { return [] }
        let count = wording.count(residuals.count)
        let low = wording.short(residuals.filter(\.isDrawable).min())
        let high = wording.short(residuals.filter(\.isDrawable).max())
        func words(_ title: Phrase, _ axis: Phrase) -> Words {
            Words(
                title: wording(title),
                description: wording(.residualsDescription, count, low, high, wording.count(shownCount)),
                axis: wording(axis)
            )
        }
        return [
            againstFitted(words(.residualsFitted, .axisFitted), wording),
            againstNormal(words(.residualsNormal, .axisQuantile), wording),
            inOrder(words(.residualsOrder, .axisOrder), wording),
        ]
        .compactMap(\.self)
    }
}

extension Wording {
    /// A check of residuals in one sentence; nil for one that could not be made and is of no interest then.
    ///
    /// The kinds are those of `ResidualChecks.Kind`.
    func residualCheck(kind: String, subject: String?, isConcern: Bool, p: Figure) -> Markup? {
        guard let value = p.value else { return kind == "order" ? marked(.checkOrderUnknown) : nil }
        let name = Markup(subject ?? "")
        let p = Markup(value < 0.001 ? "p " : "p = ") + figure(p, .p)
        switch kind {
        case "normality": return marked(isConcern ? .checkNormalityBad : .checkNormalityGood, p)
        case "equal_variance": return marked(isConcern ? .checkVarianceBad : .checkVarianceGood, name, p)
        case "order": return marked(isConcern ? .checkOrderBad : .checkOrderGood, p)
        case "runs": return isConcern ? marked(.checkRunsBad, p) : nil
        case "outlier": return marked(isConcern ? .checkOutlierBad : .checkOutlierGood, name, p)
        default: return nil
        }
    }
}
