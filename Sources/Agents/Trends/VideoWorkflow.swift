// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import TrendAnalysis

/// The workflow `trend-videos`: search → analyse → summarise → report → notify.
///
/// Its rules are those of `NewsWorkflow`. A search also counts the videos again that earlier runs have read and the plan wants counted.
package struct VideoWorkflow: Sendable {
    /// The workflow's name.
    package static let name = "trend-videos"

    let services: TrendServices

    /// Creates the workflow around its services.
    package init(_ services: TrendServices) {
        self.services = services
    }

    /// What was found and counted, on the shelf.
    struct Searched: Codable, Hashable, Sendable {
        var order: TrendOrder
        var sources: [SourceRecord]
    }

    /// The report without what is watched, on the shelf.
    struct Analysed: Codable, Hashable, Sendable {
        var order: TrendOrder
        var sources: [SourceRecord]
        var viral: Int
    }

    /// The findings, on the shelf.
    struct Summarised: Codable, Hashable, Sendable {
        var order: TrendOrder
        var viral: Int
    }

    /// The graph.
    package func workflow() throws(WorkflowFault) -> Workflow {
        try Workflow(
            Self.name,
            version: 1,
            input: TrendRequest.self,
            starts: ["search"],
            nodes: [
                WorkflowNode("search", timeOut: .minutes(30)) { (request: TrendRequest, context) in
                    try await search(request, context)
                },
                WorkflowNode("analyse") { (found: Searched, context) in try analyse(found, context) },
                WorkflowNode("summarise") { (analysis: Analysed, context) in try summarise(analysis, context) },
                WorkflowNode("report") { (summary: Summarised, context) in try report(summary, context) },
                WorkflowNode("notify") { (page: NewsWorkflow.Published, context) in try await notify(page, context) },
            ],
            edges: [
                WorkflowEdge("search", "analyse"), WorkflowEdge("analyse", "summarise"),
                WorkflowEdge("summarise", "report"), WorkflowEdge("report", "notify"),
            ]
        )
    }

    private func search(_ request: TrendRequest, _ context: WorkflowContext) async throws -> Searched {
        let folder = request.folder ?? services.folder
        let order = try request.resolved(
            startedAt: context.startedAt,
            folder: folder,
            watching: try services.watched(folder)
        )
        let shelf = services.shelf(order.folder)
        try shelf.sweep(before: context.startedAt - NewsWorkflow.sweeping)
        try VideoArchive(shelf: shelf).expire(at: order.at)
        let collector = VideoCollector(services: services, shelf: shelf, context: context)
        return Searched(order: order, sources: try await collector.collect(order))
    }

    private func analyse(_ found: Searched, _ context: WorkflowContext) throws -> Analysed {
        let shelf = services.shelf(found.order.folder)
        var sources = found.sources
        var items: [VideoItem] = []
        for index in sources.indices {
            let harvest = try CanonicalJSON.decode(
                VideoHarvest.self,
                from: try shelf.needed(VideoCollector.file(index, of: context.run))
            )
            let all = try VideoArchive(shelf: shelf).items(
                of: found.order.sources[index],
                with: harvest,
                at: found.order.at
            )
            sources[index].kept = max(0, all.count - sources[index].items)
            items += all
        }
        let end = min(found.order.until ?? found.order.at, found.order.at)
        let newest = items.flatMap(\.sights).map(\.at).filter { $0 <= end }.max()
        var request = VideoAnalyser.Request(at: newest.map { min($0, end) } ?? end)
        request.windowDays = Int32(clamping: found.order.window(newest: newest).days)
        if let since = found.order.since { items.removeAll { $0.published < since } }
        let report = services.videos().report(items, request)
        try shelf.put(try CanonicalJSON.encode(items), as: Self.items(of: context.run))
        try shelf.put(try CanonicalJSON.encode(report), as: Self.analysis(of: context.run))
        return Analysed(order: found.order, sources: sources, viral: report.viral.count)
    }

    private func summarise(_ analysed: Analysed, _ context: WorkflowContext) throws -> Summarised {
        let shelf = services.shelf(analysed.order.folder)
        let findings = VideoFindings(
            at: analysed.order.at,
            remark: analysed.order.remark,
            sources: analysed.sources,
            watched: analysed.order.watched,
            items: try CanonicalJSON.decode([VideoItem].self, from: try shelf.needed(Self.items(of: context.run))),
            report: try CanonicalJSON.decode(VideoReport.self, from: try shelf.needed(Self.analysis(of: context.run)))
        )
        try shelf.put(try CanonicalJSON.encode(findings), as: Self.findings(of: context.run))
        return Summarised(order: analysed.order, viral: analysed.viral)
    }

    private func report(_ summarised: Summarised, _ context: WorkflowContext) throws -> NewsWorkflow.Published {
        let order = summarised.order
        let shelf = services.shelf(order.folder)
        let data = try shelf.needed(Self.findings(of: context.run))
        let findings = try CanonicalJSON.decode(VideoFindings.self, from: data)
        let page = try services.presenter.page(on: findings, language: order.report)
        let name = "reports/\(Self.name).\(context.run)"
        try shelf.put(data, as: name + ".json")
        try shelf.put(Data(page.utf8), as: "\(name).\(order.report).html")
        return NewsWorkflow.Published(
            folder: order.folder,
            language: order.report,
            page: "\(name).\(order.report).html",
            findings: name + ".json",
            trends: summarised.viral,
            missing: findings.sources.filter(\.isMissing).map(\.name),
            watched: order.watched
        )
    }

    private func notify(_ page: NewsWorkflow.Published, _ context: WorkflowContext) async throws -> TrendTold {
        let shelf = services.shelf(page.folder)
        let findings = try CanonicalJSON.decode(VideoFindings.self, from: try shelf.needed(page.findings))
        let touched = findings.touched.map { subject in
            TouchedSubject(
                name: subject.name,
                aliases: page.watched.first { $0.name == subject.name }?.aliases ?? [subject.name],
                count: subject.videos,
                expected: nil,
                trends: subject.trends + subject.titles.prefix(3)
            )
        }
        let teller = TrendTeller(services: services, context: context)
        try await teller.raise(touched)
        let notices = services.presenter.notices(on: findings, language: page.language, report: page.page)
        let told = try await teller.tell(notices, about: touched, in: page.folder)
        try shelf.removeAll(under: NewsWorkflow.scratch(of: context.run))
        return told
    }

    private static func items(of run: WorkflowRunID) -> String { NewsWorkflow.scratch(of: run) + "/items.json" }
    private static func analysis(of run: WorkflowRunID) -> String { NewsWorkflow.scratch(of: run) + "/analysis.json" }
    private static func findings(of run: WorkflowRunID) -> String { NewsWorkflow.scratch(of: run) + "/findings.json" }
}
