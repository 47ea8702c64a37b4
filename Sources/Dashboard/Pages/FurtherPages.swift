// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Reports

/// Trends and the ranks of followed products.
package struct TrendsPage: Sendable {
    /// A trend run.
    package struct Run: Sendable {
        package var id: String
        package var isNews: Bool
        package var startedAt: String
        package var state: WorkflowRun.State

        /// Creates the value from its parts.
        package init(id: String, isNews: Bool, startedAt: String, state: WorkflowRun.State) {
            self.id = id
            self.isNews = isNews
            self.startedAt = startedAt
            self.state = state
        }
    }

    /// Where a product was seen last.
    package struct RankRow: Sendable {
        package var keyword: String
        package var product: String
        package var isOwn: Bool
        package var rank: Int?
        package var before: Int?
        package var depth: Int
        package var source: String
        package var time: String

        /// Creates the value from its parts.
        package init(
            keyword: String,
            product: String,
            isOwn: Bool,
            rank: Int?,
            before: Int?,
            depth: Int,
            source: String,
            time: String
        ) {
            self.keyword = keyword
            self.product = product
            self.isOwn = isOwn
            self.rank = rank
            self.before = before
            self.depth = depth
            self.source = source
            self.time = time
        }
    }

    package var runs: [Run]
    package var ranks: [RankRow]

    /// Creates a view.
    package init(runs: [Run], ranks: [RankRow]) {
        self.runs = runs
        self.ranks = ranks
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        let list: Piece =
            runs.isEmpty
            ? .empty(words(.noTrendsTitle), [words(.noTrends1), words(.noTrends2)])
            : .table(
                DataTable(
                    words(.trends),
                    [words(.begun), words(.kind), words(.state)],
                    runs.map {
                        [
                            words.instant($0.startedAt, href: "/trends/\($0.id)"),
                            .short(words($0.isNews ? .newsTrend : .videoTrend)),
                            .short(words.workflow($0.state)),
                        ]
                    }
                )
            )
        var sections = [PageSection("runs", nil, [list])]
        if !ranks.isEmpty { sections.append(PageSection("ranks", words(.rankings), [rankTable(words)])) }
        return DashboardPage(.trends, words(.trends), lead: words(.trendsLead), topics: [.alerts], sections)
    }

    private func rankTable(_ words: Words) -> Piece {
        .table(
            DataTable(
                words(.rankings),
                [words(.keyword), words(.product), words(.rank), words(.before), words(.source), words(.time)],
                ranks.map { row in
                    [
                        .text(row.keyword), .text(row.product, note: row.isOwn ? words(.ownProduct) : nil),
                        .number(row.rank.map { words.count($0) } ?? words(.beyond, words.count(row.depth))),
                        .number(row.before.map { words.count($0) } ?? "–"), .short(row.source),
                        words.instant(row.time),
                    ]
                }
            )
        )
    }
}

/// A page that `Reports` wrote, within the dashboard's frame.
package struct ReportPage: Sendable {
    package var place: DashboardPage.Place
    package var title: String
    package var parent: Link
    package var fragments: [ReportFragment]
    /// The time zone of the fragments; nil for the reader's.
    package var zone: String?

    /// Creates a page of fragments.
    package init(
        place: DashboardPage.Place,
        title: String,
        parent: Link,
        fragments: [ReportFragment],
        zone: String? = nil
    ) {
        self.zone = zone
        self.place = place
        self.title = title
        self.parent = parent
        self.fragments = fragments
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        var page = DashboardPage(
            place,
            title,
            parent: parent,
            fragments.map { PageSection("report-\($0.id)", $0.title, [.report($0.html)]) }
        )
        page.zone = zone
        return page
    }
}

