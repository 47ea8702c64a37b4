// SPDX-License-Identifier: Apache-2.0

/// Forecasts of a panel's ranks, each horizon by the method that did best in a rolling back-test on the panel's own past.
///
/// At each horizon the newest quarter of the steps is kept for testing: plain methods and boosted trees that were grown
/// on what was known before it compete there with "no change". A method is used only when it beat "no change" by more
/// than chance, and the less sure its gain is the nearer its forecasts are drawn to "no change", down to what is safe over
/// the next few steps; otherwise they are "no change". Intervals are conformal on the same back-test, and hold the
/// outcome "off the list" as a rank beyond the depth.
package struct RankForecaster: Sendable {
    /// How much is learned from.
    package struct Settings: Sendable {
        /// The steps ahead.
        package var horizons = [1, 4]
        /// The share of intervals that shall hold the outcome.
        package var confidence = 0.8
        /// The fewest ranks in a run for a forecast.
        package var minimumHistory = 5
        /// The most rows to learn from.
        package var rowLimit = 60_000
        /// The fewest rows to grow trees on.
        package var leastRows = 1_000

        /// The settings that were measured.
        package init() {}
    }

    package let settings: Settings
    private let table: RankFeatureTable

    /// Prepares a panel; throws for impossible settings.
    package init(
        _ panel: RankPanel,
        settings: Settings = Settings(),
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) {
        try Interval.validate(confidence: settings.confidence)
        for horizon in settings.horizons where !(1...1_000).contains(horizon) {
            throw .invalidArgument(name: "horizon", value: "\(horizon)", remedy: "give 1 to 1,000 steps")
        }
        guard settings.minimumHistory >= 1, settings.rowLimit >= 1 else {
            throw .invalidArgument(
                name: "minimumHistory or rowLimit",
                value: "\(settings.minimumHistory) or \(settings.rowLimit)",
                remedy: "give 1 or more"
            )
        }
        self.settings = settings
        let runs = RankRuns(panel)
        table = RankFeatureTable(runs, steps: 0..<panel.steps, limit: settings.rowLimit, using: &generator)
    }

    /// Learns from what was known at a step, and nothing later.
    package func fitted(
        at origin: Int,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) -> FittedRankForecaster {
        guard (0..<table.runs.panel.steps).contains(origin) else {
            throw .invalidArgument(
                name: "origin",
                value: "\(origin)",
                remedy: "give a step of the panel, 0 to \(table.runs.panel.steps - 1)"
            )
        }
        var models: [HorizonModel] = []
        for horizon in settings.horizons {
            models.append(HorizonModel(table, settings, origin: origin, horizon: horizon, using: &generator))
        }
        return FittedRankForecaster(runs: table.runs, models: models, settings: settings, origin: origin)
    }
}

/// A forecaster that has learned: gives forecasts at its origin.
package struct FittedRankForecaster: Sendable {
    let runs: RankRuns
    let models: [HorizonModel]
    let settings: RankForecaster.Settings
    /// The step up to which it learned.
    package let origin: Int

    /// How the methods did, by horizon.
    package var skills: [RankForecastSkill] { models.flatMap(\.skills) }

    /// The products that are listed at the origin and have too short a history for a forecast.
    package var young: [YoungRank] {
        runs.panel.series.indices.compactMap { position in
            let series = runs.panel.series[position]
            let age = runs.age(of: position, at: origin)
            guard series.ranks[origin] > 0, age < settings.minimumHistory else { return nil }
            return YoungRank(
                series: series.key,
                now: Int(series.ranks[origin]),
                missing: settings.minimumHistory - age
            )
        }
    }

    /// The forecasts of all products that are listed at the origin and have history enough, by series and horizon.
    package func forecasts() -> [RankForecast] {
        var generator = NoChance()
        let rows = runs.features(
            at: origin,
            minimumHistory: settings.minimumHistory,
            thinnedTo: 1,
            using: &generator
        )
        var result: [RankForecast] = []
        result.reserveCapacity(rows.count * models.count)
        for row in rows {
            let plain = RankFeatureTable.Plain(runs.history(of: row.position, at: origin))
            for model in models {
                let values = model.values(row.row, plain)
                let ends = model.interval(values, now: row.row[0])
                result.append(
                    RankForecast(
                        series: runs.panel.series[row.position].key,
                        origin: origin,
                        horizon: model.horizon,
                        now: Int(row.row[0]),
                        rank: Double(values.rank),
                        offListProbability: values.offList,
                        interval: Interval(
                            estimate: Double(values.rank),
                            lower: ends.lower,
                            upper: ends.upper,
                            confidence: settings.confidence
                        ),
                        method: model.method
                    )
                )
            }
        }
        return result
    }
}

/// Stands where a generator is asked for and nothing is drawn.
private struct NoChance: RandomNumberGenerator {
    mutating func next() -> UInt64 { 0 }
}
