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
    package var sources: [NewsPageContent.Source]
    package var watched: [Watched]
    package var report: VideoReport

    /// Creates the content.
    package init(
        at: Timestamp,
        remark: String?,
        sources: [NewsPageContent.Source],
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

/// The page on what is watched more than is usual: one HTML file that needs nothing else.
///
/// A pure function of its parts: the same content gives the same bytes.
package struct VideoPage: Sendable {
    private let content: VideoPageContent

    /// Creates a page on what was found.
    package init(_ content: VideoPageContent) {
        self.content = content
    }

    /// Writes the page; throws only when the page's own template is broken.
    package func html(language: ReportLanguage) throws -> String {
        try VideoPageWriter(content, Wording(language: language)).page().html()
    }
}

/// What was found in videos in a few lines, for a message to a person.
package struct VideoMessage: Sendable {
    package let title: String
    package let text: String

    /// Says what the whole report says.
    package init(_ content: VideoPageContent, language: ReportLanguage) {
        let writer = VideoPageWriter(content, Wording(language: language))
        title = writer.title
        let missing = writer.sources.missing().map { "– " + $0 }
        text = ([writer.sentence().plain] + missing).joined(separator: "\n")
    }

    /// Says what is watched of a subject.
    package init(_ subject: VideoPageContent.Watched, _ content: VideoPageContent, language: ReportLanguage) {
        let wording = Wording(language: language)
        title = wording(.videoWatchedTitle, subject.name)
        let said = wording(.videoWatchedSaid, wording.count(subject.videos))
        text = ([said] + subject.titles.prefix(3).map { "– " + $0 }).joined(separator: "\n")
    }
}
