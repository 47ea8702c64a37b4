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
    static let limits = (products: 40, changes: 40, charts: 6, steps: 60)

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
            details: [wording(.details, first, last, "\(market.calendar.unit)")],
            status: "",
            sections: [answer(), standing(), changes(), outlook(), observers(), habits(), method()],
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

    /// The name of a method.
    func name(of method: RankForecastMethod) -> String {
        switch method {
        case .naive: wording(.naive)
        case .recentMean: wording(.recentMean)
        case .smoothing: wording(.smoothing)
        case .halfSmoothing: wording(.halfSmoothing)
        case .dampedTrend: wording(.dampedTrend)
        case .kriging: wording(.kriging)
        case .learned: wording(.learned)
        case .blend: wording(.blend)
        }
    }
}

extension RankPageWriter {
    private func answer() -> Section {
        let newest =
            content.movements.last { $0.kind == .source } ?? content.movements.last { $0.isOwn == true }
            ?? content.movements.last
        let verdict: RankPhrase =
            newest.map { $0.kind == .source ? .verdictSource : .verdictChanged }
            ?? (youngChanges == nil ? .verdictQuiet : .verdictYoung)
        let tone = newest.map { $0.kind == .source || $0.isWorse ? "bad" : "good" } ?? "open"
        let sentence: String =
            switch newest {
            case nil: youngChanges ?? wording(.headlineQuiet)
            case let change? where change.kind == .source: wording(.headlineSource, change.source)
            case let change?:
                wording(
                    .headlineChanged,
                    called(change.name ?? change.product ?? "", change.keyword),
                    place(change.before),
                    place(change.after)
                )
            }
        let reach =
            content.movements.isEmpty
            ? "" : wording(.headlineReach, wording.count(content.movements.count), wording.percent(0.1))
        let headline = Headline(
            verdict: wording(verdict),
            tone: tone,
            sentence: Markup(sentence),
            source: Markup(reach)
        )
        return Section(
            id: "answer",
            title: wording(.sectionAnswer),
            blocks: [Block(headline: headline), Block(facts: facts())]
        )
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
                note: wording(.noteStep, "\(market.calendar.unit)")
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
