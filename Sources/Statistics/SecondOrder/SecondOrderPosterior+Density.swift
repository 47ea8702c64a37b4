// SPDX-License-Identifier: Apache-2.0
import Foundation

extension SecondOrderPosterior {
    /// The logarithm of the density that the model, fitted without it, gives to an observation: the mixture over draws.
    package func logDensity(of observation: EffectObservation) -> Double {
        let logs = (0..<drawCount).map { draw in
            let variance = errors[draw] / observation.weight
            let residual = observation.response - value(of: observation.levels, draw: draw)
            return -0.5 * (log(2 * Double.pi * variance) + residual * residual / variance)
        }
        let greatest = logs.max() ?? 0
        return greatest + log(logs.reduce(0) { $0 + exp($1 - greatest) } / Double(max(1, drawCount)))
    }
}
