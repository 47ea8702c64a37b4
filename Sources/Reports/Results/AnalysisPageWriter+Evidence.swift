// SPDX-License-Identifier: Apache-2.0

extension AnalysisPageWriter {
    /// The tables and pictures that the answer rests on.
    func evidence() -> Section {
        let blocks =
            means() + differences() + ratios() + interactions() + variance() + twoLevel() + checks()
        return Section(id: "evidence", title: wording(.sectionEvidence), blocks: blocks)
    }

    private func means() -> [Block] {
        let panels = content.means.map { factor in
            MainEffectsChart.Panel(
                factor: factor.factor,
                levels: factor.levels.compactMap { level(of: factor.factor, $0) }
            )
        }
        .filter { !$0.levels.isEmpty }
        guard panels.contains(where: { $0.levels.count > 1 }) else { return [] }
        let values = panels.flatMap { panel in panel.levels.flatMap { [$0.mean] + $0.ends } }
        let words = panels.flatMap { panel in panel.levels.map(\.label) }.joined(separator: ", ")
        let chart = MainEffectsChart(
            title: wording(.anMeansTitle),
            description: wording(.anMeansDescription, content.response, words),
            y: Axis(
                spanning: values,
                title: content.response,
                wording: wording,
                isShare: content.scale == .share
            ),
            panels: panels
        )
        let rows = content.means.flatMap { factor in
            factor.levels.map { level in
                Table.Row(cells: [
                    .text(factor.factor), .text(level.name), .number(wording.figure(level.mean.estimate, valueStyle)),
                    .number(
                        level.mean.drawable == nil ? Markup(Wording.absent) : wording.range(level.mean, valueStyle)
                    ),
                ])
            }
        }
        let head: [Table.Cell] = [
            .text(wording(.anColumnFactor)), .text(wording(.anColumnLevel)), .number(wording(.anColumnMean)),
            .number(wording.marked(.anColumnInterval, wording.confidence(content.confidence))),
        ]
        return [
            .heading(wording(.anMeansTitle)), .chart(chart.svg()),
            .caption(
                wording.marked(
                    .anMeansCaption,
                    Markup(content.response),
                    wording.confidence(content.confidence)
                )
            ),
            .table(Table(head: head, rows: rows)),
        ]
    }

    private func level(of factor: String, _ level: AnalysisPageContent.FactorMeans.Level) -> MainEffectsChart.Level? {
        guard let mean = level.mean.estimate.drawable else { return nil }
        let setting = content.best.first { $0.factor == factor }
        let ends = level.mean.drawable.map { (lower: $0.lower, upper: $0.upper) }
        let range = ends == nil ? "" : " (\(wording.range(level.mean, valueStyle).plain))"
        return MainEffectsChart.Level(
            name: level.name,
            mean: mean,
            interval: ends,
            isPresent: setting?.present == level.name,
            isRecommended: setting?.level == level.name,
            figure: level.mean.estimate,
            label: "\(factor) \(level.name): \(wording.text(level.mean.estimate, valueStyle))\(range)"
        )
    }

    private func differences() -> [Block] {
        picture(
            of: content.differences,
            style: .signed,
            title: .anDifferencesTitle,
            axis: wording(.anDifferencesAxis, content.response),
            caption: .anDifferencesCaption
        )
    }

    private func ratios() -> [Block] {
        picture(
            of: content.ratios,
            style: .short,
            title: .anRatiosTitle,
            axis: wording(content.scale == .share ? .anRatiosOdds : .anRatiosRate),
            caption: .anRatiosCaption,
            reference: 1
        )
    }

