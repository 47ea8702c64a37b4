// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation
package import Statistics

/// The scale on which a metric is modelled, so that no prediction leaves the metric's bounds.
package enum MetricScale: Hashable, Sendable, Codable {
    /// The metric itself.
    case identity
    /// The logarithm, for positive metrics whose values differ by factors.
    case logarithm
    /// The logit between two bounds, for ranks and shares.
    case logit(lower: Double, upper: Double)

    /// Chooses the scale for values of a metric: logit for ranks and for shares, logarithm for positive values of which the
    /// greatest is at least 3 times the least, else none.
    package static func choose(for objective: Objective, values: [Double]) -> MetricScale {
        if objective.isRank {
            let depth = max(Double(objective.depth), values.max() ?? 1)
            return .logit(lower: 0.5, upper: depth + 0.5)
        }
        guard let least = values.min(), let greatest = values.max() else { return .identity }
        let name = objective.metric.lowercased()
        let isShare = ["rate", "share", "ctr", "conversion", "ratio"].contains { name.contains($0) }
        if isShare, least >= 0, greatest <= 1 {
            // Room for none and all, half of the least step that the values show.
            let step = min(values.filter { $0 > 0 }.min() ?? 0.01, 1 - (values.filter { $0 < 1 }.max() ?? 0.99), 0.02)
            return .logit(lower: -step / 2, upper: 1 + step / 2)
        }
        return least > 0 && greatest >= 3 * least ? .logarithm : .identity
    }

    /// A value of the metric on the scale of the model; values beyond the bounds count as just within.
    package func forward(_ value: Double) -> Double {
        switch self {
        case .identity: value
        case .logarithm: log(max(value, .leastNormalMagnitude))
        case .logit(let lower, let upper):
            {
                let share = min(max((value - lower) / (upper - lower), 1e-9), 1 - 1e-9)
                return log(share / (1 - share))
            }()
        }
    }

    /// A value of the model in the units of the metric.
    package func back(_ value: Double) -> Double {
        switch self {
        case .identity: return value
        case .logarithm: return exp(min(max(value, -700), 700))
        case .logit(let lower, let upper):
            let metric = lower + (upper - lower) / (1 + exp(-value))
            return lower < 0 ? min(max(metric, 0), 1) : min(max(metric, lower + 0.5), upper - 0.5)
        }
    }

    /// An interval of the model in the units of the metric; the median stays a median.
    package func back(_ interval: Interval) -> Interval {
        Interval(
            estimate: back(interval.estimate),
            lower: back(interval.lower),
            upper: back(interval.upper),
            confidence: interval.confidence
        )
    }

    /// The name for a reader.
    package var name: String {
        switch self {
        case .identity: "as measured"
        case .logarithm: "logarithm"
        case .logit: "logit between its bounds"
        }
    }
}
