// SPDX-License-Identifier: Apache-2.0

import TrendAnalysis

/// Writes the page on trends in the news.
struct NewsPageWriter: Sendable {
    let content: NewsPageContent
    let wording: Wording

    init(_ content: NewsPageContent, _ wording: Wording) {
        self.content = content
        self.wording = wording
    }

    var report: TrendReport { content.report }
    var sources: SourceSection { SourceSection(sources: content.sources, wording: wording) }
    var title: String { wording(.newsTitle, report.firstDay, report.lastDay) }

    /// The page, answer first.
    func page() -> Page {
        Page(
            language: wording.language.rawValue,
            title: title,
            name: title,
            details: [wording(.daysInUTC)],
            status: content.remark ?? "",
            sections: [answer(), trends(), watched(), categories(), sources.section(), limits(), method()].compactMap(
                \.self
            ),
            footer: [
                wording(.writtenAt, wording.time(content.at)) + " · " + wording(.timesIn, wording.timeZoneName),
                wording(.tracedInFile),
            ]
        )
    }

    /// A whole number of the result.
    func count(_ value: Int, _ key: String) -> Markup { wording.figure(Figure(Double(value), key), .count) }

    // MARK: The answer

    private var confirmed: [TrendReport.Trend] { report.trends.filter { $0.stage == .confirmed } }

    /// What was found, in a sentence.
    func sentence() -> Markup {
        guard let first = confirmed.first ?? report.trends.first else {
            return Markup(wording(report.items == 0 ? .nothingRead : .nothingFound))
        }
        let names = Markup(
            (confirmed.isEmpty ? report.trends : confirmed).prefix(3).map(\.term).joined(separator: ", ")
        )
        if confirmed.isEmpty { return wording.marked(.onlySigns, Markup(first.term)) }
        return wording.marked(.found, names)
    }

    private func answer() -> Section {
        let headline = Headline(
            verdict: wording(
                confirmed.isEmpty ? (report.trends.isEmpty ? .verdictNoTrend : .verdictSigns) : .verdictConfirmed
            ),
            tone: confirmed.isEmpty ? "open" : "good",
            sentence: sentence(),
            source: wording.marked(.answerSource, Markup(report.firstDay), Markup(report.lastDay))
        )
        let missing = sources.missing()
        var blocks = [Block(headline: headline, facts: facts())]
        if !missing.isEmpty { blocks += [.heading(wording(.missingTitle)), .list(missing)] }
        return Section(id: "answer", title: wording(.sectionAnswer), blocks: blocks)
    }

    private func facts() -> [Fact] {
        let languages = report.languages.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(4)
        let parts = languages.map {
            Markup(($0.key == "und" ? wording(.languageUnknown) : $0.key) + " ")
                + count($0.value, "report.languages.\($0.key)")
        }
        return [
            Fact(name: wording(.factRead), value: count(report.items, "report.items")),
            Fact(
                name: wording(.factInWindow),
                value: count(report.inWindow, "report.inWindow"),
                note: wording.marked(.factRepeated, count(report.repeated, "report.repeated"))
            ),
            Fact(name: wording(.factLanguages), value: parts.isEmpty ? Markup(Wording.absent) : .joined(parts, ", ")),
        ]
    }

    // MARK: Trends

    private func trends() -> Section? {
        guard !report.trends.isEmpty else { return nil }
        var blocks: [Block] = [.table(table(report.trends, "report.trends")), .caption(wording(.tableNote))]
        for (index, trend) in report.trends.enumerated() {
            blocks += story(trend, "report.trends[\(index)]")
        }
        return Section(id: "trends", title: wording(.sectionTrends), blocks: blocks)
    }

    private func table(_ trends: [TrendReport.Trend], _ key: String) -> Table {
        let head: [Table.Cell] = [
            .text(wording(.columnSubject)), .text(wording(.columnStage)), .number(Markup(wording(.columnTitles))),
            .number(Markup(wording(.columnUsual))), .number(Markup(wording(.columnGrowth))),
            .text(wording(.columnDays)),
        ]
        let rows = trends.enumerated().map { index, trend in row(trend, "\(key)[\(index)]") }
        return Table(head: head, rows: rows)
    }

    private func row(_ trend: TrendReport.Trend, _ key: String) -> Table.Row {
        let growth = FigureInterval(
            Figure(trend.growth, key + ".growth"),
            from: Figure(trend.growthLow, key + ".growthLow"),
            to: Figure(trend.growthHigh, key + ".growthHigh")
        )
        return Table.Row(
            cells: [
                .strong(trend.term), Table.Cell(text: stage(trend.stage), style: "w"),
                .number(count(trend.count, key + ".count")),
                .number(wording.figure(Figure(trend.expected, key + ".expected"), .fixed(1))),
                .number(
                    wording.figure(growth.estimate, .fixed(1)) + Markup(" (") + wording.range(growth, .fixed(1)) + ")"
                ),
                Table.Cell(spark(trend.term, trend.sparkline)),
            ],
            style: trend.stage == .early ? "quiet" : ""
        )
    }

    private func spark(_ name: String, _ counts: [Int]) -> Markup {
        .picture(
            Sparkline(
                title: wording(.sparkTitle, name),
                description: counts.map(String.init).joined(separator: ", "),
                counts: counts,
                window: days
            ).svg()
        )
    }

    /// How many days the window has.
    private var days: Int {
        guard let first = Self.day(report.firstDay), let last = Self.day(report.lastDay) else { return 7 }
        return max(1, last - first + 1)
    }

    /// Days since 1970 of `yyyy-mm-dd`, by the proleptic Gregorian calendar.
    private static func day(_ text: String) -> Int? {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, (0...9_999).contains(parts[0]) else { return nil }
        let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
        let (era, ofEra) = (year / 400, year % 400)
        let ofYear = (153 * (parts[1] + (parts[1] > 2 ? -3 : 9)) + 2) / 5 + parts[2] - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    func stage(_ stage: TrendStage) -> String { wording(stage == .confirmed ? .stageConfirmed : .stageEarly) }

    private func story(_ trend: TrendReport.Trend, _ key: String) -> [Block] {
        var blocks: [Block] = [.heading(trend.term)]
        if !trend.otherTerms.isEmpty {
            blocks.append(.caption(wording(.otherTerms, trend.otherTerms.joined(separator: ", "))))
        }
        blocks.append(.caption(evidence(trend, key)))
        // Most first signs come to nothing: one story says what it is about.
        blocks += stories(trend.stage == .early ? Array(trend.stories.prefix(1)) : trend.stories, key)
        return blocks
    }

    /// How a trend was found.
    private func evidence(_ trend: TrendReport.Trend, _ key: String) -> Markup {
        let how =
            switch trend.evidence {
            case .surge: wording(.foundBySurge)
            case .level: wording(.foundByLevel)
            case .sign: wording(.foundBySign)
            case .lasting: wording(.foundByLasting)
            }
        return wording.marked(
            .evidence,
            Markup(how),
            wording.figure(Figure(trend.score, key + ".score"), .fixed(1)),
            wording.figure(Figure(trend.qValue, key + ".qValue"), .p),
            wording.figure(Figure(trend.persistence, key + ".persistence"), .percent(0)),
            Markup(trend.sources.prefix(6).joined(separator: ", ")),
            Markup(wording.date(trend.first)),
            Markup(wording.date(trend.last))
        )
    }

    /// Stories with the sentences that tell them.
    func stories(_ stories: [TrendReport.Story], _ key: String) -> [Block] {
        StoryBlocks(wording: wording).blocks(stories, key)
    }
}
