// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics

/// The part of an analysis that is about one response.
struct ResponseText {
    private let response: ResponseAnalysis
    private let report: AnalysisReport
    private let percent: String
    /// The significant digits of means: 6, and as many more as all responses have in common.
    private let digits: Int
    /// The most lines of one table; the rest is in the JSON.
    private static let lineLimit = 60

    init(_ response: ResponseAnalysis, _ report: AnalysisReport) {
        self.response = response
        self.report = report
        percent = "\(AnalysisText.number(report.confidence * 100)) %"
        guard let table = response.anova else {
            digits = 6
            return
        }
        let spread = (table.total.ss / Double(max(1, table.total.df))).squareRoot()
        let ratio = spread > 0 ? table.grandMean.magnitude / spread : 1
        digits = 6 + Int(min(9, max(0, ratio > 1 ? log10(ratio).rounded(.down) : 0)))
    }

    /// The paragraphs.
    var parts: [String] {
        [
            answer, importance, variance, deviance, effects, means, rates, runs, comparisons, predictions, checks,
            notes,
        ]
    }

    // MARK: The answer

    private var answer: String {
        let goal =
            response.goal.hasPrefix("nominal:")
            ? "nearest to \(AnalysisText.number(Double(response.goal.dropFirst("nominal:".count))))" : response.goal
        var lines: [String] = []
        if let best = response.best {
            let levels = best.levels.map { "\($0.factor)=\($0.level)".oneLine }.joined(separator: ", ")
            lines.append("Best combination (\(response.response) \(goal)): \(levels)")
            let predicted = mean(best.predictedMean)
            let what = response.counts == nil ? "Predicted mean" : "Predicted rate"
            if let interval = best.confidenceInterval {
                lines.append("\(what): \(predicted), \(percent) interval \(range(interval))")
            } else {
                lines.append("\(what): \(predicted), without an interval (see the notes)")
            }
            if let interval = best.predictionInterval {
                lines.append("One new run: \(percent) interval \(range(interval))")
            }
            lines += gain + ties(best)
        } else {
            lines.append("\(response.response): no combination can be called best (see the notes)")
        }
        if let table = response.anova {
            lines.append("Mean of all \(table.n) rows: \(mean(table.grandMean))")
        } else if let counts = response.counts {
            let between = counts.family == .binomial ? "of" : "over an exposure of"
            let all = "\(AnalysisText.number(counts.totalCount)) \(between) \(AnalysisText.number(counts.totalSize))"
            lines.append("Overall: \(all) in \(counts.n) rows, \(AnalysisText.number(counts.overallRate)) each")
        }
        return lines.joined(separator: "\n")
    }

    /// What is gained over the present combination.
    private var gain: [String] {
        guard let present = response.present else {
            return []
        }
        let levels = present.levels.map { "\($0.factor)=\($0.level)".oneLine }.joined(separator: ", ")
        let value = "Present combination (\(levels)): \(mean(present.predictedMean))"
        guard !present.isBest else {
            return [value + ". It is the best one already."]
        }
        guard let interval = present.interval else {
            return [value, "Difference of the best: \(mean(present.difference)), without an interval (see the notes)"]
        }
        let ratio = present.ratio.map { ratio in
            let kind = response.counts?.family == .binomial ? "odds" : "rate"
            return "; \(kind) times \(mean(ratio.estimate)) (\(range(ratio)))"
        }
        return [
            value,
            "Difference of the best: \(mean(present.difference)), \(percent) interval \(range(interval))\(ratio ?? "")",
        ]
    }

    /// The factors that matter, but whose best level cannot be told from the next best one at the best combination.
    private func ties(_ best: ResponseAnalysis.Best) -> [String] {
        let decided = Set(
            response.verdicts.filter(\.isSignificant).flatMap { $0.term.split(separator: ":").map(String.init) }
        )
        let ties = best.runnersUp.filter { decided.contains($0.factor) && $0.isWorse == false }
        guard !ties.isEmpty else {
            return []
        }
        let named = ties.map { "\($0.factor)=\($0.level) (p \(AnalysisText.probability($0.adjustedP)))".oneLine }
        return ["Cannot be told from the best, one factor changed: " + named.joined(separator: ", ")]
    }

    private var importance: String {
        let verdicts = response.verdicts
        guard let first = verdicts.first else {
            return ""
        }
        let byHolm = first.method == .holm
        let listed = { (verdicts: [ResponseAnalysis.Verdict]) in
            verdicts.map { verdict in
                verdict.term + (byHolm ? " (p \(AnalysisText.probability(verdict.adjustedP)))" : "")
            }
            .joined(separator: ", ")
        }
        let clear = verdicts.filter(\.isSignificant)
            .sorted { ($0.adjustedP ?? 0, $0.p ?? 0, $0.term) < ($1.adjustedP ?? 0, $1.p ?? 0, $1.term) }
        let unclear = verdicts.filter { !$0.isSignificant }
        let many = verdicts.count > 1
        let method =
            byHolm
            ? many ? "p adjusted for \(verdicts.count) terms by Holm's method" : "one term, p not adjusted"
            : "by Lenth's margin of error for all effects at once"
        var lines: [String] = []
        if clear.isEmpty {
            let limit = byHolm ? "; limit \(AnalysisText.number(1 - report.confidence))" : ""
            lines.append("No term has a significant effect (\(method)\(limit)).")
        } else {
            lines.append("Significant (\(method)): " + listed(clear))
        }
        if !unclear.isEmpty {
            lines.append("Not significant: " + listed(unclear))
        }
        return lines.map(\.oneLine).joined(separator: "\n")
    }

