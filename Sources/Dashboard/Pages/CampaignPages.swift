// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Reports

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
                        .number(share(row.timeProgress)), .short(time(row.createdAt)),
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
                        .text(row.name), .badge(self(state.0), state.1), .short(time(row.begunAt)),
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
        let words = Words(visitor.language)
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

/// One campaign: how it stands, what it found, what was decided and why, and what a person can order.
package struct CampaignPage: Sendable {
    /// A setting that units have now.
    package struct Lever: Sendable {
        package var changes: String
        package var units: Int
        package var unconfirmed: Int

        /// Creates the value from its parts.
        package init(changes: String, units: Int, unconfirmed: Int) {
            self.changes = changes
            self.units = units
            self.unconfirmed = unconfirmed
        }
    }

    /// A decision with its reason.
    package struct DecisionRow: Sendable {
        package var time: String
        package var agent: String
        package var policy: String
        package var reason: String

        /// Creates the value from its parts.
        package init(time: String, agent: String, policy: String, reason: String) {
            self.time = time
            self.agent = agent
            self.policy = policy
            self.reason = reason
        }
    }

    /// One run of one combination.
    package struct TrialRow: Sendable {
        package var position: Int
        package var unit: String
        package var purpose: String
        package var state: String
        package var settings: String
        package var result: Double?
        package var note: String?

        /// Creates the value from its parts.
        package init(
            position: Int,
            unit: String,
            purpose: String,
            state: String,
            settings: String,
            result: Double?,
            note: String?
        ) {
            self.position = position
            self.unit = unit
            self.purpose = purpose
            self.state = state
            self.settings = settings
            self.result = result
            self.note = note
        }
    }

    package var row: CampaignRow
    package var metric: String
    package var generation: Int
    package var trials: (completed: Int, failed: Int, running: Int, intended: Int)
    package var spent: String?
    package var reserved: String?
    package var budget: String?
    package var next: String
    package var endReason: String?
    package var best: String?
    package var planNotes: [String]
    package var levers: [Lever]
    package var orders: [CampaignOrder]
    package var alerts: [AlertRow]
    package var decisions: [DecisionRow]
    package var trialRows: [TrialRow]
    /// The parts of the campaign's report.
    package var report: [ReportFragment]

    /// Creates a view.
    package init(
        row: CampaignRow,
        metric: String,
        generation: Int,
        trials: (completed: Int, failed: Int, running: Int, intended: Int),
        spent: String?,
        reserved: String?,
        budget: String?,
        next: String,
        endReason: String?,
        best: String?,
        planNotes: [String],
        levers: [Lever],
        orders: [CampaignOrder],
        alerts: [AlertRow],
        decisions: [DecisionRow],
        trialRows: [TrialRow],
        report: [ReportFragment]
    ) {
        self.row = row
        self.metric = metric
        self.generation = generation
        self.trials = trials
        self.spent = spent
        self.reserved = reserved
        self.budget = budget
        self.next = next
        self.endReason = endReason
        self.best = best
        self.planNotes = planNotes
        self.levers = levers
        self.orders = orders
        self.alerts = alerts
        self.decisions = decisions
        self.trialRows = trialRows
        self.report = report
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor.language)
        return DashboardPage(
            .campaigns,
            row.name,
            parent: Link(words(.campaigns), "/campaigns"),
            actions: actions(words, visitor),
            topics: [.campaigns, .alerts],
            [standing(words)] + applied(words)
                + report.map { PageSection("report-\($0.id)", $0.title, [.report($0.html)]) } + [
                    decisionSection(words), trialSection(words),
                ]
        )
    }

    private func actions(_ words: Words, _ visitor: Visitor) -> [Link] {
        let tones: [CampaignOrder: Tone] = [
            .approve: .primary, .resume: .primary, .start: .primary, .stop: .danger, .reject: .danger,
        ]
        let shown: [CampaignOrder] = [.approve, .reject, .start, .resume, .pause, .conclude, .stop]
        let given = visitor.maySteer ? shown.filter(orders.contains) : []
        return given.map { Link(words.order($0), "\(row.href)/orders/\($0.rawValue)", tone: tones[$0] ?? .plain) }
            + [Link(words(.openReport), "\(row.href)/report")]
    }

    private func standing(_ words: Words) -> PageSection {
        let status = words.status(row.status)
        let isActive = row.status == .running || row.status == .paused
        let metricNow = words.number(row.now, decimals: 1)
        var figures = [
            Piece.Figure(words(.state), status.text, note: isActive ? words.stage(row.stage) : nil, tone: status.tone),
            Piece.Figure(
                metric,
                metricNow,
                note: words(.metricStart) + " " + words.number(row.start, decimals: 1) + " · " + words(.target) + " "
                    + words.number(row.target, decimals: 1)
            ),
            Piece.Figure(
                words(.trials),
                words.count(trials.completed),
                note: words(.trialsOf, words.count(trials.intended))
                    + (trials.failed > 0 ? " · " + words(.failed) + " " + words.count(trials.failed) : "")
            ),
            Piece.Figure(words(.generation), words.count(generation)),
        ]
        if let spent {
            let notes = [budget.map { words(.ofBudget, $0) }, reserved.map { words(.reserved, $0) }].compactMap(\.self)
            figures.append(
                Piece.Figure(words(.spent), spent, note: notes.isEmpty ? nil : notes.joined(separator: " · "))
            )
        }
        var pieces: [Piece] = [.figures(figures)]
        if let progress = row.goalProgress { pieces.append(.bar(words(.goalProgress), progress)) }
        pieces.append(.bar(words(.timeProgress), row.timeProgress))
        let sentence = endReason.map { words.told($0) } ?? words.told(next)
        pieces.append(.note(sentence, row.status == .awaitingApproval ? .bad : .plain))
        if !planNotes.isEmpty { pieces += [.heading(words(.planNotes)), .list(planNotes.map { words.told($0) })] }
        if !alerts.isEmpty { pieces += [.heading(words(.newestAlerts)), words.alerts(alerts)] }
        return PageSection("standing", nil, pieces)
    }

    private func applied(_ words: Words) -> [PageSection] {
        guard best != nil || !levers.isEmpty else { return [] }
        var pieces: [Piece] = []
        if let best { pieces.append(.note(words(.best) + ": " + best, .good)) }
        if !levers.isEmpty {
            pieces.append(
                .table(
                    DataTable(
                        words(.appliedNow),
                        [words(.settingsWord), words(.units)],
                        levers.map { lever in
                            [
                                .wide(lever.changes),
                                .number(
                                    words.count(lever.units),
                                    note: lever.unconfirmed > 0
                                        ? words(.unconfirmed, words.count(lever.unconfirmed)) : nil
                                ),
                            ]
                        }
                    )
                )
            )
        }
        return [PageSection("applied", words(.appliedNow), pieces)]
    }

    private func decisionSection(_ words: Words) -> PageSection {
        guard !decisions.isEmpty else {
            return PageSection("decisions", words(.decisions), [.empty(words(.noDecisions))])
        }
        let table = DataTable(
            words(.decisions),
            [words(.time), words(.why), words(.decision), words(.whoDecided)],
            decisions.map {
                [.short(words.time($0.time)), .wide(words.told($0.reason)), .short($0.policy), .short($0.agent)]
            }
        )
        return PageSection("decisions", words(.decisions), [.table(table)])
    }

    private func trialSection(_ words: Words) -> PageSection {
        guard !trialRows.isEmpty else { return PageSection("trials", words(.trials), [.empty(words(.noTrials))]) }
        let table = DataTable(
            words(.trials),
            [words(.position), words(.unit), words(.purpose), words(.state), words(.settingsWord), metric],
            trialRows.map {
                [
                    .number(words.count($0.position)), .short($0.unit), .short($0.purpose), .short($0.state),
                    .wide($0.settings, note: $0.note.map { words.told($0) }), .number(words.number($0.result)),
                ]
            }
        )
        return PageSection("trials", words(.trials), [.table(table)])
    }
}

/// Asks whether an order is meant, and why; the order is given by the form.
package struct ConfirmPage: Sendable {
    package var subject: String
    package var order: String
    package var meaning: String
    package var action: String
    package var backHref: String
    package var isGrave: Bool
    package var place: DashboardPage.Place

    /// Creates a question.
    package init(
        subject: String,
        order: String,
        meaning: String,
        action: String,
        backHref: String,
        isGrave: Bool,
        place: DashboardPage.Place
    ) {
        self.subject = subject
        self.order = order
        self.meaning = meaning
        self.action = action
        self.backHref = backHref
        self.isGrave = isGrave
        self.place = place
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor.language)
        return DashboardPage(
            place,
            words(.confirmTitle, order, subject),
            parent: Link(subject, backHref),
            [
                PageSection(
                    "confirm",
                    nil,
                    [
                        .note(meaning, isGrave ? .bad : .plain),
                        .form(
                            Form(
                                action,
                                [.line("reason", words(.reason))],
                                [.init(order, "confirm", tone: isGrave ? .danger : .primary)],
                                cancel: Link(words(.cancel), backHref)
                            )
                        ),
                    ]
                )
            ]
        )
    }
}
