// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    // MARK: Half-normal

    /// The effects against what chance alone would give: those of two levels by Lenth's margins, else the t statistics.
    func halfNormal() -> [Block] {
        if let effects = dossier.effects?.twoLevel, let lenth = effects.lenth { return twoLevel(effects, lenth) }
        guard let anova = dossier.effects?.anova,
            let freedom = StudentT(degreesOfFreedom: Double(anova.residual.df))
        else { return [] }
        let tested = anova.contrasts.enumerated().compactMap { place, contrast in
            contrast.t.map {
                (name: "\(contrast.term): \(contrast.reference) → \(contrast.level)", t: $0, place: place)
            }
        }
        guard tested.count > 2, let one = freedom.quantile(0.975),
            let every = freedom.quantile(1 - 0.025 / Double(tested.count))
        else { return [] }
        let effects = tested.map { item in
            HalfNormalChart.Effect(
                name: item.name,
                effect: item.t,
                label: wording.fixed(item.t, 2),
                figure: Figure(item.t, "effects.anova.contrasts[\(item.place)].t")
            )
        }
        let limits = [
            ParetoChart.Limit(value: one, name: wording(.limitOne, wording.fixed(one, 2))),
            ParetoChart.Limit(value: every, name: wording(.limitEvery, wording.fixed(every, 2))),
        ]
        return wording.halfNormalPicture(
            of: effects,
            error: 1,
            limits: limits,
            axis: wording(.axisT),
            description: wording(.halfNormalDescription, wording.words(effects)),
            caption: wording(.halfNormalCaption)
        )
    }

    private func twoLevel(_ effects: TwoLevelEffects, _ lenth: LenthTest) -> [Block] {
        let drawn = effects.effects.enumerated().map { place, effect in
            let figure = Figure(effect.effect, "effects.twoLevel.effects[\(place)].effect")
            return HalfNormalChart.Effect(
                name: effect.term,
                effect: effect.effect,
                label: wording.text(figure, .signed),
                figure: figure
            )
        }
        let limits = [
            ParetoChart.Limit(
                value: lenth.marginOfError,
                name: wording(.anMargin, wording.short(lenth.marginOfError))
            ),
            ParetoChart.Limit(
                value: lenth.simultaneousMarginOfError,
                name: wording(.anMarginAll, wording.short(lenth.simultaneousMarginOfError))
            ),
        ]
        return wording.lenthPictures(of: drawn, error: lenth.pse, limits: limits)
    }

    // MARK: Interactions

    /// The strongest interactions of two factors, in pictures and in words.
    func interactions() -> [Block] {
        guard let found = dossier.effects?.interactions, !found.isEmpty else { return [] }
        let values = found.flatMap { item in
            item.cells.joined().compactMap(\.self).flatMap { [$0.mean, $0.lower, $0.upper].compactMap(\.self) }
        }
        .filter(\.isDrawable)
        guard !values.isEmpty else { return [] }
        var y = Axis(around: values, title: wording.metricName) { wording.metricNumber($0) }
        y.isInverted = goal.objective.isRank
        let charts = found.enumerated().map { place, item in
            chart(of: item, "effects.interactions[\(place)]", y).svg(wording)
        }
        let pairs = Figure(Double(found[0].pairs), "effects.interactions[0].pairs")
        return [
            .heading(wording(.anInteractionsTitle)),
            .paragraph(wording.marked(.interactionsAmong, wording.figure(pairs, .count))),
            .list(found.enumerated().map { sentence(on: $1, "effects.interactions[\($0)]") }),
            .charts(charts), .caption(wording(.anInteractionsCaption)),
        ]
    }

    private func chart(of item: EffectsFinding.Interaction, _ key: String, _ y: Axis) -> InteractionChart {
        let lines = zip(item.secondLevels, item.cells).enumerated().map { line, part in
            InteractionChart.Line(
                name: part.0,
                cells: part.1.enumerated().map { place, cell in
                    let figure = Figure(cell?.mean, "\(key).cells[\(line)][\(place)].mean")
                    return .init(mean: cell?.mean, lower: cell?.lower, upper: cell?.upper, figure: figure)
                }
            )
        }
        return InteractionChart(
            .init(first: item.first, second: item.second, firstLevels: item.firstLevels),
            lines,
            of: wording.metricName,
            y: y,
            wording: wording
        ) { wording.metric($0) }
    }

    private func sentence(on item: EffectsFinding.Interaction, _ key: String) -> Markup {
        let (first, second) = (Markup(item.first), Markup(item.second))
        guard let p = item.p, let adjusted = item.adjustedP else {
            return wording.marked(.interactionUntested, first, second)
        }
        return wording.marked(
            adjusted < 0.05 ? .interactionStrong : .interactionWeak,
            first,
            second,
            statement(p, "\(key).p"),
            wording.figure(Figure(Double(item.pairs), "\(key).pairs"), .count),
            statement(adjusted, "\(key).adjustedP")
        )
    }

    private func statement(_ p: Double, _ key: String) -> Markup {
        Markup(p < 0.001 ? "p " : "p = ") + wording.figure(Figure(p, key), .p)
    }
}
