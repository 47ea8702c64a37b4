// SPDX-License-Identifier: Apache-2.0

/// A small seeded generator; every random choice in Dure takes one, and stores the seed with what it produced.
///
/// SplitMix64 of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
package struct SplitMix64: RandomNumberGenerator, Codable, Hashable, Sendable {
    /// The state; storing and restoring it continues the sequence.
    package var state: UInt64

    /// Creates a generator whose sequence the seed determines.
    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to less than 1, of 53 random bits.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A seed that depends on a base seed and on words, so that unrelated choices of one campaign do not share a sequence.
    package static func seed(_ base: UInt64, _ words: String...) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in words {
            for byte in word.utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            }
            hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
        }
        var generator = SplitMix64(seed: base ^ hash)
        return generator.next()
    }
}
