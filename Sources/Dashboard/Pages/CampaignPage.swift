// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Reports

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
    /// Whether it ends as soon as its levers are back.
    package var isClosing: Bool
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
        isClosing: Bool,
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
        self.isClosing = isClosing
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
                + shownReport.map { PageSection("report-\($0.id)", $0.title, [.report($0.html)]) } + [
                    decisionSection(words), trialSection(words),
                ]
        )
    }

    /// The parts of the report that have something to say yet.
    private var shownReport: [ReportFragment] {
        let isOver = [.completed, .stopped, .failed].contains(row.status)
        guard trials.completed > 0 || isOver else { return report.filter { $0.html.contains("<svg") } }
        // What came of it, and what to do about it, is not known before its end.
        return report.filter { isOver || !["answer", "next"].contains($0.id) }
    }

    private func actions(_ words: Words, _ visitor: Visitor) -> [Link] {
        let tones: [CampaignOrder: Tone] = [
            .approve: .primary, .resume: .primary, .start: .primary, .stop: .danger, .reject: .danger,
        ]
        let shown: [CampaignOrder] = [.approve, .reject, .start, .resume, .pause, .conclude, .stop]
        let given = visitor.maySteer ? shown.filter(orders.contains) : []
        return given.map { Link(words.order($0), "\(row.href)/orders/\($0.rawValue)", tone: tones[$0] ?? .plain) }
            + (trials.completed > 0 ? [Link(words(.openReport), "\(row.href)/report")] : [])
    }

    private func standing(_ words: Words) -> PageSection {
        let status = words.status(row.status)
        let isActive = row.status == .running || row.status == .paused
        let metricNow = words.number(row.now, decimals: 1)
        var figures = [
            Piece.Figure(words(.state), status.text, note: isActive ? words.stage(row.stage) : nil, tone: status.tone),
            Piece.Figure(
                words.metric(metric),
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
        let sentence = endReason.map { words.told($0) } ?? words.next(row.status, row.stage, isClosing: isClosing)
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
                [
                    words.instant($0.time), .wide(words.told($0.reason)), .short(words.policy($0.policy)),
                    .short(words.agent($0.agent)),
                ]
            }
        )
        return PageSection("decisions", words(.decisions), [.table(table)])
    }

    private func trialSection(_ words: Words) -> PageSection {
        guard !trialRows.isEmpty else { return PageSection("trials", words(.trials), [.empty(words(.noTrials))]) }
        let table = DataTable(
            words(.trials),
            [
                words(.position), words(.unit), words(.purpose), words(.state), words(.settingsWord),
                words.metric(metric),
            ],
            trialRows.map {
                [
                    .number(words.count($0.position)), .short($0.unit), .short(words.purpose($0.purpose)),
                    .short(words.trial($0.state)),
                    .wide($0.settings, note: $0.note.map { words.told($0) }), .number(words.number($0.result)),
                ]
            }
        )
        return PageSection("trials", words(.trials), [.table(table)])
    }
}