    /// Levels against their factor's first one with intervals, and the line of no difference.
    private func picture(
        of items: [AnalysisPageContent.Difference],
        style: FigureStyle,
        title: ResultPhrase,
        axis: String,
        caption: ResultPhrase,
        reference: Double = 0
    ) -> [Block] {
        let rows = items.compactMap { item -> EffectChart.Row? in
            guard let estimate = item.difference.estimate.drawable else { return nil }
            return EffectChart.Row(
                name: item.name,
                estimate: estimate,
                interval: item.difference.drawable.map { ($0.lower, $0.upper) },
                label: wording.text(item.difference.estimate, style) + (item.isSignificant ? " ✓" : ""),
                isStrong: item.isSignificant,
                figure: item.difference.estimate
            )
        }
        guard !rows.isEmpty else { return [] }
        let words = rows.map { "\($0.name) \($0.label)" }.joined(separator: ", ")
        let chart = EffectChart(
            title: wording(title),
            description: wording(.anDifferencesDescription, words),
            rows: rows,
            axisTitle: axis,
            reference: reference
        )
        return [.heading(wording(title)), .chart(chart.svg(wording)), .caption(wording(caption))]
    }

    private func interactions() -> [Block] {
        guard !content.interactions.isEmpty else { return [] }
        let values = content.interactions.flatMap { item in
            item.means.flatMap { row in
                row.compactMap(\.self).flatMap { mean -> [Double] in
                    [mean.estimate.drawable, mean.drawable?.lower, mean.drawable?.upper].compactMap(\.self)
                }
            }
        }
        let y = Axis(spanning: values, title: content.response, wording: wording)
        let charts = content.interactions.map { chart(of: $0, y).svg(wording) }
        return [
            .heading(wording(.anInteractionsTitle)), .charts(charts), .caption(wording(.anInteractionsCaption)),
        ]
    }

    private func chart(of item: AnalysisPageContent.Interaction, _ y: Axis) -> InteractionChart {
        let lines = zip(item.secondLevels, item.means).map { name, row in
            InteractionChart.Line(
                name: name,
                cells: row.map { mean in
                    let ends = mean?.drawable
                    return .init(
                        mean: mean?.estimate.drawable,
                        lower: ends?.lower,
                        upper: ends?.upper,
                        figure: mean?.estimate
                    )
                }
            )
        }
        return InteractionChart(
            .init(first: item.first, second: item.second, firstLevels: item.firstLevels),
            lines,
            of: content.response,
            y: y,
            wording: wording
        ) { wording.short($0) }
    }

    private func variance() -> [Block] {
        guard !content.terms.isEmpty else { return [] }
        var blocks: [Block] = [.heading(wording(content.scale == .number ? .anVarianceTitle : .anDevianceTitle))]
        let shares = content.terms.filter { $0.kind == .factor || $0.kind == .interaction }
            .compactMap { term -> BarChart.Bar? in
                guard let figure = term.contributionPercent, let value = figure.drawable else { return nil }
                let label = wording.text(figure, .fixed(1)) + " %" + (term.isSignificant ? " ✓" : "")
                return .init(
                    name: term.name,
                    value: value,
                    label: label,
                    isStrong: term.isSignificant,
                    figure: figure
                )
            }
            .enumerated()
            .sorted { ($1.element.value, $0.offset) < ($0.element.value, $1.offset) }
            .map(\.element)
        if shares.contains(where: { $0.value > 0 }) {
            let words = shares.map { "\($0.name) \($0.label)" }.joined(separator: ", ")
            let chart = BarChart(
                title: wording(.anShareTitle),
                description: wording(.anShareDescription, words),
                bars: shares
            )
            blocks.append(.chart(chart.svg()))
        }
        blocks += [.table(table()), .caption(wording(.anVarianceCaption))]
        if let sentence = dispersionSentence() { blocks.append(.paragraph(sentence)) }
        if let share = content.rSquared, share.value != nil, let sigma = content.sigma, sigma.value != nil {
            blocks.append(
                .paragraph(
                    wording.marked(
                        .anFit,
                        Markup(content.model),
                        wording.figure(share, .percent(1)),
                        wording.figure(sigma, .short)
                    )
                )
            )
        }
        return blocks
    }

