// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics

/// An analysis for a person to read: the answer first, then what it rests on.
struct AnalysisText {
    private let report: AnalysisReport
    private let percent: String
    /// The significant digits of means: 6, and as many more as all responses have in common.
    private let digits: Int

    init(_ report: AnalysisReport) {
        self.report = report
        percent = "\(Self.number(report.confidence * 100)) %"
        let total = report.anova.total
        let spread = (total.ss / Double(max(1, total.df))).squareRoot()
        let ratio = spread > 0 ? report.grandMean.magnitude / spread : 1
        digits = 6 + Int(min(9, max(0, ratio > 1 ? log10(ratio).rounded(.down) : 0)))
    }

    /// The whole text, without a line end.
    var text: String {
        [answer, importance, table, means, notes].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    // MARK: Parts

    private var answer: String {
        let levels = report.best.levels.map { "\($0.factor)=\($0.level)" }.joined(separator: ", ")
        let goal =
            report.goal.hasPrefix("nominal:")
            ? "nearest to \(report.goal.dropFirst("nominal:".count))" : report.goal
        var lines = ["Best combination (\(report.response) \(goal)): \(levels)"]
        let predicted = mean(report.best.predictedMean)
        if let interval = report.best.confidenceInterval {
            lines.append("Predicted mean: \(predicted), \(percent) interval \(range(interval.lower, interval.upper))")
        } else {
            lines.append("Predicted mean: \(predicted), without an interval (see the notes)")
        }
        if let interval = report.best.predictionInterval {
            lines.append("One new run: \(percent) interval \(range(interval.lower, interval.upper))")
        }
        lines.append("Mean of all \(report.rows) rows: \(mean(report.grandMean))")
        return lines.joined(separator: "\n")
    }

    private var importance: String {
        let tested = report.anova.rows.filter { $0.kind == .factor && !$0.isPooled }
        guard tested.contains(where: { $0.p != nil }) else {
            return ""
        }
        let limit = 1 - report.confidence
        let clear = tested.filter { ($0.p ?? 1) < limit }.sorted { ($0.p ?? 1, $0.term) < ($1.p ?? 1, $1.term) }
        let unclear = tested.filter { ($0.p ?? 1) >= limit }
        var lines: [String] = []
        if clear.isEmpty {
            lines.append("No factor has a significant effect (p below \(Self.number(limit))).")
        } else {
            lines.append(
                "Significant: " + clear.map { "\($0.term) (p \(Self.probability($0.p)))" }.joined(separator: ", ")
            )
        }
        if !unclear.isEmpty {
            lines.append(
                "Not significant: " + unclear.map { "\($0.term) (p \(Self.probability($0.p)))" }.joined(separator: ", ")
            )
        }
        return lines.joined(separator: "\n")
    }

    private var table: String {
        var cells = [["term", "df", "SS", "MS", "F", "p", "share %"]]
        for row in report.anova.rows {
            let marks = (row.kind == .block ? " (block)" : "") + (row.isPooled ? " (pooled)" : "")
            cells.append([
                row.term + marks, "\(row.df)", Self.number(row.sumOfSquares), Self.number(row.meanSquare),
                Self.number(row.f), Self.probability(row.p),
                row.contributionPercent.map { String(format: "%.2f", $0) } ?? "",
            ])
        }
        let residual = report.anova.residual
        cells.append(["residual", "\(residual.df)", Self.number(residual.ss), Self.number(residual.ms), "", "", ""])
        cells.append(["total", "\(report.anova.total.df)", Self.number(report.anova.total.ss), "", "", "", ""])
        var lines = ["Analysis of variance (type II sums of squares)"] + Self.aligned(cells)
        if let share = report.anova.rSquared {
            let adjusted = report.anova.adjustedRSquared.map { ", adjusted \(Self.number($0))" } ?? ""
            lines.append("R squared \(Self.number(share))\(adjusted)")
        }
        return lines.joined(separator: "\n")
    }

    private var means: String {
        var cells = [["factor", "level", "mean", "n", "expected", "std. error"]]
        for means in report.means {
            for (index, level) in means.levels.enumerated() {
                cells.append([
                    index == 0 ? means.term : "", level.level, mean(level.mean), "\(level.n)",
                    level.leastSquaresMean.map(mean) ?? "", Self.number(level.standardError),
                ])
            }
        }
        let title = "Level means (expected: by the model, other columns averaged)"
        return ([title] + Self.aligned(cells, textColumns: 2)).joined(separator: "\n")
    }

    private var notes: String {
        report.notes.isEmpty ? "" : "Notes\n" + report.notes.map { "- \($0)" }.joined(separator: "\n")
    }

    private func range(_ lower: Double, _ upper: Double) -> String {
        "\(mean(lower)) to \(mean(upper))"
    }

    private func mean(_ value: Double) -> String {
        String(format: "%.\(digits)g", value)
    }

    // MARK: Layout

    private static func number(_ value: Double?) -> String {
        value.map { String(format: "%.6g", $0) } ?? ""
    }

    private static func probability(_ value: Double?) -> String {
        value.map { $0 < 0.0001 ? String(format: "%.1e", $0) : String(format: "%.4f", $0) } ?? ""
    }

    /// Rows in columns: text to the left, numbers to the right.
    private static func aligned(_ rows: [[String]], textColumns: Int = 1) -> [String] {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { width($0[column]) }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - width(cell))
                line += "  " + (column < textColumns ? cell + padding : padding + cell)
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The width in a terminal: Hangul, Chinese and Japanese characters take two columns.
    private static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            let isWide =
                (0x1100...0x115F).contains(scalar.value) || (0x2E80...0xA4CF).contains(scalar.value)
                || (0xAC00...0xD7A3).contains(scalar.value) || (0xF900...0xFAFF).contains(scalar.value)
                || (0xFF00...0xFF60).contains(scalar.value)
            return sum + (isWide ? 2 : 1)
        }
    }
}
