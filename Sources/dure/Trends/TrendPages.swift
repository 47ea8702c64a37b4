// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Reports
import TrendAnalysis

/// Says what trend runs found by the pages of Reports.
struct TrendPages: TrendPresenter {
    func page(on findings: NewsFindings, language: String) throws -> String {
        try Self.content(of: findings).html(language: Self.language(language))
    }

    func page(on findings: VideoFindings, language: String) throws -> String {
        try Self.content(of: findings).html(language: Self.language(language))
    }

    func notices(on findings: NewsFindings, language: String, report: String) -> [Notice] {
        let content = Self.content(of: findings)
        let language = Self.language(language)
        var messages = [(Self.cause(NewsWorkflow.name, findings.sources), content.message(language: language))]
        for subject in findings.touched {
            messages.append(("subject/\(subject.name)", content.message(on: subject, language: language)))
        }
        return messages.map { Self.notice($0, $1, report, findings.at) }
    }

    func notices(on findings: VideoFindings, language: String, report: String) -> [Notice] {
        let content = Self.content(of: findings)
        let language = Self.language(language)
        var messages = [(Self.cause(VideoWorkflow.name, findings.sources), content.message(language: language))]
        for subject in findings.touched {
            let message = content.message(on: Self.watched(subject), language: language)
            messages.append(("videos/\(subject.name)", message))
        }
        return messages.map { Self.notice($0, $1, report, findings.at) }
    }

    /// Runs on the same sources have one cause.
    private static func cause(_ workflow: String, _ sources: [SourceRecord]) -> String {
        let names = sources.map(\.name).sorted().joined(separator: "\n")
        return "\(workflow)/\(String(SplitMix64.seed(0, names), radix: 16))"
    }

    private static func notice(_ cause: String, _ message: TrendMessage, _ report: String, _ at: Timestamp) -> Notice {
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

    /// What the page on videos shows of findings.
    static func content(of findings: VideoFindings) -> VideoPageContent {
        VideoPageContent(
            at: findings.at,
            remark: findings.remark,
            sources: findings.sources.map(Self.source),
            watched: findings.watched.map(watched),
            report: findings.report
        )
    }

    private static func watched(_ subject: VideoFindings.Watched) -> VideoPageContent.Watched {
        VideoPageContent.Watched(name: subject.name, videos: subject.videos, titles: subject.titles)
    }

    private static func source(_ source: SourceRecord) -> TrendSource {
        TrendSource(
            name: source.name,
            items: source.items,
            kept: source.kept,
            calls: source.calls,
            problems: source.problems.map(\.failure.message),
            isMissing: source.isMissing
        )
    }
}
