// SPDX-License-Identifier: Apache-2.0

/// Whether a rank really changed between two windows, or only wavered.
///
/// JSON keys are the names of the properties. A smaller rank is better.
package struct RankChange: Sendable, Equatable, Codable {
    /// Which way the ranks moved.
    package enum Direction: String, Sendable, Codable {
        /// Towards rank 1.
        case improved
        /// Away from rank 1.
        case worsened
        /// Neither.
        case unchanged
    }

    /// Whether the test rejects at its level and the reliability suffices.
    package let isReal: Bool
    /// By the medians of the windows, or their superiority when the medians are equal.
    package let direction: Direction
    /// The median rank of the first window.
    package let medianBefore: Double
    /// The median rank of the second window.
    package let medianAfter: Double
    /// The p value of the rank-sum test.
    package let p: Double
    /// The reliability given, 0...10,000.
    package let reliability: Int
    /// Why, in one English sentence.
    package let reason: String

    /// Compares two windows of ranks; throws when one is empty or a rank is not finite.
    package init(
        before: [Double],
        after: [Double],
        reliability: Int,
        level: Double = 0.05
    ) throws(StatisticsError) {
        let test = try RankSumTest(after, before)
        guard let medianBefore = before.median, let medianAfter = after.median else {
            throw .tooFewObservations(subject: "A window of ranks", found: 0, needed: 1)
        }
        let isSignificant = test.p < level
        let isReliable = reliability >= RankReliability.threshold
        let shift = medianAfter != medianBefore ? medianAfter - medianBefore : test.probabilityOfSuperiority - 0.5
        direction = shift < 0 ? .improved : (shift > 0 ? .worsened : .unchanged)
        isReal = isSignificant && isReliable
        self.medianBefore = medianBefore
        self.medianAfter = medianAfter
        self.reliability = reliability
        p = test.p
        reason =
            switch (isSignificant, isReliable) {
            case (true, true):
                "The rank-sum test rejects no change and the measurements are reliable enough."
            case (true, false):
                "The rank-sum test rejects no change, but the measurements are not reliable enough."
            case (false, _):
                "The rank-sum test finds no more than noise."
            }
    }

    /// Whether a change between two windows is real: p below the level, and reliability at least 5,000.
    package static func isReal(
        before: [Double],
        after: [Double],
        reliability: Int,
        level: Double = 0.05
    ) throws(StatisticsError) -> Bool {
        try RankChange(before: before, after: after, reliability: reliability, level: level).isReal
    }
}
