// SPDX-License-Identifier: Apache-2.0

/// Which method is used: the back-test, and what the variogram lets expect where it tells nothing.
extension HorizonModel {
    /// Lets the methods compete on the rows of the back-test that are still listed, and takes the best.
    ///
    /// A method must beat "no change" by more than the standard error of the gain, counted step by step because the
    /// errors of one step hang together, as do those of steps closer than the horizon. Where several do and the best is
    /// not better than they beyond chance, their mean competes too: on few steps it is safer than a choice.
    mutating func compete(_ table: RankFeatureTable, _ rows: [Int]) {
        let single = RankForecastMethod.single
        let usable = single.map { ($0 != .learned || median != nil) && ($0 != .kriging || kriging != nil) }
        let tests = single.map { BackTest($0, self, table, rows) }
        let errors = tests.map { $0.errors(trust: 1) }
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
        let candidates = usable.count { $0 } - 1
        let equal = better.filter { $0 == best || !errors[best].beats(errors[$0]) }
        if equal.count > 1 {
            let blend = BackTest(equal.map { tests[$0] })
            let blended = blend.errors(trust: 1)
            skills.append(skill(of: .blend, blended, plain: errors[0], blended.sum <= errors[best].sum))
            if blended.sum <= errors[best].sum {
                (method, members) = (.blend, equal.map { single[$0] })
                return shrink(blend, plain: errors[0], candidates: candidates)
            }
        }
        method = single[best]
        shrink(tests[best], plain: errors[0], candidates: candidates)
    }

    /// A method's forecasts on the rows that are still listed, before they are kept within the list.
    private struct BackTest {
        private struct Row {
            let step: Int
            let now: Float
            let outcome: Float
            var point: Float
        }

        private var rows: [Row] = []
        private let ahead: Int
        private let limit: Float

        init(_ method: RankForecastMethod, _ model: HorizonModel, _ table: RankFeatureTable, _ rows: [Int]) {
            ahead = model.tested
            limit = Float(model.depth)
            for row in rows {
                guard let outcome = table.later(row, ahead), outcome <= limit else { continue }
                let offset = row * RankRuns.columns
                let point = model.point(method, table.values, at: offset, table.plain[row], horizon: ahead)
                self.rows.append(Row(step: Int(table.steps[row]), now: table.now(row), outcome: outcome, point: point))
            }
        }

        /// The mean of some methods on the same rows.
        init(_ tests: [BackTest]) {
            self = tests[0]
            for index in rows.indices {
                rows[index].point = tests.reduce(0) { $0 + $1.rows[index].point } / Float(tests.count)
            }
        }

        /// The errors when a share of the way from "no change" to the forecasts is gone.
        func errors(trust: Float) -> Errors {
            var errors = Errors(ahead: ahead)
            for row in rows {
                let point = row.now + trust * (row.point - row.now)
                let error = Double((min(max(point, 1), limit) - row.outcome).magnitude)
                errors.sum += error
                errors.count += 1
                errors.bySteps[row.step, default: 0] += error
            }
            return errors
        }
    }

    /// The absolute errors of a method on the rows that are still listed, by step.
    struct Errors {
        /// How many steps ahead was forecast.
        let ahead: Int
        var bySteps: [Int: Double] = [:]
        var sum = 0.0
        var count = 0

        /// The share of the other's error that is saved.
        func gain(over other: Errors) -> Double { other.sum > 0 ? 1 - sum / other.sum : 0 }

        /// By how much the error is smaller at a step, on average, the standard deviation of that as of independent steps, and the steps.
        ///
        /// Forecasts h steps ahead of steps less than h apart err on the same moves, so that their differences hang together and
        /// tell less than as many would that do not: their covariances up to h − 1 steps count, weighted down to 0 (W. Newey, K. West,
        /// Econometrica 55 (1987)), and never make the deviation smaller. Source of the test: F. Diebold, R. Mariano, Journal of
        /// Business and Economic Statistics 13 (1995). Nil with fewer than three steps.
        func difference(from other: Errors) -> (mean: Double, deviation: Double, steps: Double)? {
            guard bySteps.count >= 3 else { return nil }
            let values = bySteps.sorted { $0.key < $1.key }.map { (other.bySteps[$0.key] ?? 0) - $0.value }
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let rests = values.map { $0 - mean }
            func sum(_ lag: Int) -> Double { zip(rests, rests.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } }
            let plain = sum(0)
            var squares = plain
            for lag in 1..<max(1, min(ahead, values.count)) {
                squares += 2 * (1 - Double(lag) / Double(ahead)) * sum(lag)
            }
            return (mean, (max(squares, plain) / (count - 1)).squareRoot(), count)
        }

