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
        /// How often it was decided in these words.
        package var count: Int

        /// Creates the value from its parts.
        package init(time: String, agent: String, policy: String, reason: String, count: Int = 1) {
            self.count = count
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
    /// The unit and the campaign that it waits for.
    package var waitsFor: (unit: String, name: String)?
    package var best: String?
    package var planNotes: [String]
    package var levers: [Lever]
    package var orders: [CampaignOrder]
    package var alerts: [AlertRow]
    /// The newest, newest first.
    package var decisions: [DecisionRow]
    /// How many there are.
    package var decisionCount: Int
    /// The newest, newest first.
    package var trialRows: [TrialRow]
    /// How many there are.
    package var trialCount: Int
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
        waitsFor: (unit: String, name: String)?,
        best: String?,
        planNotes: [String],
        levers: [Lever],
        orders: [CampaignOrder],
        alerts: [AlertRow],
        decisions: [DecisionRow],
        decisionCount: Int,
        trialRows: [TrialRow],
        trialCount: Int,
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
        self.waitsFor = waitsFor
        self.best = best
        self.planNotes = planNotes
        self.levers = levers
        self.orders = orders
        self.alerts = alerts
        self.decisions = decisions
        self.decisionCount = decisionCount
        self.trialRows = trialRows
        self.trialCount = trialCount
        self.report = report
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
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
        let isOver = row.status == .completed
        let metricNow = words.number(row.now, decimals: 1)
        var figures = [
            Piece.Figure(words(.state), status.text, note: isActive ? words.stage(row.stage) : nil, tone: status.tone),
            Piece.Figure(
                isOver ? words(.metricAtEnd, words.metric(metric)) : words.metric(metric),
                metricNow,
                note: (isOver ? words(.metricAtEndNote) + " · " : "") + words(.metricStart) + " "
                    + words.number(row.start, decimals: 1) + " · " + words(.target) + " "
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
        let waiting = waitsFor.map { words(.waitsForUnits, $0.unit, $0.name) }
        let sentence =
            waiting ?? endReason.map { words.told($0) } ?? words.next(row.status, row.stage, isClosing: isClosing)
        pieces.append(.note(sentence, row.status == .awaitingApproval ? .bad : .plain))
        if !planNotes.isEmpty { pieces += [.heading(words(.planNotes)), .list(planNotes.map { words.told($0) })] }
        if !alerts.isEmpty { pieces += [.heading(words(.newestAlerts)), words.alerts(alerts)] }
        return PageSection("standing", nil, pieces)
    }

    private func applied(_ words: Words) -> [PageSection] {
        guard best != nil || !levers.isEmpty else { return [] }
        var pieces: [Piece] = []
        if let best { pieces.append(.note(words(.best) + ": " + words.changes(best), .good)) }
        if !levers.isEmpty {
            pieces.append(
                .table(
                    DataTable(
                        words(.appliedNow),
                        [words(.settingsWord), words(.units)],
                        levers.map { lever in
                            [
                                .wide(words.changes(lever.changes)),
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
        return PageSection(
            "decisions",
            words(.decisions),
            [.table(words.table(decisions)), .links([Link(words(.allDecisions), row.href + "/decisions")])]
        )
    }

    private func trialSection(_ words: Words) -> PageSection {
        guard !trialRows.isEmpty else { return PageSection("trials", words(.trials), [.empty(words(.noTrials))]) }
        var pieces: [Piece] = [.table(words.table(trialRows, metric: metric))]
        if trialCount > trialRows.count {
            pieces.append(.paragraph(words(.newestOf, words.count(trialRows.count), words.count(trialCount))))
            pieces.append(.links([Link(words(.allTrials), row.href + "/trials")]))
        }
        return PageSection("trials", words(.trials), pieces)
    }
}

/// All decisions or all trials of a campaign, so many at a time.
package struct CampaignRecordsPage: Sendable {
    /// What is listed.
    package enum Records: Sendable {
        case decisions([CampaignPage.DecisionRow])
        case trials([CampaignPage.TrialRow], metric: String)
    }

    package var name: String
    package var href: String
    package var records: Records
    /// Where the list goes on.
    package var olderHref: String?

    /// Creates a view.
    package init(name: String, href: String, records: Records, olderHref: String?) {
        self.name = name
        self.href = href
        self.records = records
        self.olderHref = olderHref
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        let (title, list): (Word, Piece) =
            switch records {
            case .decisions(let rows):
                (.decisions, rows.isEmpty ? .empty(words(.noDecisions)) : .table(words.table(rows)))
            case .trials(let rows, let metric):
                (.trials, rows.isEmpty ? .empty(words(.noTrials)) : .table(words.table(rows, metric: metric)))
            }
        let links = olderHref.map { [Link(words(.older), $0)] } ?? []
        return DashboardPage(
            .campaigns,
            words(title),
            parent: Link(name, href),
            [PageSection("records", nil, [list] + (links.isEmpty ? [] : [.links(links)]))]
        )
    }
}

extension Words {
    /// A setting by what differs from the present one.
    fileprivate func changes(_ text: String) -> String { text == "the present setting" ? self(.purposeControl) : text }

    fileprivate func table(_ decisions: [CampaignPage.DecisionRow]) -> DataTable {
        DataTable(
            self(.decisions),
            [self(.time), self(.why), self(.decision), self(.whoDecided)],
            decisions.map { row in
                var time = instant(row.time)
                if row.count > 1 { time.note = self(.times, count(row.count)) }
                return [time, .wide(told(row.reason)), .short(policy(row.policy)), .short(agent(row.agent))]
            }
        )
    }

    fileprivate func table(_ trials: [CampaignPage.TrialRow], metric: String) -> DataTable {
        DataTable(
            self(.trials),
            [
                self(.position), self(.unit), self(.purpose), self(.state), self(.settingsWord), self.metric(metric),
            ],
            trials.map {
                [
                    .number(count($0.position)), .short($0.unit), .short(purpose($0.purpose)), .short(trial($0.state)),
                    .wide($0.settings, note: $0.note.map { told($0) }), .number(number($0.result)),
                ]
            }
        )
    }
}
