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

    /// The graph.
    package func workflow() throws(WorkflowFault) -> Workflow {
        try Workflow(
            Self.name,
            version: 2,
            input: TrendRequest.self,
            starts: ["search"],
            nodes: [
                WorkflowNode("search", timeOut: .minutes(30)) { (request: TrendRequest, context) in
                    try await search(request, context)
                },
                WorkflowNode("analyse") { (found: Searched, context) in try analyse(found, context) },
                WorkflowNode("summarise") { (analysis: Analysed, context) in try summarise(analysis, context) },
            ] + TrendRun.ending(VideoFindings.self, of: Self.name, services),
            edges: [
                WorkflowEdge("search", "analyse"), WorkflowEdge("analyse", "summarise"),
                WorkflowEdge("summarise", "report"), WorkflowEdge("report", "notify"),
            ]
        )
    }

    private func run(_ context: WorkflowContext) -> TrendRun { TrendRun(services: services, context: context) }

    private func search(_ request: TrendRequest, _ context: WorkflowContext) async throws -> Searched {
        defer { services.release() }
        let (order, shelf) = try run(context).begin(request)
        try VideoArchive(shelf: shelf).expire(at: order.at)
        let collector = VideoCollector(services: services, shelf: shelf, context: context)
        return Searched(order: order, sources: try await collector.collect(order))
    }

    private func analyse(_ found: Searched, _ context: WorkflowContext) throws -> Analysed {
        defer { services.release() }
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
        let report = services.videos().analysis(of: items, request)
        try shelf.put(try CanonicalJSON.encode(items), as: Self.items(of: context.run))
        try shelf.put(try CanonicalJSON.encode(report), as: Self.analysis(of: context.run))
        return Analysed(order: found.order, sources: sources, viral: report.viral.count)
    }

    private func summarise(_ analysed: Analysed, _ context: WorkflowContext) throws -> SummarisedTrends {
        defer { services.release() }
        let shelf = services.shelf(analysed.order.folder)
        let items = try CanonicalJSON.decode(
            [VideoItem].self,
            from: try shelf.needed(Self.items(of: context.run))
        )
        let report = try CanonicalJSON.decode(
            VideoReport.self,
            from: try shelf.needed(Self.analysis(of: context.run))
        )
        let findings = VideoFindings(
            at: analysed.order.at,
            remark: analysed.order.remark,
            sources: analysed.sources,
            watched: analysed.order.watched,
            items: items,
            report: services.videos().summarised(report, items)
        )
        try shelf.put(try CanonicalJSON.encode(findings), as: TrendRun.findings(of: context.run))
        return SummarisedTrends(order: analysed.order, trends: analysed.viral)
    }

    private static func items(of run: WorkflowRunID) -> String { TrendRun.scratch(of: run) + "/items.json" }
    private static func analysis(of run: WorkflowRunID) -> String { TrendRun.scratch(of: run) + "/analysis.json" }
}
