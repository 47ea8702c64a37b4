// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    /// Section 3: the expected metric at each level of each factor.
    func mainEffects() -> Section {
        let panels = effectPanels()
        guard panels.contains(where: { $0.levels.count > 1 }) else {
            return Section(id: "effects", title: wording(.effectsTitle), blocks: [.paragraph(wording(.effectsNothing))])
        }
        let values = panels.flatMap { panel in
            panel.levels.flatMap { level in [level.mean - (level.error ?? 0), level.mean + (level.error ?? 0)] }
        }
        let extremes = panels.compactMap(extremes)
        let chart = MainEffectsChart(
            title: wording(.effectsTitle),
            description: wording(.effectsChartDescription, wording.metricName, extremes.joined(separator: " ")),
            y: effectsAxis(values),
            panels: panels
        )
        return Section(
            id: "effects",
            title: wording(.effectsTitle),
            blocks: [.chart(chart.svg()), .caption(wording(.effectsCaption, wording.metricName))]
        )
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
        return anova.means.filter { $0.kind == .factor }.map { term in
            let factor = goal.factors.firstIndex { $0.name == term.term }
            let levels = term.levels.compactMap { level -> MainEffectsChart.Level? in
                let mean = level.leastSquaresMean ?? level.mean
                guard mean.isFinite else { return nil }
                return MainEffectsChart.Level(
                    name: level.level,
                    mean: mean,
                    error: level.standardError,
                    isPresent: factor.map { control[$0] == level.level } ?? false,
                    isRecommended: factor.map { winner?[$0] == level.level } ?? false
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
}
