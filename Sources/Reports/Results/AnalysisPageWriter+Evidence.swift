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
        let rows = content.differences.compactMap { item -> EffectChart.Row? in
            guard let estimate = item.difference.estimate.drawable else { return nil }
            let mark = item.isSignificant ? " ✓" : ""
            return EffectChart.Row(
                name: item.name,
                estimate: estimate,
                interval: item.difference.drawable.map { ($0.lower, $0.upper) },
                label: wording.text(item.difference.estimate, .signed) + mark,
                isStrong: item.isSignificant,
                figure: item.difference.estimate
            )
        }
        guard !rows.isEmpty else { return [] }
        let words = rows.map { "\($0.name) \($0.label)" }.joined(separator: ", ")
        let chart = EffectChart(
            title: wording(.anDifferencesTitle),
            description: wording(.anDifferencesDescription, words),
            rows: rows,
            axisTitle: wording(.anDifferencesAxis, content.response)
        )
        return [
            .heading(wording(.anDifferencesTitle)), .chart(chart.svg(wording)),
            .caption(wording(.anDifferencesCaption)),
        ]
    }

    private func ratios() -> [Block] {
        let rows = content.ratios.compactMap { item -> EffectChart.Row? in
            guard let estimate = item.difference.estimate.drawable else { return nil }
            return EffectChart.Row(
                name: item.name,
                estimate: estimate,
                interval: item.difference.drawable.map { ($0.lower, $0.upper) },
                label: wording.text(item.difference.estimate, .short) + (item.isSignificant ? " ✓" : ""),
                isStrong: item.isSignificant,
                figure: item.difference.estimate
            )
        }
        guard !rows.isEmpty else { return [] }
        let words = rows.map { "\($0.name) \($0.label)" }.joined(separator: ", ")
        let chart = EffectChart(
            title: wording(.anRatiosTitle),
            description: wording(.anDifferencesDescription, words),
            rows: rows,
            axisTitle: wording(content.scale == .share ? .anRatiosOdds : .anRatiosRate),
            reference: 1
        )
        return [
            .heading(wording(.anRatiosTitle)), .chart(chart.svg(wording)), .caption(wording(.anRatiosCaption)),
        ]
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
                    mean.flatMap { mean in
                        mean.estimate.drawable.map { estimate in
                            InteractionChart.Cell(
                                mean: estimate,
                                interval: mean.drawable.map { ($0.lower, $0.upper) },
                                figure: mean.estimate
                            )
                        }
                    }
                }
            )
        }
        let words = lines.flatMap { line in
            zip(item.firstLevels, line.cells).compactMap { level, cell in
                cell.map { "\(level), \(line.name): \(wording.short($0.mean))" }
            }
        }
        return InteractionChart(
            title: "\(item.first) × \(item.second)",
            description: wording(
                .anInteractionDescription,
                content.response,
                item.first,
                item.second,
                words.joined(separator: ", ")
            ),
            factor: item.first,
            levels: item.firstLevels,
            lineFactor: item.second,
            lines: lines,
            y: y
        )
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
        let words = two.effects.map { "\($0.name) \(wording.text($0.effect, .signed))" }.joined(separator: ", ")
        let pareto = ParetoChart(
            title: wording(.anParetoTitle),
            description: wording(.anParetoDescription, words),
            bars: two.effects.compactMap { effect in
                effect.effect.drawable.map {
                    .init(
                        name: effect.name,
                        effect: $0,
                        label: wording.text(effect.effect, .signed),
                        figure: effect.effect
                    )
                }
            },
            limits: limits,
            axisTitle: wording(.anAxisEffect)
        )
        let half = HalfNormalChart(
            title: wording(.anHalfNormalTitle),
            description: wording(.anParetoDescription, words),
            effects: two.effects.compactMap { effect in
                effect.effect.drawable.map {
                    .init(
                        name: effect.name,
                        effect: $0,
                        label: wording.text(effect.effect, .signed),
                        figure: effect.effect
                    )
                }
            },
            standardError: two.pseudoStandardError.drawable,
            limits: limits,
            axisTitle: wording(.anAxisEffect),
            quantileTitle: wording(.anAxisHalfNormal)
        )
        return [
            .heading(wording(.anParetoTitle)), .chart(pareto.svg(wording)), .caption(wording(.anParetoCaption)),
            .heading(wording(.anHalfNormalTitle)), .chart(half.svg(wording)),
            .caption(wording(.anHalfNormalCaption)),
        ]
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
