// SPDX-License-Identifier: Apache-2.0

/// Which method is used: the back-test, and what the variogram lets expect where it tells nothing.
extension HorizonModel {
    /// Lets the methods compete on the rows of the back-test that are still listed, and takes the best.
    ///
    /// A method must beat "no change" by more than the standard error of the gain, counted step by step because the
    /// errors of one step hang together. Where several do and the best is not better than they beyond chance, their mean
    /// competes too: on few steps it is safer than a choice.
    mutating func compete(_ table: RankFeatureTable, _ rows: [Int]) {
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
        defer { shrink(table, rows, plain: errors[0]) }
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

        /// By how many standard errors of the difference the error is smaller; 0 with fewer than three steps.
        func lead(over other: Errors) -> Double {
            guard bySteps.count >= 3 else { return 0 }
            let values = bySteps.sorted { $0.key < $1.key }.map { (other.bySteps[$0.key] ?? 0) - $0.value }
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let error = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
            return error > 0 ? mean / error : (mean > 0 ? .infinity : 0)
        }

        /// Whether the error is smaller by more than the standard error of the difference.
        func beats(_ other: Errors) -> Bool { lead(over: other) > 1 }
    }

    /// Draws the chosen method's forecasts towards "no change" by as much as its gain is unsure.
    ///
    /// The share kept is 1 − 1/t², t being the gain by its standard error: the positive part of James and Stein's estimator. A method
    /// that only just beat "no change" hardly moves a forecast, and one that did beyond doubt keeps nearly all of it. An absolute error is
    /// convex, so that a share of a method's move never loses more than that share of what the whole would lose.
    private mutating func shrink(_ table: RankFeatureTable, _ rows: [Int], plain: Errors) {
        let lead = errors(of: method, table, rows).lead(over: plain)
        guard lead > 1 else {
            (method, members) = (.naive, [])
            return
        }
        trust = Float(1 - 1 / (lead * lead))
        guard let index = skills.firstIndex(where: { $0.method == method }) else { return }
        skills[index] = skill(of: method, errors(of: method, table, rows), plain: plain, true)
    }

    private func errors(of method: RankForecastMethod, _ table: RankFeatureTable, _ rows: [Int]) -> Errors {
        var errors = Errors()
        let limit = Float(depth)
        for row in rows {
            guard let outcome = table.later(row, tested), outcome <= limit else { continue }
            let now = table.now(row)
            let full = point(method, table.values, at: row * RankRuns.columns, table.plain[row], horizon: tested)
            let point = now + trust * (full - now)
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
