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
        var width = 0.0
        var within10 = 0
        var moved = 0
        var right = 0
        var brier = 0.0
        var methods: [String: Int] = [:]
    }

    /// Runs a panel and prints a line a horizon.
    static func run(_ data: NamedPanel, from: String, every: Int) throws {
        var generator = SplitMix64(seed: 6)
        var settings = RankForecaster.Settings()
        settings.horizons = data.horizons
        let clock = ContinuousClock()
        let start = clock.now
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
        for horizon in data.horizons {
            guard let score = scores[horizon] else { continue }
            print(line(score, data.name, horizon))
        }
        print(
            "    \(data.name): \(seconds(start.duration(to: clock.now))) s, of it forecasts \(seconds(forecastTime)) s"
        )
    }

    private static func add(_ forecast: RankForecast, _ outcome: RankOutcome, _ depth: Int, _ score: inout Score) {
        let truth = Double(outcome.atLeast)
        let now = Double(forecast.now)
        score.cases += 1
        score.methods[forecast.method.rawValue, default: 0] += 1
        let point = Double(forecast.outcome(depth: depth).atLeast)
        score.censored += abs((outcome.rank == nil ? Double(depth + 1) : truth) - point)
        score.censoredNaive += abs(truth - now)
        score.covered += forecast.interval.contains(truth) ? 1 : 0
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
        return """
            T6 \(name) h=\(horizon): \(score.cases) cases, MAE \(fixed(score.error / listed)) naive \(fixed(score.naive / listed)) \
            skill \(fixed(100 * (1 - score.error / score.naive), 1)) % (target \(target)); \
            coverage \(fixed(Double(score.covered) / cases, 3)) (0.78 to 0.82) width \(fixed(score.width / cases, 1)); \
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
