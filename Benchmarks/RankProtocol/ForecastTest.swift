// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Statistics

/// T6: forecasts from rolling origins against "no change".
struct ForecastTest {
    /// The sums of one horizon.
    private struct Score {
        var cases = 0
        var listed = 0
        var error = 0.0
        var naive = 0.0
        var censored = 0.0
        var censoredNaive = 0.0
        var covered = 0
        /// Outcomes below and above the interval.
        var beyond = (below: 0, above: 0)
        /// By origin: cases and those covered.
        var origins: [Int: (cases: Int, covered: Int)] = [:]
        var width = 0.0
        var within10 = 0
        var moved = 0
        var right = 0
        var brier = 0.0
        var methods: [String: Int] = [:]
    }

    /// Runs a panel and prints a line a horizon.
    static func run(_ data: NamedPanel, from: String, every: Int) throws {
        let clock = ContinuousClock()
        let start = clock.now
        let (scores, forecastTime) = try scores(data, from: from, every: every)
        for horizon in data.horizons {
            guard let score = scores[horizon] else { continue }
            print(line(score, data.name, horizon))
        }
        print(
            "    \(data.name): \(seconds(start.duration(to: clock.now))) s, of it forecasts \(seconds(forecastTime)) s"
        )
    }

    /// Runs made panels of a kind and prints, a line a horizon, how skill and coverage are on average and how far panels differ.
    static func made(_ kind: MadePanels.Kind, count: Int, first: UInt64 = 1) throws {
        var found: [Int: [(skill: Double, coverage: Double, width: Double)]] = [:]
        for seed in first..<first + UInt64(count) {
            let data = try MadePanels.panel(kind, seed: seed)
            let from = data.dates[kind.origins.first]
            for (horizon, score) in try scores(data, from: from, every: kind.origins.every).0 {
                let cases = Double(max(1, score.cases))
                found[horizon, default: []].append(
                    (1 - score.error / max(score.naive, 1e-9), Double(score.covered) / cases, score.width / cases)
                )
            }
        }
        for (horizon, panels) in found.sorted(by: { $0.key < $1.key }) {
            let coverages = panels.map(\.coverage)
            let (mean, spread) = moments(coverages)
            print(
                "T6 made \(kind.rawValue) h=\(horizon), \(panels.count) panels: coverage \(fixed(mean, 3)) (panels differ by \(fixed(spread, 3))), "
                    + "width \(fixed(moments(panels.map(\.width)).mean, 1)), skill \(fixed(100 * moments(panels.map(\.skill)).mean, 1)) %, "
                    + "worst \(fixed(100 * (panels.map(\.skill).min() ?? 0), 1)) %"
            )
        }
    }

