// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What was learned for one number of steps ahead.
struct HorizonModel: Sendable {
    /// A forecast before its interval is calibrated.
    struct Values: Sendable {
        let rank: Float
        let offList: Double
        let raw: ConformalBands.Raw
    }

    let horizon: Int
    /// The steps ahead that were learned and tested: `horizon`, or fewer while the panel is too young for it.
    let tested: Int
    private(set) var method = RankForecastMethod.naive
    private(set) var skills: [RankForecastSkill] = []

    private let depth: Int
    private let confidence: Double
    private var median: BoostedTrees?
    private var spread: Spread?
    /// The share that had left the list, by tenth of the depth.
    private var leaving: [Double] = []
    private var bands: ConformalBands

    /// The models of the outcome's spread, the same in the back-test and in use: what was calibrated is what is used.
    private struct Spread: Sendable {
        let low: BoostedTrees
        let high: BoostedTrees
        let off: BoostedTrees
    }

    init(
        _ table: RankFeatureTable,
        _ settings: RankForecaster.Settings,
        origin: Int,
        horizon: Int,
        using generator: inout some RandomNumberGenerator
    ) {
        self.horizon = horizon
        tested = Self.testable(table, origin: origin, horizon: horizon)
        depth = table.runs.panel.depth
        confidence = settings.confidence
        let ahead = tested
        let known = (0..<table.count).filter { row in
            Int(table.steps[row]) + ahead <= origin && table.later(row, ahead) != nil
        }
        let split = Self.split(known, table, ahead, origin)
        let training = known.filter { Int(table.steps[$0]) + ahead <= split }
        let testing = Self.testing(known, table, from: split, minimumHistory: settings.minimumHistory)
        bands = ConformalBands([], depth: depth, confidence: confidence)
        leaving = Self.leaving(training.isEmpty ? known : training, table, ahead, depth)
        if training.count >= settings.leastRows {
            median = Self.median(table, training, ahead, depth, using: &generator)
            spread = Self.spread(table, training, ahead, depth, confidence, using: &generator)
        }
        compete(table, testing)
        bands = ConformalBands(cases(table, testing), depth: depth, confidence: confidence)
        if method == .learned {
            median = Self.median(table, known, ahead, depth, using: &generator)
        }
    }

    /// The greatest number of steps ahead, up to the horizon, whose outcome is known from three steps at least; or 1.
    private static func testable(_ table: RankFeatureTable, origin: Int, horizon: Int) -> Int {
        guard let first = table.steps.first else { return horizon }
        return max(1, min(horizon, origin - Int(first) - 2))
    }

    /// The rows of the back-test: those with history enough, or with any while there are hardly such.
    private static func testing(
        _ known: [Int],
        _ table: RankFeatureTable,
        from split: Int,
        minimumHistory: Int
    ) -> [Int] {
        let recent = known.filter { Int(table.steps[$0]) >= split }
        let full = recent.filter { Int(table.ages[$0]) >= minimumHistory }
        return full.count >= 200 || full.count == recent.count ? full : recent.filter { table.ages[$0] >= 2 }
    }

    /// The first step of the back-test: a quarter of the steps, 52 at most, 3 at least.
    private static func split(_ known: [Int], _ table: RankFeatureTable, _ horizon: Int, _ origin: Int) -> Int {
        let first = known.first.map { Int(table.steps[$0]) } ?? 0
        let count = origin - horizon - first + 1
        return origin - horizon + 1 - min(52, max(3, count / 4))
    }

    /// The forecast of a product from its features and history.
    func values(_ row: [Float], _ plain: RankFeatureTable.Plain) -> Values {
        values(row, at: 0, plain)
    }

