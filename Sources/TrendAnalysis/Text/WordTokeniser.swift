// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Words of any script: runs of Latin letters and digits, of Hangul, of Han, of kana, of other letters.
///
/// `'s` at a word's end is dropped, accents of Latin letters are folded (`Pokémon` and `Pokemon` are one), and a run
/// ends where the script changes (`아이폰17` gives two tokens). Korean words keep their particles.
package struct WordTokeniser: Tokeniser {
    package var name: String { "words" }

    /// Creates the tokeniser.
    package init() {}

    package func tokenise(_ text: String, into buffer: inout TokenBuffer) {
        if Self.isPlain(text) {
            Self.cut(text, into: &buffer)
        } else {
            Self.cut(ScalarClass.folded(text), into: &buffer)
        }
    }

    /// Whether the text's words are those of its form NFKC for certain, told from its code points' ranges alone.
    static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var i = 0
        while i < bytes.count {
            if bytes[i] < 0x80 {
                i += 1
                continue
            }
            let (scalar, length) = ScalarClass.decode(bytes, at: i)
            guard ScalarClass.isPlain(scalar) else { return false }
            i += length
        }
        return true
    }

    private static func cut(_ text: String, into buffer: inout TokenBuffer) {
        let bytes = text.utf8.span
        var run = ScalarClass.separator
        var hasCapital = false
        var i = 0
        while i < bytes.count {
            let (scalar, length) = ScalarClass.decode(bytes, at: i)
            let kind = ScalarClass(scalar)
            if kind == .apostrophe, run == .word, Self.isLetter(bytes, at: i + length) {
                buffer.append(0x27)
                i += length
                continue
            }
            if kind != run {
                end(run, hasCapital, in: &buffer)
                run = kind == .apostrophe ? .separator : kind
                hasCapital = false
            }
            if run != .separator {
                hasCapital = append(scalar, bytes, i..<i + length, to: &buffer) || hasCapital
            }
            i += length
        }
        end(run, hasCapital, in: &buffer)
    }

    /// Whether an ASCII letter stands there.
    private static func isLetter(_ bytes: Span<UInt8>, at index: Int) -> Bool {
        guard index < bytes.count else { return false }
        let lower = bytes[index] | 0x20
        return lower >= 0x61 && lower <= 0x7A
    }

    /// Adds a scalar in lower case; true if it was a capital.
    private static func append(
        _ scalar: UInt32,
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        to buffer: inout TokenBuffer
    ) -> Bool {
        if scalar < 0x80 {
            let isCapital = scalar >= 0x41 && scalar <= 0x5A
            buffer.append(UInt8(truncatingIfNeeded: isCapital ? scalar | 0x20 : scalar))
            return isCapital
        }
        if scalar < 0x2E80, let character = Unicode.Scalar(scalar), character.properties.isUppercase {
            for byte in character.properties.lowercaseMapping.utf8 { buffer.append(byte) }
            return true
        }
        for i in range { buffer.append(bytes[i]) }
        return false
    }

    private static func end(_ run: ScalarClass, _ hasCapital: Bool, in buffer: inout TokenBuffer) {
        guard run != .separator else { return }
        let bytes = buffer.bytes
        if run == .word, buffer.pending > 2, bytes[bytes.count - 1] == 0x73, bytes[bytes.count - 2] == 0x27 {
            buffer.drop(2)
        }
        buffer.endToken(hasCapital: hasCapital)
    }
}
