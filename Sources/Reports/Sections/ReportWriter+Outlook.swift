// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    /// Section 7: the factors whose effect could not be told from noise.
    func weakFactors() -> Section {
        var blocks: [Block] = []
        if let effects = dossier.effects {
            if effects.insignificantFactors.isEmpty {
                blocks = [.paragraph(wording(effects.anova == nil ? .weakNothing : .weakNone))]
            } else {
                let items = effects.insignificantFactors.map { weakItem($0, effects.anova) }
                blocks = [.paragraph(wording(.weakIntro)), .list(items)]
            }
        } else {
            blocks = [.paragraph(wording(.weakNothing))]
        }
        return Section(id: "not-significant", title: wording(.weakTitle), blocks: blocks)
    }

    private func weakItem(_ factor: String, _ anova: AnalysisOfVariance?) -> String {
        guard let means = anova?.means.first(where: { $0.term == factor }),
            let row = anova?.rows.first(where: { $0.term == factor }),
            let p = row.p, means.delta.isFinite
        else { return wording(.weakItemPlain, factor) }
        return wording(.weakItem, factor, wording.metricNumber(means.delta), wording.pStatement(p))
    }

    /// Section 8: weekdays, hours and the future.
    func future() -> Section {
        Section(id: "future", title: wording(.futureTitle), blocks: patterns() + prediction() + forecast())
    }

    private func patterns() -> [Block] {
        guard let patterns = dossier.patterns else { return [.paragraph(wording(.patternsNothing))] }
        let count = wording.count(patterns.trials)
        guard !patterns.sentences.isEmpty else { return [.paragraph(wording(.patternsNone, count))] }
        return [.paragraph(wording(.patternsIntro, count)), .list(patterns.sentences.map(recorded))]
    }

    /// What all campaigns together say of the next one, as the models were last fitted; nothing before a thousand results.
    private func prediction() -> [Block] {
        guard let refit = dossier.patterns?.refit else { return [] }
        let results = wording.figure(Figure(Double(refit.results), "patterns.refit.results"), .count)
        guard let control = refit.control, control.isFinite else {
            let reason = refit.notEnough.map(recorded) ?? wording(.refitUnknown)
            return [.paragraph(wording.marked(.refitNotEnough, results, Markup(reason)))]
        }
        var sentence = wording.marked(
            .refitExpected,
            results,
            wording.figure(Figure(control.estimate, "patterns.refit.control.estimate"), .short),
            wording.figure(Figure(control.lower, "patterns.refit.control.lower"), .short),
            wording.figure(Figure(control.upper, "patterns.refit.control.upper"), .short)
        )
        if let share = refit.carryOver {
            let figure = wording.figure(Figure(share, "patterns.refit.carryOver"), .percent(0))
            sentence = sentence + Markup(" ") + wording.marked(share >= 0.5 ? .refitKeeps : .refitAnew, figure)
        }
        return [.paragraph(sentence)]
    }

    /// The method and its worth, the interval of the farthest day, the date of the target, and the chart where a rank is forecast.
    private func forecast() -> [Block] {
        guard let forecast = dossier.forecast else { return [.paragraph(wording(.forecastNothing))] }
        let isShown = forecast.method != RankForecastMethod.naive.rawValue && forecast.skill > 0
        var sentences = [
            isShown
                ? wording(.forecastMethod, methodName(forecast.method), wording.percent(forecast.skill))
                : wording(.forecastNoChange)
        ]
        if let interval = interval(of: forecast) { sentences.append(interval) }
        if let date = forecast.goal {
            let (within, chance) = (wording.count(date.within), wording.percent(date.probability))
            sentences.append(
                date.median.map { wording(.forecastTarget, within, chance, wording.date($0)) }
                    ?? wording(.forecastTargetUnlikely, within, chance)
            )
        } else if goal.objective.target != nil {
            sentences.append(wording(.forecastNoTarget))
        }
        var blocks: [Block] = [.paragraph(sentences.joined(separator: " "))]
        if isShown, let chart = chart(of: forecast) { blocks.append(.chart(chart)) }
        return blocks
    }

    /// The interval of the farthest day, and the chance to be off the list by then.
    private func interval(of forecast: ForecastFinding) -> String? {
        guard let last = forecast.points.filter({ $0.interval?.isFinite == true }).max(by: { $0.time < $1.time }),
            let interval = last.interval
        else { return nil }
        let date = wording.date(last.time)
        let share = wording.percent(interval.confidence)
        if let depth = forecast.depth, interval.upper > Double(depth) + 0.5, let off = last.offList {
            return wording(.forecastIntervalOff, date, wording.metric(interval.lower), share, wording.percent(off))
        }
        return wording(
            .forecastInterval,
            date,
            wording.metric(interval.lower),
            wording.metric(interval.upper),
            share
        )
    }

    private func methodName(_ method: String) -> String {
        switch RankForecastMethod(rawValue: method) {
        case .naive: wording(.methodNaive)
        case .recentMean: wording(.methodRecentMean)
        case .smoothing: wording(.methodSmoothing)
        case .halfSmoothing: wording(.methodHalfSmoothing)
        case .dampedTrend: wording(.methodDampedTrend)
        case .kriging: wording(.methodKriging)
        case .learned: wording(.methodLearned)
        case .blend: wording(.methodBlend)
        case nil: method
        }
    }

    private func chart(of forecast: ForecastFinding) -> String? {
        let points = forecast.points.filter { $0.value.isFinite }.sorted { $0.time < $1.time }
        guard let last = points.last, let first = points.first else { return nil }
        let length = max((last.time - first.time).milliseconds, 86_400_000)
        let history = rounds.filter {
            $0.time < first.time && $0.time >= first.time - TimeSpan(milliseconds: length * 2)
        }
        let size = max(1, (history.count + 299) / 300)
        let past = history.enumerated().filter { $0.offset.isMultiple(of: size) || $0.offset == history.count - 1 }
            .map { ChartPoint(x: Double($0.element.time.milliseconds), y: $0.element.consensus) }
        let next = (past.last.map { [$0] } ?? []) + points.map { .init(x: Double($0.time.milliseconds), y: $0.value) }
        let band = points.compactMap { point -> LineChart.Range? in
            guard let interval = point.interval, interval.isFinite else { return nil }
            return .init(x: Double(point.time.milliseconds), lower: interval.lower, upper: interval.upper)
        }
        let target = presentTarget
        let values =
            past.map(\.y) + next.map(\.y) + band.flatMap { [$0.lower, $0.upper] } + (target.map { [$0] } ?? [])
        let start = history.first?.time ?? first.time
        let ends = last.interval.map { ", " + wording.interval($0) } ?? ""
        return LineChart(
            title: wording(.forecastChartTitle, wording.metricName),
            description: wording(
                .forecastChartDescription,
                wording.metric(past.last?.y),
                wording.metric(last.value),
                wording.date(last.time),
                ends
            ),
            x: Axis(from: start, to: last.time, wording: wording),
            y: metricAxis(around: values),
            series: [.init(style: .line, points: past), .init(style: .dashed, points: next)],
            band: band,
            targets: Array(targetLines().suffix(1)),
            height: 180
        )
        .svg()
    }
}
