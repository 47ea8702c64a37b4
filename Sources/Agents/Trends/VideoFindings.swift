// SPDX-License-Identifier: Apache-2.0

package import Domain
package import TrendAnalysis

/// All that a run of `trend-videos` found: the machine-readable report, from which the page and the notices are made.
package struct VideoFindings: Codable, Hashable, Sendable {
    /// The ranked videos that name a watched product or brand.
    package struct Watched: Codable, Hashable, Sendable {
        package var name: String
        /// How many videos of all that were read name it.
        package var videos: Int
        /// Those of them that the report ranks, by title, the fastest first.
        package var titles: [String]
        /// The rising terms that name it.
        package var trends: [String]
    }

    /// The instant that counts as now.
    package var at: Timestamp
    /// What a reader must know of the sources, such as that they are made up.
    package var remark: String?
    package var sources: [SourceRecord]
    package var watched: [Watched]
    package var report: VideoReport

    /// Creates findings.
    package init(
        at: Timestamp,
        remark: String?,
        sources: [SourceRecord],
        watched: [WatchedSubject],
        items: [VideoItem],
        report: VideoReport
    ) {
        self.at = at
        self.remark = remark
        self.sources = sources
        self.report = report
        self.watched = watched.map { Self.watched($0, items, report) }
    }

    /// The watched subjects that a ranked video or a rising term names.
    package var touched: [Watched] { watched.filter { !$0.titles.isEmpty || !$0.trends.isEmpty } }

    private static func watched(_ subject: WatchedSubject, _ items: [VideoItem], _ report: VideoReport) -> Watched {
        let names = LiteralNames(subject)
        var seen: Set<[String]> = []
        let ranked = (report.viral + report.growing).filter {
            names.areIn($0.title) && seen.insert([$0.source, $0.identity]).inserted
        }
        return Watched(
            name: subject.name,
            videos: items.count { names.areIn($0.title) },
            titles: ranked.map(\.title),
            trends: report.terms.map(\.term).filter(names.areIn)
        )
    }
}
