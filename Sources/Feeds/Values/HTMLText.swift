// SPDX-License-Identifier: Apache-2.0

/// HTML as feeds carry it: enough to know it, to take what runs out of it, and to read it as text.
package enum HTMLText {
    /// Text without mark-up: scripts and styles left out, named characters replaced, white space folded.
    package static func plain(_ html: String) -> String {
        guard html.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else {
            return folded(html)
        }
        let bytes = Array(html.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "<"):
                if let tag = HTMLTag(bytes, at: index) {
                    index = tag.isDangerous ? tag.endOfContent(bytes) : tag.end
                    if tag.separates { output.append(0x20) }
                } else {
                    output.append(bytes[index])
                    index += 1
                }
            case UInt8(ascii: "&"):
                if let reference = CharacterReference(bytes, at: index), let value = reference.characters(declared: [:])
                {
                    output.append(contentsOf: value.utf8)
                    index = reference.end
                } else {
                    output.append(bytes[index])
                    index += 1
                }
            default:
                output.append(bytes[index])
                index += 1
            }
        }
        return folded(CleanText.mended(String(decoding: output, as: UTF8.self)))
    }

    /// Text with every run of white space as one space, and none at the ends.
    package static func folded(_ text: String) -> String {
        guard !isFolded(text) else { return text }
        var output = String.UnicodeScalarView()
        var pending = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                pending = !output.isEmpty
            } else {
                if pending { output.append(" ") }
                pending = false
                output.append(scalar)
            }
        }
        return String(output)
    }

    /// Whether no white space but single spaces between words is in a text, told by its bytes; false where that is not certain.
    private static func isFolded(_ text: String) -> Bool {
        let bytes = text.utf8.span
        // As after a space, so that one at the beginning is seen.
        var before: UInt8 = 0x20
        for index in bytes.indices {
            let byte = bytes[index]
            switch byte {
            case 0x20: if before == 0x20 { return false }
            case 0..<0x20: return false
            // The beginnings of other white space: U+0085 and U+00A0, U+1680, U+2000 to U+205F, U+3000.
            case 0xC2: if index + 1 < bytes.count, [0x85, 0xA0].contains(bytes[index + 1]) { return false }
            case 0xE1: if index + 1 < bytes.count, bytes[index + 1] == 0x9A { return false }
            case 0xE2: if index + 2 < bytes.count, isSpace(bytes[index + 1], bytes[index + 2]) { return false }
            case 0xE3:
                if index + 2 < bytes.count, bytes[index + 1] == 0x80, bytes[index + 2] == 0x80 { return false }
            default: break
            }
            before = byte
        }
        return before != 0x20 || bytes.isEmpty
    }

    /// Whether U+2000 to U+205F, whose last two bytes are given, is white space.
    private static func isSpace(_ second: UInt8, _ third: UInt8) -> Bool {
        switch (second, third) {
        case (0x80, 0x80...0x8A), (0x80, 0xA8), (0x80, 0xA9), (0x80, 0xAF), (0x81, 0x9F): true
        default: false
        }
    }

    /// HTML without comments, instructions, and elements that run or style.
    static func withoutScripts(_ html: String) -> String {
        guard html.utf8.contains(UInt8(ascii: "<")) else { return html }
        let bytes = Array(html.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "<"), let tag = HTMLTag(bytes, at: index),
                tag.isDangerous || tag.isMeaningless
            {
                index = tag.isDangerous ? tag.endOfContent(bytes) : tag.end
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return CleanText.string(output[...])
    }

    /// Whether text that should be plain is HTML after all: it closes an element or names a character, and all its tags and names are HTML's.
    static func looksLikeHTML(_ text: String) -> Bool {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else { return false }
        let bytes = Array(text.utf8)
        var evidence = false
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "<") {
                let isEnd = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "/")
                let name = HTMLTag.name(bytes, from: index + (isEnd ? 2 : 1))
                guard !name.isEmpty else { continue }
                guard HTMLTag.isKnown(name) else { return false }
                if isEnd { evidence = true }
            } else if bytes[index] == UInt8(ascii: "&"), let reference = CharacterReference(bytes, at: index) {
                guard reference.hasSemicolon else { continue }
                if case .named(let name) = reference.kind, HTMLEntities.value(of: name) == nil { return false }
                evidence = true
            }
        }
        return evidence
    }

    /// Text as it stands between tags; with `quotes`, as it stands in an attribute.
    static func escaped(_ text: String, quotes: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 }) else { return text }
        var output = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"" where quotes: output += "&quot;"
            default: output.unicodeScalars.append(character)
            }
        }
        return output
    }
}
