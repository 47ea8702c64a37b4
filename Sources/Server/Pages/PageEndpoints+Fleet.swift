// SPDX-License-Identifier: Apache-2.0

import Dashboard
import Domain
import Foundation
import Reports

extension PageEndpoints {
    // MARK: The fleet

    func fleet(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let workspace = call.workspace
        let overview = try await services.fleet.overview(in: workspace)
        var workers: [WorkerDetail] = []
        var paging = Paging(limit: Paging.most)
        // A page of the fleet shows it whole, up to a bound.
        while workers.count < 500 {
            let page = try await services.fleet.workers(in: workspace, state: nil, paging: paging)
            workers += page.items
            guard let cursor = page.nextCursor, let key = Paging.key(of: cursor) else { break }
            paging.after = key
        }
        let names = Dictionary(workers.map { ($0.id, $0.name) }) { first, _ in first }
        return FleetPage(
            workers: workers.map { worker in
                .init(
                    id: worker.id.text,
                    name: worker.name,
                    role: worker.role.rawValue,
                    state: worker.state,
                    group: worker.group,
                    isLeader: worker.isLeader,
                    inFlight: worker.inFlight,
                    slots: worker.slots,
                    successRate: worker.successRate,
                    restarts: worker.restarts,
                    lastBeatAt: worker.lastBeatAt
                )
            },
            groups: overview.groups.map { group in
                .init(
                    number: group.number,
                    leader: group.leader.flatMap { names[$0] },
                    members: group.members.count,
                    healthy: group.healthy,
                    isResting: group.isResting
                )
            },
            queues: try await services.fleet.queues(in: call.workspace).map { depth in
                .init(
                    kind: depth.kind.rawValue,
                    ready: depth.ready,
                    delayed: depth.delayed,
                    leased: depth.leased,
                    dead: depth.dead,
                    isPaused: depth.isPaused
                )
            }
        ).page(for: visitor)
    }

    func confirmWorker(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let id = try call.identifier("id", of: Worker.self)
        let worker = try call.found(try await services.fleet.worker(id, in: call.workspace), "worker")
        let order = try Self.workerOrder(call)
        let words = Words(visitor)
        let (name, meaning): (Word, Word) =
            switch order {
            case .isolate: (.isolate, .isolateMeans)
            case .release: (.release, .releaseMeans)
            case .drain: (.drain, .drainMeans)
            case .restart: (.restart, .restartMeans)
            }
        return ConfirmPage(
            subject: worker.name,
            order: words(name),
            meaning: words(meaning),
            action: "/fleet/\(id.text)/orders/\(order.rawValue)",
            backHref: "/fleet",
            isGrave: order == .isolate,
            place: .fleet
        ).page(for: visitor)
    }

    func giveWorker(_ call: Call, _ visitor: Visitor, _ fields: FormFields) async throws -> FormOutcome {
        let id = try call.identifier("id", of: Worker.self)
        let draft = WorkerOrderDraft(
            order: try Self.workerOrder(call),
            reason: fields["reason"].map { String($0.prefix(500)) }
        )
        _ = try call.found(try await services.fleet.give(draft, to: id, in: call.workspace), "worker")
        return .leads("/fleet")
    }

    private static func workerOrder(_ call: Call) throws(Problem) -> WorkerOrderDraft.Order {
        let text = call.parameters["order"] ?? ""
        guard let order = WorkerOrderDraft.Order(rawValue: text) else {
            throw Problem(.notFound, "there is no such order", field: "order", value: text)
        }
        return order
    }

    // MARK: Trends, analyses, health

    func trends(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let runs = try await services.analytics.trends(in: call.workspace, paging: Paging(limit: 50))
        let ranks = try await services.monitoring.rankings(
            in: call.workspace,
            keyword: nil,
            paging: Paging(limit: Paging.most)
        )
        return TrendsPage(
            runs: runs.items.map {
                .init(id: $0.id, isNews: $0.kind == .news, startedAt: $0.startedAt, state: $0.state)
            },
            ranks: ranks.items.map { row in
                .init(
                    keyword: row.keyword,
                    product: row.name ?? row.product,
                    isOwn: row.isOwn,
                    rank: row.rank,
                    before: row.before,
                    depth: row.depth,
                    source: row.source,
                    time: row.time
                )
            }
        ).page(for: visitor)
    }

    func trend(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let id = call.parameters["run"] ?? ""
        let page = try call.found(
            try await services.analytics.trendPage(id, in: call.workspace, language: visitor.language.rawValue),
            "run"
        )
        let words = Words(visitor)
        return ReportPage(
            place: .trends,
            title: words(.trends),
            parent: Link(words(.trends), "/trends"),
            fragments: ReportFragment.sections(ofPage: page),
            // It was written once for all.
            zone: "UTC"
        ).page(for: visitor)
    }

    func analyse(_ call: Call, _ visitor: Visitor, _ fields: FormFields) async throws -> FormOutcome {
        var view = ExperimentsPage(
            csv: fields.raw("csv"),
            responses: fields["responses"] ?? "",
            factors: fields["factors"] ?? "",
            model: fields["model"] ?? "",
            goal: fields["goal"] == "lower" ? "lower" : "higher"
        )
        let factors = fields.list("factors")
        let wish = AnalysisWish(
            csv: view.csv,
            responses: fields.list("responses"),
            factors: factors.isEmpty ? nil : factors,
            model: fields["model"],
            goal: view.goal
        )
        do {
            let page = try await services.analytics.analysisPage(wish, language: visitor.language.rawValue)
            view.report = ReportFragment.sections(ofPage: page)
        } catch let problem as Problem {
            view.problem = [Self.line(problem, Words(visitor))]
        }
        return .page(view.page(for: visitor))
    }

    /// A problem on one line: field, what is wrong, what would be right.
    static func line(_ problem: Problem, _ words: Words) -> String {
        let detail = words.server(problem.detail)
        return [problem.field.map { "\($0): \(detail)" } ?? detail, problem.expected.map { words.server($0) }]
            .compactMap(\.self)
            .joined(separator: "; ")
    }
}
