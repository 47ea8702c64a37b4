// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics

/// An analysis for a person to read: the answer first, then what it rests on.
///
/// Every number is one of the report's.
struct AnalysisText {
    private let report: AnalysisReport
    private let percent: String

    init(_ report: AnalysisReport) {
        self.report = report
        percent = "\(Self.number(report.confidence * 100)) %"
    }

    /// The whole text, without a line end.
    var text: String {
        var parts: [String] = []
        if let compromise = report.desirability {
            parts.append(compromiseText(compromise))
        }
        for response in report.responses {
            parts.append(contentsOf: ResponseText(response, report).parts)
        }
        if !report.notes.isEmpty {
            parts.append("Notes on the file\n" + report.notes.map { "- \($0.oneLine)" }.joined(separator: "\n"))
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n").split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        .map { String($0).printable }.joined(separator: "\n")
    }

    private func compromiseText(_ compromise: DesirabilityAnalysis) -> String {
        let levels = compromise.levels.map { "\($0.factor)=\($0.level)".oneLine }.joined(separator: ", ")
        var cells = [["response", "expected", "\(percent) interval", "desirability"]]
        for part in compromise.parts {
            let interval = part.confidenceInterval.map { "\(Self.number($0.lower)) to \(Self.number($0.upper))" }
            cells.append([
                part.wanted.response, Self.number(part.predicted), interval ?? "", Self.number(part.desirability),
            ])
        }
        let lines =
            ["Best compromise: \(levels)", "Desirability of all together: \(Self.number(compromise.overall)) of 1"]
            + Self.aligned(cells) + compromise.notes.map { "- \($0)" }
        return lines.joined(separator: "\n")
    }

    // MARK: Layout

    static func number(_ value: Double?) -> String {
        value.map { String(format: "%.6g", $0) } ?? ""
    }

    static func probability(_ value: Double?) -> String {
        guard let value else { return "" }
        guard value > 0 else { return "<1e-300" }
        return value < 0.0001 ? String(format: "%.1e", value) : String(format: "%.4f", value)
    }

    /// Rows in columns: text to the left, numbers to the right.
    static func aligned(_ rows: [[String]], textColumns: Int = 1) -> [String] {
        let rows = rows.map { $0.map(\.oneLine) }
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { TextTable.width($0[column]) }.max() ?? 0 }
        return rows.map { row in
            let cells = row.indices.map { column in
                let blank = String(repeating: " ", count: widths[column] - TextTable.width(row[column]))
                return column < textColumns ? row[column] + blank : blank + row[column]
            }
            let line = "  " + cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}

extension String {
    /// The text with its line breaks as spaces: names of columns and levels may hold some.
    var oneLine: String {
        contains(where: \.isNewline) ? split(whereSeparator: \.isNewline).joined(separator: " ") : self
    }
}
