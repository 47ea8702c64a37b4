// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The page on an analysed experiment: one HTML file that needs nothing else, for a reader without statistics.
///
/// A pure function of its parts. Every number that it prints is in the machine-readable result, at the place that stands beside it.
package struct AnalysisPage: Sendable {
    private let content: AnalysisPageContent

    /// Creates a page on what was analysed.
    package init(_ content: AnalysisPageContent) {
        self.content = content
    }

    /// Writes the page; throws only when the page's own template is broken.
    package func html(language: ReportLanguage, writtenAt: Timestamp) throws -> String {
        try AnalysisPageWriter(content, Wording(language: language)).page(writtenAt: writtenAt).html()
    }
}

/// The page on an A/B test: one HTML file that needs nothing else, for a reader without statistics.
///
/// A pure function of its parts. Every number that it prints is in the machine-readable result, at the place that stands beside it.
package struct ABTestPage: Sendable {
    private let content: ABTestPageContent

    /// Creates a page on a test's result.
    package init(_ content: ABTestPageContent) {
        self.content = content
    }

    /// Writes the page; throws only when the page's own template is broken.
    package func html(language: ReportLanguage, writtenAt: Timestamp) throws -> String {
        try ABTestPageWriter(content, Wording(language: language)).page(writtenAt: writtenAt).html()
    }
}

extension Wording {
    /// The lines at the end of a result's page.
    func resultFooter(writtenAt: Timestamp) -> [String] {
        [self(.writtenAt, time(writtenAt)) + " · " + self(.timesIn, timeZoneName), self(.tracedNote)]
    }

    /// The confidence of intervals, such as `95 %`, with as few decimals as it needs.
    func confidence(_ figure: Figure) -> Markup {
        let share = (figure.value ?? 0) * 100
        let decimals =
            (share - share.rounded()).magnitude < 1e-9
            ? 0 : (share * 10 - (share * 10).rounded()).magnitude < 1e-7 ? 1 : 2
        return self.figure(figure, .percent(decimals))
    }

    /// Names in a row.
    func list(_ names: [String]) -> Markup { Markup(names.joined(separator: ", ")) }

    /// The engine's own notes in the page's language, where they are known.
    func notes(_ notes: [String]) -> [Block] {
        guard !notes.isEmpty else { return [] }
        return [.heading(self(.notesTitle)), .list(notes.map { RecordedSentence.text($0, in: language) })]
    }
}
