// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How much one value of a response is worth, from 0 (of no use) to 1 (as good as can be).
///
/// JSON keys are the names of the properties. Source: G. Derringer and R. Suich, Journal of Quality Technology 12 (1980).
package struct Desirability: Sendable, Equatable, Codable {
    /// Which values are wanted.
    package enum Goal: String, Sendable, Codable, CaseIterable {
        /// 0 up to `low`, 1 from `high` on.
        case larger
        /// 1 up to `low`, 0 from `high` on.
        case smaller
        /// 1 at `target`, falling to 0 at `low` and at `high`.
        case target
    }

    /// The response's name.
    package let response: String
    /// Which values are wanted.
    package let goal: Goal
    /// The lower bound, in the response's units.
    package let low: Double
    /// The upper bound.
    package let high: Double
    /// The value wanted; of `target` only.
    package let target: Double?
    /// The exponent of the ramps: 1 a straight line, above 1 strict, below 1 lenient.
    package let weight: Double
    /// How much the response counts beside the others.
    package let importance: Double

    /// Makes a desirability; throws unless low < target < high and weight and importance are positive.
    package init(
        response: String,
        goal: Goal,
        low: Double,
        high: Double,
        target: Double? = nil,
        weight: Double = 1,
        importance: Double = 1
    ) throws(StatisticsError) {
        guard low.isFinite, high.isFinite, low < high else {
            throw .invalidArgument(
                name: "desirability of \(response)",
                value: "\(low) to \(high)",
                remedy: "give a lower bound below the upper one"
            )
        }
        if goal == .target {
            guard let target, target > low, target < high else {
                throw .invalidArgument(
                    name: "desirability of \(response)",
                    value: target.map { "\($0)" } ?? "no target",
                    remedy: "give a target between \(low) and \(high)"
                )
            }
        }
        for (name, value) in [("weight", weight), ("importance", importance)] {
            guard value > 0, value <= 1_000 else {
                throw .invalidArgument(
                    name: "\(name) of \(response)",
                    value: "\(value)",
                    remedy: "give a positive number, such as 1"
                )
            }
        }
        self.response = response
        self.goal = goal
        self.low = low
        self.high = high
        self.target = goal == .target ? target : nil
        self.weight = weight
        self.importance = importance
    }

    /// The worth of a value; 0 for NaN.
    package func callAsFunction(_ value: Double) -> Double {
        guard !value.isNaN else {
            return 0
        }
        let share: Double
        switch goal {
        case .larger: share = (value - low) / (high - low)
        case .smaller: share = (high - value) / (high - low)
        case .target:
            let target = target ?? (low + high) / 2
            share = value < target ? (value - low) / (target - low) : (high - value) / (high - target)
        }
        return pow(min(1, max(0, share)), weight)
    }

    /// The worth of several responses at once: their weighted geometric mean, 0 as soon as one is 0.
    package static func overall(_ desirabilities: [Desirability], _ values: [Double]) -> Double {
        var logarithm = 0.0
        var total = 0.0
        for (desirability, value) in zip(desirabilities, values) {
            let worth = desirability(value)
            guard worth > 0 else {
                return 0
            }
            logarithm += desirability.importance * log(worth)
            total += desirability.importance
        }
        return total > 0 ? exp(logarithm / total) : 0
    }
}
