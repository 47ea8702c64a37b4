// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
package import TrendAnalysis

/// The workflow `trend-news`: collect → normalise → analyse → summarise → report → notify.
///
/// Checkpoints hold names and counts; items and findings lie on the shelf under the run's name until it has ended. A source whose
/// answer lies there is not asked again, whatever dies in between, and what goes wrong with one is told in the report.
package struct NewsWorkflow: Sendable {
    /// The workflow's name.
    package static let name = "trend-news"

    let services: TrendServices

    /// Creates the workflow around its services.
    package init(_ services: TrendServices) {
        self.services = services
    }

    /// The harvests of all sources, on the shelf.
    struct Collected: Codable, Hashable, Sendable {
        var order: TrendOrder
        var sources: [SourceRecord]
    }

    /// The material of the analysis, on the shelf.
    struct Normalised: Codable, Hashable, Sendable {
        var order: TrendOrder
        var sources: [SourceRecord]
        var windowDays: Int
        var last: Timestamp
        var repeated: Int
        var languages: [String: Int]
    }

    /// A report, on the shelf: of the analysis without summaries, then with them.
    struct Analysed: Codable, Hashable, Sendable {
        var material: Normalised
        var trends: Int
    }

    /// The summarised report, on the shelf.
    struct Summarised: Codable, Hashable, Sendable {
        var order: TrendOrder
        var trends: Int
        var sentences: Int
    }

    /// The report in its place.
    package struct Published: Codable, Hashable, Sendable {
        package var folder: String
        package var language: String
        package var page: String
        package var findings: String
        package var trends: Int
        package var missing: [String]
        package var watched: [WatchedSubject]
    }

    /// The graph.
    package func workflow() throws(WorkflowFault) -> Workflow {
        try Workflow(
            Self.name,
            version: 1,
            input: TrendRequest.self,
            starts: ["collect"],
            nodes: [
                WorkflowNode("collect", timeOut: .minutes(30)) { (request: TrendRequest, context) in
                    try await collect(request, context)
                },
                WorkflowNode("normalise") { (found: Collected, context) in try normalise(found, context) },
                WorkflowNode("analyse") { (material: Normalised, context) in try analyse(material, context) },
                WorkflowNode("summarise") { (analysis: Analysed, context) in try summarise(analysis, context) },
                WorkflowNode("report") { (summary: Summarised, context) in try report(summary, context) },
                WorkflowNode("notify") { (page: Published, context) in try await notify(page, context) },
            ],
            edges: [
                WorkflowEdge("collect", "normalise"), WorkflowEdge("normalise", "analyse"),
                WorkflowEdge("analyse", "summarise"), WorkflowEdge("summarise", "report"),
                WorkflowEdge("report", "notify"),
            ]
        )
    }

    // MARK: The steps

    private func collect(_ request: TrendRequest, _ context: WorkflowContext) async throws -> Collected {
        let folder = request.folder ?? services.folder
        let order = try request.resolved(
            startedAt: context.startedAt,
            folder: folder,
            watching: try services.watched(folder)
        )
        let shelf = services.shelf(order.folder)
        try shelf.sweep(before: context.startedAt - Self.sweeping)
        let collector = NewsCollector(services: services, shelf: shelf, context: context)
        return Collected(order: order, sources: try await collector.collect(order))
    }

    private func normalise(_ found: Collected, _ context: WorkflowContext) throws -> Normalised {
        let shelf = services.shelf(found.order.folder)
        var sources = found.sources
        var items: [NewsItem] = []
        for index in sources.indices {
            let all = try NewsArchive(shelf: shelf).items(
                of: found.order.sources[index],
                with: try NewsPack.items(try shelf.needed(NewsCollector.file(index, of: context.run))),
                until: found.order.at
            )
            sources[index].kept = max(0, all.count - sources[index].items)
            items += all
        }
        let end = found.order.until ?? found.order.at
        let newest = items.lazy.map(\.published).filter { $0 < end }.max()
        let (days, last) = found.order.window(newest: newest)
        if let language = found.order.language { items.removeAll { !$0.isWritten(in: language) } }
        let material = services.analyser().material(of: items.filter { $0.published <= last }.map(TrendItem.init))
        try shelf.put(NewsPack.pack(material.items.map(NewsItem.init)), as: Self.material(of: context.run))
        return Normalised(
            order: found.order,
            sources: sources,
            windowDays: days,
            last: last,
            repeated: material.repeated,
            languages: material.languages
        )
    }

    private func analyse(_ normalised: Normalised, _ context: WorkflowContext) throws -> Analysed {
        let shelf = services.shelf(normalised.order.folder)
        var request = TrendAnalyser.Request(until: normalised.last)
        request.windowDays = Int32(clamping: normalised.windowDays)
        request.baseDays = Int32(TrendOrder.baseDays)
        request.watched = normalised.order.watched
        request.sparklineDays = Int32(clamping: max(30, normalised.windowDays))
        let report = services.analyser().analysis(of: try material(normalised, shelf, context), request)
        try shelf.put(try CanonicalJSON.encode(report), as: Self.analysis(of: context.run))
        return Analysed(material: normalised, trends: report.trends.count)
    }

    private func summarise(_ analysed: Analysed, _ context: WorkflowContext) throws -> Summarised {
        let normalised = analysed.material
        let shelf = services.shelf(normalised.order.folder)
        let report = services.analyser().summarised(
            try CanonicalJSON.decode(TrendReport.self, from: try shelf.needed(Self.analysis(of: context.run))),
            try material(normalised, shelf, context)
        )
        let findings = NewsFindings(
            at: normalised.order.at,
            remark: normalised.order.remark,
            sources: normalised.sources,
            report: report
        )
        try shelf.put(try CanonicalJSON.encode(findings), as: Self.findings(of: context.run))
        let stories = report.trends.flatMap(\.stories)
        return Summarised(
            order: normalised.order,
            trends: report.trends.count,
            sentences: stories.reduce(0) { $0 + $1.summary.sentences.count }
        )
    }

    private func report(_ summarised: Summarised, _ context: WorkflowContext) throws -> Published {
        let order = summarised.order
        let shelf = services.shelf(order.folder)
        let data = try shelf.needed(Self.findings(of: context.run))
        let findings = try CanonicalJSON.decode(NewsFindings.self, from: data)
        let page = try services.presenter.page(on: findings, language: order.report)
        let name = "reports/\(Self.name).\(context.run)"
        // The same bytes in every try, so that to write them twice is to write them once.
        try shelf.put(data, as: name + ".json")
        try shelf.put(Data(page.utf8), as: "\(name).\(order.report).html")
        return Published(
            folder: order.folder,
            language: order.report,
            page: "\(name).\(order.report).html",
            findings: name + ".json",
            trends: summarised.trends,
            missing: findings.sources.filter(\.isMissing).map(\.name),
            watched: order.watched
        )
    }

    private func notify(_ page: Published, _ context: WorkflowContext) async throws -> TrendTold {
        let shelf = services.shelf(page.folder)
        let findings = try CanonicalJSON.decode(NewsFindings.self, from: try shelf.needed(page.findings))
        let teller = TrendTeller(services: services, context: context)
        let touched = findings.touched.map { subject in
            TouchedSubject(
                name: subject.name,
                aliases: page.watched.first { $0.name == subject.name }?.aliases ?? [subject.name],
                count: subject.count,
                expected: subject.expected,
                trends: subject.trends
            )
        }
        try await teller.raise(touched)
        let notices = services.presenter.notices(on: findings, language: page.language, report: page.page)
        let told = try await teller.tell(notices, about: touched, in: page.folder)
        try shelf.removeAll(under: Self.scratch(of: context.run))
        return told
    }

    // MARK: Names on the shelf

    /// Where runs keep what they need until they end.
    static let runs = "trends/runs"
    /// How long what a run needs is kept when it does not end well; a source may set no shorter limit.
    static let sweeping = TimeSpan.days(30)
    /// Everything that a run needs until it ends.
    static func scratch(of run: WorkflowRunID) -> String { "\(runs)/\(run)" }
    private static func material(of run: WorkflowRunID) -> String { scratch(of: run) + "/material" }
    private static func analysis(of run: WorkflowRunID) -> String { scratch(of: run) + "/analysis.json" }
    private static func findings(of run: WorkflowRunID) -> String { scratch(of: run) + "/findings.json" }

    private func material(
        _ normalised: Normalised,
        _ shelf: any TrendShelf,
        _ context: WorkflowContext
    ) throws -> TrendMaterial {
        TrendMaterial(
            items: try NewsPack.items(try shelf.needed(Self.material(of: context.run))).map(TrendItem.init),
            repeated: normalised.repeated,
            languages: normalised.languages
        )
    }
}

