// SPDX-License-Identifier: Apache-2.0

extension ABTestPageWriter {
    /// The tables and pictures that the answer rests on; of an invalid test only the split.
    func evidence() -> Section {
        var blocks: [Block] = []
        if content.verdict != .invalid {
            blocks += forests()
            blocks += [.heading(wording(.abTableTitle)), .table(comparisons())]
            blocks += estimates()
            blocks += sequences()
        }
        blocks += split()
        return Section(id: "evidence", title: wording(.sectionEvidence), blocks: blocks)
    }

    /// One picture for shares, as relative changes or differences, and one for each other metric, whose units differ.
    private func forests() -> [Block] {
        let drawn = content.comparisons.filter { $0.difference.estimate.drawable != nil }
        let allLifts = drawn.filter { $0.lift?.drawable != nil }
        var groups: [[ABTestPageContent.Comparison]] = []
        var isLift = false
        if drawn.count > 1, allLifts.count == drawn.count {
            groups = [drawn]
            isLift = true
        } else {
            let names = Self.unique(drawn.map(\.metric))
            groups = names.map { name in drawn.filter { $0.metric == name } }
        }
        return groups.flatMap { group -> [Block] in
            guard let first = group.first else { return [] }
            let rows = group.compactMap { row(of: $0, isLift: isLift) }
            let words = rows.map { "\($0.name) \($0.label)" }.joined(separator: ", ")
            let confidence = wording.confidence(content.confidence).plain
            let chart = EffectChart(
                title: wording(.abForestTitle),
                description: wording(.abForestDescription, confidence, words),
                rows: rows,
                axisTitle: wording(.abForestAxis, first.control),
                isShare: isLift || first.kind == .proportion
            )
            return [.chart(chart.svg(wording)), .caption(wording(.abForestCaption))]
        }
    }

    private func row(of comparison: ABTestPageContent.Comparison, isLift: Bool) -> EffectChart.Row? {
        let interval = isLift ? comparison.lift ?? comparison.difference : comparison.difference
        guard let estimate = interval.estimate.drawable else { return nil }
        let style: FigureStyle = isLift ? .signedPercent(1) : style(comparison.kind)
        return EffectChart.Row(
            name: "\(comparison.metric): \(comparison.variant)",
            estimate: estimate,
            interval: interval.drawable.map { ($0.lower, $0.upper) },
            label: wording.text(interval.estimate, style),
            isStrong: comparison.verdict == .better || comparison.verdict == .worse,
            figure: interval.estimate
        )
    }

    private func comparisons() -> Table {
        let hasAdjusted = content.comparisons.contains { $0.adjustedP?.value != $0.p?.value }
        let rows = content.comparisons.map { comparison -> Table.Row in
            var cells: [Table.Cell] = [
                .text(comparison.metric), .text(comparison.variant),
                .number(value(comparison.controlValue, comparison.kind)),
                .number(value(comparison.variantValue, comparison.kind)),
                .number(wording.figure(comparison.difference.estimate, style(comparison.kind))),
                .number(wording.range(comparison.difference, style(comparison.kind))),
                .number(comparison.p.map { wording.figure($0, .p) } ?? Markup(Wording.absent)),
            ]
            if hasAdjusted {
                cells.append(.number(comparison.adjustedP.map { wording.figure($0, .p) } ?? Markup(Wording.absent)))
            }
            cells.append(Table.Cell(text: verdict(of: comparison), style: "w"))
            let isStrong = comparison.verdict == .better || comparison.verdict == .worse
            return Table.Row(cells: cells, style: isStrong ? "changed" : "")
        }
        var head: [Table.Cell] = [.text(wording(.abColumnMetric)), .text(wording(.abColumnVariant))]
        head += [wording(.abColumnControl), wording(.abColumnValue), wording(.abColumnDifference)]
            .map(Table.Cell.number)
        head.append(.number(wording.marked(.abColumnInterval, wording.confidence(content.confidence))))
        head.append(.number(wording(.abColumnP)))
        if hasAdjusted { head.append(.number(wording(.abColumnAdjustedP))) }
        head.append(.text(wording(.abColumnVerdict)))
        return Table(head: head, rows: rows)
    }

    private func verdict(of comparison: ABTestPageContent.Comparison) -> String {
        switch comparison.guardrail {
        case .held: wording(.abGuardrailHeld)
        case .breached: wording(.abGuardrailBreached)
        case .unclear: wording(.abGuardrailUnclear)
        case nil: word(comparison.verdict)
        }
    }

    /// The same comparison by other ways of treating the values, where there are several.
    private func estimates() -> [Block] {
        let several = content.comparisons.filter { $0.estimates.count > 1 }
        guard !several.isEmpty else { return [] }
        let rows = several.flatMap { comparison in
            comparison.estimates.map { estimate in
                Table.Row(cells: [
                    .text(comparison.metric), .text(comparison.variant), .text(name(ofWay: estimate.way)),
                    .number(wording.figure(estimate.difference.estimate, style(comparison.kind))),
                    .number(wording.range(estimate.difference, style(comparison.kind))),
                    .number(estimate.p.map { wording.figure($0, .p) } ?? Markup(Wording.absent)),
                ])
            }
        }
        let head: [Table.Cell] = [
            .text(wording(.abColumnMetric)), .text(wording(.abColumnVariant)), .text(wording(.abColumnWay)),
            .number(wording(.abColumnDifference)),
            .number(wording.marked(.abColumnInterval, wording.confidence(content.confidence))),
            .number(wording(.abColumnP)),
        ]
        return [.heading(wording(.abEstimatesTitle)), .table(Table(head: head, rows: rows))]
    }

