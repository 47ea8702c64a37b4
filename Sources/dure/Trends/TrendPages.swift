// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Reports
import TrendAnalysis

/// Says what trend runs found by the pages of Reports.
struct TrendPages: TrendPresenter {
    func page(on findings: NewsFindings, language: String) throws -> String {
        try NewsPage(Self.content(of: findings)).html(language: Self.language(language))
    }

    func notices(on findings: NewsFindings, language: String, report: String) -> [Notice] {
        let content = Self.content(of: findings)
        let language = Self.language(language)
        let whole = NewsMessage(content, language: language)
        let first = Self.notice(
            Self.cause(NewsWorkflow.name, findings.sources),
            (whole.title, whole.text),
            report,
            findings.at
        )
        return [first]
            + findings.touched.map { subject in
                let message = NewsMessage(subject, content, language: language)
                return Self.notice("subject/\(subject.name)", (message.title, message.text), report, findings.at)
            }
    }

    /// Runs on the same sources have one cause.
    private static func cause(_ workflow: String, _ sources: [SourceRecord]) -> String {
        let names = sources.map(\.name).sorted().joined(separator: "\n")
        return "\(workflow)/\(String(SplitMix64.seed(0, names), radix: 16))"
    }

    private static func notice(
        _ cause: String,
        _ message: (title: String, text: String),
        _ report: String,
        _ at: Timestamp
    ) -> Notice {
        Notice(cause: cause, title: message.title, text: message.text, link: report, at: at)
    }

    private static func language(_ code: String) -> ReportLanguage { ReportLanguage(rawValue: code) ?? .english }

    /// What the page shows of findings.
    static func content(of findings: NewsFindings) -> NewsPageContent {
        NewsPageContent(
            at: findings.at,
            remark: findings.remark,
            sources: findings.sources.map(Self.source),
            report: findings.report
        )
    }

    private static func source(_ source: SourceRecord) -> NewsPageContent.Source {
        NewsPageContent.Source(
            name: source.name,
            items: source.items,
            kept: source.kept,
            calls: source.calls,
            problems: source.problems.map(\.failure.message),
            isMissing: source.isMissing
        )
    }
}

// Videos.
extension TrendPages {
    func page(on findings: VideoFindings, language: String) throws -> String {
        try VideoPage(Self.content(of: findings)).html(language: Self.language(language))
    }

    func notices(on findings: VideoFindings, language: String, report: String) -> [Notice] {
        let content = Self.content(of: findings)
        let language = Self.language(language)
        let whole = VideoMessage(content, language: language)
        let first = Self.notice(
            Self.cause(VideoWorkflow.name, findings.sources),
            (whole.title, whole.text),
            report,
            findings.at
        )
        return [first]
            + findings.touched.map { subject in
                let message = VideoMessage(Self.watched(subject), content, language: language)
                return Self.notice("videos/\(subject.name)", (message.title, message.text), report, findings.at)
            }
    }

    private static func watched(_ subject: VideoFindings.Watched) -> VideoPageContent.Watched {
        VideoPageContent.Watched(name: subject.name, videos: subject.videos, titles: subject.titles)
    }

    /// What the page shows of findings.
    static func content(of findings: VideoFindings) -> VideoPageContent {
        VideoPageContent(
            at: findings.at,
            remark: findings.remark,
            sources: findings.sources.map(Self.source),
            watched: findings.watched.map(watched),
            report: findings.report
        )
    }
}
