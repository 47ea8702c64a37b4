// SPDX-License-Identifier: Apache-2.0

package import Domain
package import TrendAnalysis

/// What the page on trends in the news shows; the figures' places are those of the machine-readable result.
package struct NewsPageContent: Sendable {
    /// The instant that counts as now.
    package var at: Timestamp
    /// What a reader must know before anything else.
    package var remark: String?
    package var sources: [TrendSource]
    package var report: TrendReport

    /// Creates the content.
    package init(at: Timestamp, remark: String?, sources: [TrendSource], report: TrendReport) {
        self.at = at
        self.remark = remark
        self.sources = sources
        self.report = report
    }
}

extension NewsPageContent {
    /// Writes the page: one HTML file that needs nothing else; the same content gives the same bytes.
    ///
    /// Throws only when the page's own template is broken.
    package func html(language: ReportLanguage) throws -> String {
        try NewsPageWriter(self, Wording(language: language)).page().html()
    }

    /// Says what the whole report says.
    package func message(language: ReportLanguage) -> TrendMessage {
        let writer = NewsPageWriter(self, Wording(language: language))
        return TrendMessage(writer.title, writer.sentence().plain, writer.sources.missing())
    }

    /// Says what is written of a watched subject.
    package func message(on subject: TrendReport.Watched, language: ReportLanguage) -> TrendMessage {
        let writer = NewsPageWriter(self, Wording(language: language))
        return TrendMessage(
            writer.wording(.watchedTitle, subject.name),
            writer.said(of: subject),
            subject.stories.prefix(3).map(\.title)
        )
    }
}
