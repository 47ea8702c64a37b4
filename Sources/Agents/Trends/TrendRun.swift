// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
package import TrendAnalysis

/// A report in its place.
package struct PublishedTrends: Codable, Hashable, Sendable {
    package var folder: String
    package var language: String
    package var page: String
    package var findings: String
    package var trends: Int
    package var missing: [String]
    package var watched: [WatchedSubject]
}

/// A summarised report, on the shelf; for a report on videos, `trends` are those that are watched more than is usual.
struct SummarisedTrends: Codable, Hashable, Sendable {
    var order: TrendOrder
    var trends: Int
}

/// What a run found, of whatever kind: enough to write the page and to tell people.
protocol TrendFindings: Codable, Sendable {
    var sources: [SourceRecord] { get }
    /// The watched subjects that a trend touches, with what else each is called.
    func touched(of watched: [WatchedSubject]) -> [TouchedSubject]
    /// The page, by who says things in words.
    func page(by presenter: any TrendPresenter, language: String) throws -> String
    /// What a person is told.
    func notices(by presenter: any TrendPresenter, language: String, report: String) -> [Notice]
}

/// What the steps of the workflows on news and on videos have in common: the beginning, the report, the telling, and names on the shelf.
struct TrendRun: Sendable {
    /// Where runs keep what they need until they end.
    static let runs = "trends/runs"
    /// How long what a run needs is kept when it does not end well; a source may set no shorter limit.
    private static let sweeping = TimeSpan.days(30)

    let services: TrendServices
    let context: WorkflowContext

    /// Everything that a run needs until it ends.
    static func scratch(of run: WorkflowRunID) -> String { "\(runs)/\(run)" }
    /// Where a run's findings lie until they are published.
    static func findings(of run: WorkflowRunID) -> String { scratch(of: run) + "/findings.json" }

    /// The last two steps of a workflow, which follow the one that summarises.
    static func ending<Findings: TrendFindings>(
        _ type: Findings.Type,
        of workflow: String,
        _ services: TrendServices
    ) -> [WorkflowNode] {
        [
            WorkflowNode("report") { (summary: SummarisedTrends, context) in
                try TrendRun(services: services, context: context).report(type, summary, as: workflow)
            },
            WorkflowNode("notify") { (page: PublishedTrends, context) in
                try await TrendRun(services: services, context: context).notify(page, type)
            },
        ]
    }

    /// Fills a request's gaps, and clears the shelf of what runs left long ago.
    func begin(_ request: TrendRequest) throws -> (order: TrendOrder, shelf: any TrendShelf) {
        let folder = request.folder ?? services.folder
        let order = try request.resolved(
            startedAt: context.startedAt,
            folder: folder,
            watching: try services.watched(folder)
        )
        let shelf = services.shelf(order.folder)
        try shelf.sweep(before: context.startedAt - Self.sweeping)
        return (order, shelf)
    }

    /// Writes the page and the findings to where they stay.
    func report<Findings: TrendFindings>(
        _ type: Findings.Type,
        _ summary: SummarisedTrends,
        as workflow: String
    ) throws -> PublishedTrends {
        let order = summary.order
        let shelf = services.shelf(order.folder)
        let data = try shelf.needed(Self.findings(of: context.run))
        let findings = try CanonicalJSON.decode(type, from: data)
        let page = try findings.page(by: services.presenter, language: order.report)
        let name = "reports/\(workflow).\(context.run)"
        // The same bytes in every try, so that to write them twice is to write them once.
        try shelf.put(data, as: name + ".json")
        try shelf.put(Data(page.utf8), as: "\(name).\(order.report).html")
        return PublishedTrends(
            folder: order.folder,
            language: order.report,
            page: "\(name).\(order.report).html",
            findings: name + ".json",
            trends: summary.trends,
            missing: findings.sources.filter(\.isMissing).map(\.name),
            watched: order.watched
        )
    }

    /// Tells people of a published report, and removes what the run needed.
    func notify<Findings: TrendFindings>(_ page: PublishedTrends, _ type: Findings.Type) async throws -> TrendTold {
        let shelf = services.shelf(page.folder)
        let findings = try CanonicalJSON.decode(type, from: try shelf.needed(page.findings))
        let touched = findings.touched(of: page.watched)
        let teller = TrendTeller(services: services, context: context)
        try await teller.raise(touched, missing: findings.sources.filter(\.isMissing))
        let notices = findings.notices(by: services.presenter, language: page.language, report: page.page)
        let told = try await teller.tell(notices, about: touched, in: page.folder)
        try shelf.removeAll(under: Self.scratch(of: context.run))
        return told
    }
}

extension [WatchedSubject] {
    /// What a subject is called, its name among it.
    fileprivate func aliases(of name: String) -> [String] { first { $0.name == name }?.aliases ?? [name] }
}

extension NewsFindings: TrendFindings {
    func touched(of watched: [WatchedSubject]) -> [TouchedSubject] {
        touched.map { subject in
            TouchedSubject(
                name: subject.name,
                aliases: watched.aliases(of: subject.name),
                count: subject.count,
                expected: subject.expected,
                trends: subject.trends
            )
        }
    }

    func page(by presenter: any TrendPresenter, language: String) throws -> String {
        try presenter.page(on: self, language: language)
    }

    func notices(by presenter: any TrendPresenter, language: String, report: String) -> [Notice] {
        presenter.notices(on: self, language: language, report: report)
    }
}

extension VideoFindings: TrendFindings {
    func touched(of watched: [WatchedSubject]) -> [TouchedSubject] {
        touched.map { subject in
            TouchedSubject(
                name: subject.name,
                aliases: watched.aliases(of: subject.name),
                count: subject.videos,
                expected: nil,
                trends: subject.trends + subject.titles.prefix(3)
            )
        }
    }

    func page(by presenter: any TrendPresenter, language: String) throws -> String {
        try presenter.page(on: self, language: language)
    }

    func notices(by presenter: any TrendPresenter, language: String, report: String) -> [Notice] {
        presenter.notices(on: self, language: language, report: report)
    }
}
