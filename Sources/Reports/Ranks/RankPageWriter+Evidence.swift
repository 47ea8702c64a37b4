// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Statistics

// What comes next.
extension RankPageWriter {
    func outlook() -> Section {
        let outlook = content.outlook
        let rows = outlook.horizons.map { horizon in
            let used = outlook.used(at: horizon)
            return Table.Row(cells: [
                .number(wording.count(horizon)),
                .text(used.map { $0.method.name(in: wording.language) } ?? Wording.absent),
                .text(skill(used, at: horizon)),
            ])
        }
        let head = [
            Table.Cell.number(wording(.columnHorizon)), .text(wording(.columnMethod)), .text(wording(.columnSkill)),
        ]
        var blocks: [Block] = [.table(Table(head: head, rows: rows))]
        let lines = outlook.lines.contains(where: \.isOwn) ? outlook.lines.filter(\.isOwn) : outlook.lines
        for line in lines.prefix(Self.limits.charts) {
            if let chart = chart(line) { blocks.append(.chart(chart)) }
            if let goal = line.goal { blocks.append(.paragraph(sentence(on: goal))) }
        }
        if let skill = outlook.goalSkill, !skill.isShown, let goal = content.goal {
            let isUntested = skill.cases < GoalDateSkill.leastCases
            blocks.append(
                .paragraph(
                    isUntested
                        ? wording(
                            .goalUntested,
                            wording.count(goal),
                            wording.count(skill.cases),
                            wording.count(GoalDateSkill.leastCases)
                        ) : wording(.goalSilent, wording.count(goal))
                )
            )
        }
        if lines.isEmpty { blocks.append(.paragraph(wording(.nothingListed))) }
        if let young = young() { blocks.append(.paragraph(young)) }
        blocks.append(.caption(wording(.forecastCaption, wording.fixed(outlook.confidence * 100, 0))))
        return Section(id: "outlook", title: wording(.sectionOutlook), blocks: blocks)
    }

    /// What is not forecast yet, and from when on it can be; nil where nothing is missing.
    private func young() -> String? {
        let all = content.outlook.lines
        let young = all.filter { $0.stepsMissing > 0 }
        guard !young.isEmpty else { return nil }
        let first = young.filter(\.isOwn) + young.filter { !$0.isOwn }
        var dates = first.prefix(Self.limits.charts).map { line in
            wording(.youngOne, called(line.name, line.keyword), day(market.time(ahead: line.stepsMissing)))
        }
        if first.count > dates.count { dates.append("…") }
        return wording(
            .young,
            wording.count(RankForecaster.Settings().minimumHistory),
            wording.count(young.count),
            wording.count(all.count),
            dates.joined(separator: "; ")
        )
    }

    private func skill(_ used: RankForecastSkill?, at horizon: Int) -> String {
        guard content.outlook.isTested(at: horizon) else { return wording(.skillUntested) }
        guard let used, let skill = used.skill else { return wording(.skillNone) }
        return wording(used.isExpected ? .skillExpected : .skillTested, wording.percent(skill, 1))
    }

    private func sentence(on goal: RankOutlook.GoalDate) -> String {
        let (rank, within) = (wording.count(goal.goal), wording.count(goal.within))
        if goal.probability == 0 { return wording(.goalUnlikely, rank, within) }
        let chance = wording.probability(goal.probability)
        return goal.median.map { wording(.goalSentence, rank, within, chance, day($0)) }
            ?? wording(.goalOut, rank, within, chance)
    }

