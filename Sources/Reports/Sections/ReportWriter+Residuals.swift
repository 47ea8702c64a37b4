// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    /// The trials that the finding is of: those of the confirmation run came after it.
    private func analysed() -> [MeasuredTrial] {
        guard let anova = dossier.effects?.anova, anova.n != measured.count else { return measured }
        let later = Set(dossier.trials.filter { $0.purpose == .confirmation }.map(\.block))
        return measured.filter { !later.contains($0.trial.block) }
    }

    /// Whether the model's assumptions hold, in words and pictures.
    func modelChecks() -> [Block] {
        let rows = analysed()
        let fit = dossier.effects?.anova.flatMap {
            AdditiveFit($0, goal: goal, trials: rows.map(\.trial), values: rows.map(\.value))
        }
        let sentences = checkSentences()
        guard fit != nil || !sentences.isEmpty else { return [] }
        var blocks: [Block] = [.heading(wording(.residualsTitle))]
        if !sentences.isEmpty { blocks.append(.list(sentences)) }
        if let fit {
            let charts = ResidualCharts(
                fitted: fit.fitted,
                residuals: fit.residuals,
                order: rows.map { $0.trial.position + 1 },
                residualTitle: wording(.axisResidual)
            )
            blocks.append(.charts(charts.all(wording)))
            blocks.append(.caption(wording(.residualsCaption)))
        }
        return blocks
    }

    /// The finding's checks in words, their p values traced to it.
    private func checkSentences() -> [Markup] {
        (dossier.effects?.residualChecks?.checks ?? []).enumerated().compactMap { place, check in
            wording.residualCheck(
                kind: check.kind.rawValue,
                subject: check.subject,
                isConcern: check.isConcern,
                p: Figure(check.p, "effects.residualChecks.checks[\(place)].p")
            )
        }
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
