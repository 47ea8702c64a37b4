// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Statistics

/// Writes the page on ranks, answer first.
struct RankPageWriter: Sendable {
    let content: RankPage
    let wording: Wording

    /// How many products, changes and charts a page shows.
    static let limits = (products: 40, changes: 40, charts: 6, steps: 60, recent: 30)

    init(_ content: RankPage, _ wording: Wording) {
        self.content = content
        self.wording = wording
    }

    var market: RankMarket { content.market }

    /// The page.
    func page(writtenAt: Timestamp) -> Page {
        let starts = market.calendar.starts
        let first = starts.first.map(day) ?? ""
        let last = starts.last.map(day) ?? ""
        return Page(
            language: wording.language.rawValue,
            title: wording(.title),
            name: wording(.title),
            details: [wording(.details, first, last, wording.length(market.calendar.unit))],
            status: "",
            sections: [answer(), standing()] + [absences()].compactMap(\.self) + [
                changes(), outlook(), observers(), habits(), method(),
            ],
            footer: [wording(.writtenAt, wording.time(writtenAt)) + " · " + wording(.timesIn, wording.timeZoneName)]
        )
    }

    /// A step's date, with the time of day where steps are shorter than a day.
    func day(_ time: Timestamp) -> String {
        market.calendar.unit < .days(1) ? wording.time(time) : wording.date(time)
    }

    /// A typical rank in words; depth + 1 is off the list.
    func place(_ rank: Double?) -> String {
        guard let rank, rank.isFinite else { return Wording.absent }
        return rank > Double(market.depth) + 0.5 ? wording(.offList) : wording.fixed(rank, 0)
    }

    /// A product with its list, where there are several.
    func called(_ name: String, _ keyword: String?) -> String {
        guard let keyword, !keyword.isEmpty else { return name }
        return "\(name) (\(keyword))"
    }
}

extension RankPageWriter {
    private func answer() -> Section {
        // What happened long ago is the answer only where nothing has happened since.
        let recent = market.time(ahead: -Self.limits.recent)
        let late = content.movements.filter { $0.time >= recent }
        let told = late.isEmpty ? content.movements : late
        let newest = told.last { $0.kind == .source } ?? told.last { $0.isOwn == true } ?? told.last
        let reach: String =
            switch content.movements.count {
            case 0: ""
            case 1: wording(.headlineReachOne, wording.percent(0.1))
            case let count: wording(.headlineReach, wording.count(count), wording.percent(0.1))
            }
        let headline =
            lost(newest).map {
                Headline(verdict: wording(.verdictOff), tone: "bad", sentence: $0, source: Markup(reach))
            }
            ?? headline(newest, reach)
        return Section(
            id: "answer",
            title: wording(.sectionAnswer),
            blocks: [Block(headline: headline), Block(facts: facts())]
        )
    }

    /// That an own product is off its list, which no change before it outweighs; nil where none is, or a later change was told.
    private func lost(_ newest: RankMovement?) -> Markup? {
        let own = content.outlook.absent.filter { $0.isOwn && $0.isOffList }
        guard let absence = own.max(by: { ($0.since ?? $0.newest) < ($1.since ?? $1.newest) }) else { return nil }
        let since = absence.since ?? absence.newest
        if let newest, newest.kind == .source || newest.isOwn == true, newest.product != absence.product,
            newest.time > since
        {
            return nil
        }
        let name = called(absence.name, absence.keyword)
        guard let rank = absence.lastRank, let last = absence.lastListed else {
            return Markup(wording(.headlineNever, name, day(since)))
        }
        return Markup(wording(.headlineOff, name, day(since), wording.count(rank), day(last)))
    }

    private func headline(_ newest: RankMovement?, _ reach: String) -> Headline {
        let verdict: RankPhrase =
            newest.map { $0.kind == .source ? .verdictSource : .verdictChanged }
            ?? (youngChanges == nil ? .verdictQuiet : .verdictYoung)
        let sentence: String =
            switch newest {
            case nil: youngChanges ?? wording(.headlineQuiet)
            case let change? where change.kind == .source:
                wording(.headlineSource, change.source) + " (\(day(change.time)))"
            case let change?:
                wording(
                    .headlineChanged,
                    called(change.name ?? change.product ?? "", change.keyword),
                    place(change.before),
                    place(change.after)
                ) + " (\(day(change.since)))" + standing(of: change)
            }
        return Headline(
            verdict: wording(verdict),
            tone: newest.map { $0.kind == .source || $0.isWorse ? "bad" : "good" } ?? "open",
            sentence: Markup(sentence),
            source: Markup(reach)
        )
    }

    /// Where a product that moved stands now, which may be elsewhere than where it moved to.
    private func standing(of change: RankMovement) -> String {
        guard let product = change.product, let keyword = change.keyword,
            let position = market.panel.series.firstIndex(where: {
                $0.key == RankSeriesKey(product: product, keyword: keyword)
            }),
            let now = market.panel.outcome(of: position, at: market.panel.steps - 1)
        else { return "" }
        return " " + wording(.headlineNow, place(now.rank.map(Double.init) ?? Double(market.depth + 1)))
    }