        /// By how many standard errors of the difference the error is smaller; 0 with fewer than three steps.
        func lead(over other: Errors) -> Double {
            guard let (mean, deviation, steps) = difference(from: other) else { return 0 }
            return deviation > 0 ? mean / deviation * steps.squareRoot() : (mean > 0 ? .infinity : 0)
        }

        /// The share of the other's error that is saved over the next few independent steps, all but one time in twenty.
        ///
        /// Two things are unsure: the gain, of which the best of so many candidates looks better than it is (each is held to a
        /// `candidates`-th of the risk, after Bonferroni), and how the next steps fall.
        func safeGain(over other: Errors, candidates: Int) -> Double {
            guard let (mean, deviation, steps) = difference(from: other), other.sum > 0 else { return 0 }
            let chance = StandardNormal.quantile(1 - Self.risk) ?? 0
            let chosen = StandardNormal.quantile(1 - Self.risk / Double(max(1, candidates))) ?? chance
            let doubt = (chance * chance / Self.judged + chosen * chosen / steps).squareRoot()
            return (mean - deviation * doubt) / (other.sum / steps)
        }

        /// After how many independent steps forecasts are judged, and how often they may then have cost more than `HorizonModel.leastSafeGain`.
        private static let judged = 4.0
        private static let risk = 0.05

        /// Whether the error is smaller by more than the standard error of the difference.
        func beats(_ other: Errors) -> Bool { lead(over: other) > 1 }
    }

    /// Draws the chosen method's forecasts towards "no change" by as much as its gain is unsure.
    ///
    /// The share kept is 1 − 1/t², t being the gain by its standard error: the positive part of James and Stein's estimator. A method
    /// that only just beat "no change" hardly moves a forecast, and one that did beyond doubt keeps nearly all of it. An absolute error is
    /// convex, so that a share of a method's move never loses more than that share of what the whole would lose. Of lists with few
    /// products a gain that is sure in the long run may still be a loss over the next steps: the share is then lowered, by tenths,
    /// until the safe gain is no worse than `leastSafeGain`.
    private mutating func shrink(_ test: BackTest, plain: Errors, candidates: Int) {
        let lead = test.errors(trust: 1).lead(over: plain)
        let most = lead > 1 ? Float(1 - 1 / (lead * lead)) : 0
        let shares = stride(from: 10, to: 0, by: -1).map { most * Float($0) / 10 }
        let share = shares.first { share in
            share > 0 && test.errors(trust: share).safeGain(over: plain, candidates: candidates) >= Self.leastSafeGain
        }
        guard let share else {
            (method, members) = (.naive, [])
            return
        }
        trust = share
        guard let index = skills.firstIndex(where: { $0.method == method }) else { return }
        skills[index] = skill(of: method, test.errors(trust: share), plain: plain, true)
    }

    /// The share of the error of "no change" that forecasts may cost, at worst, over the next few independent steps.
    private static let leastSafeGain = -0.01

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
    static func isYoung(_ rows: [Int], _ table: RankFeatureTable, horizon: Int, tested: Int) -> Bool {
        // One step ahead every step's outcomes are new: what was not tested there is not used there.
        horizon > 1 && (tested < horizon || Set(rows.map { table.steps[$0] }).count < 2 * horizon)
    }

    /// Without a back-test that tells: "no change", or kriging where the variogram lets expect enough of it.
    mutating func expect() {
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

    mutating func markUsed() {
        for index in skills.indices { skills[index].isUsed = skills[index].method == method }
    }
}