extension TrendShelf {
    /// The bytes of a name; throws `Failure` where there are none.
    func needed(_ name: String) throws -> Data {
        if let data = try bytes(of: name) { return data }
        throw Failure(
            .notFound,
            "\(name) is not on the shelf; every machine that carries out steps of trend runs needs the same data folder"
        )
    }
}

extension TrendItem {
    /// What the analysis needs of an item.
    init(_ item: NewsItem) {
        self.init(
            title: item.title,
            summary: item.summary,
            // A feed's or a service's address says nothing of who wrote: then it is the host of what was written.
            source: item.publisher ?? (item.link == nil ? item.source : ""),
            address: item.link,
            published: item.published,
            language: item.language,
            categories: item.categories
        )
    }
}

extension NewsItem {
    /// What was made ready of an item.
    fileprivate init(_ item: TrendItem) {
        self.init(
            source: item.source,
            identity: "",
            title: item.title,
            summary: item.summary,
            link: item.address,
            categories: item.categories,
            language: item.language,
            published: item.published,
            publisher: item.source
        )
    }

    /// Whether it is in a language, as the source states, or as its title looks.
    fileprivate func isWritten(in language: String) -> Bool {
        guard let stated = self.language else { return LanguageGuess.language(of: title) == language }
        return stated.prefix { $0 != "-" && $0 != "_" }.lowercased() == language.lowercased()
    }
}
