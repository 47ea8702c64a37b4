// SPDX-License-Identifier: Apache-2.0

/// Arithmetic on precomposed Hangul syllables: initial, vowel and final consonant, by their Unicode indices.
enum Hangul {
    /// Indices of final consonants.
    static let n = 4
    static let l = 8
    static let m = 16
    static let b = 17
    static let s = 19
    static let ss = 20
    static let d = 7
    static let h = 27

    private static let first: UInt32 = 0xAC00
    private static let finals = 28
    private static let vowels = 21

    static func isSyllable(_ scalar: UInt32) -> Bool { (0xAC00...0xD7A3).contains(scalar) }

    private static func index(_ scalar: UInt32) -> Int { isSyllable(scalar) ? Int(scalar - first) : 0 }

    /// The final consonant; 0 for none.
    static func final(_ scalar: UInt32) -> Int { index(scalar) % finals }

    static func vowel(_ scalar: UInt32) -> Int { index(scalar) / finals % vowels }

    /// The same syllable with another final consonant.
    static func with(_ scalar: UInt32, final: Int) -> UInt32 {
        isSyllable(scalar) ? scalar - UInt32(self.final(scalar)) + UInt32(final) : scalar
    }

    /// The same initial consonant with another vowel and a final consonant.
    static func with(_ scalar: UInt32, vowel: Int, final: Int = 0) -> UInt32 {
        let lead = index(scalar) / (finals * vowels)
        return first + UInt32((lead * vowels + vowel) * finals + final)
    }
}
