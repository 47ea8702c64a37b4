// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    /// Section 4: the analysis of variance, as a picture of shares and as a table.
    func variance() -> Section {
        guard let effects = dossier.effects, let anova = effects.anova else {
            let reason = whyNoVariance() ?? wording(.anovaNothing)
            return Section(id: "anova", title: wording(.anovaTitle), blocks: [.paragraph(reason)])
        }
        var blocks = soFar()
        let bars = contributions(anova)
        if bars.contains(where: { $0.value > 0 }) {
            let numbers = bars.map { "\($0.name) \($0.label)" }.joined(separator: ", ")
            let chart = BarChart(
                title: wording(.contributionChartTitle),
                description: wording(.contributionChartDescription, numbers),
                bars: bars
            )
            blocks += [.heading(wording(.contributionChartTitle)), .chart(chart.svg())]
        }
        blocks += [.table(table(of: anova)), .caption(wording(.anovaCaption))]
        blocks.append(.paragraph(model(anova)))
        let notes = notes(on: anova)
        if !notes.isEmpty { blocks.append(.list(notes)) }
        blocks += modelChecks()
        return Section(id: "anova", title: wording(.anovaTitle), blocks: blocks)
    }

    /// Whether a factor's effect is significant after Holm's adjustment.
    func isSignificant(_ factor: String) -> Bool { dossier.effects?.significantFactors.contains(factor) ?? false }

    private func contributions(_ anova: AnalysisOfVariance) -> [BarChart.Bar] {
        anova.rows.enumerated().filter { $0.element.kind == .factor }
            .compactMap { row -> (Int, BarChart.Bar)? in
                guard let share = row.element.contributionPercent, share.isFinite else { return nil }
                let isStrong = isSignificant(row.element.term)
                let label = wording.fixed(share, 1) + " %" + (isStrong ? " ✓" : "")
                return (row.offset, .init(name: row.element.term, value: share, label: label, isStrong: isStrong))
            }
            .sorted { ($1.1.value, $0.0) < ($0.1.value, $1.0) }
            .map(\.1)
    }

    private func table(of anova: AnalysisOfVariance) -> Table {
        var rows = anova.rows.map { row in
            let isStrong = row.kind == .factor && isSignificant(row.term)
            return Table.Row(
                cells: [
                    .text(row.kind == .block ? wording(.blockTerm, row.term) : row.term),
                    .number(wording.count(row.df)), .number(wording.short(row.sumOfSquares)),
                    .number(wording.short(row.meanSquare)), .number(wording.fixed(row.f, 2)),
                    .number(wording.pValue(row.p)), .number(wording.fixed(row.partialEtaSquared, 3)),
                    .number(row.contributionPercent.map { wording.fixed($0, 1) + " %" } ?? Wording.absent),
                    Table.Cell(text: verdict(row), style: "w"),
                ],
                style: isStrong ? "changed" : ""
            )
        }
        let residual = anova.residual
        rows.append(sum(.residual, residual.df, residual.ss, residual.ms))
        rows.append(sum(.total, anova.total.df, anova.total.ss, nil))
        var head: [Table.Cell] = [.text(wording(.columnTerm))]
        head += [wording(.columnDF), wording(.columnSS), wording(.columnMS), "F", "p"].map(Table.Cell.number)
        head += [.number(wording(.columnEta)), .number(wording(.columnContribution)), .text(wording(.columnVerdict))]
        return Table(head: head, rows: rows)
    }

    private func sum(_ name: Phrase, _ df: Int, _ ss: Double, _ ms: Double?) -> Table.Row {
        let empty = Table.Cell.text("")
        return Table.Row(
            cells: [
                .text(wording(name)), .number(wording.count(df)), .number(wording.short(ss)),
                ms.map { .number(wording.short($0)) } ?? empty, empty, empty, empty, empty, empty,
            ],
            style: "sum"
        )
    }

    private func verdict(_ row: AnalysisOfVariance.Row) -> String {
        var words: [String] = []
        if row.kind == .factor, row.p != nil {
            words.append(wording(isSignificant(row.term) ? .significant : .notSignificant))
        }
        if row.isPooled { words.append(wording(.pooledMark)) }
        if row.isAliased { words.append(wording(.aliasedMark)) }
        return words.joined(separator: ", ")
    }

    private func model(_ anova: AnalysisOfVariance) -> String {
        wording(
            .anovaModel,
            wording.count(anova.n),
            wording.metricNumber(anova.grandMean),
            wording.short(anova.sigma),
            wording.percent(anova.rSquared)
        )
    }

    private func notes(on anova: AnalysisOfVariance) -> [String] {
        var notes: [String] = []
        if anova.total.ss == 0 { notes.append(wording(.anovaConstant)) }
        if anova.isSaturated { notes.append(wording(.anovaSaturated)) }
        if anova.isPerfectFit, !anova.isSaturated, anova.total.ss > 0 { notes.append(wording(.anovaPerfect)) }
        if !anova.pooledTerms.isEmpty {
            notes.append(wording(.anovaPooled, anova.pooledTerms.joined(separator: ", ")))
        }
        let aliased = anova.rows.filter { $0.isAliased }.map(\.term)
        if !aliased.isEmpty { notes.append(wording(.anovaAliased, aliased.joined(separator: ", "))) }
        return notes
    }
}
