// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The chance of a count as great as one seen, when its rate is known only from a base.
enum TailProbability {
    /// P(Y ≥ count) for Y negative binomial: Poisson with a rate whose Gamma prior has shape ½ and that `base` events in
    /// `exposure` times the window's exposure have told.
    static func atLeast(_ count: Int, base: Double, exposure: Double) -> Double {
        guard count > 0 else { return 1 }
        let shape = base + 0.5
        let y = Double(count)
        // Success chance of the negative binomial; its complement is the window's share of all exposure.
        let share = 1 / (1 + exposure)
        let mean = shape / exposure
        let ways: Double = lgamma(y + shape) - lgamma(shape) - lgamma(y + 1)
        let start: Double = ways + shape * log(1 - share) + y * log(share)
        if y <= mean { return 1 - lower(count, shape, share) }
        var term = 1.0
        var sum = 1.0
        var k = y
        while term > sum * 1e-12, k < y + 100_000 {
            term *= (k + shape) / (k + 1) * share
            sum += term
            k += 1
        }
        return min(1, exp(start) * sum)
    }

    /// P(Y < count), summed from 0.
    private static func lower(_ count: Int, _ shape: Double, _ share: Double) -> Double {
        var term = exp(shape * log(1 - share))
        var sum = term
        for k in 1..<max(1, count) {
            term *= (Double(k) - 1 + shape) / Double(k) * share
            sum += term
        }
        return min(1, sum)
    }
}