    private func values(_ rows: [Float], at offset: Int, _ plain: RankFeatureTable.Plain) -> Values {
        let now = rows[offset]
        let limit = Float(depth)
        let point =
            plain.rank(method, now: now, horizon: horizon)
            ?? now + Float(median?.score(rows, at: offset) ?? 0)
        let rank = min(max(point, 1), limit)
        guard let spread else {
            let off = leaving[min(9, Int(10 * (now - 1) / limit))]
            let upper = off >= (1 - confidence) / 2 ? limit + 1 : rank
            return Values(rank: rank, offList: off, raw: .init(lower: rank, upper: upper))
        }
        let off = 1 / (1 + exp(-spread.off.score(rows, at: offset)))
        let low = min(max(now + Float(spread.low.score(rows, at: offset)), 1), limit + 1)
        let high = min(max(now + Float(spread.high.score(rows, at: offset)), low), limit)
        return Values(
            rank: rank,
            offList: off,
            raw: .init(lower: low, upper: off >= (1 - confidence) / 2 ? limit + 1 : high)
        )
    }

    /// The calibrated interval.
    func interval(_ values: Values, now: Float) -> (lower: Double, upper: Double) {
        bands.interval(values.raw, now: now)
    }

    /// An outcome of `tested` steps as it would be after `horizon`: moves grow with the square root of time.
    private func stretched(_ outcome: Float, now: Float) -> Float {
        guard tested < horizon, outcome <= Float(depth) else { return outcome }
        return min(max(now + (outcome - now) * (Float(horizon) / Float(tested)).squareRoot(), 1), Float(depth))
    }

    private func cases(_ table: RankFeatureTable, _ rows: [Int]) -> [ConformalBands.Case] {
        rows.compactMap { row in
            guard let later = table.later(row, tested) else { return nil }
            let values = values(table.values, at: row * RankRuns.columns, table.plain[row])
            return ConformalBands.Case(
                step: Int(table.steps[row]),
                now: table.now(row),
                raw: values.raw,
                outcome: stretched(later, now: table.now(row))
            )
        }
    }
}

extension HorizonModel {
    /// Lets the methods compete on the rows of the back-test that are still listed, and takes the best.
    ///
    /// A method must beat "no change" by more than the standard error of the gain, counted step by step because the
    /// errors of one step hang together.
    private mutating func compete(_ table: RankFeatureTable, _ rows: [Int]) {
        var gains: [[Int: Double]] = Array(repeating: [:], count: RankForecastMethod.allCases.count)
        var sums = [Double](repeating: 0, count: gains.count)
        var count = 0
        let limit = Float(depth)
        for row in rows {
            guard let outcome = table.later(row, tested), outcome <= limit else { continue }
            count += 1
            let now = table.now(row)
            let naive = Double((outcome - now).magnitude)
            for (index, method) in RankForecastMethod.allCases.enumerated() {
                let point =
                    table.plain[row].rank(method, now: now, horizon: tested)
                    ?? median.map { now + Float($0.score(table.values, at: row * RankRuns.columns)) } ?? now
                let error = Double((min(max(point, 1), limit) - outcome).magnitude)
                sums[index] += error
                gains[index][Int(table.steps[row]), default: 0] += naive - error
            }
        }
        var best = (method: RankForecastMethod.naive, skill: 0.0)
        for (index, method) in RankForecastMethod.allCases.enumerated() {
            let skill = count > 0 && sums[0] > 0 ? 1 - sums[index] / sums[0] : nil
            let isTested = count > 0 && (method != .learned || median != nil)
            let isBetter = isTested && (skill ?? 0) > 0 && Self.isBeyondChance(gains[index])
            skills.append(
                RankForecastSkill(
                    method: method,
                    horizon: horizon,
                    meanAbsoluteError: isTested ? sums[index] / Double(count) : nil,
                    skill: isTested ? skill : nil,
                    isShown: method == .naive || isBetter
                )
            )
            if isBetter, let skill, skill > best.skill { best = (method, skill) }
        }
        method = best.method
    }

    /// Whether the sum of the steps' gains exceeds its standard error, from three steps on.
    private static func isBeyondChance(_ gains: [Int: Double]) -> Bool {
        guard gains.count >= 3 else { return false }
        let values = gains.sorted { $0.key < $1.key }.map(\.value)
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return mean > (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    }

    private static func leaving(_ rows: [Int], _ table: RankFeatureTable, _ horizon: Int, _ depth: Int) -> [Double] {
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

    private static func median(
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

    private static func spread(
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
