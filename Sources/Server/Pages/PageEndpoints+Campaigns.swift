// SPDX-License-Identifier: Apache-2.0

import Dashboard
import Domain
import Foundation
import Reports

extension PageEndpoints {
    // MARK: Overview and lists

    func overview(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let view = try await services.monitoring.dashboard(in: call.workspace)
        func count(_ statuses: CampaignStatus...) -> Int {
            statuses.reduce(0) { $0 + (view.campaigns[$1.rawValue] ?? 0) }
        }
        let rehearsals = try await services.rehearsals.rehearsals(in: call.workspace, paging: Paging(limit: 5))
        return OverviewPage(
            open: view.open.map(Self.row),
            hasCampaigns: view.campaigns.values.contains { $0 > 0 },
            running: count(.running),
            waiting: count(.awaitingApproval, .paused),
            completed: count(.completed),
            workers: view.fleet.workers,
            healthy: view.fleet.healthy,
            slots: view.fleet.slots,
            inFlight: view.fleet.inFlight,
            jobsReady: view.queues.reduce(0) { $0 + $1.ready },
            jobsDead: view.queues.reduce(0) { $0 + $1.dead },
            alerts: view.alerts.prefix(6).map(Self.row),
            rehearsals: rehearsals.items.map(Self.row)
        ).page(for: visitor)
    }

    func campaigns(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let page = try await services.campaigns.campaigns(in: call.workspace, status: nil, paging: try call.paging())
        let rehearsals = try await services.rehearsals.rehearsals(in: call.workspace, paging: Paging(limit: 10))
        return CampaignsPage(
            rows: page.items.map(Self.row),
            rehearsals: call.text("cursor") == nil ? rehearsals.items.map(Self.row) : [],
            olderHref: page.nextCursor.map { "/campaigns?cursor=\($0)" }
        ).page(for: visitor)
    }

    func alerts(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        var paging = try call.paging()
        if call.integer("limit") == nil { paging.limit = 50 }
        let page = try await services.monitoring.alerts(AlertWish(), in: call.workspace, paging: paging)
        return AlertsPage(
            rows: page.items.map(Self.row),
            olderHref: page.nextCursor.map { "/alerts?cursor=\($0)" }
        ).page(for: visitor)
    }

    static func row(_ summary: CampaignSummary) -> CampaignRow {
        CampaignRow(
            id: summary.id.text,
            name: summary.name,
            status: summary.status,
            stage: summary.stage,
            start: summary.start,
            now: summary.now,
            target: summary.target,
            goalProgress: summary.goalProgress,
            timeProgress: summary.timeProgress,
            createdAt: summary.createdAt
        )
    }

    static func row(_ alert: AlertView) -> AlertRow {
        AlertRow(time: alert.time, severity: alert.severity, message: alert.message, campaign: alert.campaign?.text)
    }

    static func row(_ view: RehearsalView) -> RehearsalRow {
        RehearsalRow(
            name: view.name,
            isWaiting: view.state == .waiting,
            isRunning: view.state == .running,
            hasFailed: view.state == .failed,
            begunAt: view.begunAt,
            trials: view.trials,
            virtualSeconds: view.virtualSeconds,
            lines: view.failure.map { [$0] } ?? view.summary
        )
    }

    // MARK: One campaign

    func campaign(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let id = try call.identifier("id", of: Campaign.self)
        let workspace = call.workspace
        let detail = try call.found(try await services.campaigns.campaign(id, in: workspace), "campaign")
        let decisions = try await services.campaigns.decisions(of: id, in: workspace, paging: Paging(limit: 30))
        let trials = try await services.campaigns.trials(of: id, in: workspace, paging: Paging(limit: Paging.most))
        let report = try await services.analytics.report(of: id, in: workspace, language: visitor.language.rawValue)
        let metric = detail.summary.metric
        return CampaignPage(
            row: Self.row(detail.summary),
            metric: metric,
            generation: detail.generation,
            trials: (detail.trials.completed, detail.trials.failed, detail.trials.running, detail.trials.intended),
            spent: detail.spending.spent?.text,
            reserved: detail.spending.reserved.flatMap { $0.minorUnits == 0 ? nil : $0.text },
            budget: detail.spending.budget?.text,
            isClosing: detail.closing != nil,
            endReason: detail.endReason,
            best: detail.bestChanges,
            planNotes: detail.planNotes,
            levers: detail.levers.map {
                .init(changes: $0.changes, units: $0.units.count, unconfirmed: $0.unconfirmed)
            },
            orders: detail.orders,
            alerts: detail.alerts.prefix(5).map(Self.row),
            decisions: (decisions?.items ?? []).map {
                .init(time: $0.time, agent: $0.agent, policy: $0.policy, reason: $0.reason)
            },
            trialRows: (trials?.items ?? []).suffix(50).map { trial in
                .init(
                    position: trial.position + 1,
                    unit: trial.unit,
                    purpose: trial.purpose.rawValue,
                    state: trial.status.rawValue,
                    settings: Self.text(trial.settings),
                    result: trial.metrics[metric],
                    note: trial.failure
                )
            },
            // The campaign's own figures stand above already.
            report: report.map { ReportFragment.sections(ofPage: $0) } ?? []
        ).page(for: visitor)
    }

    func report(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let id = try call.identifier("id", of: Campaign.self)
        let detail = try call.found(try await services.campaigns.campaign(id, in: call.workspace), "campaign")
        let language = visitor.language.rawValue
        let report = try call.found(
            try await services.analytics.report(of: id, in: call.workspace, language: language),
            "campaign"
        )
        return ReportPage(
            place: .campaigns,
            title: detail.summary.name,
            parent: Link(detail.summary.name, "/campaigns/\(id.text)"),
            fragments: ReportFragment.sections(ofPage: report)
        ).page(for: visitor)
    }

    private static func text(_ settings: [String: JSONValue]) -> String {
        settings.sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }.joined(separator: " · ")
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .bool(let flag): String(flag)
        default: "–"
        }
    }

    // MARK: Orders

    func confirm(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let id = try call.identifier("id", of: Campaign.self)
        let detail = try call.found(try await services.campaigns.campaign(id, in: call.workspace), "campaign")
        let order = try Self.order(call)
        let words = Words(visitor.language)
        return ConfirmPage(
            subject: detail.summary.name,
            order: words.order(order),
            meaning: words.meaning(order),
            action: "/campaigns/\(id.text)/orders/\(order.rawValue)",
            backHref: "/campaigns/\(id.text)",
            isGrave: [.stop, .reject, .fail].contains(order),
            place: .campaigns
        ).page(for: visitor)
    }

    func give(_ call: Call, _ visitor: Visitor, _ fields: FormFields) async throws -> FormOutcome {
        let id = try call.identifier("id", of: Campaign.self)
        let order = try Self.order(call)
        let draft = OrderDraft(order: order, reason: fields["reason"].map { String($0.prefix(500)) })
        let given = try await services.campaigns.give(draft, to: id, by: call.caller, key: nil)
        let outcome = try call.found(given, "campaign")
        guard outcome.state != .refused else {
            let words = Words(visitor.language)
            return .page(ProblemPage(.wrong, detail: words.told(outcome.answer ?? "")).page(for: visitor))
        }
        return .leads("/campaigns/\(id.text)")
    }

    private static func order(_ call: Call) throws(Problem) -> CampaignOrder {
        let text = call.parameters["order"] ?? ""
        guard let order = CampaignOrder(rawValue: text) else {
            throw Problem(.notFound, "there is no such order", field: "order", value: text)
        }
        return order
    }
}
