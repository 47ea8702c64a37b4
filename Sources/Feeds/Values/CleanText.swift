// SPDX-License-Identifier: Apache-2.0

/// Text of a document as it should have been written.
enum CleanText {
    /// The text of UTF-8 bytes, without white space at its ends, and with the two most frequent wrong conversions undone.
    static func string(_ bytes: ArraySlice<UInt8>) -> String {
        var slice = bytes
        var isASCII = true
        for byte in slice where byte >= 0x80 {
            isASCII = false
            break
        }
        while let first = slice.first, isSpace(first) { slice.removeFirst() }
        while let last = slice.last, isSpace(last) { slice.removeLast() }
        if isASCII { return String(decoding: slice, as: UTF8.self) }
        return mended(String(String(decoding: slice, as: UTF8.self).trimmed))
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte >= 0x09 && byte <= 0x0D || byte >= 0x1C && byte <= 0x1F
    }

    /// Undoes UTF-8 that was taken for Latin-1 and written as UTF-8 once more, and control characters that mean windows-1252.
    static func mended(_ text: String) -> String {
        var highest: UInt32 = 0
        var hasControl = false
        for scalar in text.unicodeScalars {
            highest = max(highest, scalar.value)
            if scalar.value >= 0x80, scalar.value < 0xA0 { hasControl = true }
        }
        guard highest >= 0x80 else { return text }
        if highest <= 0xFF {
            let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            if DecodedDocument.isUTF8(bytes[...]) { return mended(String(decoding: bytes, as: UTF8.self)) }
        }
        guard hasControl else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.value >= 0x80 && scalar.value < 0xA0
            scalars.append(isControl ? Windows1252.scalar(UInt8(truncatingIfNeeded: scalar.value)) : scalar)
        }
        return String(scalars)
    }
}

/// RFC 4648's Base64, as Atom 0.3 wraps text in it.
enum Base64 {
    /// The text that Base64 stands for; nil for what is no Base64 of UTF-8.
    static func text(_ encoded: String) -> String? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in encoded.utf8 {
            let value: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte) - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte) - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte) + 4
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            case UInt8(ascii: "="), 0x20, 0x09, 0x0A, 0x0D: continue
            default: return nil
            }
            bits = (bits << 6 | value) & 0xFF_FFFF
            count += 1
            if count % 4 != 1 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(6 - 2 * ((count - 1) % 4)))) }
        }
        guard count % 4 != 1, DecodedDocument.isUTF8(bytes[...]) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
