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

    /// What a campaign's page depends on: its records, and the clock by a hundredth of the planned time.
    func state(_ call: Call) async throws -> String? {
        let id = try call.identifier("id", of: Campaign.self)
        guard let revision = try await services.campaigns.revision(of: id, in: call.workspace),
            let detail = try await services.campaigns.campaign(id, in: call.workspace)
        else { return nil }
        return "\(revision) \(Int((detail.summary.timeProgress * 100).rounded()))"
    }

    func campaign(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let id = try call.identifier("id", of: Campaign.self)
        let revision = try await services.campaigns.revision(of: id, in: call.workspace) ?? ""
        let detail = try call.found(try await services.campaigns.campaign(id, in: call.workspace), "campaign")
        let name = CampaignParts.Name(campaign: id, language: visitor.language, zone: visitor.zone)
        let shown = try await parts.value(name, at: revision) {
            try await parts(of: id, in: call.workspace, metric: detail.summary.metric, visitor)
        }
        let trials = detail.trials
        return CampaignPage(
            row: Self.row(detail.summary),
            metric: detail.summary.metric,
            generation: detail.generation,
            trials: (trials.completed, trials.failed, trials.running, trials.intended),
            spent: detail.spending.spent?.text,
            reserved: detail.spending.reserved.flatMap { $0.minorUnits == 0 ? nil : $0.text },
            budget: detail.spending.budget?.text,
            isClosing: detail.closing != nil,
            endReason: detail.endReason ?? detail.pauseReason,
            waitsFor: detail.waitsFor.map { ($0.unit, $0.name) },
            best: detail.bestChanges,
            planNotes: detail.planNotes,
            levers: detail.levers.map {
                .init(changes: $0.changes, units: $0.units.count, unconfirmed: $0.unconfirmed)
            },
            orders: detail.orders,
            alerts: detail.alerts.prefix(5).map(Self.row),
            decisions: shown.decisions,
            decisionCount: shown.decisionCount,
            trialRows: shown.trials,
            trialCount: trials.planned + trials.running + trials.completed + trials.failed + trials.withdrawn,
            // The campaign's own figures stand above already.
            report: shown.report
        ).page(for: visitor)
    }

    private func parts(
        of id: CampaignID,
        in workspace: WorkspaceID,
        metric: String,
        _ visitor: Visitor
    ) async throws -> CampaignParts {
        let story = try await services.campaigns.story(of: id, in: workspace) ?? []
        let trials = try await services.campaigns.newestTrials(of: id, in: workspace, paging: Paging(limit: 50))
        let report = try await services.analytics.report(
            of: id,
            in: workspace,
            language: visitor.language.rawValue,
            zone: visitor.zone
        )
        return CampaignParts(
            decisions: story.prefix(30).map {
                .init(time: $0.time, agent: $0.agent, policy: $0.policy, reason: $0.reason, count: $0.count)
            },
            decisionCount: story.reduce(0) { $0 + $1.count },
            trials: (trials?.items ?? []).map { Self.row($0, metric: metric) },
            report: report.map { ReportFragment.sections(ofPage: $0) } ?? []
        )
    }

    private static func row(_ trial: TrialView, metric: String) -> CampaignPage.TrialRow {
        CampaignPage.TrialRow(
            position: trial.position + 1,
            unit: trial.unit,
            purpose: trial.purpose.rawValue,
            state: trial.status.rawValue,
            settings: text(trial.settings),
            result: trial.metrics[metric],
            note: trial.failure
        )
    }

    // MARK: All that is recorded of it

    func trials(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let id = try call.identifier("id", of: Campaign.self)
        let detail = try call.found(try await services.campaigns.campaign(id, in: call.workspace), "campaign")
        let found = try await services.campaigns.newestTrials(of: id, in: call.workspace, paging: try Self.page(call))
        let page = try call.found(found, "campaign")
        let metric = detail.summary.metric
        return CampaignRecordsPage(
            name: detail.summary.name,
            href: "/campaigns/\(id.text)",
            records: .trials(page.items.map { Self.row($0, metric: metric) }, metric: metric),
            olderHref: page.nextCursor.map { "/campaigns/\(id.text)/trials?cursor=\($0)" }
        ).page(for: visitor)
    }

    func decisions(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let id = try call.identifier("id", of: Campaign.self)
        let detail = try call.found(try await services.campaigns.campaign(id, in: call.workspace), "campaign")
        let found = try await services.campaigns.decisions(of: id, in: call.workspace, paging: try Self.page(call))
        let page = try call.found(found, "campaign")
        return CampaignRecordsPage(
            name: detail.summary.name,
            href: "/campaigns/\(id.text)",
            records: .decisions(
                page.items.map { .init(time: $0.time, agent: $0.agent, policy: $0.policy, reason: $0.reason) }
            ),
            olderHref: page.nextCursor.map { "/campaigns/\(id.text)/decisions?cursor=\($0)" }
        ).page(for: visitor)
    }

    /// The wanted part of a list; a page of records shows a hundred unless fewer are asked for.
    private static func page(_ call: Call) throws -> Paging {
        var paging = try call.paging()
        if call.integer("limit") == nil { paging.limit = Paging.most }
        return paging
    }

    func report(_ call: Call, _ visitor: Visitor) async throws -> DashboardPage {
        let id = try call.identifier("id", of: Campaign.self)
        let detail = try call.found(try await services.campaigns.campaign(id, in: call.workspace), "campaign")
        let language = visitor.language.rawValue
        let report = try call.found(
            try await services.analytics.report(
                of: id,
                in: call.workspace,
                language: language,
                zone: visitor.zone
            ),
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
        let words = Words(visitor)
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
            let words = Words(visitor)
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

/// What a campaign's page shows of the campaign's records; to make it is dear.
struct CampaignParts: Sendable {
    /// What it was made for.
    struct Name: Hashable, Sendable {
        var campaign: CampaignID
        var language: ReportLanguage
        var zone: String
    }

    var decisions: [CampaignPage.DecisionRow]
    var decisionCount: Int
    var trials: [CampaignPage.TrialRow]
    var report: [ReportFragment]
}
