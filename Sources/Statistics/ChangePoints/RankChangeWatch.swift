// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Watches the ranks of many keywords from several sources, step by step, and tells a product's change from a source's.
///
/// Every series has a `RankShiftDetector`. In each step:
/// 1. When more than 30 % of a source's series (five at least) moved one way beyond two deviations, or more than half moved
///    either way, the verdict is that the source changed: one alert, and every series of it starts a new level, so that
///    nothing of it is told again.
/// 2. The scores of the other series become p values, and Benjamini and Hochberg's procedure keeps those whose false
///    discovery rate over all series of the step is at most `falseDiscoveryRate`. One that is not kept may be in a later step.
package struct RankChangeWatch: Sendable {
    /// One series' value of a step.
    package struct Value: Sendable, Hashable {
        /// The series.
        package let series: RankSeriesKey
        /// The source that it came from.
        package let source: String
        /// What was seen.
        package let outcome: RankOutcome

        /// Makes a value.
        package init(series: RankSeriesKey, source: String, outcome: RankOutcome) {
            self.series = series
            self.source = source
            self.outcome = outcome
        }
    }

    /// What is worth telling.
    package enum Alert: Sendable, Equatable {
        /// A source's ranks moved together: the source or its index changed, not the products.
        case sourceChanged(SourceChange)
        /// One product's rank moved and stayed.
        case seriesChanged(SeriesChange)
    }

    /// A mass movement.
    package struct SourceChange: Sendable, Equatable, Codable {
        /// The source.
        package let source: String
        /// How many of its series moved up in number (worse).
        package let worse: Int
        /// How many moved down in number (better).
        package let better: Int
        /// How many were looked at.
        package let series: Int
    }

    /// A shift of one series.
    package struct SeriesChange: Sendable, Equatable, Codable {
        /// The series.
        package let series: RankSeriesKey
        /// The source.
        package let source: String
        /// How many steps ago the level moved; 0 is this step.
        package let stepsAgo: Int
        /// The typical rank before; the depth + 1 stands for "off the list".
        package let before: Double
        /// The typical rank since.
        package let after: Double
        /// The score of the detector.
        package let score: Double
        /// The false discovery rate at which it is told.
        package let falseDiscoveryRate: Double
    }

    private struct SeriesOfSource: Hashable {
        let source: String
        let series: RankSeriesKey
    }

    private var detectors: [SeriesOfSource: RankShiftDetector] = [:]
    private let settings: RankShiftDetector.Settings
    /// The share of false alerts among the alerts of a step that is accepted.
    package let falseDiscoveryRate: Double

    /// A source's series that moved beyond this many deviations count as moved.
    private static let moved = 2.0
    /// The steps over which a mass movement may be spread.
    private static let spans = 1...3
    private static let leastSeries = 5
    private static let oneWay = 0.3
    private static let eitherWay = 0.5

    /// Makes a watch that has seen nothing; throws unless the rate is between 0 and 1.
    package init(
        falseDiscoveryRate: Double = 0.1,
        settings: RankShiftDetector.Settings = .init()
    ) throws(StatisticsError) {
        guard falseDiscoveryRate > 0, falseDiscoveryRate < 1 else {
            throw .invalidArgument(
                name: "falseDiscoveryRate",
                value: "\(falseDiscoveryRate)",
                remedy: "give a share between 0 and 1, such as 0.1"
            )
        }
        self.falseDiscoveryRate = falseDiscoveryRate
        self.settings = settings
    }

    /// Takes the values of one step and tells what changed, sources first; throws for impossible ranks and repeats.
    package mutating func observe(_ values: [Value]) throws(StatisticsError) -> [Alert] {
        let sorted = values.sorted { ($0.source, $0.series) < ($1.source, $1.series) }
        for (index, value) in sorted.enumerated() {
            try value.outcome.validate()
            if index > 0, sorted[index - 1].series == value.series, sorted[index - 1].source == value.source {
                throw .duplicateColumn("\(value.series.product) for \(value.series.keyword) from \(value.source)")
            }
        }
        var readings: [(value: Value, reading: RankShiftDetector.Reading, seen: Int)] = []
        for value in sorted {
            let key = SeriesOfSource(source: value.source, series: value.series)
            var detector = detectors[key] ?? RankShiftDetector(settings: settings)
            if let reading = detector.observe(value.outcome, restarts: false) {
                readings.append((value, reading, detector.count))
            }
            detectors[key] = detector
        }
        var alerts: [Alert] = []
        var changed: Set<String> = []
        for source in Set(sorted.map(\.source)).sorted() {
            guard let change = massMovement(of: source, sorted.filter { $0.source == source }) else { continue }
            changed.insert(source)
            alerts.append(.sourceChanged(change))
        }
        return alerts + seriesAlerts(readings.filter { !changed.contains($0.value.source) })
    }

    /// Forgets what was seen of one series from one source: its level was moved on purpose, and a new one begins.
    package mutating func forget(_ series: RankSeriesKey, from source: String) {
        detectors[SeriesOfSource(source: source, series: series)] = nil
    }

    /// The mass movement of a source in the newest steps, if there is one; its series then start anew.
    private mutating func massMovement(of source: String, _ values: [Value]) -> SourceChange? {
        for span in Self.spans {
            let deviations = values.compactMap { value in
                detectors[SeriesOfSource(source: source, series: value.series)]?.deviation(span: span)
            }
            guard deviations.count >= Self.leastSeries else { continue }
            let worse = deviations.count { $0 > Self.moved }
            let better = deviations.count { $0 < -Self.moved }
            let all = Double(deviations.count)
            guard
                Double(max(worse, better)) > max(Self.oneWay * all, Double(Self.leastSeries) - 1)
                    || Double(worse + better) > max(Self.eitherWay * all, Double(Self.leastSeries) - 1)
            else { continue }
            for value in values {
                detectors[SeriesOfSource(source: source, series: value.series)]?.restart(span: span)
            }
            return SourceChange(source: source, worse: worse, better: better, series: deviations.count)
        }
        return nil
    }

    /// The alarms that the false discovery rate lets pass.
    private mutating func seriesAlerts(
        _ readings: [(value: Value, reading: RankShiftDetector.Reading, seen: Int)]
    ) -> [Alert] {
        let adjusted = MultipleTesting.benjaminiHochberg(
            readings.map { RankShiftDetector.tailProbability(of: $0.reading.score) }
        )
        var alerts: [Alert] = []
        for (item, rate) in zip(readings, adjusted) where item.reading.isAlarm {
            guard let rate, rate <= falseDiscoveryRate else { continue }
            let key = SeriesOfSource(source: item.value.source, series: item.value.series)
            detectors[key]?.restart(span: item.seen - item.reading.start)
            alerts.append(
                .seriesChanged(
                    SeriesChange(
                        series: item.value.series,
                        source: item.value.source,
                        stepsAgo: item.seen - 1 - item.reading.start,
                        before: item.reading.before,
                        after: item.reading.after,
                        score: item.reading.score,
                        falseDiscoveryRate: rate
                    )
                )
            )
        }
        return alerts
    }
}
