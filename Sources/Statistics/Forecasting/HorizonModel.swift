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
    var method = RankForecastMethod.naive
    var skills: [RankForecastSkill] = []

    let depth: Int
    let confidence: Double
    var median: BoostedTrees?
    let kriging: PanelKriging?
    /// What the method `blend` is the mean of.
    var members: [RankForecastMethod] = []
    /// How much of the way from "no change" to the method's forecast is gone, from 0 to 1.
    var trust: Float = 1
    /// How much greater moves are after `horizon` steps than after `tested`.
    private let growth: Float
    private var spread: Spread?
    /// The share that had left the list, by tenth of the depth.
    private var leaving: [Double] = []
    private var bands: ConformalBands

    /// The models of the outcome's spread, the same in the back-test and in use: what was calibrated is what is used.
    struct Spread: Sendable {
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
        kriging = PanelKriging(table.runs.panel, upTo: origin, horizon: horizon)
        growth =
            ahead < horizon
            ? Float(PanelKriging.growth(of: table.runs.panel, upTo: origin, from: ahead, to: horizon)) : 1
        let known = (0..<table.count).filter { row in
            Int(table.steps[row]) + ahead <= origin && table.later(row, ahead) != nil
        }
        let split = Self.split(known, table, ahead, origin)
        let training = known.filter { Int(table.steps[$0]) + ahead <= split }
        let testing = Self.testing(known, table, from: split, minimumHistory: settings.minimumHistory)
        bands = ConformalBands([], depth: depth, confidence: confidence)
        let like = Self.mature(training, table, minimumHistory: settings.minimumHistory)
        leaving = Self.leaving(like.isEmpty ? testing : like, table, ahead, depth)
        if training.count >= settings.leastRows {
            median = Self.median(table, training, ahead, depth, using: &generator)
            spread = Self.spread(table, training, ahead, depth, confidence, using: &generator)
        }
        if Self.isYoung(testing, table, horizon: horizon, tested: tested) {
            expect()
        } else {
            compete(table, testing)
        }
        markUsed()
        bands = ConformalBands(cases(table, testing), depth: depth, confidence: confidence)
        if method == .learned || members.contains(.learned) {
            median = Self.median(table, known, ahead, depth, using: &generator)
        }
    }

    /// The forecast of a product from its features and history.
    func values(_ row: [Float], _ plain: RankFeatureTable.Plain) -> Values {
        values(row, at: 0, plain)
    }

    private func values(_ rows: [Float], at offset: Int, _ plain: RankFeatureTable.Plain) -> Values {
        let now = rows[offset]
        let limit = Float(depth)
        let full = point(method, rows, at: offset, plain, horizon: horizon)
        let rank = min(max(now + trust * (full - now), 1), limit)
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

    /// The rank that a method forecasts, before it is kept within the list.
    func point(
        _ method: RankForecastMethod,
        _ rows: [Float],
        at offset: Int,
        _ plain: RankFeatureTable.Plain,
        horizon: Int
    ) -> Float {
        let now = rows[offset]
        switch method {
        case .kriging: return kriging?.rank(plain.newest, count: plain.count) ?? now
        case .learned: return now + Float(median?.score(rows, at: offset) ?? 0)
        case .blend:
            let points = members.map { point($0, rows, at: offset, plain, horizon: horizon) }
            return points.isEmpty ? now : points.reduce(0, +) / Float(points.count)
        default: return plain.rank(method, now: now, horizon: horizon) ?? now
        }
    }

    /// The calibrated interval.
    func interval(_ values: Values, now: Float) -> (lower: Double, upper: Double) {
        bands.interval(values.raw, now: now)
    }

    /// An outcome of `tested` steps as it would be after `horizon`: moves grow as the variogram does.
    private func stretched(_ outcome: Float, now: Float) -> Float {
        guard tested < horizon, outcome <= Float(depth) else { return outcome }
        return min(max(now + (outcome - now) * growth, 1), Float(depth))
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