    // MARK: Tables

    private var variance: String {
        guard let table = response.anova else {
            return ""
        }
        var cells = [["term", "df", "SS", "MS", "F", "p", "adjusted p", "share %"]]
        for row in table.rows.prefix(Self.lineLimit) {
            let marks = (row.kind == .block ? " (block)" : "") + (row.isPooled ? " (pooled)" : "")
            cells.append([
                row.term + marks, "\(row.df)", AnalysisText.number(row.sumOfSquares),
                AnalysisText.number(row.meanSquare), AnalysisText.number(row.f), AnalysisText.probability(row.p),
                adjusted(row.term, row.kind),
                row.contributionPercent.map { String(format: "%.2f", $0) } ?? "",
            ])
        }
        let residual = table.residual
        cells.append([
            "residual", "\(residual.df)", AnalysisText.number(residual.ss), AnalysisText.number(residual.ms), "", "",
            "", "",
        ])
        cells.append(["total", "\(table.total.df)", AnalysisText.number(table.total.ss), "", "", "", "", ""])
        var lines = ["Analysis of variance of \(response.response), type \(table.type.rawValue) sums of squares"]
        lines += AnalysisText.aligned(cells) + more(table.rows.count)
        lines.append(table.typeReason)
        if let share = table.rSquared {
            let adjusted = table.adjustedRSquared.map { ", adjusted \(AnalysisText.number($0))" } ?? ""
            lines.append("R squared \(AnalysisText.number(share))\(adjusted)")
        }
        return lines.joined(separator: "\n")
    }

    private var deviance: String {
        guard let counts = response.counts else {
            return ""
        }
        let isScaled = counts.usesDispersion
        var cells = [["term", "df", "deviance"] + (isScaled ? ["F"] : []) + ["p", "adjusted p", "share %"]]
        for row in counts.rows.prefix(Self.lineLimit) {
            let first = [
                row.term + (row.kind == .block ? " (block)" : ""), "\(row.df)", AnalysisText.number(row.deviance),
            ]
            let rest = [
                AnalysisText.probability(row.p), adjusted(row.term, row.kind),
                row.contributionPercent.map { String(format: "%.2f", $0) } ?? "",
            ]
            cells.append(first + (isScaled ? [AnalysisText.number(row.f)] : []) + rest)
        }
        let blanks = [String](repeating: "", count: isScaled ? 4 : 3)
        cells.append(["residual", "\(counts.fit.df)", AnalysisText.number(counts.fit.deviance)] + blanks)
        cells.append(["total", "\(counts.fit.nullDf)", AnalysisText.number(counts.fit.nullDeviance)] + blanks)
        let title = "Analysis of deviance of \(response.response), type \(counts.type.rawValue) likelihood ratios"
        var lines = [title] + AnalysisText.aligned(cells) + more(counts.rows.count)
        if let dispersion = counts.fit.dispersion {
            let used = isScaled ? "tests and intervals allow for it" : "tests and intervals take 1"
            lines.append("Dispersion \(AnalysisText.number(dispersion)) (\(counts.fit.dispersionDf) df); \(used)")
        }
        return lines.joined(separator: "\n")
    }

    private var effects: String {
        guard let effects = response.effects, effects.replicates == 1, let lenth = effects.lenth else {
            return ""
        }
        let order = effects.effects.sorted { $0.rank > $1.rank }
        var cells = [["effect", "size", "size / PSE", "p", "p of all", ""]]
        for effect in order.prefix(20) {
            let simulated = response.effectProbabilities.first { $0.term == effect.term }
            let words: String
            switch effect.verdict {
            case .active: words = "active"
            case .possible: words = "possible"
            case .inactive, .unknown: words = ""
            }
            cells.append([
                ([effect.term] + effect.aliases.prefix(2)).joined(separator: " = "), AnalysisText.number(effect.effect),
                AnalysisText.number(effect.ratio), AnalysisText.probability(simulated?.p),
                AnalysisText.probability(simulated?.simultaneousP), words,
            ])
        }
        var lines = ["Effects without replicates, judged by Lenth's method"] + AnalysisText.aligned(cells)
        if order.count > 20 {
            lines.append("  and \(order.count - 20) smaller ones")
        }
        lines.append(
            "Pseudo standard error \(AnalysisText.number(lenth.pse)); margin of error "
                + "\(AnalysisText.number(lenth.marginOfError)), of all effects at once "
                + "\(AnalysisText.number(lenth.simultaneousMarginOfError)) (\(percent)). p by simulation of pure noise."
        )
        return lines.joined(separator: "\n")
    }

