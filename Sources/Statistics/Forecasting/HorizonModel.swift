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
    private let kriging: PanelKriging?
    /// What the method `blend` is the mean of.
    private var members: [RankForecastMethod] = []
    /// How much greater moves are after `horizon` steps than after `tested`.
    private let growth: Float
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
        leaving = Self.leaving(training.isEmpty ? known : training, table, ahead, depth)
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
        let rank = min(max(point(method, rows, at: offset, plain, horizon: horizon), 1), limit)
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
    private func point(
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

extension HorizonModel {
    /// Lets the methods compete on the rows of the back-test that are still listed, and takes the best.
    ///
    /// A method must beat "no change" by more than the standard error of the gain, counted step by step because the
    /// errors of one step hang together. Where several do and the best is not better than they beyond chance, their mean
    /// competes too: on few steps it is safer than a choice.
    private mutating func compete(_ table: RankFeatureTable, _ rows: [Int]) {
        let single = RankForecastMethod.single
        let errors = single.map { self.errors(of: $0, table, rows) }
        let usable = single.map { ($0 != .learned || median != nil) && ($0 != .kriging || kriging != nil) }
        var best: Int?
        var better: [Int] = []
        for (index, method) in single.enumerated() {
            let isTested = usable[index] && errors[index].count > 0
            let isBetter = isTested && errors[index].gain(over: errors[0]) > 0 && errors[index].beats(errors[0])
            skills.append(skill(of: method, isTested ? errors[index] : nil, plain: errors[0], isBetter))
            guard isBetter else { continue }
            better.append(index)
            if errors[index].sum < best.map({ errors[$0].sum }) ?? .infinity { best = index }
        }
        guard let best else { return }
        method = single[best]
        members = better.filter { $0 == best || !errors[best].beats(errors[$0]) }.map { single[$0] }
        guard members.count > 1 else {
            members = []
            return
        }
        let blended = self.errors(of: .blend, table, rows)
        skills.append(skill(of: .blend, blended, plain: errors[0], blended.sum <= errors[best].sum))
        if blended.sum <= errors[best].sum { method = .blend } else { members = [] }
    }

    /// The absolute errors of a method on the rows that are still listed, by step.
    private struct Errors {
        var bySteps: [Int: Double] = [:]
        var sum = 0.0
        var count = 0

        /// The share of the other's error that is saved.
        func gain(over other: Errors) -> Double { other.sum > 0 ? 1 - sum / other.sum : 0 }

        /// Whether the error is smaller by more than the standard error of the difference, from three steps on.
        func beats(_ other: Errors) -> Bool {
            guard bySteps.count >= 3 else { return false }
            let values = bySteps.sorted { $0.key < $1.key }.map { (other.bySteps[$0.key] ?? 0) - $0.value }
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return mean > (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
        }
    }

    private func errors(of method: RankForecastMethod, _ table: RankFeatureTable, _ rows: [Int]) -> Errors {
        var errors = Errors()
        let limit = Float(depth)
        for row in rows {
            guard let outcome = table.later(row, tested), outcome <= limit else { continue }
            let point = point(method, table.values, at: row * RankRuns.columns, table.plain[row], horizon: tested)
            let error = Double((min(max(point, 1), limit) - outcome).magnitude)
            errors.sum += error
            errors.count += 1
            errors.bySteps[Int(table.steps[row]), default: 0] += error
        }
        return errors
    }

    private func skill(
        of method: RankForecastMethod,
        _ errors: Errors?,
        plain: Errors,
        _ isBetter: Bool
    ) -> RankForecastSkill {
        RankForecastSkill(
            method: method,
            horizon: horizon,
            meanAbsoluteError: errors.map { $0.sum / Double(max(1, $0.count)) },
            skill: errors.flatMap { plain.sum > 0 ? $0.gain(over: plain) : nil },
            isShown: method == .naive || isBetter
        )
    }

    /// The error that kriging must be expected to save before it is used untested.
    private static let leastGain = 0.02

    /// Whether the back-test says little of a horizon: errors h steps ahead of steps less than h apart are the same errors again.
    private static func isYoung(_ rows: [Int], _ table: RankFeatureTable, horizon: Int, tested: Int) -> Bool {
        // One step ahead every step's outcomes are new: what was not tested there is not used there.
        horizon > 1 && (tested < horizon || Set(rows.map { table.steps[$0] }).count < 2 * horizon)
    }

    /// Without a back-test that tells: "no change", or kriging where the variogram lets expect enough of it.
    private mutating func expect() {
        skills = [
            RankForecastSkill(
                method: .naive,
                horizon: horizon,
                meanAbsoluteError: nil,
                skill: nil,
                isExpected: true,
                isShown: true
            )
        ]
        guard let kriging else { return }
        let isEnough = kriging.gain >= Self.leastGain
        skills.append(
            RankForecastSkill(
                method: .kriging,
                horizon: horizon,
                meanAbsoluteError: nil,
                skill: kriging.gain,
                isExpected: true,
                isShown: isEnough
            )
        )
        if isEnough { method = .kriging }
    }

    private mutating func markUsed() {
        for index in skills.indices { skills[index].isUsed = skills[index].method == method }
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
