// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How counts scatter around what a generalized linear model expects.
///
/// Source: P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd edition (1989), chapters 4 and 6.
package enum CountFamily: String, Sendable, Codable, CaseIterable {
    /// Successes out of a number of trials; effects add up on the logit scale.
    case binomial
    /// Counts over an exposure (days, visitors); effects multiply the rate.
    case poisson

    /// The rate at a value of the linear predictor.
    func rate(_ predictor: Double) -> Double {
        switch self {
        case .binomial: predictor >= 0 ? 1 / (1 + exp(-predictor)) : exp(predictor) / (1 + exp(predictor))
        case .poisson: exp(predictor)
        }
    }

    /// The linear predictor at a rate.
    func predictor(_ rate: Double) -> Double {
        switch self {
        case .binomial: log(rate) - log1p(-rate)
        case .poisson: log(rate)
        }
    }

    /// The variance of a count over its size (trials or exposure), which is also the slope of the link's inverse.
    func variance(_ rate: Double) -> Double {
        switch self {
        case .binomial: rate * (1 - rate)
        case .poisson: rate
        }
    }

    /// Twice the log-likelihood that one row loses by being fitted with a rate instead of its own.
    func deviance(count: Double, size: Double, rate: Double) -> Double {
        let expected = size * rate
        let own = count > 0 ? count * log(count / expected) : 0
        switch self {
        case .binomial:
            let failures = size - count
            return 2 * (own + (failures > 0 ? failures * log(failures / (size * (1 - rate))) : 0))
        case .poisson:
            return 2 * (own - (count - expected))
        }
    }
}
