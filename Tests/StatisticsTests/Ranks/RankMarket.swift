// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import Statistics

/// Made-up ranks with known truths.
struct RankMarket {
    var generator: Dice

    /// Normal noise and such from a seed.
    struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }

        mutating func uniform() -> Double { Double.random(in: 0..<1, using: &self) }

        mutating func normal() -> Double {
            (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
        }
    }

    init(seed: UInt64) { generator = Dice(state: seed) }

    /// Daily ranks around a level, which is multiplied by `factor` from a day on.
    mutating func daily(level: Double, days: Int, shift: Int? = nil, factor: Double = 1) -> [RankOutcome] {
        var memory = 0.0
        return (0..<days).map { day in
            memory = 0.3 * memory + 0.07 * generator.normal()
            let isMoved = shift.map { day >= $0 } ?? false
            let rank = level * (isMoved ? factor : 1) * exp(memory)
            let place = Int(min(max(rank + 0.4 * generator.normal(), 1), 101).rounded())
            return place > 100 ? .offList(depth: 100) : .listed(place)
        }
    }
}