    /// The course so far, the forecast where there is one, and the fan of its intervals.
    private func chart(_ line: RankOutlook.Line) -> String? {
        let key = RankSeriesKey(product: line.product, keyword: line.keyword)
        guard let position = market.panel.series.firstIndex(where: { $0.key == key }),
            let last = line.points.last, let origin = market.calendar.starts.last
        else { return nil }
        let steps = market.panel.steps
        let first = max(0, steps - Self.limits.steps)
        let past = (first..<steps).compactMap { step -> ChartPoint? in
            guard let rank = market.panel.outcome(of: position, at: step)?.rank else { return nil }
            return ChartPoint(x: Double(market.calendar.starts[step].milliseconds), y: Double(rank))
        }
        let now = ChartPoint(x: Double(origin.milliseconds), y: Double(line.now))
        let next = line.points.compactMap { point in
            point.rank.map { ChartPoint(x: Double(point.time.milliseconds), y: $0) }
        }
        let floor = Double(market.depth + 1)
        var band = [LineChart.Range(x: now.x, lower: now.y, upper: now.y)]
        band += line.points.map { point in
            LineChart.Range(
                x: Double(point.time.milliseconds),
                lower: min(point.lower, floor),
                upper: min(point.upper, floor)
            )
        }
        let values = past.map(\.y) + band.flatMap { [$0.lower, $0.upper] } + (content.goal.map { [Double($0)] } ?? [])
        let ends = line.points.map { "+\($0.horizon): \(place($0.lower))–\(place($0.upper))" }.joined(separator: ", ")
        var series = [LineChart.Series(style: .line, points: past)]
        if !next.isEmpty { series.append(LineChart.Series(style: .dashed, points: [now] + next)) }
        return LineChart(
            title: wording(.chartTitle, called(line.name, line.keyword)),
            description: wording(
                .chartDescription,
                wording.count(line.now),
                wording.fixed(content.outlook.confidence * 100, 0),
                ends
            ),
            x: Axis(from: market.calendar.starts[first], to: last.time, wording: wording),
            y: Axis(ofRanks: values, title: called(line.name, line.keyword), startsAtFirst: false) {
                wording.fixed($0, 0)
            },
            series: series,
            band: band,
            targets: content.goal.map {
                [LineChart.Target(value: Double($0), name: wording(.goalTarget, wording.count($0)))]
            } ?? [],
            height: 160
        )
        .svg()
    }
}

// Observers, habits and method.
extension RankPageWriter {
    func observers() -> Section {
        guard !market.observers.isEmpty else {
            return Section(
                id: "observers",
                title: wording(.sectionObservers),
                blocks: [.paragraph(wording(.oneObserver))]
            )
        }
        let rows = market.observers.sorted { $0.key < $1.key }.map { name, model in
            Table.Row(cells: [
                .text(name), .number(wording.count(model.looks)), .number(wording.percent(model.bias, 1)),
                .number(wording.fixed(model.deviation(at: 20), 1)),
                .number(wording.percent(model.rate(of: .wrongItem), 1)),
                .number(wording.percent(model.rate(of: .notFound), 1)),
                .number(wording.percent(model.rate(of: .stale), 1)),
            ])
        }
        let phrases: [RankPhrase] = [
            .columnObserver, .columnLooks, .columnBias, .columnScatter, .columnWrong, .columnMissed, .columnStale,
        ]
        let head = phrases.map { Table.Cell(text: wording($0), style: $0 == .columnObserver ? "" : "n") }
        return Section(
            id: "observers",
            title: wording(.sectionObservers),
            blocks: [.table(Table(head: head, rows: rows)), .caption(wording(.observersCaption))]
        )
    }

    func habits() -> Section {
        guard !content.habits.isEmpty else {
            return Section(id: "habits", title: wording(.sectionHabits), blocks: [.paragraph(wording(.noHabits))])
        }
        let rows = content.habits.prefix(Self.limits.products).map { habit in
            Table.Row(cells: [
                .text(called(habit.name, habit.keyword)), .text(sentence(on: habit)),
                .number(wording.pValue(habit.falseDiscoveryRate)),
            ])
        }
        let head = [
            Table.Cell.text(wording(.columnProduct)), .text(wording(.columnCycle)), .number(wording(.columnFalse)),
        ]
        return Section(
            id: "habits",
            title: wording(.sectionHabits),
            blocks: [.table(Table(head: head, rows: Array(rows))), .caption(wording(.habitsCaption))]
        )
    }

    private func sentence(on habit: RankHabit) -> String {
        let places = habit.shares.indices
        guard let best = places.min(by: { habit.shares[$0] < habit.shares[$1] }),
            let worst = places.max(by: { habit.shares[$0] < habit.shares[$1] })
        else { return Wording.absent }
        let days = wording(.weekdays).split(separator: ",").map(String.init)
        let hours = 24 / max(1, habit.shares.count)
        func called(_ place: Int) -> String {
            habit.cycle == .weekday && days.indices.contains(place) ? days[place] : wording.count(place * hours)
        }
        return wording(
            habit.cycle == .weekday ? .habitWeekday : .habitHour,
            called(best),
            wording.percent(habit.shares[best]),
            called(worst),
            "+" + wording.percent(habit.shares[worst]),
            wording.count(habit.cycles)
        )
    }

    func method() -> Section {
        let phrases: [RankPhrase] = [.methodConsensus, .methodChanges, .methodForecast, .methodGoal]
        return Section(id: "method", title: wording(.sectionHow), blocks: [.list(phrases.map { wording($0) })])
    }
}
