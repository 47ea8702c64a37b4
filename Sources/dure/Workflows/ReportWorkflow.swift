// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Experiments
import Foundation
import Jobs
import Reports

/// The workflow `report`: find → render → (a person, where one is to be asked) → publish → notify.
///
/// The page is rendered into a file of the run's own, published under the campaign's name whole, and told of by one line in a file of notices,
/// once, whatever dies in between.
struct ReportWorkflow: Sendable {
    /// What is asked for; every field may be left out.
    struct Request: Codable, Hashable, Sendable {
        /// The campaign's identifier, its beginning, or the goal's name; the newest that has started otherwise.
        var campaign: String?
        /// `en` or `ko`.
        var language: String?
        /// The data folder.
        var folder: String?
        /// Whether a person looks at it before it is published.
        var approval: Bool?
    }

    /// What is to be rendered, and where it goes.
    struct Order: Codable, Hashable, Sendable {
        var campaign: CampaignID
        var language: String
        var folder: String
        var needsApproval: Bool
    }

    /// A page that nobody has seen yet.
    struct Draft: Codable, Hashable, Sendable {
        var order: Order
        var file: String
        var bytes: Int
    }

    /// A page in its place.
    struct Published: Codable, Hashable, Sendable {
        var campaign: CampaignID
        var folder: String
        var file: String
    }

    /// A line of the file of notices.
    struct Notice: Codable, Hashable, Sendable {
        var key: String
        var campaign: CampaignID
        var report: String
    }

    let store: any Store

    /// The graph.
    func workflow() throws(WorkflowFault) -> Workflow {
        try Workflow(
            "report",
            version: 1,
            input: Request.self,
            starts: ["find"],
            nodes: [
                WorkflowNode("find") { (request: Request, context) in try await find(request, context) },
                WorkflowNode("render") { (order: Order, context) in try await render(order, context) },
                .person("approve", about: Draft.self, asks: "May this report be published?"),
                WorkflowNode(
                    "publish",
                    joining: [
                        .output(of: "render", as: Draft.self), .optional(of: "approve", as: PersonAnswer.self),
                    ]
                ) { parts, context in try await publish(try parts.output(of: "render"), context) },
                WorkflowNode("notify") { (page: Published, context) in try await notify(page, context) },
            ],
            edges: [
                WorkflowEdge("find", "render"),
                WorkflowEdge("render", "approve", when: "approval is asked for", of: Draft.self) {
                    $0.order.needsApproval
                },
                WorkflowEdge("render", "publish"),
                WorkflowEdge("approve", "publish"),
                WorkflowEdge("publish", "notify"),
            ]
        )
    }

    private func find(_ request: Request, _ context: WorkflowContext) async throws -> Order {
        let language = request.language ?? ReportLanguage.english.rawValue
        guard ReportLanguage(rawValue: language) != nil else {
            throw Failure(.invalid, "the language is '\(language)'; give en or ko")
        }
        let campaigns = try await store.campaigns(in: context.workspace)
        do throws(CampaignLookup.Failure) {
            return Order(
                campaign: try CampaignLookup.match(request.campaign, among: campaigns, isReading: true).id,
                language: language,
                folder: DataFolder(path: request.folder ?? DataFolder.standard).url.absoluteURL.path,
                needsApproval: request.approval ?? false
            )
        } catch {
            throw Failure(.notFound, "\(error)")
        }
    }

    private func render(_ order: Order, _ context: WorkflowContext) async throws -> Draft {
        guard let language = ReportLanguage(rawValue: order.language),
            let dossier = try await CampaignDossier(of: order.campaign, in: context.workspace, from: store)
        else { throw Failure(.notFound, "there is no campaign \(order.campaign)") }
        let html = try CampaignReport(dossier).html(language: language, writtenAt: context.clock.now)
        let drafts = DataFolder(path: order.folder).reports.appending(path: "drafts", directoryHint: .isDirectory)
        let file = drafts.appending(path: "\(context.run).html")
        try FolderShelf.writing(file) {
            try FileManager.default.createDirectory(at: drafts, withIntermediateDirectories: true)
            try Data(html.utf8).write(to: file, options: .atomic)
        }
        return Draft(order: order, file: file.path, bytes: html.utf8.count)
    }

    private func publish(_ draft: Draft, _ context: WorkflowContext) async throws -> Published {
        let order = draft.order
        let target = DataFolder(path: order.folder).reports.appending(path: "\(order.campaign).\(order.language).html")
        let page = URL(filePath: draft.file)
        _ = try await context.once("publish", kind: "report.publish", intent: draft) {
            FileManager.default.contentsEqual(atPath: page.path, andPath: target.path) ? .done("{}") : .notDone
        } body: { _ in
            try FolderShelf.writing(target) { try Data(contentsOf: page).write(to: target, options: .atomic) }
            return "{}"
        }
        return Published(campaign: order.campaign, folder: order.folder, file: target.path)
    }

    private func notify(_ page: Published, _ context: WorkflowContext) async throws -> Notice {
        let file = NoticeFile(DataFolder(path: page.folder))
        let answer = try await context.once("notice", kind: "notice.file", intent: page) {
            let told = try file.lines(Notice.self).last { $0.key == context.key(of: "notice") }
            return try told.map { .done(try CanonicalJSON.text($0)) } ?? .notDone
        } body: { key in
            let notice = Notice(key: key, campaign: page.campaign, report: page.file)
            try file.append(notice)
            return try CanonicalJSON.text(notice)
        }
        return try CanonicalJSON.decode(Notice.self, from: answer)
    }
}
