// SPDX-License-Identifier: Apache-2.0

/// Whether more or less of a metric is wanted.
package enum Direction: String, Codable, Sendable, CaseIterable {
    case higher
    case lower

    /// Whether one value is strictly better than another.
    package func isBetter(_ value: Double, than other: Double) -> Bool {
        self == .higher ? value > other : value < other
    }
}

/// The metric that the goal is about, and how far it should get.
package struct Objective: Hashable, Codable, Sendable {
    /// The metric's name; `rank` means a place in a search result and is scored by `depth`.
    package var metric: String
    /// Whether more or less is better; `lower` for a rank.
    package var direction: Direction
    /// The value to reach; nil for "as good as it gets".
    package var target: Double?
    /// How many places of a search result count, for `rank`; unused for other metrics.
    package var depth: Int
    /// The smallest difference that matters, in units of the metric and above 0; nil when nobody said.
    package var smallestEffect: Double?

    /// Creates an objective.
    package init(
        metric: String,
        direction: Direction,
        target: Double? = nil,
        depth: Int = 1_000,
        smallestEffect: Double? = nil
    ) {
        self.smallestEffect = smallestEffect
        self.metric = metric
        self.direction = direction
        self.target = target
        self.depth = depth
    }

    /// Whether the metric is a place in a search result.
    package var isRank: Bool { metric == Self.rank }

    /// The metric name that means a place in a search result.
    package static let rank = "rank"

    /// Whether a value meets the target; false without one.
    package func isMet(by value: Double) -> Bool {
        guard let target else { return false }
        return direction == .lower ? value <= target : value >= target
    }
}

/// A bound that a trial must keep, such as a margin that must not fall below 10 %.
package struct Guardrail: Hashable, Codable, Sendable {
    /// The metric, by the name under which a trial reports it.
    package var metric: String
    /// The least allowed value.
    package var minimum: Double?
    /// The greatest allowed value.
    package var maximum: Double?
    /// Whether a breach stops the campaign and takes the levers back, instead of counting against the combination.
    package var stopsCampaign: Bool

    /// Creates a guardrail; at least one bound is given.
    package init(metric: String, minimum: Double? = nil, maximum: Double? = nil, stopsCampaign: Bool = false) {
        self.metric = metric
        self.minimum = minimum
        self.maximum = maximum
        self.stopsCampaign = stopsCampaign
    }

    /// Whether a value keeps the bounds.
    package func holds(_ value: Double) -> Bool {
        if let minimum, value < minimum { return false }
        if let maximum, value > maximum { return false }
        return true
    }
}

/// The weights of a combination's score: rank (or the metric's gain), success rate, guardrail rate (B2).
package struct ScoreWeights: Hashable, Codable, Sendable {
    /// The weight of the rank score.
    package var rank: Double
    /// The weight of the share of trials that ended with a valid result.
    package var success: Double
    /// The weight of the share of trials that kept every guardrail.
    package var guardrails: Double

    /// Creates weights; the defaults are 0.5, 0.3 and 0.2.
    package init(rank: Double = 0.5, success: Double = 0.3, guardrails: Double = 0.2) {
        self.rank = rank
        self.success = success
        self.guardrails = guardrails
    }
}
