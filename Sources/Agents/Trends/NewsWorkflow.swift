// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import TrendAnalysis

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

    /// The graph.
    package func workflow() throws(WorkflowFault) -> Workflow {
        try Workflow(
            Self.name,
            version: 2,
            input: TrendRequest.self,
            starts: ["collect"],
            nodes: [
                WorkflowNode("collect", timeOut: .minutes(30)) { (request: TrendRequest, context) in
                    try await collect(request, context)
                },
                WorkflowNode("normalise") { (found: Collected, context) in try normalise(found, context) },
                WorkflowNode("analyse") { (material: Normalised, context) in try analyse(material, context) },
                WorkflowNode("summarise") { (analysis: Analysed, context) in try summarise(analysis, context) },
            ] + TrendRun.ending(NewsFindings.self, of: Self.name, services),
            edges: [
                WorkflowEdge("collect", "normalise"), WorkflowEdge("normalise", "analyse"),
                WorkflowEdge("analyse", "summarise"), WorkflowEdge("summarise", "report"),
                WorkflowEdge("report", "notify"),
            ]
        )
    }

    // MARK: The steps

    private func run(_ context: WorkflowContext) -> TrendRun { TrendRun(services: services, context: context) }

    private func collect(_ request: TrendRequest, _ context: WorkflowContext) async throws -> Collected {
        defer { services.release() }
        let (order, shelf) = try run(context).begin(request)
        let collector = NewsCollector(services: services, shelf: shelf, context: context)
        return Collected(order: order, sources: try await collector.collect(order))
    }

    private func normalise(_ found: Collected, _ context: WorkflowContext) throws -> Normalised {
        defer { services.release() }
        let shelf = services.shelf(found.order.folder)
        var sources = found.sources
        var items = TrendItems(room: found.sources.reduce(0) { $0 + $1.items })
        var newest: Timestamp?
        for index in sources.indices {
            let count = try each(index, of: found.order, on: shelf, context) { item in
                if item.published < found.order.end { newest = max(newest ?? item.published, item.published) }
                guard found.order.language.map(item.isWritten(in:)) ?? true else { return }
                items.append(TrendItem(item))
            }
            sources[index].kept = max(0, count - sources[index].items)
        }
        let (days, last) = found.order.window(newest: newest)
        let material = services.analyser().material(of: items.upTo(last))
        let file = try shelf.begin(Self.material(of: context.run))
        try material.write(to: file.append)
        try file.finish()
        return Normalised(
            order: found.order,
            sources: sources,
            windowDays: days,
            last: last,
            repeated: material.repeated,
            languages: material.languages
        )
    }

    /// Goes through what a source gave, with what earlier runs have read of it; returns how many items that were.
    private func each(
        _ index: Int,
        of order: TrendOrder,
        on shelf: any TrendShelf,
        _ context: WorkflowContext,
        _ body: (NewsItem) throws -> Void
    ) throws -> Int {
        let address = order.sources[index]
        var reader = try NewsPack.Reader(try shelf.neededPieces(NewsCollector.file(index, of: context.run)))
        var count = 0
        guard !TrendOrder.isFile(address) else {
            // A file has its own history, and may be large.
            while let item = try reader.next() {
                try body(item)
                count += 1
            }
            return count
        }
        var fresh: [NewsItem] = []
        while let item = try reader.next() { fresh.append(item) }
        let all = try NewsArchive(shelf: shelf).items(of: address, with: fresh, until: order.at)
        for item in all { try body(item) }
        return all.count
    }

    private func analyse(_ normalised: Normalised, _ context: WorkflowContext) throws -> Analysed {
        defer { services.release() }
        let shelf = services.shelf(normalised.order.folder)
        var request = TrendAnalyser.Request(until: normalised.last)
        request.windowDays = Int32(clamping: normalised.windowDays)
        request.baseDays = Int32(TrendOrder.baseDays)
        request.watched = normalised.order.watched
        request.sparklineDays = Int32(clamping: max(30, normalised.windowDays))
        let report = services.analyser().analysis(
            of: try material(normalised, shelf, context, hasTokens: true),
            request
        )
        try shelf.put(try CanonicalJSON.encode(report), as: Self.analysis(of: context.run))
        return Analysed(material: normalised, trends: report.trends.count)
    }

    private func summarise(_ analysed: Analysed, _ context: WorkflowContext) throws -> SummarisedTrends {
        defer { services.release() }
        let normalised = analysed.material
        let shelf = services.shelf(normalised.order.folder)
        let report = services.analyser().summarised(
            try CanonicalJSON.decode(TrendReport.self, from: try shelf.needed(Self.analysis(of: context.run))),
            try material(normalised, shelf, context, hasTokens: false)
        )
        let findings = NewsFindings(
            at: normalised.order.at,
            remark: normalised.order.remark,
            sources: normalised.sources,
            report: report
        )
        try shelf.put(try CanonicalJSON.encode(findings), as: TrendRun.findings(of: context.run))
        return SummarisedTrends(order: normalised.order, trends: report.trends.count)
    }

    private func material(
        _ normalised: Normalised,
        _ shelf: any TrendShelf,
        _ context: WorkflowContext,
        hasTokens: Bool
    ) throws -> TrendMaterial {
        try TrendMaterial(
            reading: try shelf.neededPieces(Self.material(of: context.run)),
            hasTokens: hasTokens,
            repeated: normalised.repeated,
            languages: normalised.languages
        )
    }

    // MARK: Names on the shelf

    private static func material(of run: WorkflowRunID) -> String { TrendRun.scratch(of: run) + "/material" }
    private static func analysis(of run: WorkflowRunID) -> String { TrendRun.scratch(of: run) + "/analysis.json" }
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
    /// Whether it is in a language, as the source states, or as its title looks.
    fileprivate func isWritten(in language: String) -> Bool {
        guard let stated = self.language else { return LanguageGuess.language(of: title) == language }
        return stated.prefix { $0 != "-" && $0 != "_" }.lowercased() == language.lowercased()
    }
}