    private static func moments(_ values: [Double]) -> (mean: Double, spread: Double) {
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(max(1, values.count - 1))).squareRoot())
    }

    private static func scores(_ data: NamedPanel, from: String, every: Int) throws -> ([Int: Score], Duration) {
        var generator = SplitMix64(seed: 6)
        var settings = RankForecaster.Settings()
        settings.horizons = data.horizons
        let clock = ContinuousClock()
        let forecaster = try RankForecaster(data.panel, settings: settings, using: &generator)
        let index = Dictionary(
            uniqueKeysWithValues: data.panel.series.enumerated().map { ($1.key, $0) }
        )
        let depth = data.panel.depth
        let last = data.dates.count - (data.horizons.max() ?? 1)
        guard let first = data.dates.firstIndex(where: { $0 >= from }), first < last else {
            throw ProtocolError("\(data.name) has no origins from \(from)")
        }
        var scores: [Int: Score] = [:]
        var forecastTime = Duration.zero
        for origin in stride(from: first, to: last, by: every) {
            let fitted = try forecaster.fitted(at: origin, using: &generator)
            let before = clock.now
            let forecasts = fitted.forecasts()
            forecastTime += before.duration(to: clock.now)
            for forecast in forecasts {
                guard let position = index[forecast.series],
                    let outcome = data.panel.outcome(of: position, at: origin + forecast.horizon)
                else { continue }
                add(forecast, outcome, depth, &scores[forecast.horizon, default: Score()])
            }
        }
        return (scores, forecastTime)
    }

    private static func add(_ forecast: RankForecast, _ outcome: RankOutcome, _ depth: Int, _ score: inout Score) {
        let truth = Double(outcome.atLeast)
        let now = Double(forecast.now)
        score.cases += 1
        score.methods[forecast.method.rawValue, default: 0] += 1
        let point = Double(forecast.outcome(depth: depth).atLeast)
        score.censored += abs((outcome.rank == nil ? Double(depth + 1) : truth) - point)
        score.censoredNaive += abs(truth - now)
        let isCovered = forecast.interval.contains(truth)
        score.covered += isCovered ? 1 : 0
        if truth < forecast.interval.lower { score.beyond.below += 1 }
        if truth > forecast.interval.upper { score.beyond.above += 1 }
        let before = score.origins[forecast.origin] ?? (0, 0)
        score.origins[forecast.origin] = (before.cases + 1, before.covered + (isCovered ? 1 : 0))
        score.width += forecast.interval.upper - forecast.interval.lower
        let off = outcome.rank == nil ? 1.0 : 0.0
        score.brier += (forecast.offListProbability - off) * (forecast.offListProbability - off)
        guard outcome.rank != nil else { return }
        score.listed += 1
        let error = abs(truth - forecast.rank)
        score.error += error
        score.naive += abs(truth - now)
        score.within10 += error <= 10 ? 1 : 0
        guard truth != now else { return }
        score.moved += 1
        if abs(forecast.rank - now) >= 0.5, (forecast.rank > now) == (truth > now) { score.right += 1 }
    }

    private static func line(_ score: Score, _ name: String, _ horizon: Int) -> String {
        let listed = Double(max(1, score.listed))
        let cases = Double(max(1, score.cases))
        let target = horizon == 1 ? "5 % [2 %]" : (horizon == 4 ? "15 % [11 %]" : "not below -1 %")
        let methods = score.methods.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let differ = moments(score.origins.sorted { $0.key < $1.key }.map { Double($1.covered) / Double($1.cases) })
            .spread
        return """
            T6 \(name) h=\(horizon): \(score.cases) cases, MAE \(fixed(score.error / listed)) naive \(fixed(score.naive / listed)) \
            skill \(fixed(100 * (1 - score.error / score.naive), 1)) % (target \(target)); \
            coverage \(fixed(Double(score.covered) / cases, 3)) (0.78 to 0.82; origins differ by \(fixed(differ, 3)), missed \
            \(fixed(Double(score.beyond.below) / cases, 3)) below, \(fixed(Double(score.beyond.above) / cases, 3)) above) width \(fixed(score.width / cases, 1)); \
            within 10 \(fixed(Double(score.within10) / listed)), direction \(fixed(Double(score.right) / Double(max(1, score.moved)), 3)); \
            censored MAE \(fixed(score.censored / cases)) naive \(fixed(score.censoredNaive / cases)); off-list Brier \(fixed(score.brier / cases, 3)); \(methods)
            """
    }

    /// 10,000 series of 30 steps: the time of preparing, learning and forecasting.
    static func speed() throws {
        var generator = SplitMix64(seed: 1)
        var observations: [RankLook] = []
        for product in 0..<10_000 {
            var rank = Double.random(in: 1...100, using: &generator)
            for step in 0..<30 {
                rank = min(max(rank * exp(Double.random(in: -0.1...0.1, using: &generator)), 1), 100)
                observations.append(
                    RankLook(
                        series: RankSeriesKey(product: "p\(product)", keyword: "k\(product / 20)"),
                        observer: "a",
                        time: step,
                        outcome: .listed(Int(rank))
                    )
                )
            }
        }
        let panel = try RankPanel(observations, depth: 100, wholeLists: false)
        let clock = ContinuousClock()
        let start = clock.now
        let forecaster = try RankForecaster(panel, using: &generator)
        let prepared = clock.now
        let fitted = try forecaster.fitted(at: 29, using: &generator)
        let learned = clock.now
        let count = fitted.forecasts().count
        let end = clock.now
        print(
            "T6 speed: 10,000 series of 30 steps, \(count) forecasts in \(seconds(learned.duration(to: end))) s (target 1 s); "
                + "prepared in \(seconds(start.duration(to: prepared))) s, learned in \(seconds(prepared.duration(to: learned))) s"
        )
    }
}

/// A number with so many decimals.
func fixed(_ value: Double, _ decimals: Int = 2) -> String {
    String(format: "%.\(decimals)f", value)
}

/// Seconds with two decimals.
func seconds(_ duration: Duration) -> String {
    fixed(Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18)
}
