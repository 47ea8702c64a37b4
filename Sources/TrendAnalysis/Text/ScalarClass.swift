// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a code point is to a tokeniser.
enum ScalarClass: Equatable {
    case separator
    case apostrophe
    /// Latin letters and digits.
    case word
    case hangul
    case han
    case kana
    /// Letters of other scripts.
    case other

    /// Classes a code point.
    init(_ scalar: UInt32) {
        switch scalar {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: self = .word
        case 0x27, 0x2019: self = .apostrophe
        case 0..<0xC0, 0xD7, 0xF7: self = .separator
        case 0xC0...0x24F: self = .word
        case 0xAC00...0xD7A3: self = .hangul
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0xF900...0xFAFF, 0x20000...0x2FFFF: self = .han
        case 0x3041...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF: self = .kana
        case 0x2000...0x2E7F, 0x3000...0x3040, 0x30A0, 0x30FB, 0xE000...0xF8FF, 0x1F000...0x1FAFF: self = .separator
        default:
            let properties = Unicode.Scalar(scalar)?.properties
            // Marks belong to the letters of Thai, Hindi and Arabic.
            self =
                properties?.isAlphabetic == true || properties?.canonicalCombiningClass != .notReordered
                ? .other : .separator
        }
    }

    /// Whether compatibility normalisation and the folding of accents leave the code point as it is.
    static func isStable(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0..<0xA0, 0xA1...0xA7, 0xA9, 0xAB...0xAE, 0xB0, 0xB1, 0xB6, 0xB7, 0xBB, 0xBF, 0xD7, 0xF7, 0x2010,
            0x2012...0x2016, 0x2018...0x2023, 0xAC00...0xD7A3, 0x4E00...0x9FFF, 0x3041...0x3094,
            0x30A1...0x30FE, 0x3001...0x3015, 0x2190...0x21FF, 0x25A0...0x26FF:
            true
        default: false
        }
    }

    /// Whether words are cut the same with the code point as with what normalisation makes of it: also a wide space, and three full stops in one.
    static func isPlain(_ scalar: UInt32) -> Bool { isStable(scalar) || scalar == 0xA0 || scalar == 0x2026 }

    /// Reads the code point at an index of well-formed UTF-8, and how many bytes it has.
    @inline(__always)
    static func decode(_ bytes: Span<UInt8>, at index: Int) -> (scalar: UInt32, length: Int) {
        let first = UInt32(bytes[index])
        if first < 0x80 { return (first, 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard index + length <= bytes.count else { return (0xFFFD, bytes.count - index) }
        var scalar = length == 2 ? first & 0x1F : length == 3 ? first & 0x0F : first & 0x07
        for i in 1..<length { scalar = scalar << 6 | UInt32(bytes[index + i] & 0x3F) }
        return (scalar, length)
    }

    /// Unicode form NFKC; the text itself where it is in that form for certain.
    static func composed(_ text: String) -> String {
        let bytes = text.utf8.span
        var i = 0
        while i < bytes.count {
            let (scalar, length) = decode(bytes, at: i)
            guard isStable(scalar) else { return text.precomposedStringWithCompatibilityMapping }
            i += length
        }
        return text
    }

    /// Unicode form NFKC, and Latin letters without their accents.
    static func folded(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var afterLatin = false
        for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
            if (0x300...0x36F).contains(scalar.value), afterLatin { continue }
            afterLatin = (0x41...0x5A).contains(scalar.value) || (0x61...0x7A).contains(scalar.value)
            scalars.append(scalar)
        }
        return String(scalars).precomposedStringWithCompatibilityMapping
    }
}
