// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments

extension ReportWriter {
    /// The greatest number of points that a chart draws.
    static let pointLimit = 600

    /// Section 2: the metric over time, or trial by trial where there were no rounds.
    func overTime() -> Section {
        let title =
            goal.objective.isRank ? wording(.overTimeRank) : wording(.overTimeMetric, wording.metricName)
        var blocks: [Block] = []
        if rounds.count > 1 {
            blocks = roundsBlocks()
        } else if measured.count > 1 {
            blocks = [.chart(trialsChart()), .caption(wording(.trialsCaption))]
        } else {
            blocks = [.paragraph(wording(.overTimeNothing))]
        }
        return Section(id: "over-time", title: title, blocks: blocks)
    }

    private func roundsBlocks() -> [Block] {
        let all = rounds
        guard let first = all.first, let last = all.last else { return [] }
        let size = (all.count + Self.pointLimit - 1) / Self.pointLimit
        let points = Self.averaged(all, by: size)
        let (marks, omitted) = timeline(from: first.time, to: last.time)
        let values = all.map(\.consensus)
        let axisValues = points.flatMap { [$0.lower, $0.upper, $0.consensus] } + targetValues
        let chart = LineChart(
            title: wording(.overTimeChartTitle, wording.metricName),
            description: wording(
                .overTimeChartDescription,
                wording.count(all.count),
                wording.time(first.time),
                wording.time(last.time),
                wording.metric(first.consensus),
                wording.metric(last.consensus),
                wording.metric(best(values)),
                wording.metric(worst(values))
            ),
            x: Axis(from: first.time, to: last.time, wording: wording),
            y: metricAxis(around: axisValues),
            series: [.init(style: .line, points: points.map { .init(x: $0.x, y: $0.consensus) })],
            band: points.map { .init(x: $0.x, lower: $0.lower, upper: $0.upper) },
            targets: targetLines { Double($0.milliseconds) },
            stages: stages(from: first.time, to: last.time),
            marks: marks.map {
                .init(x: Double($0.time.milliseconds), number: $0.number, isAlert: $0.isAlert)
            },
            hover: { [wording] point in
                wording.time(Timestamp(milliseconds: Int64(point.x.rounded()))) + " · " + wording.metric(point.y)
            }
        )
        var blocks: [Block] = [.chart(chart.svg()), .caption(caption(size))]
        if !marks.isEmpty { blocks.append(.table(table(of: marks))) }
        if omitted > 0 { blocks.append(.caption(wording(.marksOmitted, wording.count(omitted)))) }
        return blocks
    }

    private func caption(_ size: Int) -> String {
        let text = wording(.overTimeCaption)
        return size > 1 ? text + " " + wording(.overTimeDownsampled, wording.count(size)) : text
    }

    private struct Sample {
        var x: Double
        var consensus: Double
        var lower: Double
        var upper: Double
    }

    /// Means of successive rounds, so many at a time.
    private static func averaged(_ rounds: [RoundFinding], by size: Int) -> [Sample] {
        stride(from: 0, to: rounds.count, by: max(1, size)).map { start in
            let group = rounds[start..<min(rounds.count, start + max(1, size))]
            let count = Double(group.count)
            func mean(_ value: (RoundFinding) -> Double) -> Double { group.reduce(0) { $0 + value($1) } / count }
            return Sample(
                x: mean { Double($0.time.milliseconds) },
                consensus: mean(\.consensus),
                lower: mean(\.lower),
                upper: mean(\.upper)
            )
        }
    }

    /// The stages of the campaign, told from when their first trials started.
    private func stages(from start: Timestamp, to end: Timestamp) -> [LineChart.Stage] {
        func first(_ purposes: Set<Trial.Purpose>) -> Timestamp? {
            dossier.trials.filter { purposes.contains($0.purpose) }.compactMap(\.startedAt).min()
        }
        let lastEnd = dossier.trials.compactMap(\.endedAt).max()
        var starts: [(Timestamp, Phrase)] = []
        if let search = first([.search, .control]) {
            if search > start { starts.append((start, .stageBaseline)) }
            starts.append((search, .stageSearching))
        }
        if let finalists = first([.finalist]) { starts.append((finalists, .stageFinalists)) }
        if let confirming = first([.confirmation]) { starts.append((confirming, .stageConfirming)) }
        if let lastEnd, campaign.stage == .afterwards || campaign.stage == .finished, lastEnd < end {
            starts.append((lastEnd, .stageAfterwards))
        }
        let ordered = starts.filter { $0.0 < end }.sorted { $0.0 < $1.0 }
        return ordered.indices.map { index in
            let to = index + 1 < ordered.count ? ordered[index + 1].0 : end
            return LineChart.Stage(
                from: Double(ordered[index].0.milliseconds),
                to: Double(to.milliseconds),
                name: wording(ordered[index].1)
            )
        }
    }

    private func trialsChart() -> String {
        let size = (measured.count + Self.pointLimit - 1) / Self.pointLimit
        let shown = measured.enumerated().filter { $0.offset.isMultiple(of: max(1, size)) }.map(\.element)
        func points(_ isControl: Bool) -> [ChartPoint] {
            shown.filter { ($0.trial.purpose == .control) == isControl }
                .map { ChartPoint(x: Double($0.trial.position + 1), y: $0.value) }
        }
        let values = measured.map(\.value)
        let positions = measured.map { Double($0.trial.position + 1) }
        return LineChart(
            title: wording(.trialsChartTitle, wording.metricName),
            description: wording(
                .trialsChartDescription,
                wording.count(measured.count),
                wording.metric(values.first),
                wording.metric(values.last),
                wording.metric(best(values)),
                wording.metric(worst(values))
            ),
            x: Axis(around: positions, title: wording(.axisTrial), includesZero: true) { wording.short($0) },
            y: metricAxis(around: values + targetValues),
            series: [
                .init(name: wording(.columnCombination), style: .dots, points: points(false)),
                .init(name: wording(.originControl), style: .squares, points: points(true)),
            ],
            targets: targetLines()
        )
        .svg()
    }
}
