// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation
import Statistics

/// Looks for what a campaign's successes share, what its failures share, and for hours and weekdays (product feature E).
///
/// Every pattern has a test, all tests together are corrected by Benjamini and Hochberg's method, and what does not hold at 5 %
/// after that is no pattern. A pure function of the trials and the goal's seed.
package struct PatternSearch {
    /// The level at which a corrected p value makes a pattern.
    package static let level = 0.05
    /// The most random arrangements of one test.
    static let permutations = 1_999

    let goal: Goal
    /// Ended trials, in the order in which they came.
    let results: [Trial]
    private let metric: String
    private var generator: SplitMix64
    private var candidates: [TrialPattern] = []
    private var notes: [String] = []

    /// Looks for patterns among the first results of a campaign, `count` of them or all.
    package static func find(goal: Goal, trials: [Trial], count: Int = .max) throws -> TrialPatternsFinding {
        let results = LearningSchedule.firstResults(trials, metric: goal.objective.metric, count: count)
        var search = PatternSearch(goal: goal, results: results)
        guard results.count >= LearningSchedule.leastResults else {
            return TrialPatternsFinding(
                sentences: [],
                trials: results.count { $0.status == .completed },
                results: results.count,
                tests: 0,
                patterns: [],
                notes: [
                    "Not enough data for patterns: needs \(LearningSchedule.leastResults) results, has \(results.count)."
                ]
            )
        }
        return try search.finding()
    }

    private init(goal: Goal, results: [Trial]) {
        self.goal = goal
        let widths = goal.factors.count
        self.results = results.filter { $0.combination.levels.count == widths }
        metric = goal.objective.metric
        generator = SplitMix64(seed: SplitMix64.seed(goal.seed, "patterns", String(results.count)))
    }

    private mutating func finding() throws -> TrialPatternsFinding {
        let judged = judged()
        lookAtShares(judged.map { ($0.trial, $0.isSuccess) }, outcome: .success)
        if !goal.guardrails.isEmpty {
            let measured = results.filter { $0.status == .completed && $0.purpose != .control }
            lookAtShares(measured.map { ($0, $0.guardrailsHeld == false) }, outcome: .breach)
        }
        let failures = results.map { ($0, $0.status == .failed) }
        try lookAtLevels(failures, outcome: .failure)
        try lookAtUnits(failures, outcome: .failure)
        try lookAtUnits(judged.map { ($0.trial, $0.isSuccess) }, outcome: .success)
        lookAtTimes(residuals(), outcome: .metric)
        let failed = failures.count { $0.1 }
        if failed >= Self.leastOutcomes, failures.count - failed >= Self.leastOutcomes {
            lookAtTimes(failures.map { ($0.0, $0.1 ? 1 : 0) }, outcome: .failure)
        }
        let adjusted = MultipleTesting.benjaminiHochberg(candidates.map(\.p))
        let patterns = zip(candidates, adjusted)
            .compactMap { candidate, adjusted -> TrialPattern? in
                guard let adjusted, adjusted <= Self.level else { return nil }
                var pattern = candidate
                pattern.adjustedP = adjusted
                return pattern
            }
            .sorted { ($0.p, $0.subject, $0.value) < ($1.p, $1.subject, $1.value) }
        return TrialPatternsFinding(
            sentences: patterns.map { $0.sentence(metric: metric, tests: candidates.count) },
            trials: results.count { $0.status == .completed },
            results: results.count,
            tests: candidates.count,
            patterns: patterns,
            notes: notes
        )
    }

    /// The fewest trials with an outcome, and without it, for which shares are compared.
    private static let leastOutcomes = 3
    /// The fewest trials that a level or unit needs.
    private static let leastTrials = 5

    // MARK: Outcomes

    /// Completed trials of other combinations than the control, and whether they beat the control of their block.
    private func judged() -> [(trial: Trial, isSuccess: Bool)] {
        let measured = results.filter { $0.status == .completed }
        let controls = measured.filter { $0.combination == goal.control }
        let byBlock = Dictionary(grouping: controls, by: \.block).mapValues { mean($0) }
        let overall = mean(controls.isEmpty ? measured : controls)
        return measured.filter { $0.combination != goal.control }.map { trial in
            let reference = byBlock[trial.block] ?? overall
            let value = trial.metrics[metric] ?? reference
            let isBetter = goal.objective.direction.isBetter(value, than: reference)
            return (trial, isBetter && trial.guardrailsHeld != false)
        }
    }

    private func mean(_ trials: [Trial]) -> Double {
        let values = trials.compactMap { $0.metrics[metric] }
        return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// The metric less the mean of the trial's combination, then less what is left of its unit's.
    private func residuals() -> [(Trial, Double)] {
        let measured = results.filter { $0.status == .completed }
        let byCombination = Dictionary(grouping: measured, by: \.combination).mapValues { mean($0) }
        let first = measured.map { trial in
            (trial, (trial.metrics[metric] ?? 0) - (byCombination[trial.combination] ?? 0))
        }
        let byUnit = Dictionary(grouping: first, by: \.0.unit)
            .mapValues { rows in rows.reduce(0) { $0 + $1.1 } / Double(rows.count) }
        return first.map { ($0.0, $0.1 - (byUnit[$0.0.unit] ?? 0)) }
    }

    // MARK: Looks

    /// Compares the levels of each factor by combinations, the other factors held.
    private mutating func lookAtShares(_ trials: [(trial: Trial, isHit: Bool)], outcome: TrialPattern.Outcome) {
        let hits = trials.count { $0.isHit }
        guard hits >= Self.leastOutcomes, trials.count - hits >= Self.leastOutcomes else {
            notes.append(
                "\(outcome.plural) were not compared by levels: \(hits) of \(trials.count) trials; needs \(Self.leastOutcomes) with and without."
            )
            return
        }
        let groups = Dictionary(grouping: trials, by: \.trial.combination)
        let combinations = groups.keys.sorted()
        let test = SharePermutation(
            combinations: combinations.map(\.levels),
            levelCounts: goal.factors.map(\.levels.count),
            counts: combinations.map { groups[$0]?.count ?? 0 },
            hits: combinations.map { groups[$0]?.count { $0.isHit } ?? 0 }
        )
        for (index, factor) in goal.factors.enumerated() {
            for level in tested(factor) {
                let within = trials.filter { $0.trial.combination.levels[index] == level }
                let count = Set(within.map(\.trial.combination)).count
                guard within.count >= Self.leastTrials, count >= 2, combinations.count - count >= 2,
                    let result = test.test(
                        factor: index,
                        level: level,
                        permutations: Self.permutations,
                        using: &generator
                    )
                else { continue }
                let own = within.count { $0.isHit }
                candidates.append(
                    TrialPattern(
                        outcome: outcome,
                        subject: factor.name,
                        value: factor.levels[level].description,
                        count: within.count,
                        share: Double(own) / Double(within.count),
                        elsewhere: Double(hits - own) / Double(max(trials.count - within.count, 1)),
                        effect: result.difference,
                        test: .freedmanLane,
                        p: result.p,
                        adjustedP: 1
                    )
                )
            }
        }
    }

    /// The levels that are tested: of two only the one that is not the control, since the other says the same.
    private func tested(_ factor: Factor) -> [Int] {
        factor.levels.count == 2 ? [1 - min(max(factor.control, 0), 1)] : Array(factor.levels.indices)
    }

    /// Compares the levels of each factor by trials.
    private mutating func lookAtLevels(_ trials: [(Trial, Bool)], outcome: TrialPattern.Outcome) throws {
        for (index, factor) in goal.factors.enumerated() {
            for level in tested(factor) {
                let value = factor.levels[level].description
                try compare(trials, outcome, subject: factor.name, value: value) {
                    $0.combination.levels[index] == level
                }
            }
        }
    }

    /// Compares units by trials.
    private mutating func lookAtUnits(_ trials: [(Trial, Bool)], outcome: TrialPattern.Outcome) throws {
        let units = Set(trials.map(\.0.unit)).sorted()
        guard units.count > 1 else { return }
        for unit in units.count == 2 ? Array(units.suffix(1)) : units {
            try compare(trials, outcome, subject: "unit", value: unit) { $0.unit == unit }
        }
    }

    private mutating func compare(
        _ trials: [(Trial, Bool)],
        _ outcome: TrialPattern.Outcome,
        subject: String,
        value: String,
        _ belongs: (Trial) -> Bool
    ) throws {
        let hits = trials.count { $0.1 }
        let within = trials.filter { belongs($0.0) }
        let rest = trials.count - within.count
        guard hits >= Self.leastOutcomes, trials.count - hits >= Self.leastOutcomes,
            within.count >= Self.leastTrials, rest >= Self.leastTrials
        else { return }
        let own = within.count { $0.1 }
        let comparison = try ProportionComparison(
            control: BinomialCount(trials: rest, successes: hits - own),
            treatment: BinomialCount(trials: within.count, successes: own)
        )
        candidates.append(
            TrialPattern(
                outcome: outcome,
                subject: subject,
                value: value,
                count: within.count,
                share: Double(own) / Double(within.count),
                elsewhere: Double(hits - own) / Double(rest),
                effect: comparison.newcombe,
                test: .fisher,
                p: comparison.fisherP,
                adjustedP: 1
            )
        )
    }

    /// Compares hours within days, and weekdays within weeks.
    private mutating func lookAtTimes(_ trials: [(Trial, Double)], outcome: TrialPattern.Outcome) {
        let zone = TimeZone(identifier: goal.timeZone) ?? .gmt
        var slots: [Int: (time: Timestamp, sum: Double, count: Double)] = [:]
        for (trial, value) in trials {
            guard let start = trial.startedAt else { continue }
            let known = slots[trial.block] ?? (start, 0, 0)
            slots[trial.block] = (min(known.time, start), known.sum + value, known.count + 1)
        }
        let points = slots.keys.sorted().compactMap { slots[$0] }.map { slot in
            let offset = Int64(zone.secondsFromGMT(for: slot.time.date)) * 1_000
            let local = slot.time.milliseconds + offset
            let day = local >= 0 ? local / 86_400_000 : (local - 86_399_999) / 86_400_000
            return (day: day, hour: Int((local - day * 86_400_000) / 3_600_000), value: slot.sum / slot.count)
        }
        let hours = points.map { TimePermutation.Slot(bin: $0.hour, group: $0.day, value: $0.value) }
        let days = Dictionary(grouping: points, by: \.day).sorted { $0.key < $1.key }.map { day, own in
            // 1970-01-01 was a Thursday, weekday 4 where Monday is 1.
            let sinceMonday = day + 3
            let week = sinceMonday >= 0 ? sinceMonday / 7 : (sinceMonday - 6) / 7
            let mean = own.reduce(0) { $0 + $1.value } / Double(own.count)
            return TimePermutation.Slot(bin: Int(sinceMonday - week * 7) + 1, group: week, value: mean)
        }
        take(hours, "hour", "day", outcome)
        take(days, "weekday", "week", outcome)
    }

    private mutating func take(
        _ slots: [TimePermutation.Slot],
        _ bin: String,
        _ group: String,
        _ outcome: TrialPattern.Outcome
    ) {
        let tested = TimePermutation.test(
            slots,
            groupName: group,
            binName: bin,
            permutations: Self.permutations,
            using: &generator
        )
        switch tested {
        case .tooFew(let reason):
            if outcome == .metric { notes.append("The \(reason).") }
        case .tested(let result):
            candidates.append(
                TrialPattern(
                    outcome: outcome,
                    subject: bin,
                    value: String(result.bin),
                    count: result.count,
                    share: nil,
                    elsewhere: nil,
                    effect: result.difference,
                    test: .restrictedPermutation,
                    p: result.p,
                    adjustedP: 1
                )
            )
        }
    }
}

extension TrialPattern.Outcome {
    /// The word that begins a sentence.
    var plural: String {
        switch self {
        case .success: "Successes"
        case .failure: "Failures"
        case .breach: "Broken guardrails"
        case .metric: "Values"
        }
    }
}

extension TrialPattern {
    /// The pattern in one sentence, with its size, its interval and its test.
    func sentence(metric: String, tests: Int) -> String {
        let certainty = "p \(Self.short(p)), \(Self.short(adjustedP)) after correction for \(tests) tests"
        if let share, let elsewhere {
            let more = effect.estimate > 0 ? "more" : "less"
            let held = test == .freedmanLane ? " with the other factors held" : ""
            let place = subject == "unit" ? "on the unit \(value)" : "with \(subject)=\(value)"
            return
                "\(outcome.plural) are \(more) frequent \(place): \(Self.percent(share)) against \(Self.percent(elsewhere)) "
                + "elsewhere (difference\(held) \(Self.points(effect.estimate)), 95 % interval \(Self.points(effect.lower)) to "
                + "\(Self.points(effect.upper)) points; \(certainty))."
        }
        let place = subject == "hour" ? "at \(value) o'clock" : "on \(Self.weekday(value))"
        let base = subject == "hour" ? "the day's" : "the week's"
        let what = outcome == .failure ? "share of failures" : metric
        let scale = outcome == .failure ? 100.0 : 1
        let unit = outcome == .failure ? " points" : ""
        return
            "The \(what) depends on the \(subject) and differs most \(place): \(Self.signed(scale * effect.estimate))\(unit) "
            + "against \(base) mean (95 % interval \(Self.signed(scale * effect.lower)) to "
            + "\(Self.signed(scale * effect.upper))\(unit); \(certainty))."
    }

    private static func weekday(_ number: String) -> String {
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        guard let day = Int(number), (1...7).contains(day) else { return number }
        return names[day - 1]
    }

    private static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
    private static func points(_ share: Double) -> String { String(format: "%+.0f", share * 100) }
    private static func signed(_ value: Double) -> String { String(format: "%+.3g", value) }
    private static func short(_ p: Double) -> String { p < 1e-4 ? "below 0.0001" : String(format: "%.2g", p) }
}
