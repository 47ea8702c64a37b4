// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    /// Section 3: the expected metric at each level of each factor, and what each change is worth.
    func mainEffects() -> Section {
        let panels = effectPanels()
        guard panels.contains(where: { $0.levels.count > 1 }) else {
            return Section(
                id: "effects",
                title: wording(.effectsTitle),
                blocks: [.paragraph(whyNoVariance() ?? wording(.effectsNothing))]
            )
        }
        let values = panels.flatMap { panel in
            panel.levels.flatMap { level in [level.mean] + level.ends }
        }
        let extremes = panels.compactMap(extremes)
        let chart = MainEffectsChart(
            title: wording(.effectsTitle),
            description: wording(.effectsChartDescription, wording.metricName, extremes.joined(separator: " ")),
            y: effectsAxis(values),
            panels: panels
        )
        var blocks = soFar()
        blocks += [
            .chart(chart.svg()), .caption(wording(.effectsCaption, wording.metricName, confidenceText)),
        ]
        blocks += changes() + halfNormal() + interactions()
        return Section(id: "effects", title: wording(.effectsTitle), blocks: blocks)
    }

    /// Says so where the estimates are those of a search that goes on.
    func soFar() -> [Block] {
        guard let effects = dossier.effects, !campaign.status.isFinal,
            campaign.stage == .baseline || campaign.stage == .searching
        else { return [] }
        return [.paragraph(wording(.effectsSoFar, wording.count(effects.trials)))]
    }

    /// Why there is no analysis of variance, where that is known.
    func whyNoVariance() -> String? {
        guard !measured.isEmpty else { return wording(.nothingCompleted) }
        return dossier.effects?.notes.first { $0.hasPrefix("An analysis of variance is not possible") }
            .map(recorded)
    }

    /// The confidence of the analysis's intervals, such as `95 %`.
    var confidenceText: String {
        Wording.trimmed(wording.fixed((dossier.effects?.anova?.confidence ?? 0.95) * 100, 1)) + " %"
    }

    /// An axis as narrow as the effects are, inverted for ranks.
    private func effectsAxis(_ values: [Double]) -> Axis {
        var axis = Axis(around: values, title: wording.metricName) { wording.metricNumber($0) }
        axis.isInverted = goal.objective.isRank
        return axis
    }

    private func effectPanels() -> [MainEffectsChart.Panel] {
        guard let anova = dossier.effects?.anova else { return [] }
        let control = levels(of: goal.control)
        let winner = result.winner.map(levels)
        let freedom = StudentT(degreesOfFreedom: Double(anova.residual.df))
        let t = freedom?.quantile(0.5 + anova.confidence / 2)
        return anova.means.filter { $0.kind == .factor }.map { term in
            let factor = goal.factors.firstIndex { $0.name == term.term }
            let levels = term.levels.compactMap { level -> MainEffectsChart.Level? in
                let mean = level.leastSquaresMean ?? level.mean
                guard mean.isDrawable else { return nil }
                let half = t.flatMap { t in level.standardError.map { $0 * t } }
                let ends = half.map { (lower: mean - $0, upper: mean + $0) }
                let words = ends.map { " (\(wording.metricNumber($0.lower)) ~ \(wording.metricNumber($0.upper)))" }
                return MainEffectsChart.Level(
                    name: level.level,
                    mean: mean,
                    interval: ends,
                    isPresent: factor.map { control[$0] == level.level } ?? false,
                    isRecommended: factor.map { winner?[$0] == level.level } ?? false,
                    label: "\(term.term) \(level.level): \(wording.metric(mean))\(words ?? "")"
                )
            }
            return MainEffectsChart.Panel(factor: term.term, levels: levels)
        }
        .filter { !$0.levels.isEmpty }
    }

    private func extremes(_ panel: MainEffectsChart.Panel) -> String? {
        guard let low = panel.levels.min(by: { $0.mean < $1.mean }),
            let high = panel.levels.max(by: { $0.mean < $1.mean })
        else { return nil }
        return wording(
            .effectsLargest,
            panel.factor,
            wording.metricNumber(low.mean),
            low.name,
            wording.metricNumber(high.mean),
            high.name
        )
    }

    /// Each level against the present one, with its interval, the greatest difference first.
    private func changes() -> [Block] {
        let contrasts = (dossier.effects?.anova?.contrasts ?? []).filter { $0.difference.isDrawable }
        guard !contrasts.isEmpty, contrasts.contains(where: { $0.interval != nil }) else { return [] }
        let ordered = contrasts.enumerated()
            .sorted { ($1.element.difference.magnitude, $0.offset) < ($0.element.difference.magnitude, $1.offset) }
            .prefix(24)
            .map(\.element)
        let rows = ordered.map { contrast in
            let isStrong = (contrast.adjustedP ?? 1) < 0.05
            return EffectChart.Row(
                name: "\(contrast.term): \(contrast.reference) → \(contrast.level)",
                estimate: contrast.difference,
                interval: contrast.interval.flatMap { $0.isFinite ? ($0.lower, $0.upper) : nil },
                label: wording.change(contrast.difference) + (isStrong ? " ✓" : ""),
                isStrong: isStrong
            )
        }
        let words = rows.map { "\($0.name) \($0.label)" }.joined(separator: ", ")
        let chart = EffectChart(
            title: wording(.changesTitle),
            description: wording(.changesDescription, confidenceText, words),
            rows: rows,
            axisTitle: wording(.changesAxis, wording.metricName)
        )
        var blocks: [Block] = [.heading(wording(.changesTitle)), .chart(chart.svg(wording))]
        let key: Phrase = goal.objective.direction == .lower ? .changesCaptionLower : .changesCaptionHigher
        blocks.append(.caption(wording(key, confidenceText)))
        return blocks + pareto(contrasts)
    }

    /// The t statistics by size against their limits.
    private func pareto(_ contrasts: [AnalysisOfVariance.Contrast]) -> [Block] {
        guard let anova = dossier.effects?.anova,
            let freedom = StudentT(degreesOfFreedom: Double(anova.residual.df))
        else { return [] }
        let tested = contrasts.compactMap { contrast in contrast.t.map { (contrast: contrast, t: $0) } }
        guard tested.count > 2, let one = freedom.quantile(0.975),
            let every = freedom.quantile(1 - 0.025 / Double(tested.count))
        else { return [] }
        let chart = ParetoChart(
            title: wording(.paretoTitle),
            description: wording(
                .paretoDescription,
                wording.fixed(one, 2),
                wording.fixed(every, 2),
                tested.map { "\($0.contrast.term) \($0.contrast.level) \(wording.fixed($0.t, 2))" }
                    .joined(separator: ", ")
            ),
            bars: tested.sorted { $0.t.magnitude > $1.t.magnitude }.prefix(24).map { item in
                .init(
                    name: "\(item.contrast.term): \(item.contrast.reference) → \(item.contrast.level)",
                    effect: item.t,
                    label: wording.fixed(item.t, 2)
                )
            },
            limits: [
                .init(value: one, name: wording(.limitOne, wording.fixed(one, 2))),
                .init(value: every, name: wording(.limitEvery, wording.fixed(every, 2))),
            ],
            axisTitle: wording(.axisT)
        )
        return [
            .heading(wording(.paretoTitle)), .chart(chart.svg(wording)), .caption(wording(.paretoCaption)),
        ]
    }
}
