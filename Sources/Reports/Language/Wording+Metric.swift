// SPDX-License-Identifier: Apache-2.0

import Domain
import Statistics

extension Wording {
    /// The metric's name as people say it.
    var metricName: String { objective.isRank ? self(.rankName) : objective.metric }

    /// A value of the metric with its unit, such as `14위`.
    func metric(_ value: Double?) -> String {
        guard let value, value.isFinite else { return Self.absent }
        return objective.isRank ? self(.rankValue, metricNumber(value)) : short(value)
    }

    /// A value of the metric without a unit: one decimal for ranks, about four digits otherwise.
    func metricNumber(_ value: Double?) -> String {
        objective.isRank ? Self.trimmed(fixed(value, 1)) : short(value)
    }

    /// How much better a difference (new less old) makes the metric; negative for worse.
    func improvement(_ difference: Double) -> Double { objective.direction == .lower ? -difference : difference }

    /// An improvement of an interval of differences, its ends in ascending order.
    func improvement(_ difference: Interval) -> Interval {
        guard objective.direction == .lower else { return difference }
        return Interval(
            estimate: -difference.estimate,
            lower: -difference.upper,
            upper: -difference.lower,
            confidence: difference.confidence
        )
    }

    /// What a change from one mean to another is worth, with its interval: the report's headline.
    func gain(from old: Double, to new: Double, difference: Interval) -> String {
        guard objective.isRank else {
            return self(
                .gainMetric,
                metricName,
                short(old),
                short(new),
                signed(difference.estimate),
                interval(difference),
                self(objective.direction == .higher ? .metricHigher : .metricLower)
            )
        }
        let better = improvement(difference)
        let isUp = better.estimate >= 0
        let shown = isUp ? better : difference
        return self(
            isUp ? .gainUp : .gainDown,
            metric(old),
            metric(new),
            metricNumber(shown.estimate),
            interval(shown)
        )
    }

    /// A difference alone: places up or down for a rank, a signed number otherwise.
    func change(_ difference: Double) -> String {
        objective.isRank ? Self.arrow(improvement(difference)) + metricNumber(difference.magnitude) : signed(difference)
    }

    private static func arrow(_ better: Double) -> String { better >= 0 ? "▲ " : "▼ " }

    /// The ends of an interval with its confidence; a tilde for a dash where an end is negative.
    func interval(_ interval: Interval) -> String {
        let confidence = Self.trimmed(fixed(interval.confidence * 100, 1))
        let text = self(.interval, confidence, metricNumber(interval.lower), metricNumber(interval.upper))
        return interval.lower < 0 && language == .korean ? text.replacing("–", with: " ~ ") : text
    }

    /// A number with its sign.
    func signed(_ value: Double?) -> String {
        guard let value, value.isFinite else { return Self.absent }
        return (value > 0 ? "+" : "") + metricNumber(value)
    }
}

extension Wording {
    /// A difference with its interval, such as `▲ 62 (95 % 신뢰구간 56–68)`; for a rank the interval is of places up.
    func changeWithInterval(_ difference: Interval) -> String {
        guard objective.isRank else { return "\(signed(difference.estimate)) (\(interval(difference)))" }
        let better = improvement(difference)
        return "\(change(difference.estimate)) (\(interval(better.estimate >= 0 ? better : difference)))"
    }
}
