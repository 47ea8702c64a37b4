// SPDX-License-Identifier: Apache-2.0

/// Text files in the character sets that Korean and other spreadsheets write besides UTF-8.
package enum ForeignText {
    /// Whether bytes at a file's beginning are certainly no UTF-8; a character that the beginning cuts is none to blame.
    package static func isForeign(_ start: [UInt8]) -> Bool {
        let mark = ByteOrder(start)
        if let charset = mark.charset, mark.skip > 0 { return charset != "UTF-8" }
        var end = start.count
        // a character has four bytes at most, of which the last three go on
        while end > 0, start.count - end < 3, start[end - 1] & 0xC0 == 0x80 { end -= 1 }
        if end > 0, start[end - 1] >= 0xC2 { end -= 1 } else { end = start.count }
        return !DecodedDocument.isUTF8(start[..<end])
    }

    /// The text in UTF-8, of bytes with a mark of UTF-16 or UTF-32, or that look like EUC-KR or CP949; nil for anything else.
    package static func utf8(of bytes: [UInt8]) -> [UInt8]? {
        let mark = ByteOrder(bytes)
        let body = bytes[mark.skip...]
        if let charset = mark.charset, mark.skip > 0, charset != "UTF-8" {
            return try? CharacterConversion.utf8(body, from: charset)
        }
        guard DecodedDocument.looksKorean(body) else { return nil }
        return try? CharacterConversion.utf8(body, from: "CP949")
    }
}
