// SPDX-License-Identifier: Apache-2.0

import TrendAnalysis

/// Writes the page on what is watched more than is usual.
struct VideoPageWriter: Sendable {
    let content: VideoPageContent
    let wording: Wording

    init(_ content: VideoPageContent, _ wording: Wording) {
        self.content = content
        self.wording = wording
    }

    private var report: VideoReport { content.report }
    var title: String { wording(.videoTitle, wording.time(report.at)) }
    var sources: SourceSection { SourceSection(sources: content.sources, wording: wording) }

    /// The page, answer first.
    func page() -> Page {
        Page(
            language: wording.language.rawValue,
            title: title,
            name: title,
            details: [],
            status: content.remark ?? "",
            sections: [
                answer(), viral(), growing(), terms(), watched(), categories(), sources.section(), limits(), method(),
            ].compactMap(\.self),
            footer: [
                wording(.writtenAt, wording.time(content.at)) + " · " + wording(.timesIn, wording.timeZoneName),
                wording(.tracedInFile),
            ]
        )
    }

    private func count(_ value: Int, _ key: String) -> Markup { wording.figure(Figure(Double(value), key), .count) }

    // MARK: The answer

    /// What was found, in a sentence.
    func sentence() -> Markup {
        if let first = report.viral.first { return wording.marked(.videoFound, Markup(first.title)) }
        if let first = report.growing.first { return wording.marked(.videoGrowing, Markup(first.title)) }
        return Markup(wording(.videoNothing))
    }

    private func answer() -> Section {
        let headline = Headline(
            verdict: wording(report.viral.isEmpty ? .videoVerdictUsual : .videoVerdictViral),
            tone: report.viral.isEmpty ? "open" : "good",
            sentence: sentence(),
            source: wording.marked(.videoSource, Markup(wording.time(report.at)))
        )
        let facts = [
            Fact(name: wording(.videoFactVideos), value: count(report.videos, "report.videos")),
            Fact(
                name: wording(.videoFactCounted),
                value: count(report.counted, "report.counted"),
                note: wording.marked(.videoFactSights, count(report.sights, "report.sights"))
            ),
            Fact(name: wording(.videoFactFalls), value: count(report.falls, "report.falls")),
        ]
        let missing = sources.missing()
        var blocks = [Block(headline: headline, facts: facts)]
        if !missing.isEmpty { blocks += [.heading(wording(.missingTitle)), .list(missing)] }
        return Section(id: "answer", title: wording(.sectionAnswer), blocks: blocks)
    }

    // MARK: Videos

    private func viral() -> Section? {
        guard !report.viral.isEmpty else { return nil }
        return Section(
            id: "viral",
            title: wording(.sectionViral),
            blocks: [.table(table(report.viral, "report.viral")), .caption(wording(.viralNote))]
                + details(report.viral, "report.viral")
        )
    }

    private func growing() -> Section? {
        guard !report.growing.isEmpty else { return nil }
        return Section(
            id: "growing",
            title: wording(.sectionGrowing),
            blocks: [.table(table(report.growing, "report.growing")), .caption(wording(.growingNote))]
        )
    }

    private func table(_ videos: [VideoReport.Video], _ key: String) -> Table {
        let head: [Table.Cell] = [
            .text(wording(.columnVideo)), .text(wording(.columnChannel)), .number(Markup(wording(.columnViews))),
            .number(Markup(wording(.columnVelocity))), .number(Markup(wording(.columnToCome))),
            .number(Markup(wording(.columnForecast))), .number(Markup(wording(.columnPace))),
        ]
        let rows = videos.enumerated().map { index, video in
            let key = "\(key)[\(index)]"
            return Table.Row(cells: [
                Table.Cell(Markup.link(video.title, to: video.link), style: "s"),
                .text(video.channel.isEmpty ? Wording.absent : video.channel),
                .number(count(video.views, key + ".views")),
                .number(wording.figure(Figure(video.velocity, key + ".velocity"), .fixed(0))),
                .number(wording.figure(Figure(video.dailyGrowth, key + ".dailyGrowth"), .fixed(0))),
                .number(wording.figure(Figure(video.forecast, key + ".forecast"), .fixed(0))),
                .number(wording.figure(Figure(video.pace, key + ".pace"), .fixed(1))),
            ])
        }
        return Table(head: head, rows: rows)
    }

    /// How each video was found.
    private func details(_ videos: [VideoReport.Video], _ key: String) -> [Block] {
        let lines = videos.enumerated().map { index, video in
            let key = "\(key)[\(index)]"
            let reasons = video.reasons.map { wording(Self.phrase(of: $0)) }.joined(separator: "; ")
            let deviation = wording.figure(Figure(video.deviation, key + ".deviation"), .fixed(1))
            let (name, published) = (Markup(video.title), Markup(wording.date(video.published)))
            if video.channelVideos == 0 {
                return wording.marked(.videoEvidenceAlone, name, Markup(reasons), deviation, published)
            }
            return wording.marked(
                video.channelVideos == 1 ? .videoEvidenceOne : .videoEvidence,
                name,
                Markup(reasons),
                deviation,
                count(video.channelVideos, key + ".channelVideos"),
                published
            )
        }
        return [.heading(wording(.videoHow)), .list(lines)]
    }

