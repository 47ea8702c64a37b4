// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import TrendAnalysis

/// What a run of `trend-news` found, for a terminal.
struct NewsText {
    let findings: NewsFindings
    let top: Int

    init(_ findings: NewsFindings, top: Int) {
        self.findings = findings
        self.top = top
    }

    private var report: TrendReport { findings.report }

    /// The lines.
    var lines: [String] { head + table(report.trends) + stories + watched + missing }

    private var head: [String] {
        var lines = [
            "Trends in the news, \(report.firstDay) to \(report.lastDay): \(report.inWindow) titles in the window, "
                + "\(report.items) read, \(report.repeated) of them repeats"
        ]
        if let remark = findings.remark { lines.insert(remark.printable, at: 0) }
        if report.items == 0 {
            lines.append("No title was read.")
        } else if report.trends.isEmpty {
            lines.append("Nothing is written of so much more than before that it could be told from chance.")
        }
        return lines
    }

    private func table(_ trends: [TrendReport.Trend]) -> [String] {
        guard !trends.isEmpty else { return [] }
        let head = ["", "subject", "stage", "titles", "expected", "times as many", "titles a day"]
        let rows = trends.prefix(top).enumerated().map { index, trend in
            [
                "\(index + 1)", trend.term, trend.stage.rawValue, "\(trend.count)", Self.tenths(trend.expected),
                "\(Self.tenths(trend.growth)) (\(Self.tenths(trend.growthLow)) to \(Self.tenths(trend.growthHigh)))",
                Self.bars(trend.sparkline),
            ]
        }
        let more = trends.count > top ? ["… and \(trends.count - top) more in the report"] : []
        return TextTable.lines([head] + rows) + more
    }

    /// The first stories of the first trends, with the sentences that tell them.
    private var stories: [String] {
        report.trends.prefix(min(top, 5)).flatMap { trend -> [String] in
            guard let story = trend.stories.first else { return [] }
            return ["", "\(trend.term.printable): \(story.title.printable) (\(story.items) items)"]
                + story.summary.sentences.map { sentence in
                    let date = TrendText.day(sentence.published)
                    return "  - \(sentence.text.printable) [\(sentence.source.printable), \(date)]"
                }
        }
    }

    private var watched: [String] {
        guard !report.watched.isEmpty else { return [] }
        let rows = report.watched.map { subject in
            [
                subject.name, "\(subject.count) titles", "\(Self.tenths(subject.expected)) expected",
                subject.pValue < 0.001 ? "chance under 0.001" : String(format: "chance %.3f", subject.pValue),
                subject.trends.isEmpty ? "" : "in " + subject.trends.joined(separator: ", "),
            ]
        }
        return ["", "Watched:"] + TextTable.lines(rows).map { "  " + $0 }
    }

    private var missing: [String] { TrendText.missing(findings.sources) }

    private static func tenths(_ value: Double) -> String { TrendText.tenths(value) }
    private static func bars(_ counts: [Int]) -> String { TrendText.bars(counts) }
}

/// What the texts on news and on videos have in common.
enum TrendText {
    /// What is missing, a line for each problem.
    static func missing(_ sources: [SourceRecord]) -> [String] {
        let lines = sources.flatMap { source in
            source.problems.map { problem in
                "  \(source.name.printable) \(source.isMissing ? "is missing" : "is not whole"): "
                    + problem.failure.message.printable
            }
        }
        return lines.isEmpty ? [] : ["", "Not in this report:"] + lines
    }

    /// A number with one decimal.
    static func tenths(_ value: Double) -> String { value.isFinite ? String(format: "%.1f", value) : "–" }

    /// A day in UTC.
    static func day(_ instant: Timestamp) -> String { String(instant.description.prefix(10)) }

    /// Counts as small bars.
    static func bars(_ counts: [Int]) -> String {
        let marks = Array("▁▂▃▄▅▆▇█")
        let greatest = max(1, counts.max() ?? 1)
        return String(counts.suffix(30).map { count in marks[min(7, max(0, count) * 7 / greatest)] })
    }
}
