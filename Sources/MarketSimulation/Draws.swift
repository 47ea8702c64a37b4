// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

extension SplitMix64 {
    /// Draws a nearly normal value: the sum of four 16-bit uniforms, standardised; never beyond ±3.47.
    @inline(__always)
    mutating func roughNormal() -> Double {
        Self.roughNormal(from: next())
    }

    /// Turns 64 random bits into a nearly normal value.
    @inline(__always)
    static func roughNormal(from bits: UInt64) -> Double {
        let sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48)
        return (Double(sum) / 65_535 - 2) * 1.732_050_807_568_877_2
    }

    /// Draws a uniform value from 0 to below 1.
    mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Draws a count whose mean is given: Knuth's product of uniforms below 20, a rounded normal above.
    mutating func count(mean: Double) -> Double {
        guard mean > 0 else { return 0 }
        guard mean < 20 else { return max(0, (mean + mean.squareRoot() * roughNormal()).rounded()) }
        let floor = exp(-mean)
        var product = uniform()
        var count = 0.0
        while product > floor {
            product *= uniform()
            count += 1
        }
        return count
    }

    /// 64 bits that a seed and three numbers determine; the same numbers give the same bits at any time.
    static func bits(_ seed: UInt64, _ first: UInt64, _ second: UInt64, _ third: UInt64 = 0) -> UInt64 {
        var generator = SplitMix64(seed: seed ^ (first &* 0xD6E8_FEB8_6659_FD93))
        generator.state = generator.next() ^ (second &* 0xA076_1D64_78BD_642F)
        generator.state = generator.next() ^ (third &* 0xE703_7ED1_A0B4_28DB)
        return generator.next()
    }
}

/// The upper tail of the standard normal distribution and its inverse.
enum NormalTail {
    /// The probability of a value above `x`.
    static func probability(above x: Double) -> Double {
        0.5 * erfc(x * 0.5.squareRoot())
    }

    /// The value above which lies a probability, by bisection between -6 and 6.
    static func point(ofProbability probability: Double) -> Double {
        var low = -6.0
        var high = 6.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if Self.probability(above: middle) > probability {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }
}
