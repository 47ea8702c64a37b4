// SPDX-License-Identifier: Apache-2.0

/// How the ranks of a panel are continued.
package enum RankForecastMethod: String, Sendable, Codable, CaseIterable {
    /// The last rank goes on: "no change".
    case naive
    /// The mean of the last four ranks.
    case recentMean
    /// An exponentially weighted mean, 0.6 on the newest.
    case smoothing
    /// Halfway between the last rank and the weighted mean.
    case halfSmoothing
    /// A level and a trend that dies away.
    case dampedTrend
    /// The mean of recent ranks with the weights that the panel's variogram makes best: kriging.
    case kriging
    /// What happened to products in a like situation, by boosted trees over the whole panel.
    case learned
    /// The mean of those methods of which the back-test cannot say which is best.
    case blend

    /// Those that compete; a blend is made of them.
    static let single = allCases.filter { $0 != .blend }
}

/// A product's rank some steps ahead.
///
/// JSON keys are the names of the properties.
package struct RankForecast: Sendable, Equatable, Codable {
    /// The series.
    package let series: RankSeriesKey
    /// The step from which it looks ahead.
    package let origin: Int
    /// How many steps ahead.
    package let horizon: Int
    /// The rank at the origin.
    package let now: Int
    /// The median rank, were the product still listed.
    package let rank: Double
    /// The probability that it is off the list by then.
    package let offListProbability: Double
    /// The interval of the outcome; an upper end of depth + 1 means that "off the list" is in it.
    package let interval: Interval
    /// The method that gave `rank`.
    package let method: RankForecastMethod

    /// The likelier outcome: listed at the rounded rank, or off the list.
    package func outcome(depth: Int) -> RankOutcome {
        offListProbability > 0.5 ? .offList(depth: depth) : .listed(Int(min(Double(depth), max(1, rank)).rounded()))
    }
}

/// A product that is listed, and has been for too few steps to be forecast.
package struct YoungRank: Sendable, Equatable {
    /// The series.
    package let series: RankSeriesKey
    /// The rank at the origin.
    package let now: Int
    /// How many more steps in the list a forecast needs.
    package let missing: Int
}

/// How a method did in the rolling back-test of a panel at one horizon.
///
/// JSON keys are the names of the properties.
package struct RankForecastSkill: Sendable, Equatable, Codable {
    /// The method.
    package let method: RankForecastMethod
    /// How many steps ahead.
    package let horizon: Int
    /// Its mean absolute error over products still listed; nil when nothing could be tested.
    package let meanAbsoluteError: Double?
    /// 1 − error / error of "no change"; nil when that is 0 or unknown.
    package let skill: Double?
    /// Whether the skill is what the panel's variogram lets expect, for want of a back-test at this horizon.
    package var isExpected = false
    /// Whether it may be shown: "no change", and what beats it beyond chance.
    package let isShown: Bool
    /// Whether forecasts at this horizon are by it.
    package var isUsed = false
}
