// SPDX-License-Identifier: Apache-2.0

/// SipHash-2-4, a keyed hash whose outputs look random to whoever does not know the key.
///
/// The same on every machine, unlike the standard library's seeded hash. Source: J.-P. Aumasson and D. J. Bernstein,
/// SipHash: a fast short-input PRF, INDOCRYPT 2012.
struct SipHash {
    private let first: UInt64
    private let second: UInt64

    init(key first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }

    func callAsFunction(_ bytes: some Collection<UInt8>) -> UInt64 {
        var v0 = first ^ 0x736F_6D65_7073_6575
        var v1 = second ^ 0x646F_7261_6E64_6F6D
        var v2 = first ^ 0x6C79_6765_6E65_7261
        var v3 = second ^ 0x7465_6462_7974_6573
        func rotated(_ value: UInt64, _ by: UInt64) -> UInt64 { value << by | value >> (64 - by) }
        func round() {
            v0 &+= v1
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 &+= v3
            v3 = rotated(v3, 16) ^ v2
            v0 &+= v3
            v3 = rotated(v3, 21) ^ v0
            v2 &+= v1
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)
        }
        func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }
        var word: UInt64 = 0
        var count: UInt64 = 0
        for byte in bytes {
            word |= UInt64(byte) << (8 * (count & 7))
            count &+= 1
            if count & 7 == 0 {
                absorb(word)
                word = 0
            }
        }
        absorb(word | (count & 0xFF) << 56)
        v2 ^= 0xFF
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }
}
