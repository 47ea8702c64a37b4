// SPDX-License-Identifier: Apache-2.0

/// Tells whether the market is no longer the one that was learnt (B4).
package enum EnvironmentChange {
    /// The number of days on each side of the comparison.
    package static let days = 7
    /// The relative fall from which the environment has changed.
    package static let fall = 0.2

    /// Whether the mean of the newest 7 daily scores of the elite is 20 % or more below that of the 7 days before.
    ///
    /// The oldest day comes first. False with fewer than 14 days, or when the earlier mean is not positive.
    package static func detect(dailyEliteScores: [Double]) -> Bool {
        guard dailyEliteScores.count >= 2 * days else { return false }
        let recent = dailyEliteScores.suffix(days).reduce(0, +)
        let earlier = dailyEliteScores.dropLast(days).suffix(days).reduce(0, +)
        guard earlier > 0, recent.isFinite, earlier.isFinite else { return false }
        let rounding = 1e-12 * earlier
        return recent <= (1 - fall) * earlier + rounding
    }
}
