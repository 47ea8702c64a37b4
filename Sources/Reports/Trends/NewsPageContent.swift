// SPDX-License-Identifier: Apache-2.0

package import Domain
package import TrendAnalysis

/// What the page on trends in the news shows; the figures' places are those of the machine-readable result.
package struct NewsPageContent: Sendable {
    /// A source as the run found it.
    package struct Source: Sendable {
        package var name: String
        package var items: Int
        package var kept: Int
        package var calls: Int
        package var problems: [String]
        /// Whether nothing of it is in the report.
        package var isMissing: Bool

        /// Creates a source.
        package init(name: String, items: Int, kept: Int, calls: Int, problems: [String], isMissing: Bool) {
            self.name = name
            self.items = items
            self.kept = kept
            self.calls = calls
            self.problems = problems
            self.isMissing = isMissing
        }
    }

    /// The instant that counts as now.
    package var at: Timestamp
    /// What a reader must know before anything else.
    package var remark: String?
    package var sources: [Source]
    package var report: TrendReport

    /// Creates the content.
    package init(at: Timestamp, remark: String?, sources: [Source], report: TrendReport) {
        self.at = at
        self.remark = remark
        self.sources = sources
        self.report = report
    }
}

/// The page on trends in the news: one HTML file that needs nothing else.
///
/// A pure function of its parts: the same content gives the same bytes.
package struct NewsPage: Sendable {
    private let content: NewsPageContent

    /// Creates a page on what was found.
    package init(_ content: NewsPageContent) {
        self.content = content
    }

    /// Writes the page; throws only when the page's own template is broken.
    package func html(language: ReportLanguage) throws -> String {
        try NewsPageWriter(content, Wording(language: language)).page().html()
    }
}

/// What was found in two lines, for a message to a person.
package struct NewsMessage: Sendable {
    package let title: String
    package let text: String

    /// Says what the whole report says.
    package init(_ content: NewsPageContent, language: ReportLanguage) {
        let writer = NewsPageWriter(content, Wording(language: language))
        title = writer.title
        text = ([writer.sentence().plain] + writer.sources.missing().map { "– " + $0 }).joined(separator: "\n")
    }

    /// Says what is written of a watched subject.
    package init(_ subject: TrendReport.Watched, _ content: NewsPageContent, language: ReportLanguage) {
        let writer = NewsPageWriter(content, Wording(language: language))
        title = writer.wording(.watchedTitle, subject.name)
        text = ([writer.said(of: subject)] + subject.stories.prefix(3).map { "– " + $0.title }).joined(separator: "\n")
    }
}