    private func table() -> Table {
        func number(_ figure: Figure?, _ style: FigureStyle) -> Table.Cell {
            figure.map { .number(wording.figure($0, style)) } ?? .number("")
        }
        let isVariance = content.scale == .number
        let hasF = isVariance || content.terms.contains { $0.f != nil }
        let rows = content.terms.map { term in
            Table.Row(
                cells: [.text(name(of: term)), number(term.df, .count), number(term.sumOfSquares, .short)]
                    + (isVariance ? [number(term.meanSquare, .short)] : [])
                    + (hasF ? [number(term.f, .fixed(2))] : [])
                    + [
                        number(term.p, .p), number(term.adjustedP, .p), number(term.contributionPercent, .fixed(1)),
                        Table.Cell(text: verdict(on: term), style: "w"),
                    ],
                style: term.isSignificant ? "changed" : term.kind == .residual || term.kind == .total ? "sum" : ""
            )
        }
        var head: [Table.Cell] = [.text(wording(.anColumnTerm))]
        head += [wording(.anColumnDF), wording(isVariance ? .anColumnSS : .anColumnDeviance)].map(Table.Cell.number)
        head += (isVariance ? [wording(.anColumnMS)] : []).map(Table.Cell.number)
        head += ((hasF ? ["F"] : []) + ["p", wording(.abColumnAdjustedP)]).map(Table.Cell.number)
        head += [.number(wording(.anColumnShare) + " (%)"), .text(wording(.anColumnVerdict))]
        return Table(head: head, rows: rows)
    }

    private func name(of term: AnalysisPageContent.Term) -> String {
        switch term.kind {
        case .factor, .interaction: term.name
        case .block: wording(.anBlock, term.name)
        case .residual: wording(.anResidual)
        case .total: wording(.anTotal)
        }
    }

    private func verdict(on term: AnalysisPageContent.Term) -> String {
        var words: [String] = []
        if term.kind == .factor || term.kind == .interaction, term.p?.value != nil || term.isSignificant {
            words.append(wording(term.isSignificant ? .anSignificant : .anInsignificant))
        }
        if term.isPooled { words.append(wording(.anPooled)) }
        if !term.aliases.isEmpty { words.append(wording(.anAliased, term.aliases.joined(separator: ", "))) }
        return words.joined(separator: ", ")
    }

    private func twoLevel() -> [Block] {
        guard let two = content.twoLevel, !two.effects.isEmpty else { return [] }
        let limits = [(two.marginOfError, ResultPhrase.anMargin), (two.simultaneousMarginOfError, .anMarginAll)]
            .compactMap { figure, phrase in
                figure.drawable.map {
                    ParetoChart.Limit(value: $0, name: wording(phrase, wording.text(figure, .short)))
                }
            }
        let drawn = two.effects.compactMap { effect in
            effect.effect.drawable.map {
                HalfNormalChart.Effect(
                    name: effect.name,
                    effect: $0,
                    label: wording.text(effect.effect, .signed),
                    figure: effect.effect
                )
            }
        }
        return wording.lenthPictures(of: drawn, error: two.pseudoStandardError.drawable, limits: limits)
    }

    private func checks() -> [Block] {
        var blocks: [Block] = []
        let sentences = content.checks.compactMap(sentence)
        if !sentences.isEmpty { blocks.append(.list(sentences)) }
        if let parts = content.residuals, parts.residuals.count == parts.fitted.count, !content.isSaturated {
            let charts = ResidualCharts(
                fitted: parts.fitted,
                residuals: parts.residuals,
                order: parts.order,
                residualTitle: wording(.axisResidual)
            )
            let drawn = charts.all(wording)
            if !drawn.isEmpty { blocks += [.charts(drawn), .caption(wording(.residualsCaption))] }
        }
        return blocks.isEmpty ? [] : [.heading(wording(.residualsTitle))] + blocks
    }

    private func sentence(_ check: AnalysisPageContent.Check) -> Markup? {
        wording.residualCheck(
            kind: check.kind,
            subject: check.subject,
            isConcern: check.isConcern,
            p: check.p
        )
    }
}