    private func name(ofWay way: String) -> String {
        switch way {
        case "raw": wording(.wayRaw)
        case "winsorised": wording(.wayWinsorised)
        case "adjusted": wording(.wayAdjusted)
        case "without_dominant": wording(.wayWithoutDominant)
        default: way
        }
    }

    /// How the answer settled: intervals over time, and the statistic against its boundaries.
    private func sequences() -> [Block] {
        content.comparisons.filter { !$0.looks.isEmpty }.flatMap { comparison -> [Block] in
            let title = wording(.abSequenceTitle, comparison.metric, comparison.variant)
            var blocks: [Block] = [.heading(title)]
            let style = style(comparison.kind)
            let points = comparison.looks.compactMap { look -> ConfidenceSequenceChart.Point? in
                guard let at = look.at.drawable, let interval = look.interval, let ends = interval.drawable else {
                    return nil
                }
                let estimate = wording.text(interval.estimate, style)
                let range = wording.range(interval, style).plain
                return .init(
                    x: at,
                    estimate: ends.estimate,
                    lower: ends.lower,
                    upper: ends.upper,
                    label: "\(wording.text(look.at, .short)): \(estimate) (\(range))",
                    figure: interval.estimate
                )
            }
            if points.count > 1 {
                let chart = ConfidenceSequenceChart(
                    title: title,
                    description: wording(.abSequenceDescription, points.map(\.label).joined(separator: ", ")),
                    points: points,
                    xTitle: axisTitle,
                    yTitle: wording(.abForestAxis, comparison.control),
                    isShare: comparison.kind == .proportion
                )
                let caption: ResultPhrase = content.looks == .planned ? .abRepeatedCaption : .abSequenceCaption
                blocks += [.chart(chart.svg(wording)), .caption(wording(caption))]
            }
            if comparison.looks.contains(where: { $0.boundary?.drawable != nil }) {
                blocks += boundaries(comparison, title)
            }
            return blocks.count > 1 ? blocks : []
        }
    }

    /// Shares of the plan, or days.
    private var axisTitle: String { wording(content.looks == .planned ? .abAxisInformation : .abAxisDay) }

    private func boundaries(_ comparison: ABTestPageContent.Comparison, _ title: String) -> [Block] {
        let hasFutility = comparison.looks.contains { $0.futility?.drawable != nil }
        let looks = comparison.looks.compactMap { look -> BoundaryChart.Look? in
            guard let at = look.at.drawable else { return nil }
            let statistic = look.z.map { wording.text($0, .fixed(2)) } ?? Wording.absent
            let boundary = look.boundary.map { wording.text($0, .fixed(2)) } ?? Wording.absent
            return .init(
                x: at,
                statistic: look.z?.drawable,
                boundary: look.boundary?.drawable,
                futility: look.futility?.drawable,
                label: "\(wording.text(look.at, .short)): \(statistic) (± \(boundary))",
                figure: look.z
            )
        }
        let chart = BoundaryChart(
            title: title,
            description: wording(.abBoundaryDescription, looks.map(\.label).joined(separator: ", ")),
            looks: looks,
            xTitle: axisTitle,
            yTitle: wording(.abAxisZ),
            boundaryName: wording(.abBoundary),
            statisticName: wording(.abStatistic)
        )
        var blocks: [Block] = [.chart(chart.svg(wording)), .caption(wording(.abBoundaryCaption))]
        if hasFutility {
            blocks.append(.caption(wording(.abFutilityCaption)))
        }
        blocks.append(.table(lookTable(comparison, hasFutility: hasFutility)))
        return blocks
    }

    /// The looks in figures: made ones with their statistic, those to come with the boundary alone.
    private func lookTable(_ comparison: ABTestPageContent.Comparison, hasFutility: Bool) -> Table {
        let absent = Markup(Wording.absent)
        let rows = comparison.looks.map { look in
            var cells: [Table.Cell] = [
                .number(wording.figure(look.at, .percent(0))),
                .number(look.z.map { wording.figure($0, .fixed(2)) } ?? absent),
                .number(look.boundary.map { wording.figure($0, .fixed(2)) } ?? absent),
            ]
            if hasFutility {
                cells.append(.number(look.futility.map { wording.figure($0, .fixed(2)) } ?? absent))
            }
            return Table.Row(cells: cells)
        }
        var head: [Table.Cell] = [
            .number(wording(.abAxisInformation)), .number(wording(.abStatistic)), .number(wording(.abBoundary)),
        ]
        if hasFutility { head.append(.number(wording(.abFutility))) }
        return Table(head: head, rows: rows)
    }

    private func split() -> [Block] {
        let p = wording.figure(content.split.p, .p)
        let threshold = wording.figure(content.split.threshold, .short)
        let rows = content.variants.map { variant in
            Table.Row(cells: [
                .text(variant.isControl ? wording(.abControlMark, variant.name) : variant.name),
                .number(wording.figure(variant.units, .count)),
                .number(wording.figure(variant.expectedUnits, .fixed(1))),
                .number(wording.figure(variant.share, .percent(1))),
            ])
        }
        let head: [Table.Cell] = [
            .text(wording(.abColumnVariant)), .number(wording(.abColumnUnits)), .number(wording(.abColumnPlanned)),
            .number(wording(.abColumnShare)),
        ]
        return [
            .heading(wording(.abSplitTitle)),
            .paragraph(wording.marked(content.split.isMismatch ? .abSplitBad : .abSplitGood, p, threshold)),
            .table(Table(head: head, rows: rows)),
        ]
    }
}
