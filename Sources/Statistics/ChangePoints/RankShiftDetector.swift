// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Detects lasting shifts of one series of ranks, value by value.
///
/// On the scale of `RankScale` the noise is of one size. For every start of the last 3 to 10 values the detector compares
/// "the level moved here" with "nothing happened" by the likelihood ratio of normal noise in which one value in a hundred
/// is anything (so that a wild value says nothing of the level), against the median of the values before. The greatest
/// root of twice the ratio is the score; an alarm is a score beyond the limit, and starts a new level. The noise is the
/// median absolute deviation of the level's values and of the end of the level before, shrunk to what ranks usually
/// have. Off the list counts as the rank beyond the depth. Figures: docs/ranks.md.
package struct RankShiftDetector: Sendable, Equatable {
    /// What makes a shift.
    package struct Settings: Sendable, Equatable {
        /// The score of an alarm; 4.2 gives a false alarm in about 1,000 quiet steps.
        package var limit = 4.2
        /// The least number of values after a shift.
        package var shortest = 3
        /// The greatest number of values after a shift that are looked at.
        package var longest = 10
        /// The number of values before the first alarm can be.
        package var warmUp = 18

        /// The settings that were measured.
        package init() {}
    }

    /// What one value says.
    package struct Reading: Sendable, Equatable {
        /// The score against "nothing happened", at least 0.
        package let score: Double
        /// The number of the value at which the level moved, were it so; counted from 0.
        package let start: Int
        /// Whether the rank number rose, which is worse.
        package let isWorse: Bool
        /// The typical rank before.
        package let before: Double
        /// The typical rank since.
        package let after: Double
        /// Whether the score is beyond the limit.
        package let isAlarm: Bool
    }

    /// Share of wild values.
    private static let wild = 0.01
    /// The noise of ranks on the scale, and how many values it is worth.
    private static let usual = (noise: 0.09, weight: 30.0)
    /// How many values carry a level.
    private static let memory = 60

    package let settings: Settings
    /// The number of values seen.
    package private(set) var count = 0
    /// The newest values on the scale, at most `capacity`.
    private var recent: [Double] = []
    /// The number of the value that began the present level.
    private var levelStart = 0

    private var capacity: Int { Self.memory + settings.longest + 30 }

    /// Makes a detector that has seen nothing.
    package init(settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Takes the next value; nil while there are too few.
    ///
    /// - Parameters:
    ///   - outcome: what was seen.
    ///   - restarts: whether an alarm starts a new level by itself; otherwise `restart(span:)` does when it is told.
    /// - Returns: what the value says.
    package mutating func observe(_ outcome: RankOutcome, restarts: Bool = true) -> Reading? {
        recent.append(RankScale.place(Double(max(1, outcome.atLeast))))
        if recent.count > capacity {
            recent.removeFirst(recent.count - capacity)
        }
        count += 1
        guard count > settings.warmUp, let best = best() else { return nil }
        if best.isAlarm, restarts {
            levelStart = best.start
        }
        return best
    }

    /// About the probability of a score at least this great in one step while nothing happens, for scores of alarms.
    ///
    /// An exponential tail: 0.003 at 4.2, and a factor of 4.5 less for each further 1. It is too small, not a bound: on quiet
    /// made-up series (`RankProtocol --tail`) independent noise reaches 4.2 about four times as often, 5 three times, 6 twice,
    /// and 7 as often as it says; noise whose steps correlate by 0.3 nine times, by 0.5 up to twenty times. Its size is such
    /// that of the developer data's changes that were told at a false discovery rate, at most that share was none
    /// (docs/ranks.md).
    package static func tailProbability(of score: Double) -> Double {
        min(1, 0.003 * exp(-1.5 * (score - 4.2)))
    }

    /// How far the newest values lie from the level, in standard deviations of their mean: for panels.
    ///
    /// The median of the last `span` values is compared; nil while there are too few.
    package func deviation(span: Int) -> Double? {
        guard count > settings.warmUp, span >= 1, let level = level(before: count - span) else { return nil }
        let newest = recent.suffix(span).map { ($0 - level.centre) / level.noise }
        return newest.median.map { $0 * Double(span).squareRoot() }
    }

    /// Starts a new level with the newest `span` values: what moved them is known.
    package mutating func restart(span: Int) {
        levelStart = max(levelStart, count - max(1, span))
    }

    /// The least number of values of a level.
    private static let leastLevel = 6

    /// The centre, noise and size of the present level as it was before a value.
    private func level(before end: Int) -> (centre: Double, noise: Double, size: Int)? {
        let oldest = count - recent.count
        let start = max(levelStart, end - Self.memory, oldest)
        guard end - start >= Self.leastLevel else { return nil }
        let values = Array(recent[(start - oldest)..<(end - oldest)])
        guard let centre = values.median else { return nil }
        var distances = values.map { ($0 - centre).magnitude }
        let earlier = Array(recent[(max(oldest, levelStart - 30) - oldest)..<max(0, min(levelStart, end) - oldest)])
        if let other = earlier.median {
            distances += earlier.map { ($0 - other).magnitude }
        }
        let own = 1.4826 * (distances.median ?? 0)
        let n = Double(distances.count)
        let usual = Self.usual
        let variance = (n * own * own + usual.weight * usual.noise * usual.noise) / (n + usual.weight)
        return (centre, variance.squareRoot(), values.count)
    }

    private func best() -> Reading? {
        var best: Reading?
        for span in settings.shortest...max(settings.shortest, settings.longest) {
            guard let level = level(before: count - span) else { break }
            let newest = recent.suffix(span).map { ($0 - level.centre) / level.noise }
            let moved = Self.centre(newest)
            let ratio = newest.reduce(0) { $0 + Self.logDensity($1 - moved) - Self.logDensity($1) }
            let score = (2 * max(0, ratio) / (1 + 1.2 * Double(span) / Double(level.size))).squareRoot()
            guard score > best?.score ?? -1 else { continue }
            best = Reading(
                score: score,
                start: count - span,
                isWorse: moved > 0,
                before: RankScale.rank(level.centre),
                after: RankScale.rank(level.centre + moved * level.noise),
                isAlarm: score > settings.limit
            )
        }
        return best
    }

    /// The log density of noise with wild values, but for a constant.
    private static func logDensity(_ value: Double) -> Double {
        log((1 - wild) * exp(-0.5 * value * value) + wild)
    }

    /// The centre of values of which some are wild: three steps from their median.
    private static func centre(_ values: [Double]) -> Double {
        var centre = values.median ?? 0
        for _ in 0..<3 {
            var sum = 0.0
            var weights = 0.0
            for value in values {
                let tame = (1 - wild) * exp(-0.5 * (value - centre) * (value - centre))
                let weight = tame / (tame + wild)
                sum += weight * value
                weights += weight
            }
            if weights > 0 { centre = sum / weights }
        }
        return centre
    }
}
