// SPDX-License-Identifier: Apache-2.0

/// What is learned from, what is tested on, and the trees.
extension HorizonModel {
    /// The greatest number of steps ahead, up to the horizon, whose outcome is known from three steps at least; or 1.
    static func testable(_ table: RankFeatureTable, origin: Int, horizon: Int) -> Int {
        guard let first = table.steps.first else { return horizon }
        return max(1, min(horizon, origin - Int(first) - 2))
    }

    /// The rows of products with as long a run as forecasts need, or as the panel can know at their step.
    ///
    /// In the panel's first steps every run is short, because nobody looked before: whoever has been listed since the beginning counts.
    /// Newcomers do not: they move and leave more than the products that are forecast.
    static func mature(_ rows: [Int], _ table: RankFeatureTable, minimumHistory: Int) -> [Int] {
        let first = table.steps.first.map { Int($0) } ?? 0
        return rows.filter { Int(table.ages[$0]) >= min(minimumHistory, Int(table.steps[$0]) - first + 1) }
    }

    /// The rows of the back-test: mature ones of the newest steps, or all with two ranks or more while there are hardly such.
    static func testing(
        _ known: [Int],
        _ table: RankFeatureTable,
        from split: Int,
        minimumHistory: Int
    ) -> [Int] {
        let recent = known.filter { Int(table.steps[$0]) >= split && table.ages[$0] >= min(2, minimumHistory) }
        let mature = mature(recent, table, minimumHistory: minimumHistory)
        return mature.count >= 200 || mature.count == recent.count ? mature : recent
    }

    /// The first step of the back-test: a quarter of the steps, 52 at most, 3 at least.
    static func split(_ known: [Int], _ table: RankFeatureTable, _ horizon: Int, _ origin: Int) -> Int {
        let first = known.first.map { Int(table.steps[$0]) } ?? 0
        let count = origin - horizon - first + 1
        return origin - horizon + 1 - min(52, max(3, count / 4))
    }

    static func leaving(_ rows: [Int], _ table: RankFeatureTable, _ horizon: Int, _ depth: Int) -> [Double] {
        var left = [Double](repeating: 0.2, count: 10)
        var all = [Double](repeating: 4, count: 10)
        for row in rows {
            guard let outcome = table.later(row, horizon) else { continue }
            let tenth = min(9, Int(10 * (table.now(row) - 1) / Float(depth)))
            all[tenth] += 1
            if outcome > Float(depth) { left[tenth] += 1 }
        }
        return zip(left, all).map { $0 / $1 }
    }

    static func median(
        _ table: RankFeatureTable,
        _ rows: [Int],
        _ horizon: Int,
        _ depth: Int,
        using generator: inout some RandomNumberGenerator
    ) -> BoostedTrees {
        let listed = rows.filter { table.later($0, horizon).map { $0 <= Float(depth) } ?? false }
        return BoostedTrees(
            BinnedFeatures(table.features(of: listed), columns: RankRuns.columns),
            targets: listed.map { (table.later($0, horizon) ?? 0) - table.now($0) },
            loss: .quantile(0.5),
            using: &generator
        )
    }

    static func spread(
        _ table: RankFeatureTable,
        _ rows: [Int],
        _ horizon: Int,
        _ depth: Int,
        _ confidence: Double,
        using generator: inout some RandomNumberGenerator
    ) -> Spread {
        let thinned = rows.suffix(20_000)
        let features = BinnedFeatures(table.features(of: Array(thinned)), columns: RankRuns.columns)
        let changes = thinned.map { (table.later($0, horizon) ?? 0) - table.now($0) }
        let left = thinned.map { (table.later($0, horizon) ?? 0) > Float(depth) ? Float(1) : 0 }
        var settings = BoostedTrees.Settings()
        settings.trees = 60
        settings.rate = 0.12
        let tail = (1 - confidence) / 2
        return Spread(
            low: BoostedTrees(
                features,
                targets: changes,
                loss: .quantile(tail),
                settings: settings,
                using: &generator
            ),
            high: BoostedTrees(
                features,
                targets: changes,
                loss: .quantile(1 - tail),
                settings: settings,
                using: &generator
            ),
            off: BoostedTrees(features, targets: left, loss: .logistic, settings: settings, using: &generator)
        )
    }
}
