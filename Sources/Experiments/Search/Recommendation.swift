// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Chooses combinations by what is believed of them, never by the luckiest observation.
package enum Recommendation {
    /// The combinations to measure again before one is chosen: up to `count` of the best scores, never the control.
    package static func finalists(
        _ estimates: [CombinationEstimate],
        count: Int,
        control: Combination
    ) -> [Combination] {
        estimates
            .filter { $0.combination != control && $0.meanResponse != nil }
            .sorted { precedes($0, $1, control: control) }
            .prefix(max(0, count))
            .map(\.combination)
    }

    /// The best combination among those with at least `minimumTrials` trials, the control too.
    ///
    /// Ties go to fewer changes from the control, then to the order of combinations. When none has as many trials, those
    /// with most trials compete. Nil when no trial succeeded.
    package static func choose(
        _ estimates: [CombinationEstimate],
        control: Combination,
        minimumTrials: Int
    ) -> CombinationEstimate? {
        let answered = estimates.filter { $0.meanResponse != nil }
        let needed = min(minimumTrials, answered.map(\.trials).max() ?? 0)
        return
            answered
            .filter { $0.trials >= needed }
            .min { precedes($0, $1, control: control) }
    }

    /// Whether the first estimate is recommended before the second.
    ///
    /// Scores are compared exactly, so that the order is a strict one.
    static func precedes(_ first: CombinationEstimate, _ second: CombinationEstimate, control: Combination) -> Bool {
        if first.score != second.score { return first.score > second.score }
        let changes = (changes(first.combination, control), changes(second.combination, control))
        if changes.0 != changes.1 { return changes.0 < changes.1 }
        return first.combination < second.combination
    }

    private static func changes(_ combination: Combination, _ control: Combination) -> Int {
        zip(combination.levels, control.levels).count { $0 != $1 }
    }
}
