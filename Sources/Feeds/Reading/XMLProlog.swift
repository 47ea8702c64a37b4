// SPDX-License-Identifier: Apache-2.0

/// What comes before the first element of a document, and what a scan of its tags says.
struct XMLProlog {
    /// Where the XML begins, after a declaration.
    private(set) var start = 0
    /// The number of the line on which it begins, counted from 1.
    private(set) var line = 1
    /// The document type, to be passed over; empty if there is none.
    private(set) var doctype = 0..<0
    /// The characters that the document type declares names for, where they are plain text.
    private(set) var entities: [String: String] = [:]
    /// Whether the document type declares entities at all.
    private(set) var declaresEntities = false
    /// Whether the document type is Netscape's, which RSS 0.91 has.
    private(set) var isNetscape = false
    private(set) var repairs: [FeedRepair.Kind] = []

    init(_ bytes: [UInt8]) {
        var index = Self.pastSpace(bytes, 0)
        let hadSpace = index > 0
        if index < bytes.count, !Self.beginsMarkup(bytes, index) {
            while index < bytes.count, !Self.beginsMarkup(bytes, index) { index += 1 }
            repairs.append(.leadingJunk)
        } else if hadSpace, Self.has("<?xml ", bytes, index) {
            repairs.append(.leadingJunk)
        }
        if Self.has("<?xml", bytes, index), let end = bytes.firstIndex(of: Array("?>".utf8), from: index) {
            index = end + 2
        }
        start = index
        line = 1 + bytes[..<index].count { $0 == UInt8(ascii: "\n") }
        readMisc(bytes, index)
    }

    private mutating func readMisc(_ bytes: [UInt8], _ first: Int) {
        var index = Self.pastSpace(bytes, first)
        while index < bytes.count {
            if Self.has("<!--", bytes, index) {
                guard let end = bytes.firstIndex(of: Array("-->".utf8), from: index + 4) else { return }
                index = end + 3
            } else if Self.has("<?", bytes, index) {
                guard let end = bytes.firstIndex(of: Array("?>".utf8), from: index + 2) else { return }
                index = end + 2
            } else if Self.has("<!doctype", bytes, index) {
                let end = Self.endOfDoctype(bytes, index)
                doctype = index..<end
                repairs.append(.doctype)
                readDoctype(bytes)
                return
            } else {
                return
            }
            index = Self.pastSpace(bytes, index)
        }
    }

    /// The place after a document type: its '>' outside quotes and brackets.
    static func endOfDoctype(_ bytes: [UInt8], _ start: Int) -> Int {
        var index = start
        var brackets = 0
        var quote: UInt8 = 0
        while index < bytes.count {
            let byte = bytes[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "[") {
                brackets += 1
            } else if byte == UInt8(ascii: "]") {
                brackets -= 1
            } else if byte == UInt8(ascii: ">"), brackets <= 0 {
                return index + 1
            }
            index += 1
        }
        // quotes that do not pair: up to the first '>' then
        return (bytes[start...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1) + 1
    }

    /// Keeps entities whose value is text or numbered characters; one that refers to others, or holds mark-up, is not declared for us.
    private mutating func readDoctype(_ bytes: [UInt8]) {
        let text = Array(bytes[doctype])
        isNetscape = String(decoding: text.prefix(200), as: UTF8.self).lowercased().contains("netscape")
        let key = Array("<!ENTITY".utf8)
        var index = 0
        while let found = text.firstIndex(of: key, from: index), entities.count < 512 {
            declaresEntities = true
            index = Self.pastSpace(text, found + key.count)
            let first = index
            while index < text.count, text[index] > 0x20, text[index] != UInt8(ascii: "%") { index += 1 }
            let name = String(decoding: text[first..<index], as: UTF8.self)
            index = Self.pastSpace(text, index)
            guard !name.isEmpty, index < text.count else { continue }
            let quote = text[index]
            guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { continue }
            guard let end = text[(index + 1)...].firstIndex(of: quote), end - index <= 256 else { continue }
            if let value = Self.plainValue(Array(text[(index + 1)..<end])), entities[name] == nil {
                entities[name] = value
            }
            index = end + 1
        }
    }

    private static func plainValue(_ bytes: [UInt8]) -> String? {
        guard !bytes.contains(UInt8(ascii: "<")) else { return nil }
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "&") {
                guard let reference = CharacterReference(bytes, at: index), case .number = reference.kind else {
                    return nil
                }
                guard let value = reference.characters(declared: [:]) else { return nil }
                output.append(contentsOf: value.utf8)
                index = reference.end
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Whether no tag is longer than a limit; a document with one is not given to a parser that cannot be stopped within it.
    static func hasOnlyTags(upTo limit: Int, _ bytes: [UInt8], from start: Int) -> Bool {
        var index = start
        while let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
            if has("<![CDATA[", bytes, open) {
                guard let end = bytes.firstIndex(of: Array("]]>".utf8), from: open + 9) else { return true }
                index = end + 3
            } else if has("<!--", bytes, open) {
                guard let end = bytes.firstIndex(of: Array("-->".utf8), from: open + 4) else { return true }
                index = end + 3
            } else {
                let reach = min(bytes.count, open + limit)
                guard let close = bytes[open..<reach].firstIndex(of: UInt8(ascii: ">")) else {
                    return reach == bytes.count
                }
                index = close + 1
            }
        }
        return true
    }

    /// Whether the end of an outermost element of feeds is among a document's last bytes.
    static func ends(_ bytes: [UInt8]) -> Bool {
        let tail = String(decoding: bytes.suffix(2_048), as: UTF8.self).lowercased()
        return ["</rss", "</feed", ":feed>", "rdf>", "</channel", "</html"].contains { tail.contains($0) }
    }

    static func pastSpace(_ bytes: [UInt8], _ start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
        return index
    }

    /// Whether some ASCII text is at a place, in upper or lower case.
    static func has(_ text: StaticString, _ bytes: [UInt8], _ index: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        return text.withUTF8Buffer { wanted in
            for offset in 0..<count {
                let a = unsafe wanted[offset]
                let b = bytes[index + offset]
                let isLetter = a | 0x20 >= 0x61 && a | 0x20 <= 0x7A
                if a != b && !(isLetter && a | 0x20 == b | 0x20) { return false }
            }
            return true
        }
    }

    private static func beginsMarkup(_ bytes: [UInt8], _ index: Int) -> Bool {
        guard bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count else { return false }
        let next = bytes[index + 1]
        return next == UInt8(ascii: "?") || next == UInt8(ascii: "!") || next | 0x20 >= 0x61 && next | 0x20 <= 0x7A
    }
}
