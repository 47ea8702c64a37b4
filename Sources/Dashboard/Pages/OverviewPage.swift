// SPDX-License-Identifier: Apache-2.0

package import Domain

/// An alert in a list.
package struct AlertRow: Sendable {
    package var time: String
    package var severity: Alert.Severity
    package var message: String
    package var campaign: String?

    /// Creates a row.
    package init(time: String, severity: Alert.Severity, message: String, campaign: String?) {
        self.time = time
        self.severity = severity
        self.message = message
        self.campaign = campaign
    }
}

extension Words {
    /// A table of alerts.
    func alerts(_ rows: [AlertRow]) -> Piece {
        .table(
            DataTable(
                self(.alerts),
                [self(.time), self(.kind), self(.message)],
                rows.map { row in
                    let severity = severity(row.severity)
                    var message = DataTable.Cell.wide(told(row.message))
                    message.href = row.campaign.map { "/campaigns/\($0)" }
                    return [instant(row.time), .badge(severity.text, severity.tone), message]
                }
            )
        )
    }
}

/// Everything at a glance.
package struct OverviewPage: Sendable {
    package var open: [CampaignRow]
    package var hasCampaigns: Bool
    package var running: Int
    package var waiting: Int
    package var completed: Int
    package var workers: Int
    package var healthy: Int
    package var slots: Int
    package var inFlight: Int
    package var jobsReady: Int
    package var jobsDead: Int
    package var alerts: [AlertRow]
    package var rehearsals: [RehearsalRow]

    /// Creates a view.
    package init(
        open: [CampaignRow],
        hasCampaigns: Bool,
        running: Int,
        waiting: Int,
        completed: Int,
        workers: Int,
        healthy: Int,
        slots: Int,
        inFlight: Int,
        jobsReady: Int,
        jobsDead: Int,
        alerts: [AlertRow],
        rehearsals: [RehearsalRow]
    ) {
        self.open = open
        self.hasCampaigns = hasCampaigns
        self.running = running
        self.waiting = waiting
        self.completed = completed
        self.workers = workers
        self.healthy = healthy
        self.slots = slots
        self.inFlight = inFlight
        self.jobsReady = jobsReady
        self.jobsDead = jobsDead
        self.alerts = alerts
        self.rehearsals = rehearsals
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        let figures: [Piece.Figure] = [
            .init(words(.runningNow), words.count(running)),
            .init(words(.waiting), words.count(waiting), tone: waiting > 0 ? .bad : .plain),
            .init(words(.completed), words.count(completed)),
            .init(
                words(.healthyWorkers),
                "\(words.count(healthy)) / \(words.count(workers))",
                note: words(.slotsUsed, words.count(inFlight), words.count(slots)),
                tone: healthy < workers ? .bad : .plain
            ),
            .init(
                words(.jobsWaiting),
                words.count(jobsReady),
                note: jobsDead > 0 ? words(.deadJobs, words.count(jobsDead)) : nil,
                tone: jobsDead > 0 ? .bad : .plain
            ),
        ]
        let campaigns: [Piece] =
            !open.isEmpty
            ? [words.campaigns(open, caption: .openCampaigns)]
            : hasCampaigns
                ? [.empty(words(.noOpen), link: Link(words(.allCampaigns), "/campaigns"))]
                : [words.noCampaigns(maySteer: visitor.maySteer)]
        var sections = [
            PageSection("figures", nil, [.figures(figures)], isPlain: true),
            PageSection("open", words(.openCampaigns), campaigns),
        ]
        if !rehearsals.isEmpty {
            sections.append(PageSection("rehearsals", words(.rehearsals), [words.rehearsals(rehearsals)]))
        }
        sections.append(
            PageSection(
                "alerts",
                words(.newestAlerts),
                [alerts.isEmpty ? .empty(words(.noAlertsTitle), [words(.noAlerts1)]) : words.alerts(alerts)]
            )
        )
        let actions = visitor.maySteer && hasCampaigns ? [Link(words(.newGoal), "/goals/new", tone: .primary)] : []
        return DashboardPage(
            .overview,
            words(.overview),
            actions: actions,
            topics: [.campaigns, .fleet, .alerts],
            sections
        )
    }
}

/// The list of alerts.
package struct AlertsPage: Sendable {
    package var rows: [AlertRow]
    package var olderHref: String?

    /// Creates a list.
    package init(rows: [AlertRow], olderHref: String? = nil) {
        self.rows = rows
        self.olderHref = olderHref
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        return DashboardPage(
            .alerts,
            words(.alerts),
            lead: words(.alertsLead),
            actions: olderHref.map { [Link(words(.older), $0)] } ?? [],
            topics: [.alerts],
            [
                PageSection(
                    "list",
                    nil,
                    [rows.isEmpty ? .empty(words(.noAlertsTitle), [words(.noAlerts1)]) : words.alerts(rows)]
                )
            ]
        )
    }
}
