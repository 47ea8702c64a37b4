// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The scale on which a rank's noise is of one size at the top and in the depth.
///
/// A rank jitters by a share of itself and, at the top, by rounding: its variance is about (0.085 rank)² + 0.5². The
/// scale with a constant variance is then asinh(rank / 6): linear above rank 6, logarithmic below.
package enum RankScale {
    /// The deepest list that is taken for one.
    package static let greatestDepth = 100_000
    /// The rank at which jitter by share and by rounding are of one size.
    static let turn = 6.0

    /// The place of a rank on the scale.
    static func place(_ rank: Double) -> Double {
        asinh(rank / turn)
    }

    /// The rank at a place.
    static func rank(_ place: Double) -> Double {
        turn * sinh(place)
    }

    /// The scale's units a rank.
    static func slope(_ rank: Double) -> Double {
        1 / (rank * rank + turn * turn).squareRoot()
    }
}