/// The analysis of a table of runs.
package struct ExperimentsPage: Sendable {
    package var csv: String
    package var responses: String
    package var factors: String
    package var model: String
    package var goal: String
    /// What was wrong with the file or the wishes.
    package var problem: [String]
    package var report: [ReportFragment]

    /// Creates a view.
    package init(
        csv: String = "",
        responses: String = "",
        factors: String = "",
        model: String = "",
        goal: String = "higher",
        problem: [String] = [],
        report: [ReportFragment] = []
    ) {
        self.csv = csv
        self.responses = responses
        self.factors = factors
        self.model = model
        self.goal = goal
        self.problem = problem
        self.report = report
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        var pieces: [Piece] = []
        if !problem.isEmpty { pieces.append(.note(words(.analysisFailed), .bad, list: problem, isAlert: true)) }
        pieces.append(
            .form(
                Form(
                    "/experiments",
                    [
                        .file(into: "csv", words(.csvFile), readAs: words(.readAs), hint: words(.csvHint)),
                        .area("csv", words(.csvText), csv, rows: csv.isEmpty ? 7 : 5),
                        .line("responses", words(.responses), responses, hint: words(.responsesHint), width: .half),
                        .line("factors", words(.factorColumns), factors, hint: words(.factorColumnsHint), width: .half),
                        .line("model", words(.modelWord), model, hint: words(.modelHint), width: .half),
                        .choice(
                            "goal",
                            words(.better),
                            [("higher", words(.higher)), ("lower", words(.lower))],
                            chosen: goal,
                            width: .half
                        ),
                    ],
                    [.init(words(.analyse), "analyse")]
                )
            )
        )
        let form = PageSection("form", nil, pieces)
        let result = report.map { PageSection("report-\($0.id)", $0.title, [.report($0.html)]) }
        return DashboardPage(
            .experiments,
            words(.experiments),
            lead: words(.experimentsLead),
            result.isEmpty ? [form] : result + [form]
        )
    }
}

/// A table of names and values: the audit log, the settings.
package struct TablePage: Sendable {
    package var place: DashboardPage.Place
    package var lead: Word
    package var heads: [Word]
    package var rows: [[String]]
    package var empty: Word?
    /// Which columns hold instants.
    package var times: Set<Int>

    /// Creates a page with one table.
    package init(
        _ place: DashboardPage.Place,
        lead: Word,
        heads: [Word],
        rows: [[String]],
        empty: Word? = nil,
        times: Set<Int> = []
    ) {
        self.place = place
        self.lead = lead
        self.heads = heads
        self.rows = rows
        self.empty = empty
        self.times = times
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        let table = DataTable(
            words(place.word),
            heads.map { words($0) },
            rows.map { row in
                row.enumerated().map {
                    times.contains($0.offset) ? words.instant($0.element) : .wide(words.server($0.element))
                }
            }
        )
        return DashboardPage(
            place,
            words(place.word),
            lead: words(lead),
            [PageSection("table", nil, [rows.isEmpty && empty != nil ? .empty(words(empty ?? lead)) : .table(table)])]
        )
    }
}

/// What is shown instead of a page that cannot be.
package struct ProblemPage: Sendable {
    /// Why there is no page.
    package enum Kind: Sendable {
        case signIn
        case refused
        case missing
        case wrong
    }

    package var kind: Kind
    package var detail: String
    package var expected: String?

    /// Creates an explanation.
    package init(_ kind: Kind, detail: String, expected: String? = nil) {
        self.kind = kind
        self.detail = detail
        self.expected = expected
    }

    /// The page.
    package func page(for visitor: Visitor) -> DashboardPage {
        let words = Words(visitor)
        let title: Word =
            switch kind {
            case .signIn: .signInTitle
            case .refused: .refusedTitle
            case .missing: .notFoundTitle
            case .wrong: .wrongTitle
            }
        let pieces: [Piece] =
            kind == .signIn
            ? [.empty(words(.signInTitle), [words(.signIn1), words(.signIn2)])]
            : [
                .note(
                    words.server(detail),
                    .bad,
                    list: expected.map { [words(.expected) + ": " + words.server($0)] } ?? [],
                    isAlert: true
                ),
                .empty("", link: Link(words(.toOverview), "/")),
            ]
        return DashboardPage(nil, words(title), [PageSection("problem", nil, pieces)])
    }
}
