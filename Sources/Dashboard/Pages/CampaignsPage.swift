// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A campaign in a list.
package struct CampaignRow: Sendable {
    package var id: String
    package var name: String
    package var status: CampaignStatus
    package var stage: CampaignStage
    package var start: Double?
    package var now: Double?
    package var target: Double?
    package var goalProgress: Double?
    package var timeProgress: Double
    package var createdAt: String

    /// Creates a row.
    package init(
        id: String,
        name: String,
        status: CampaignStatus,
        stage: CampaignStage,
        start: Double?,
        now: Double?,
        target: Double?,
        goalProgress: Double?,
        timeProgress: Double,
        createdAt: String
    ) {
        self.id = id
        self.name = name
        self.status = status
        self.stage = stage
        self.start = start
        self.now = now
        self.target = target
        self.goalProgress = goalProgress
        self.timeProgress = timeProgress
        self.createdAt = createdAt
    }

    package var href: String { "/campaigns/\(id)" }
}

/// A rehearsal in a list.
package struct RehearsalRow: Sendable {
    package var name: String
    package var isWaiting: Bool
    package var isRunning: Bool
    package var hasFailed: Bool
    package var begunAt: String
    package var trials: Int?
    package var virtualSeconds: Int64?
    /// What came of it, line by line.
    package var lines: [String]

    /// Creates a row.
    package init(
        name: String,
        isWaiting: Bool,
        isRunning: Bool,
        hasFailed: Bool,
        begunAt: String,
        trials: Int?,
        virtualSeconds: Int64?,
        lines: [String]
    ) {
        self.name = name
        self.isWaiting = isWaiting
        self.isRunning = isRunning
        self.hasFailed = hasFailed
        self.begunAt = begunAt
        self.trials = trials
        self.virtualSeconds = virtualSeconds
        self.lines = lines
    }
}

extension Words {
    /// A table of campaigns.
    func campaigns(_ rows: [CampaignRow], caption: Word) -> Piece {
        .table(
            DataTable(
                self(caption),
                [
                    self(.campaign), self(.state), self(.metricStart), self(.metricNow), self(.target),
                    self(.goalProgress),
                    self(.timeProgress), self(.created),
                ],
                rows.map { row in
                    let status = status(row.status)
                    let isActive = row.status == .running || row.status == .paused
                    var badge = DataTable.Cell.badge(status.text, status.tone)
                    badge.note = isActive ? stage(row.stage) : nil
                    return [
                        .link(row.name, row.href), badge,
                        .number(number(row.start, decimals: 1)), .number(number(row.now, decimals: 1)),
                        .number(number(row.target, decimals: 1)), .number(share(row.goalProgress)),
                        .number(share(row.timeProgress)), instant(row.createdAt),
                    ]
                }
            )
        )
    }

    /// What to do first when there is no campaign.
    func noCampaigns(maySteer: Bool) -> Piece {
        .empty(
            self(.noCampaignsTitle),
            [self(.noCampaigns1), self(.noCampaigns2), self(.noCampaigns3)],
            link: maySteer ? Link(self(.newGoal), "/goals/new", tone: .primary) : nil
        )
    }

    func rehearsals(_ rows: [RehearsalRow]) -> Piece {
        .table(
            DataTable(
                self(.rehearsals),
                [self(.name), self(.state), self(.begun), self(.trials), self(.virtualTime), self(.result)],
                rows.map { row in
                    let state: (Word, Tone) =
                        row.isWaiting
                        ? (.rehearsalWaiting, .plain)
                        : row.isRunning ? (.running, .live) : row.hasFailed ? (.failed, .bad) : (.completed, .good)
                    return [
                        .text(row.name), .badge(self(state.0), state.1), instant(row.begunAt),
                        .number(row.trials.map { count($0) } ?? "–"),
                        .number(row.virtualSeconds.map { span(seconds: $0) } ?? "–"),
                        .wide(
                            row.lines.first.map { told($0) } ?? "–",
                            note: row.lines.dropFirst().first.map { told($0) }
                        ),
                    ]
                }
            )
        )
    }
}

/// The list of campaigns.
package struct CampaignsPage: Sendable {
    package var rows: [CampaignRow]
    package var rehearsals: [RehearsalRow]
    /// Where the older ones are.
    package var olderHref: String?

    /// Creates a list.
    package init(rows: [CampaignRow], rehearsals: [RehearsalRow] = [], olderHref: String? = nil) {
        self.rows = rows
        self.rehearsals = rehearsals
        self.olderHref = olderHref
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        var sections = [
            PageSection(
                "list",
                nil,
                [
                    rows.isEmpty
                        ? words.noCampaigns(maySteer: visitor.maySteer) : words.campaigns(rows, caption: .allCampaigns)
                ]
            )
        ]
        if !rehearsals.isEmpty {
            sections.append(PageSection("rehearsals", words(.rehearsals), [words.rehearsals(rehearsals)]))
        }
        var actions = olderHref.map { [Link(words(.older), $0)] } ?? []
        if visitor.maySteer, !rows.isEmpty { actions.append(Link(words(.newGoal), "/goals/new", tone: .primary)) }
        return DashboardPage(
            .campaigns,
            words(.campaigns),
            lead: words(.campaignsLead),
            actions: actions,
            topics: [.campaigns],
            sections
        )
    }
}
