// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A small generator of the sampler's own, seeded by the caller's: uniform, normal and gamma numbers.
///
/// SplitMix64 (Steele, Lea and Flood 2014); normal numbers by Marsaglia's polar method.
struct FastNoise: RandomNumberGenerator, Sendable {
    private var state: UInt64
    private var spare: Double?

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number above 0 and below 1.
    mutating func uniform() -> Double {
        (Double(next() >> 11) + 0.5) * 0x1p-53
    }

    /// An index below a bound of at least 1.
    mutating func index(below bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func normal() -> Double {
        if let value = spare {
            spare = nil
            return value
        }
        while true {
            let u = 2 * uniform() - 1
            let v = 2 * uniform() - 1
            let s = u * u + v * v
            if s < 1, s > 0 {
                let scale = (-2 * log(s) / s).squareRoot()
                spare = v * scale
                return u * scale
            }
        }
    }

    /// A gamma number of a shape above 0 and scale 1 (Marsaglia and Tsang 2000).
    mutating func gamma(_ shape: Double) -> Double {
        guard shape >= 1 else {
            return gamma(shape + 1) * pow(uniform(), 1 / shape)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = 1 + c * x
            guard v > 0 else {
                continue
            }
            let cube = v * v * v
            if log(uniform()) < x * x / 2 + d - d * cube + d * log(cube) {
                return d * cube
            }
        }
    }
}
