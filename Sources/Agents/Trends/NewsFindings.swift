// SPDX-License-Identifier: Apache-2.0

package import Domain
package import TrendAnalysis

/// A source as a run found it.
package struct SourceRecord: Codable, Hashable, Sendable {
    /// The source's name, or its address where it could not be opened.
    package var name: String
    /// How many items it gave.
    package var items: Int
    /// How many items of earlier runs are used with them.
    package var kept: Int
    /// Calls made to the outside.
    package var calls: Int
    /// Why it gave less than was asked for.
    package var problems: [SourceProblem]

    /// Creates a record.
    package init(name: String, items: Int, kept: Int = 0, calls: Int, problems: [SourceProblem]) {
        self.name = name
        self.items = items
        self.kept = kept
        self.calls = calls
        self.problems = problems
    }

    /// Whether nothing of it is in the report.
    package var isMissing: Bool { items == 0 && !problems.isEmpty }
}

/// All that a run of `trend-news` found: the machine-readable report, from which the page and the notices are made.
package struct NewsFindings: Codable, Hashable, Sendable {
    /// The instant that counts as now.
    package var at: Timestamp
    /// What a reader must know of the sources, such as that they are made up.
    package var remark: String?
    package var sources: [SourceRecord]
    package var report: TrendReport

    /// Creates findings.
    package init(at: Timestamp, remark: String?, sources: [SourceRecord], report: TrendReport) {
        self.at = at
        self.remark = remark
        self.sources = sources
        self.report = report
    }

    /// The watched subjects that more is written of than chance explains, or that a trend names.
    package var touched: [TrendReport.Watched] {
        report.watched.filter { $0.count > 0 && (!$0.trends.isEmpty || $0.pValue <= Self.level) }
    }

    /// The chance at which mentions of a watched subject count as a trend.
    package static let level = 0.001
}