    private func facts() -> [Fact] {
        let keys = market.panel.series.map(\.key)
        let products = Set(keys.map(\.product))
        let own = products.count { market.isOwn($0) }
        return [
            Fact(
                name: wording(.factProducts),
                value: wording.count(products.count),
                note: own > 0 ? wording(.noteOwn, wording.count(own)) : nil
            ),
            Fact(
                name: wording(.factKeywords),
                value: wording.count(Set(keys.map(\.keyword)).count),
                note: wording(.noteDepth, wording.count(market.depth))
            ),
            Fact(
                name: wording(.factSteps),
                value: wording.count(market.calendar.starts.count),
                note: wording(.noteStep, wording.length(market.calendar.unit))
            ),
            Fact(name: wording(.factObservers), value: wording.count(max(1, market.observers.count)), note: nil),
        ]
    }

    private func standing() -> Section {
        let lines = content.outlook.lines.filter(\.isOwn) + content.outlook.lines.filter { !$0.isOwn }
        guard !lines.isEmpty else {
            return Section(
                id: "standing",
                title: wording(.sectionStanding),
                blocks: [.paragraph(wording(.nothingListed))]
            )
        }
        let hasSeveral = !market.observers.isEmpty
        let positions = Dictionary(uniqueKeysWithValues: market.panel.series.enumerated().map { ($1.key, $0) })
        let rows = lines.prefix(Self.limits.products).map { line in
            row(line, positions[RankSeriesKey(product: line.product, keyword: line.keyword)], hasSeveral)
        }
        var head: [RankPhrase] = [.columnProduct, .columnList, .columnNow]
        if hasSeveral { head += [.columnInterval, .columnFlags] }
        head += [.columnWeek, .columnCourse]
        let cells = head.map { Table.Cell(text: wording($0), style: $0 == .columnNow || $0 == .columnWeek ? "n" : "") }
        var blocks: [Block] = [.table(Table(head: cells, rows: rows)), .caption(wording(.standingCaption))]
        if lines.count > rows.count { blocks.append(.caption(wording(.more, wording.count(lines.count - rows.count)))) }
        return Section(id: "standing", title: wording(.sectionStanding), blocks: blocks)
    }

    private func row(_ line: RankOutlook.Line, _ position: Int?, _ hasSeveral: Bool) -> Table.Row {
        let steps = market.panel.steps
        let course = position.map { position in
            (max(0, steps - Self.limits.steps)..<steps).map { market.panel.outcome(of: position, at: $0)?.rank }
        }
        let before = position.flatMap { market.panel.outcome(of: $0, at: steps - 8) }
        let kind =
            market.products.values.contains(where: \.isOwn) ? " · " + wording(line.isOwn ? .own : .competitor) : ""
        var cells = [
            Table.Cell(text: line.name + kind, style: line.isOwn ? "s" : ""), .text(line.keyword),
            .number(wording.count(line.now)),
        ]
        if hasSeveral {
            let estimate = market.estimates[RankSeriesKey(product: line.product, keyword: line.keyword)]?.last
            let ends = estimate.map { "\(place($0.interval.lower))–\(place($0.interval.upper))" } ?? Wording.absent
            let flags = (estimate?.flags ?? []).map(\.observer).joined(separator: ", ")
            cells += [Table.Cell(text: ends, style: "w"), .text(flags.isEmpty ? Wording.absent : flags)]
        }
        cells.append(.number(before.map { place(Double($0.atLeast)) } ?? Wording.absent))
        let trace = RankTrace(
            title: called(line.name, line.keyword),
            description: wording(.columnCourse),
            ranks: course ?? []
        )
        cells.append(Table.Cell(.picture(trace.svg())))
        return Table.Row(cells: cells)
    }

    /// From how many steps on changes can be told; nil where there are so many.
    private var youngChanges: String? {
        guard market.panel.steps < RankMarket.leastStepsOfChanges else { return nil }
        return wording(
            .youngChanges,
            wording.count(RankMarket.leastStepsOfChanges),
            wording.count(market.panel.steps)
        )
    }

    private func changes() -> Section {
        guard !content.movements.isEmpty else {
            let sentence = youngChanges ?? wording(.noChanges)
            return Section(id: "changes", title: wording(.sectionChanges), blocks: [.paragraph(sentence)])
        }
        let newest = content.movements.reversed().prefix(Self.limits.changes)
        let rows = newest.map { change in
            Table.Row(cells: [
                Table.Cell(text: day(change.time), style: "w"),
                Table.Cell(text: sentence(on: change), style: change.kind == .source ? "s" : ""),
                .number(change.falseDiscoveryRate.map { wording.pValue($0) } ?? Wording.absent),
            ])
        }
        let head = [
            Table.Cell.text(wording(.columnTold)), .text(wording(.columnMoved)), .number(wording(.columnFalse)),
        ]
        var blocks: [Block] = [.table(Table(head: head, rows: Array(rows))), .caption(wording(.changesCaption))]
        if content.movements.count > newest.count {
            blocks.append(.caption(wording(.more, wording.count(content.movements.count - newest.count))))
        }
        return Section(id: "changes", title: wording(.sectionChanges), blocks: blocks)
    }

    private func sentence(on change: RankMovement) -> String {
        guard change.kind == .product else {
            return wording(
                .sourceChanged,
                change.source,
                wording.count(change.worse ?? 0),
                wording.count(change.better ?? 0),
                wording.count(change.series ?? 0)
            )
        }
        return wording(
            .changedTo,
            called(change.name ?? change.product ?? "", change.keyword),
            place(change.before),
            place(change.after),
            day(change.since)
        ) + " (" + wording(change.isWorse ? .worse : .better) + ")"
    }
}
