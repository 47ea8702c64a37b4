// SPDX-License-Identifier: Apache-2.0
import Domain

/// The random numbers of one individual of one generation, whoever breeds it and whenever.
///
/// A counter-based stream: its start is a hash of seed, generation and place (the finaliser of SplitMix64 applied to
/// each in turn), so that streams need no common state and a population has the same bits at any number of threads.
struct GeneStream {
    private var generator: SplitMix64

    /// The stream of a place in a generation whose `key` was made by `key(seed:generation:)`.
    init(key: UInt64, place: Int) {
        generator = SplitMix64(seed: Self.mixed(key &+ UInt64(truncatingIfNeeded: place) &* 0xD1B5_4A32_D192_ED03))
    }

    /// What the streams of a generation share.
    static func key(seed: UInt64, generation: Int) -> UInt64 {
        mixed(mixed(seed) ^ UInt64(truncatingIfNeeded: generation) &* 0x9E37_79B9_7F4A_7C15)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 64 random bits.
    mutating func bits() -> UInt64 { generator.next() }

    /// A number from 0 to less than `bound` (1 to 2³²) by multiplication; its bias is below bound/2⁶⁴.
    mutating func index(below bound: Int) -> Int {
        Int(truncatingIfNeeded: generator.next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: bound)).high)
    }
}
