// SPDX-License-Identifier: Apache-2.0

/// A tag, comment or instruction in HTML.
struct HTMLTag {
    /// In lower case; empty for a comment or an instruction.
    let name: String
    let isEnd: Bool
    /// The place after it.
    let end: Int

    /// Reads what begins with the '<' at a place; nil if that is just a '<'.
    init?(_ bytes: [UInt8], at start: Int) {
        guard start + 1 < bytes.count else { return nil }
        let next = bytes[start + 1]
        if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
            name = ""
            isEnd = false
            if bytes[start...].starts(with: Array("<!--".utf8)) {
                // a comment that does not end must not swallow the rest
                end =
                    bytes.firstIndex(of: Array("-->".utf8), from: start + 4).map { $0 + 3 }
                    ?? (bytes[start...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1) + 1
            } else {
                end = (bytes[start...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1) + 1
            }
            return
        }
        isEnd = next == UInt8(ascii: "/")
        name = Self.name(bytes, from: start + (isEnd ? 2 : 1)).lowercased()
        guard let first = name.utf8.first, first >= 0x61, first <= 0x7A else { return nil }
        var index = start + 1
        var quote: UInt8 = 0
        var afterEquals = false
        while index < bytes.count {
            let byte = bytes[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: ">") {
                end = index + 1
                return
            } else if byte == UInt8(ascii: "<") {
                end = index
                return
            } else if afterEquals, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                // a quote that never ends is no quote
                if bytes[(index + 1)...].contains(byte) { quote = byte }
            }
            afterEquals = byte == UInt8(ascii: "=") || afterEquals && byte == 0x20
            index += 1
        }
        end = bytes.count
    }

    /// Whether its content is no text: scripts and styles.
    var isDangerous: Bool { !isEnd && ["script", "style", "applet"].contains(name) }

    /// Whether it is a comment or an instruction.
    var isMeaningless: Bool { name.isEmpty }

    /// Whether words before and after it are apart.
    var separates: Bool {
        switch name {
        case "p", "div", "br", "li", "ul", "ol", "td", "tr", "th", "table", "hr", "h1", "h2", "h3", "h4", "h5", "h6":
            true
        case "blockquote", "pre", "section", "article", "header", "footer", "figure", "figcaption", "dd", "dt", "dl":
            true
        default: false
        }
    }

    /// The place after the end tag that belongs to it.
    func endOfContent(_ bytes: [UInt8]) -> Int {
        var index = end
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "<"), let tag = HTMLTag(bytes, at: index), tag.isEnd, tag.name == name {
                return tag.end
            }
            index += 1
        }
        return bytes.count
    }

    /// The letters and digits from a place on.
    static func name(_ bytes: [UInt8], from start: Int) -> String {
        var index = start
        while index < bytes.count, isWord(bytes[index]) { index += 1 }
        return index > start ? String(decoding: bytes[start..<index], as: UTF8.self) : ""
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A || byte == 0x5F
            || byte >= 0x80
    }

    /// Whether a name is that of one of HTML's elements for text.
    static func isKnown(_ name: String) -> Bool { elements.contains(name.lowercased()) }

    private static let elements: Set<String> = Set(
        """
        a abbr acronym address area article aside audio b big blockquote br button canvas caption center cite code col \
        colgroup command datalist dd del details dfn dialog dir div dl dt em event-source fieldset figcaption figure \
        font footer form h1 h2 h3 h4 h5 h6 header hr i img input ins kbd keygen label legend li m map menu meter multicol \
        nav nextid noscript ol optgroup option output p pre progress q s samp section select small sound source spacer \
        span strike strong sub sup table tbody td textarea tfoot th thead time tr tt u ul var video
        """.split(separator: " ").map(String.init)
    )
}

extension [UInt8] {
    /// Where some bytes occur, at a place or after it.
    func firstIndex(of bytes: [UInt8], from start: Int) -> Int? {
        guard let first = bytes.first, start >= 0, count >= bytes.count, start <= count - bytes.count else {
            return nil
        }
        var index = start
        while let found = self[index...].firstIndex(of: first), found <= count - bytes.count {
            if self[found..<(found + bytes.count)].elementsEqual(bytes) { return found }
            index = found + 1
        }
        return nil
    }
}
