// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How much of a test's error may be spent by the time a share of the information is in.
///
/// Source: K. K. G. Lan and D. L. DeMets, Biometrika 70 (1983); I. K. Hwang, W. J. Shih and J. S. DeCani, Statistics in
/// Medicine 9 (1990).
package enum SpendingFunction: Sendable, Hashable, Codable {
    /// Very little early, nearly all at the end: 2 − 2 Φ(z / √t) with z the upper error / 2 quantile.
    case obrienFlemingLike
    /// Nearly evenly: error × ln(1 + (e − 1) t).
    case pocockLike
    /// error × t to a positive power.
    case power(Double)
    /// error × (1 − e^(−γ t)) / (1 − e^(−γ)); γ = −4 is like O'Brien and Fleming, 1 like Pocock, 0 is even.
    case hwangShihDeCani(Double)

    /// The error spent by a share of the information, 0 to 1.
    package func spent(of error: Double, at fraction: Double) -> Double {
        guard fraction > 0 else {
            return 0
        }
        guard fraction < 1 else {
            return error
        }
        switch self {
        case .obrienFlemingLike:
            guard let z = StandardNormal.quantile(1 - error / 2),
                let tail = StandardNormal.sf(z / fraction.squareRoot())
            else { return 0 }
            return 2 * tail
        case .pocockLike:
            return error * log(1 + (M_E - 1) * fraction)
        case .power(let exponent):
            return error * pow(fraction, exponent)
        case .hwangShihDeCani(let gamma):
            return gamma == 0 ? error * fraction : error * expm1(-gamma * fraction) / expm1(-gamma)
        }
    }

    /// Throws unless the parameter lets the spent error grow.
    func validate() throws(StatisticsError) {
        switch self {
        case .obrienFlemingLike, .pocockLike:
            return
        case .power(let exponent):
            guard exponent > 0, exponent.isFinite else {
                throw .invalidArgument(name: "power", value: "\(exponent)", remedy: "give a positive number")
            }
        case .hwangShihDeCani(let gamma):
            guard gamma.magnitude <= 500 else {
                throw .invalidArgument(name: "gamma", value: "\(gamma)", remedy: "give a number such as -4")
            }
        }
    }
}
