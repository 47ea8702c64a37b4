// SPDX-License-Identifier: Apache-2.0
import Statistics

extension ABExperiment {
    /// The chance that what an inconclusive comparison needs is worked out for.
    static let usualChance = 0.8
    /// The most times the present data that are worth naming.
    private static let mostTimes = 100.0

    /// How much more data would tell, were the difference as great as it looks now, or until the plan ends.
    ///
    /// By the normal distribution, each of several tests at its share of the level.
    func more(_ draft: Draft, tests: Int) -> ABComparison.More? {
        let estimate = draft.deciding
        guard hasEnough(draft) else {
            return nil
        }
        let each = correction == .none ? level : level / Double(max(1, tests))
        guard estimate.standardError > 0, let margin = StandardNormal.quantile(Self.usualChance),
            let single = StandardNormal.quantile(1 - each / 2)
        else { return nil }
        let units = estimate.controlUnits + estimate.treatmentUnits
        let critical = looks == .unplanned ? always(units, each) ?? single : single
        let ratio = estimate.difference.magnitude / estimate.standardError
        var basis = ABComparison.More.Basis.seen
        var times: Double?
        if case .planned(let information, let count, _) = looks, information.count < count, let now = information.last,
            now < 1
        {
            basis = .plan
            times = 1 / now
        } else if looks == .unplanned {
            times = unplannedTimes(ratio, units, each, margin)
        } else if ratio > 0 {
            times = ((single + margin) / ratio) * ((single + margin) / ratio)
        }
        times = times.flatMap { $0 <= Self.mostTimes && $0 > 1 ? $0 : nil }
        return ABComparison.More(
            basis: basis,
            chance: Self.usualChance,
            detectable: (critical + margin) * estimate.standardError,
            times: times,
            units: times.flatMap { units > 0 ? Self.rounded(Double(units) * ($0 - 1)) : nil },
            days: times.flatMap { times in days.flatMap { Self.rounded(Double($0) * (times - 1)) } }
        )
    }

    /// Whether the normal distribution is near enough to plan with: 10 units per variant, 5 expected successes and
    /// failures, 10 events.
    private func hasEnough(_ draft: Draft) -> Bool {
        let estimate = draft.deciding
        let counts = [estimate.controlUnits, estimate.treatmentUnits]
        guard counts.allSatisfy({ $0 == 0 || $0 >= 10 }) else {
            return false
        }
        if draft.data.metric.kind == .proportion, draft.decidedBy == "raw" {
            return (estimate.proportions?.table?.smallestExpected ?? 0) >= 5
        }
        if let rates = estimate.rates, draft.decidedBy == "raw" {
            return rates.control.events + rates.treatment.events >= 10
        }
        return true
    }

    /// A number of units or days rounded up; nil for one that no test reaches.
    private static func rounded(_ value: Double) -> Int? {
        value < 1e12 ? Int((value - 1e-9).rounded(.up)) : nil
    }

    private func always(_ units: Int, _ each: Double) -> Double? {
        do {
            return try ConfidenceSequence(level: each, tunedFor: tunedFor).criticalValue(units: units)
        } catch {
            return nil
        }
    }

    /// How many times the data until a confidence sequence excludes zero, whose critical value grows meanwhile.
    private func unplannedTimes(_ ratio: Double, _ units: Int, _ each: Double, _ margin: Double) -> Double? {
        guard ratio > 0, units > 0 else {
            return nil
        }
        func lacks(_ times: Double) -> Double {
            let needed = always(Int(min(1e15, Double(units) * times)), each) ?? .infinity
            return needed + margin - ratio * times.squareRoot()
        }
        var low = 1.0
        var high = Self.mostTimes
        guard lacks(high) <= 0 else {
            return nil
        }
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if lacks(middle) > 0 { low = middle } else { high = middle }
        }
        return high
    }
}
