// SPDX-License-Identifier: Apache-2.0

package import Domain

/// How the server, its machine and what it depends on are, and what was done about it.
package struct HealthPage: Sendable {
    /// A part of the server without which it takes no requests.
    package struct Check: Sendable {
        package var name: String
        package var isGood: Bool
        package var detail: String

        /// Creates the value from its parts.
        package init(name: String, isGood: Bool, detail: String) {
            self.name = name
            self.isGood = isGood
            self.detail = detail
        }
    }

    /// Something that is looked at again and again.
    package struct Finding: Sendable {
        package var name: String
        package var level: HealthLevel
        package var detail: String
        package var since: String

        /// Creates the value from its parts.
        package init(name: String, level: HealthLevel, detail: String, since: String) {
            self.name = name
            self.level = level
            self.detail = detail
            self.since = since
        }
    }

    /// A change that was noted, and what the process did about it by itself.
    package struct Event: Sendable {
        package var time: String
        package var process: String
        package var name: String
        package var before: HealthLevel
        package var level: HealthLevel
        package var detail: String
        package var action: String?

        /// Creates the value from its parts.
        package init(
            time: String,
            process: String,
            name: String,
            before: HealthLevel,
            level: HealthLevel,
            detail: String,
            action: String?
        ) {
            self.time = time
            self.process = process
            self.name = name
            self.before = before
            self.level = level
            self.detail = detail
            self.action = action
        }
    }

    /// What looks after the process.
    package struct Watch: Sendable {
        package var process: String
        /// When it last looked; nil before the first look.
        package var lookedAt: String?
        package var findings: [Finding]
        /// Above how many percent there is a warning, and above how many it is critical.
        package var warning: Double
        package var critical: Double
        /// Newest first.
        package var history: [Event]

        /// Creates the value from its parts.
        package init(
            process: String,
            lookedAt: String?,
            findings: [Finding],
            warning: Double,
            critical: Double,
            history: [Event]
        ) {
            self.process = process
            self.lookedAt = lookedAt
            self.findings = findings
            self.warning = warning
            self.critical = critical
            self.history = history
        }
    }

    package var version: String
    package var startedAt: String
    package var isReady: Bool
    /// `here`, `elsewhere` or `nowhere`.
    package var agents: String
    package var checks: [Check]
    package var watch: Watch?

    /// Creates a view.
    package init(
        version: String,
        startedAt: String,
        isReady: Bool,
        agents: String,
        checks: [Check],
        watch: Watch? = nil
    ) {
        self.version = version
        self.startedAt = startedAt
        self.isReady = isReady
        self.agents = agents
        self.checks = checks
        self.watch = watch
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        var sections = [state(words)]
        if let watch {
            sections.append(findings(watch, words))
        }
        sections.append(checkSection(words))
        if let watch {
            sections.append(history(watch, words))
        }
        return DashboardPage(.health, words(.health), lead: words(.healthLead), topics: [.system], sections)
    }

    private func state(_ words: Words) -> PageSection {
        let level = watch?.findings.map(\.level).max() ?? .healthy
        let isWorking = isReady && checks.allSatisfy(\.isGood) && level < .critical
        let sentence: (Word, Tone) =
            !isWorking ? (.notGood, .bad) : level == .warning ? (.worthALook, .bad) : (.allGood, .good)
        let place: Word = agents == "here" ? .agentsHere : agents == "elsewhere" ? .agentsElsewhere : .agentsNowhere
        var figures: [Piece.Figure] = [
            .init(words(.version), version), .init(words(.startedAt), words.time(startedAt), instant: startedAt),
            .init(words(.agentsAt), words(place), tone: agents == "nowhere" ? .bad : .plain),
        ]
        if let lookedAt = watch?.lookedAt {
            figures.append(.init(words(.lookedAt), words.time(lookedAt), instant: lookedAt))
        }
        return PageSection("state", nil, [.note(words(sentence.0), sentence.1), .figures(figures)])
    }

    private func findings(_ watch: Watch, _ words: Words) -> PageSection {
        let table = DataTable(
            words(.watched),
            [words(.check), words(.state), words(.message), words(.sinceWhen)],
            watch.findings.map { finding in
                let level = words.level(finding.level)
                return [
                    .short(words.check(finding.name)), .badge(level.text, level.tone),
                    .wide(words.toldOfHealth(finding.detail)), words.instant(finding.since),
                ]
            }
        )
        let limits = words(.healthLimits, words.number(watch.warning), words.number(watch.critical))
        return PageSection(
            "levels",
            words(.watched),
            [watch.findings.isEmpty ? .empty(words(.notLookedYet)) : .table(table), .paragraph(limits)]
        )
    }

    private func checkSection(_ words: Words) -> PageSection {
        let table = DataTable(
            words(.readiness),
            [words(.check), words(.state), words(.message)],
            checks.map { check in
                [
                    .short(words.check(check.name)),
                    .badge(words(check.isGood ? .good : .bad), check.isGood ? .good : .bad),
                    .wide(words.toldOfHealth(check.detail)),
                ]
            }
        )
        return PageSection("checks", words(.readiness), [.table(table)])
    }

    private func history(_ watch: Watch, _ words: Words) -> PageSection {
        let table = DataTable(
            words(.healthHistory),
            [words(.time), words(.check), words(.change), words(.message), words(.doneAboutIt)],
            watch.history.map { event in
                let level = words.level(event.level)
                var change = DataTable.Cell.badge(level.text, level.tone)
                change.note = words(.levelBefore, words.level(event.before).text)
                return [
                    words.instant(event.time), .text(words.check(event.name), note: event.process), change,
                    .wide(words.toldOfHealth(event.detail)), .text(event.action.map { words.toldOfHealth($0) } ?? "–"),
                ]
            }
        )
        return PageSection(
            "history",
            words(.healthHistory),
            [watch.history.isEmpty ? .empty(words(.noHealthHistory)) : .table(table)]
        )
    }
}
