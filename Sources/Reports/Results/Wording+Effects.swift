// SPDX-License-Identifier: Apache-2.0

/// Pictures of many effects against what chance alone would give; the same in campaign reports and analysis pages.
extension Wording {
    /// The effects of a two-level design by size and against half-normal quantiles, with Lenth's margins.
    func lenthPictures(
        of effects: [HalfNormalChart.Effect],
        error: Double?,
        limits: [ParetoChart.Limit]
    ) -> [Block] {
        let pareto = ParetoChart(
            title: self(.anParetoTitle),
            description: self(.anParetoDescription, words(effects)),
            bars: effects.map { .init(name: $0.name, effect: $0.effect, label: $0.label, figure: $0.figure) },
            limits: limits,
            axisTitle: self(.anAxisEffect)
        )
        return [.heading(self(.anParetoTitle)), .chart(pareto.svg(self)), .caption(self(.anParetoCaption))]
            + halfNormalPicture(
                of: effects,
                error: error,
                limits: limits,
                axis: self(.anAxisEffect),
                description: self(.anParetoDescription, words(effects)),
                caption: self(.anHalfNormalCaption)
            )
    }

    /// Effects against half-normal quantiles.
    func halfNormalPicture(
        of effects: [HalfNormalChart.Effect],
        error: Double?,
        limits: [ParetoChart.Limit],
        axis: String,
        description: String,
        caption: String
    ) -> [Block] {
        let chart = HalfNormalChart(
            title: self(.anHalfNormalTitle),
            description: description,
            effects: effects,
            standardError: error,
            limits: limits,
            axisTitle: axis,
            quantileTitle: self(.anAxisHalfNormal)
        )
        return [.heading(self(.anHalfNormalTitle)), .chart(chart.svg(self)), .caption(caption)]
    }

    /// The effects with their labels, for those who do not see the picture.
    func words(_ effects: [HalfNormalChart.Effect]) -> String {
        effects.map { "\($0.name) \($0.label)" }.joined(separator: ", ")
    }
}
