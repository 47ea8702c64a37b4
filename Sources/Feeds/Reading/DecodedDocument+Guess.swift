// SPDX-License-Identifier: Apache-2.0

extension DecodedDocument {
    /// The length of the UTF-8 character at a place; 0 if there is none.
    static func characterLength(_ bytes: ArraySlice<UInt8>, at index: Int) -> Int {
        let first = bytes[index]
        if first < 0x80 { return 1 }
        let length =
            first >= 0xC2 && first < 0xE0
            ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0
        guard length > 0, index + length <= bytes.endIndex else { return 0 }
        for offset in 1..<length where bytes[index + offset] & 0xC0 != 0x80 { return 0 }
        let second = bytes[index + 1]
        switch first {
        case 0xE0: return second >= 0xA0 ? 3 : 0
        case 0xED: return second < 0xA0 ? 3 : 0
        case 0xF0: return second >= 0x90 ? 4 : 0
        case 0xF4: return second < 0x90 ? 4 : 0
        default: return length
        }
    }

    static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            let length = characterLength(bytes, at: index)
            if length == 0 { return false }
            index += length
        }
        return true
    }

    /// The bytes as UTF-8 if most of those beyond ASCII are, each of the others read as windows-1252; nil if not.
    ///
    /// One cut character or one pasted byte must not turn a whole feed into another character set.
    static func mostlyUTF8(_ bytes: ArraySlice<UInt8>) -> (bytes: [UInt8], repaired: Int)? {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 64)
        var good = 0
        var bad = 0
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let length = characterLength(bytes, at: index)
            if length == 0 {
                bad += 1
                output.append(contentsOf: Windows1252.utf8(bytes[index]))
                index += 1
            } else {
                if length > 1 { good += 1 }
                output.append(contentsOf: bytes[index..<(index + length)])
                index += length
            }
        }
        return good > bad ? (output, bad) : nil
    }

    /// The bytes read as windows-1252, in which every byte means something.
    static func western(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte < 0x80 { output.append(byte) } else { output.append(contentsOf: Windows1252.utf8(byte)) }
        }
        return output
    }

    /// Whether the bytes beyond ASCII come in pairs, of which most are Hangul of EUC-KR.
    static func looksKorean(_ bytes: ArraySlice<UInt8>) -> Bool {
        var hangul = 0
        var others = 0
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte < 0x80 {
                index += 1
            } else if byte >= 0xB0, byte <= 0xC8, index + 1 < bytes.endIndex, bytes[index + 1] >= 0xA1 {
                hangul += 1
                index += 2
            } else if byte >= 0xA1, index + 1 < bytes.endIndex, bytes[index + 1] >= 0xA1 {
                others += 1
                index += 2
            } else {
                others += 2
                index += 1
            }
        }
        return hangul > 4 && hangul > 2 * others
    }
}

/// The character set that Western software means by Latin-1.
enum Windows1252 {
    /// What 0x80 to 0x9F stand for; the five without a meaning stand for themselves.
    private static let upper: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153,
        0x9D,
        0x017E, 0x0178,
    ]

    /// The character of a byte.
    static func scalar(_ byte: UInt8) -> Unicode.Scalar {
        byte >= 0x80 && byte < 0xA0 ? Unicode.Scalar(upper[Int(byte) - 0x80]) ?? "?" : Unicode.Scalar(byte)
    }

    /// The character of a byte, in UTF-8.
    static func utf8(_ byte: UInt8) -> [UInt8] { Array(String(Character(scalar(byte))).utf8) }
}
