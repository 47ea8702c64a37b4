// SPDX-License-Identifier: Apache-2.0

/// What the first bytes of a document say of its character set.
struct ByteOrder {
    /// Nil where the bytes could be of any set that extends ASCII.
    let charset: String?
    /// How many bytes a mark takes.
    let skip: Int

    init(_ bytes: [UInt8]) {
        let marks: [(bytes: [UInt8], charset: String)] = [
            ([0x00, 0x00, 0xFE, 0xFF], "UTF-32BE"), ([0xFF, 0xFE, 0x00, 0x00], "UTF-32LE"),
            ([0xEF, 0xBB, 0xBF], "UTF-8"), ([0xFE, 0xFF], "UTF-16BE"), ([0xFF, 0xFE], "UTF-16LE"),
        ]
        if let mark = marks.first(where: { bytes.starts(with: $0.bytes) }) {
            (charset, skip) = (mark.charset, mark.bytes.count)
            return
        }
        // "<?xm", "<" or "<?" in what is no extension of ASCII
        let openings: [(bytes: [UInt8], charset: String)] = [
            ([0x4C, 0x6F, 0xA7, 0x94], "IBM037"), ([0x00, 0x00, 0x00, 0x3C], "UTF-32BE"),
            ([0x3C, 0x00, 0x00, 0x00], "UTF-32LE"), ([0x00, 0x3C, 0x00], "UTF-16BE"), ([0x3C, 0x00], "UTF-16LE"),
        ]
        charset = openings.first { bytes.starts(with: $0.bytes) }?.charset
        skip = 0
    }
}

/// The content type of an HTTP answer.
struct MediaType {
    /// In lower case, such as `application/rss+xml`.
    let name: String
    let charset: String?

    init?(_ header: String) {
        let parts = header.split(separator: ";", omittingEmptySubsequences: false)
        name = parts.first.map { $0.trimmed.lowercased() } ?? ""
        var found: String?
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: "=") else { continue }
            guard part[..<equals].trimmed.lowercased() == "charset" else { continue }
            let value = part[part.index(after: equals)...].trimmed.drop { $0 == "\"" || $0 == "'" }
            let end = value.lastIndex { $0 != "\"" && $0 != "'" }
            if let end { found = String(value[...end]) }
        }
        charset = found
        if name.isEmpty && found == nil { return nil }
    }
}

extension StringProtocol {
    /// The text without white space at its ends.
    var trimmed: SubSequence {
        var rest = drop { $0.isWhitespace }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }

    /// Where a text occurs for the first time.
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<(index(start, offsetBy: text.count)) }
            formIndex(after: &start)
        }
        return nil
    }
}