    private var means: String {
        var cells = [["factor", "level", "mean", "n", "expected", "std. error"]]
        for means in response.means {
            for (index, level) in means.levels.enumerated() {
                cells.append([
                    index == 0 ? means.term : "", level.level, mean(level.mean), "\(level.n)",
                    level.leastSquaresMean.map(mean) ?? "", AnalysisText.number(level.standardError),
                ])
            }
        }
        guard cells.count > 1 else {
            return ""
        }
        let title = "Level means (expected: by the model, other columns averaged)"
        let shown = Array(cells.prefix(Self.lineLimit + 1))
        return ([title] + AnalysisText.aligned(shown, textColumns: 2) + more(cells.count - 1)).joined(separator: "\n")
    }

    private var rates: String {
        guard let counts = response.counts else {
            return ""
        }
        var cells = [["factor", "level", "count", "of", "rate", "expected", "\(percent) interval"]]
        for factor in counts.factors {
            for (index, level) in factor.levels.enumerated() {
                cells.append([
                    index == 0 ? factor.term : "", level.level, AnalysisText.number(level.count),
                    AnalysisText.number(level.size), AnalysisText.number(level.rate),
                    AnalysisText.number(level.expected?.estimate), level.expected.map(range) ?? "",
                ])
            }
        }
        let title = "Rates (expected: by the model, other columns averaged)"
        let shown = Array(cells.prefix(Self.lineLimit + 1))
        var lines = [title] + AnalysisText.aligned(shown, textColumns: 2) + more(cells.count - 1)
        for contrast in counts.contrasts.prefix(Self.lineLimit) {
            let ratio = counts.family == .binomial ? "odds" : "rate"
            lines.append(
                "\(contrast.term) \(contrast.level) against \(contrast.reference): \(ratio) times "
                    + "\(AnalysisText.number(contrast.ratio.estimate)) (\(range(contrast.ratio)), adjusted p "
                    + "\(AnalysisText.probability(contrast.adjustedP)))"
            )
        }
        return lines.joined(separator: "\n")
    }

    private var runs: String {
        guard let runs = response.runs, !runs.factors.isEmpty else {
            return ""
        }
        let order = runs.factors.filter { $0.rank != nil }.sorted { ($0.rank ?? 0) < ($1.rank ?? 0) }
        let listed = order.map { "\($0.factor) (\(AnalysisText.number($0.delta)))" }.joined(separator: ", ")
        return "By range of level means of \(response.response): \(listed)"
    }

    private var comparisons: String {
        guard !response.comparisons.isEmpty else {
            return ""
        }
        var cells = [["term", "levels", "difference", "\(percent) interval", "adjusted p"]]
        for pair in response.comparisons.prefix(Self.lineLimit) {
            cells.append([
                pair.term, "\(pair.level) - \(pair.reference)", AnalysisText.number(pair.difference),
                pair.interval.map(range) ?? "", AnalysisText.probability(pair.adjustedP),
            ])
        }
        let title = "All pairs of levels (Tukey and Kramer)"
        return ([title] + AnalysisText.aligned(cells, textColumns: 2) + more(response.comparisons.count))
            .joined(separator: "\n")
    }

    private var predictions: String {
        response.predictions.map { prediction in
            guard let value = prediction.mean, prediction.isEstimable else {
                return "Prediction at \(prediction.combination): the data do not determine it."
            }
            let interval = prediction.confidenceInterval.map { ", \(percent) interval \(range($0))" } ?? ""
            let new = prediction.predictionInterval.map { ", one new run \(range($0))" } ?? ""
            return "Prediction at \(prediction.combination): \(mean(value))\(interval)\(new)"
        }
        .joined(separator: "\n")
    }

    private var checks: String {
        var lines: [String] = []
        if let checks = response.residualChecks {
            let concerns = checks.checks.filter(\.isConcern)
            lines += (concerns + checks.checks.filter { !$0.isConcern }).map { "- \($0.text.oneLine)" }
        }
        if let advice = response.boxCox?.advice {
            lines.append("- \(advice)")
        }
        return lines.isEmpty ? "" : (["Checks of the residuals"] + lines).joined(separator: "\n")
    }

    private var notes: String {
        response.notes.isEmpty
            ? ""
            : "Notes on \(response.response)\n" + response.notes.map { "- \($0.oneLine)" }.joined(separator: "\n")
    }

    // MARK: Numbers

    /// The adjusted p value of a term that was tested.
    private func adjusted(_ term: String, _ kind: ModelTerm.Kind) -> String {
        guard kind == .factor else {
            return ""
        }
        return AnalysisText.probability(response.verdicts.first { $0.term == term }?.adjustedP)
    }

    private func more(_ count: Int) -> [String] {
        count > Self.lineLimit ? ["  and \(count - Self.lineLimit) more lines, which --json prints"] : []
    }

    private func range(_ interval: Interval) -> String {
        "\(mean(interval.lower)) to \(mean(interval.upper))"
    }

    private func mean(_ value: Double) -> String {
        String(format: "%.\(digits)g", value)
    }
}
