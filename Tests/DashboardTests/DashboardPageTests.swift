// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Mustache
import Reports
import Testing

@testable import Dashboard

@Suite struct DashboardPageTests {
    @Test func `every form that is sent has the token among its fields, for browsers without scripts`() throws {
        var forms = 0
        for page in Self.pages(Self.visitor(.english)) {
            let html = try page.html(for: Self.visitor(.english), places: [.overview], version: "1")
            for form in html.split(separator: "<form ").dropFirst() {
                forms += 1
                let start = form.prefix { $0 != ">" }
                #expect(start.contains("method=\"post\"") && start.contains("action=\"/"))
                let rest = form.dropFirst(start.count + 1)
                #expect(
                    rest.hasPrefix("<input type=\"hidden\" name=\"csrf_token\" value=\"token\">"),
                    "\(form.prefix(200))"
                )
            }
        }
        #expect(forms > 5)
    }

    /// What `dure validate` says of wrong goals: every sentence of it has to be known in Korean.
    @Test func `what is wrong in a goal is told in Korean, and what would be right`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "FilesTests/Wrong")
        let words = Words(Self.visitor(.korean))
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "expected" }
        var count = 0
        for file in files {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let text = line.replacing(/^[0-9]+: (?:[a-z_\[\]0-9.-]+: )?/, with: "")
                let parts = text.split(separator: "; ", maxSplits: 1).map(String.init)
                for part in parts {
                    let told = words.server(part)
                    let isKorean = told.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }
                    #expect(isKorean && told != part, "\(file.lastPathComponent): \(part) → \(told)")
                    count += 1
                }
            }
        }
        #expect(count > 100)
    }

    @Test(arguments: [
        ("line 3, column 'y': got 'x'", "3번째 줄, ‘y’ 열: ‘x’라고 적혀 있습니다"),
        ("line 12: a quote is not closed (and 2 more)", "12번째 줄: 따옴표가 닫히지 않았습니다 (그 밖에 2건)"),
        ("column 'y': there is no such column", "‘y’ 열: 그런 열이 없습니다"),
        ("did you mean 'price'? the columns are a, b", "혹시 ‘price’ 아닌가요? 열은 a, b입니다"),
        ("3 cells where the header has 4", "머리글은 4칸인데 3칸이 있습니다"),
    ])
    func `what is wrong in a table is told in Korean, with its place`(_ english: String, _ korean: String) {
        #expect(Words(Self.visitor(.korean)).server(english) == korean)
        #expect(Words(Self.visitor(.english)).server(english) == english)
    }

    static let hostile = "<script>alert('1')</script> & \"quoted\" {{t.skip}} {{{lead}}}"

    static func visitor(_ language: ReportLanguage, _ theme: Visitor.Theme = .auto) -> Visitor {
        Visitor(
            language: language,
            theme: theme,
            name: hostile,
            maySteer: true,
            mayAdminister: true,
            formToken: "token",
            address: "/campaigns?status=running&x=1"
        )
    }

    static let row = CampaignRow(
        id: "cmp_1",
        name: hostile,
        status: .running,
        stage: .searching,
        start: 81.5,
        now: 42,
        target: 20,
        goalProgress: 0.64,
        timeProgress: 0.31,
        createdAt: "2026-11-18T01:00:00.000Z"
    )
    static let alert = AlertRow(
        time: "2026-11-18T01:00:00.000Z",
        severity: .warning,
        message: hostile,
        campaign: "cmp_1"
    )

    static func pages(_ visitor: Visitor) -> [DashboardPage] {
        let campaign = CampaignPage(
            row: row,
            metric: "rank",
            generation: 2,
            trials: (completed: 10, failed: 1, running: 2, intended: 400),
            spent: "₩1,000",
            reserved: "₩100",
            budget: "₩500,000",
            isClosing: false,
            endReason: nil,
            waitsFor: (hostile, hostile),
            best: hostile,
            planNotes: [hostile],
            levers: [.init(changes: hostile, units: 3, unconfirmed: 1)],
            orders: [.pause, .stop],
            alerts: [alert],
            decisions: [
                .init(
                    time: "2026-11-18T01:00:00.000Z",
                    agent: "orchestrator",
                    policy: "course",
                    reason: hostile,
                    count: 7
                )
            ],
            decisionCount: 7,
            trialRows: [
                .init(
                    position: 1,
                    unit: hostile,
                    purpose: "search",
                    state: "completed",
                    settings: hostile,
                    result: 40.5,
                    note: nil
                )
            ],
            trialCount: 60,
            report: [ReportFragment.sections(ofPage: Self.report)].flatMap(\.self)
        )
        return [
            OverviewPage(
                open: [row],
                hasCampaigns: true,
                running: 1,
                waiting: 1,
                completed: 3,
                workers: 6,
                healthy: 5,
                slots: 12,
                inFlight: 4,
                jobsReady: 1_234,
                jobsDead: 2,
                alerts: [alert],
                rehearsals: []
            ).page(for: visitor),
            CampaignsPage(rows: [row], olderHref: "/campaigns?after=x").page(for: visitor),
            CampaignsPage(rows: []).page(for: visitor), campaign.page(for: visitor),
            ConfirmPage(
                subject: hostile,
                order: "Stop",
                meaning: hostile,
                action: "/campaigns/cmp_1/orders/stop",
                backHref: "/campaigns/cmp_1",
                isGrave: true,
                place: .campaigns
            ).page(for: visitor),
            NewGoalPage().page(for: visitor),
            NewGoalPage(
                sentence: hostile,
                entries: [
                    "target": .init(value: "20", words: hostile),
                    "deadline": .init(question: hostile, proposals: ["14d", hostile]),
                ],
                unread: [hostile],
                refusal: hostile,
                problems: [hostile],
                plan: .init(
                    trials: 10,
                    generations: 1,
                    seconds: 93_600,
                    cost: "₩1",
                    combinations: 9,
                    power: nil,
                    notes: [hostile]
                ),
                yaml: hostile,
                isRead: true
            ).page(for: visitor),
            ExperimentsPage(csv: hostile, problem: [hostile]).page(for: visitor),
            FleetPage(
                workers: [
                    .init(
                        id: "wrk_1",
                        name: hostile,
                        role: "trial",
                        state: .isolated,
                        group: 0,
                        isLeader: true,
                        inFlight: 1,
                        slots: 2,
                        successRate: 0.93,
                        restarts: 1,
                        lastBeatAt: "2026-11-18T01:00:00.000Z"
                    )
                ],
                groups: [.init(number: 0, leader: hostile, members: 3, healthy: 2, isResting: false)],
                queues: [.init(kind: "probe", ready: 1, delayed: 2, leased: 3, dead: 4, isPaused: true)]
            ).page(for: visitor),
            FleetPage(workers: [], groups: [], queues: []).page(for: visitor),
            TrendsPage(
                runs: [.init(id: "run", isNews: true, startedAt: "2026-11-18T01:00:00.000Z", state: .running)],
                ranks: [
                    .init(
                        keyword: hostile,
                        product: hostile,
                        isOwn: true,
                        rank: nil,
                        before: 3,
                        depth: 100,
                        source: "x",
                        time: "now"
                    )
                ]
            ).page(for: visitor),
            TrendsPage(runs: [], ranks: []).page(for: visitor), AlertsPage(rows: [alert]).page(for: visitor),
            HealthPage(
                version: "0.1.0",
                startedAt: "2026-11-18T01:00:00.000Z",
                isReady: true,
                agents: "nowhere",
                checks: [.init(name: hostile, isGood: false, detail: hostile)],
                watch: .init(
                    process: hostile,
                    lookedAt: "2026-11-18T01:00:00.000Z",
                    findings: [
                        .init(name: hostile, level: .warning, detail: hostile, since: "2026-11-18T01:00:00.000Z")
                    ],
                    warning: 90,
                    critical: 95,
                    history: [
                        .init(
                            time: "2026-11-18T01:00:00.000Z",
                            process: hostile,
                            name: hostile,
                            before: .healthy,
                            level: .critical,
                            detail: hostile,
                            action: hostile
                        )
                    ]
                )
            ).page(for: visitor),
            SettingsPage(
                rows: [.init(key: hostile, value: hostile, source: hostile, variable: hostile, help: hostile)]
            ).page(for: visitor),
            TablePage(.audit, lead: .auditLead, heads: [.time, .message], rows: [[hostile, hostile]], times: [0]).page(
                for: visitor
            ),
            ProblemPage(.missing, detail: hostile, expected: hostile).page(for: visitor),
            ProblemPage(.signIn, detail: "").page(for: visitor),
        ]
    }

    static let report = """
        <main><section id="over-time" aria-labelledby="over-time-title">
        <h2 id="over-time-title">Rank &amp; time</h2>
        <p>One</p></section>
        <section id="answer" aria-labelledby="answer-title">
        <h2 id="answer-title">Answer</h2>
        <p>Two</p></section></main>
        """

    @Test(arguments: ReportLanguage.allCases, Visitor.Theme.allCases)
    func `every page escapes what it is given, and nothing of it is inline or from elsewhere`(
        _ language: ReportLanguage,
        _ theme: Visitor.Theme
    ) throws {
        for page in Self.pages(Self.visitor(language, theme)) {
            let html = try page.html(
                for: Self.visitor(language, theme),
                places: DashboardPage.Place.allCases,
                version: "v"
            )
            #expect(!html.contains("<script>"), "\(page.title)")
            #expect(!html.contains(" style="), "\(page.title)")
            #expect(!html.contains("<style"), "\(page.title)")
            #expect(html.firstMatch(of: /\son[a-z]+=/) == nil, "\(page.title)")
            #expect(!html.contains("http://") && !html.contains("https://"), "\(page.title)")
            #expect(html.contains("lang=\"\(language.rawValue)\" data-theme=\"\(theme.rawValue)\""))
            #expect(html.contains("class=\"skip\" href=\"#content\""))
        }
    }

    @Test(arguments: ReportLanguage.allCases)
    func `every identifier of a page is there once, and every label, hint and heading leads to one`(
        _ language: ReportLanguage
    ) throws {
        for page in Self.pages(Self.visitor(language)) {
            let html = try page.html(for: Self.visitor(language), places: DashboardPage.Place.allCases, version: "v")
            let ids = html.matches(of: /\sid="([^"]+)"/).map { String($0.1) }
            #expect(Set(ids).count == ids.count, "\(page.title): \(ids.sorted())")
            let used = html.matches(of: /\s(?:for|aria-labelledby|aria-describedby|aria-controls|data-fill)="([^"]+)"/)
                .map { String($0.1) }
            #expect(used.allSatisfy(ids.contains), "\(page.title): \(used.filter { !ids.contains($0) })")
        }
    }

    @Test func `a visitor who may not steer is shown no order`() throws {
        var visitor = Self.visitor(.english)
        visitor.maySteer = false
        visitor.mayAdminister = false
        for page in Self.pages(visitor) where page.place != .newGoal && page.place != .experiments {
            let html = try page.html(for: visitor, places: [.overview], version: "v")
            #expect(!html.contains("/orders/") || html.contains("id=\"confirm\""), "\(page.title)")
        }
    }

    @Test func `templates find every part of what stands in a page, without looking for it by reflection`() {
        let table = DataTable("caption", ["head"], [[.badge("text", .good)]])
        let link = Link("name", "/href")
        let parents: [any MustacheParent] =
            [PageSection("id", "title", []), Piece.table(table), table, table.head[0], table.rows[0], link]
            + table.rows[0].cells + [DataTable.Badge(text: "text", tone: "good")]
        for parent in parents {
            for child in Mirror(reflecting: parent).children {
                guard let label = child.label else { continue }
                let name = parent is Piece && label == "links" ? "more" : label
                let isNil = "\(child.value)" == "nil"
                #expect((parent.child(named: name) == nil) == isNil, "\(type(of: parent)).\(name)")
            }
        }
    }

    @Test func `every time of a page is in the reader's zone, and one that nobody knows is Seoul`() throws {
        let page = AlertsPage(rows: [Self.alert], olderHref: nil)
        for (zone, shown, said) in [
            ("UTC", "2026-11-18 01:00", "of UTC"), ("America/New_York", "2026-11-17 20:00", "of America/New_York"),
            ("Nowhere/Else", "2026-11-18 10:00", "of Seoul"),
        ] {
            let visitor = Visitor(language: .english, zone: zone)
            let html = try page.page(for: visitor).html(for: visitor, places: [], version: "v")
            #expect(html.contains(">\(shown)</time>") && html.contains(said), "\(zone)")
        }
    }

    @Test func `what the server refuses is told in Korean, with what it names`() throws {
        let visitor = Visitor(language: .korean)
        let page = ProblemPage(.refused, detail: "this needs the role 'operator'").page(for: visitor)
        #expect(try page.html(for: visitor, places: [], version: "v").contains("‘운영’ 역할이 있어야 합니다"))
        let words = Words(.korean)
        #expect(words.server("there is no such campaign").hasPrefix("캠페인"))
        #expect(words.server("answered 201") == "201로 답함")
        #expect(words.server("nobody knows this") == "nobody knows this")
        #expect(Words(.english).server("answered 201") == "answered 201")
    }

    @Test func `a trend run is called by its kind and its state in the reader's language`() throws {
        let runs: [TrendsPage.Run] = [
            .init(id: "1", isNews: true, startedAt: "2026-11-18T01:00:00.000Z", state: .completed),
            .init(id: "2", isNews: false, startedAt: "2026-11-18T01:00:00.000Z", state: .failed),
        ]
        let visitor = Visitor(language: .korean)
        let html = try TrendsPage(runs: runs, ranks: []).page(for: visitor)
            .html(for: visitor, places: [], version: "v")
        for text in ["뉴스", "영상", "완료", "실패"] { #expect(html.contains(text), "\(text)") }
        #expect(!html.contains("completed"))
    }

    @Test func `what was decided again in the same words says how often, and a campaign that waits says for whom`()
        throws
    {
        let visitor = Self.visitor(.korean)
        let page = try #require(Self.pages(visitor).first { $0.sections.contains { $0.id == "decisions" } })
        let html = try page.html(for: visitor, places: [], version: "v")
        #expect(html.contains("7번") && html.contains("/campaigns/cmp_1/decisions"))
        #expect(html.contains("전체 60 가운데 최근 1.") && html.contains("/campaigns/cmp_1/trials"))
        #expect(html.contains("쓰고 있습니다. 그 캠페인이 끝나는 대로"))
    }

    @Test(arguments: ReportLanguage.allCases)
    func `an instant is there for machines, and in Seoul's time where no zone is known`(_ language: ReportLanguage)
        throws
    {
        for page in Self.pages(Self.visitor(language)) {
            let html = try page.html(for: Self.visitor(language), places: [.overview], version: "v")
            let shown = html.matches(of: /<time datetime="([^"]+)">([^<]+)<\/time>/).map { ($0.1, $0.2) }
            for (instant, text) in shown where instant.hasPrefix("2026") {
                #expect(instant == "2026-11-18T01:00:00.000Z" && text == "2026-11-18 10:00", "\(page.title)")
            }
            #expect(!shown.isEmpty || !html.contains("2026-11-18 10:00"), "\(page.title)")
            #expect(html.contains("id=\"zone\""))
        }
    }

    @Test func `the health page says how each thing is, from where on that is, and what was done about it`() throws {
        let watch = HealthPage.Watch(
            process: "server a:7420",
            lookedAt: "2026-11-18T01:00:00.000Z",
            findings: [
                .init(name: "processor", level: .healthy, detail: "12.5 % of the processors' time is used", since: "x"),
                .init(name: "memory", level: .warning, detail: "92 % of the memory is used", since: "x"),
            ],
            warning: 90,
            critical: 95,
            history: [
                .init(
                    time: "2026-11-18T01:00:00.000Z",
                    process: "server a:7420",
                    name: "memory",
                    before: .healthy,
                    level: .warning,
                    detail: "92 % of the memory is used",
                    action: "gave memory that is not used back to the system"
                )
            ]
        )
        func html(_ language: ReportLanguage, ready: Bool = true, watch: HealthPage.Watch) throws -> String {
            try HealthPage(
                version: "1",
                startedAt: "2026-11-18T01:00:00.000Z",
                isReady: ready,
                agents: "here",
                checks: [.init(name: "store", isGood: true, detail: "a write was kept")],
                watch: watch
            ).page(for: Self.visitor(language)).html(for: Self.visitor(language), places: [.health], version: "v")
        }
        let korean = try html(.korean, watch: watch)
        for text in [
            "메모리의 92 %를 쓰고 있습니다", "프로세서 시간의 12.5 %를 쓰고 있습니다", "쓰지 않는 메모리를 시스템에 돌려주었습니다", "이전: 정상", "쓴 것이 남아 있습니다",
            "90 % 넘게 쓰면 주의, 95 % 넘게 쓰면 심각", "일하고 있지만 살펴볼 것이 있습니다.",
        ] {
            #expect(korean.contains(text), "\(text)")
        }
        let english = try html(.english, watch: watch)
        #expect(english.contains("gave memory that is not used back to the system"))
        #expect(english.contains("It works, but something wants attention."))
        var calm = watch
        calm.findings[1].level = .healthy
        calm.history = []
        #expect(try html(.english, watch: calm).contains("Everything works."))
        #expect(try html(.english, watch: calm).contains("Nothing was noted in the last seven days."))
        #expect(try html(.english, ready: false, watch: calm).contains("Something does not work."))
    }

    @Test func `a campaign shows of its report what there is to know yet`() throws {
        func ids(_ status: CampaignStatus, completed: Int) -> [String] {
            var row = Self.row
            row.status = status
            let page = CampaignPage(
                row: row,
                metric: "rank",
                generation: 0,
                trials: (completed: completed, failed: 0, running: 0, intended: 10),
                spent: nil,
                reserved: nil,
                budget: nil,
                isClosing: false,
                endReason: nil,
                waitsFor: nil,
                best: nil,
                planNotes: [],
                levers: [],
                orders: [],
                alerts: [],
                decisions: [],
                decisionCount: 0,
                trialRows: [],
                trialCount: 0,
                report: ReportFragment.sections(ofPage: Self.report)
            ).page(for: Self.visitor(.english))
            return page.sections.map(\.id).filter { $0.hasPrefix("report-") }
        }
        #expect(ids(.awaitingApproval, completed: 0) == [])
        #expect(ids(.running, completed: 3) == ["report-over-time"])
        #expect(ids(.completed, completed: 3) == ["report-over-time", "report-answer"])
        #expect(ids(.stopped, completed: 0) == ["report-over-time", "report-answer"])
    }

    @Test func `every word is there in both languages, with the same places for values`() {
        for word in Word.allCases {
            let (english, korean) = word.both
            #expect(!english.isEmpty && !korean.isEmpty)
            for place in ["{0}", "{1}"] { #expect(english.contains(place) == korean.contains(place), "\(english)") }
        }
    }

    @Test(
        arguments: [
            (nil, "en"), ("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("en-US,en;q=0.9,ko;q=0.5", "en"),
            ("fr, ko;q=0.4, en;q=0.2", "ko"),
            ("de", "en"), ("ko;q=0, en", "en"), (";;;,q=", "en"),
        ] as [(String?, String)]
    )
    func `the language is the one that the browser wants first`(_ header: String?, _ expected: String) {
        #expect(Visitor.language(accepting: header).rawValue == expected)
    }

    @Test func `a report's page is read section by section`() {
        let sections = ReportFragment.sections(ofPage: Self.report)
        #expect(sections.map(\.id) == ["over-time", "answer"])
        #expect(sections.map(\.title) == ["Rank & time", "Answer"])
        #expect(sections.last?.html == "\n<p>Two</p>")
        #expect(ReportFragment.sections(ofPage: "no page") == [])
    }
}
