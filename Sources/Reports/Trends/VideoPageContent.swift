// SPDX-License-Identifier: Apache-2.0

package import Domain
package import TrendAnalysis

/// What the page on videos shows; the figures' places are those of the machine-readable result.
package struct VideoPageContent: Sendable {
    /// A watched product or brand.
    package struct Watched: Sendable {
        package var name: String
        package var videos: Int
        package var titles: [String]

        /// Creates a watched subject.
        package init(name: String, videos: Int, titles: [String]) {
            self.name = name
            self.videos = videos
            self.titles = titles
        }
    }

    /// The instant that counts as now.
    package var at: Timestamp
    /// What a reader must know before anything else.
    package var remark: String?
    package var sources: [TrendSource]
    package var watched: [Watched]
    package var report: VideoReport

    /// Creates the content.
    package init(
        at: Timestamp,
        remark: String?,
        sources: [TrendSource],
        watched: [Watched],
        report: VideoReport
    ) {
        self.at = at
        self.remark = remark
        self.sources = sources
        self.watched = watched
        self.report = report
    }
}

extension VideoPageContent {
    /// Writes the page; the rules are those of the page on news.
    package func html(language: ReportLanguage) throws -> String {
        try VideoPageWriter(self, Wording(language: language)).page().html()
    }

    /// Says what the whole report says.
    package func message(language: ReportLanguage) -> TrendMessage {
        let writer = VideoPageWriter(self, Wording(language: language))
        return TrendMessage(writer.title, writer.sentence().plain, writer.sources.missing())
    }

    /// Says what is watched of a subject.
    package func message(on subject: Watched, language: ReportLanguage) -> TrendMessage {
        let wording = Wording(language: language)
        return TrendMessage(
            wording(.videoWatchedTitle, subject.name),
            wording(subject.videos == 1 ? .videoWatchedSaidOne : .videoWatchedSaid, wording.count(subject.videos)),
            Array(subject.titles.prefix(3))
        )
    }
}