    static func phrase(of reason: VideoReport.Reason) -> TrendPhrase {
        switch reason {
        case .growth: .reasonGrowth
        case .channel: .reasonChannel
        case .category: .reasonCategory
        case .engagement: .reasonEngagement
        case .acceleration: .reasonAcceleration
        case .returning: .reasonReturning
        case .counted: .reasonCounted
        case .once: .reasonOnce
        }
    }

    // MARK: What stands beside it

    private func terms() -> Section? {
        guard !report.terms.isEmpty else { return nil }
        let head: [Table.Cell] = [
            .text(wording(.columnSubject)), .text(wording(.columnStage)), .number(Markup(wording(.columnVideos))),
            .number(Markup(wording(.columnUsual))), .text(wording(.columnDays)),
        ]
        let rows = report.terms.enumerated().map { index, term in
            let key = "report.terms[\(index)]"
            let spark = Sparkline(
                title: wording(.sparkTitle, term.term),
                description: term.sparkline.map(String.init).joined(separator: ", "),
                counts: term.sparkline,
                window: 7
            )
            return Table.Row(
                cells: [
                    .strong(term.term), .text(wording(term.stage == .confirmed ? .stageConfirmed : .stageEarly)),
                    .number(count(term.count, key + ".count")),
                    .number(wording.figure(Figure(term.expected, key + ".expected"), .fixed(1))),
                    Table.Cell(.picture(spark.svg())),
                ],
                style: term.stage == .early ? "quiet" : ""
            )
        }
        var blocks: [Block] = [.table(Table(head: head, rows: rows)), .caption(wording(.tableNote))]
        for (index, term) in report.terms.enumerated() where !term.stories.isEmpty {
            // As with news, one story says what a first sign is about.
            let stories = term.stage == .early ? Array(term.stories.prefix(1)) : term.stories
            blocks.append(.heading(term.term))
            blocks += StoryBlocks(wording: wording).blocks(stories, "report.terms[\(index)]")
        }
        return Section(id: "terms", title: wording(.sectionTerms), blocks: blocks)
    }

    private func watched() -> Section? {
        guard !content.watched.isEmpty else { return nil }
        let head: [Table.Cell] = [
            .text(wording(.columnSubject)), .number(Markup(wording(.columnVideos))), .text(wording(.columnRanked)),
        ]
        let rows = content.watched.enumerated().map { index, subject in
            Table.Row(cells: [
                .strong(subject.name), .number(count(subject.videos, "watched[\(index)].videos")),
                .text(subject.titles.isEmpty ? Wording.absent : subject.titles.prefix(5).joined(separator: "; ")),
            ])
        }
        return Section(
            id: "watched",
            title: wording(.sectionWatched),
            blocks: [.table(Table(head: head, rows: rows))]
        )
    }

    private func categories() -> Section? {
        guard !report.categories.isEmpty else { return nil }
        let head: [Table.Cell] = [
            .text(wording(.columnCategory)), .number(Markup(wording(.columnVideos))), .text(wording(.columnFastest)),
        ]
        let rows = report.categories.enumerated().map { index, category in
            Table.Row(cells: [
                .strong(category.name), .number(count(category.videos, "report.categories[\(index)].videos")),
                .text(category.growing.prefix(3).map(\.title).joined(separator: "; ")),
            ])
        }
        return Section(
            id: "categories",
            title: wording(.sectionCategories),
            blocks: [.table(Table(head: head, rows: rows))]
        )
    }

    private func limits() -> Section? {
        var lines = [TrendPhrase.videoLimitOnce, .videoLimitForecast, .videoLimitList].map { Markup(wording($0)) }
        if let unpaced = report.unpaced {
            lines.append(wording.marked(.videoLimitUndated, count(unpaced, "report.unpaced")))
        }
        let plan = wording.marked(
            .videoPlan,
            Markup(wording.count(report.plan.visits.count)),
            count(report.plan.postponed, "report.plan.postponed"),
            count(report.plan.ended, "report.plan.ended")
        )
        return Section(id: "limits", title: wording(.sectionUnknown), blocks: [.list(lines), .paragraph(plan)])
    }

    private func method() -> Section? {
        Section(
            id: "method",
            title: wording(.sectionMethod),
            blocks: [.list([.videoMethodPace, .videoMethodForecast, .videoMethodCounts].map { wording($0) })]
        )
    }
}
