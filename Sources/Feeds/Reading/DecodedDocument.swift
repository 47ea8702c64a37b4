// SPDX-License-Identifier: Apache-2.0

/// A document in UTF-8, with the character set that it came in.
struct DecodedDocument {
    private(set) var bytes: [UInt8]
    private(set) var charset: String
    private(set) var repairs = RepairLog()

    /// Finds the character set: byte order mark, HTTP's charset, the XML declaration, then UTF-8, then what Korean or Western bytes look like.
    ///
    /// A stated character set in which the bytes mean nothing is passed over, and that is noted.
    init(_ input: [UInt8], contentType: String?) throws(FeedError) {
        let mark = ByteOrder(input)
        let body = input[mark.skip...]
        let stated = Self.stated(body, contentType: contentType, mark: mark)
        for label in stated {
            let name = Self.canonical(label)
            if name == "UTF-8" {
                guard Self.isUTF8(body) else { continue }
                bytes = Array(body)
            } else if let converted = try? CharacterConversion.utf8(body, from: name) {
                bytes = converted
            } else {
                continue
            }
            charset = name
            if label != stated.first { repairs.note(.charset, example: stated.first) }
            return
        }
        if Self.isUTF8(body) {
            bytes = Array(body)
            charset = "UTF-8"
        } else if let mixed = Self.mostlyUTF8(body) {
            bytes = mixed.bytes
            charset = "UTF-8"
            for _ in 0..<min(mixed.repaired, 100_000) { repairs.note(.invalidBytes) }
            return
        } else if Self.looksKorean(body), let korean = try? CharacterConversion.utf8(body, from: "CP949") {
            bytes = korean
            charset = "CP949"
        } else {
            bytes = Self.western(body)
            charset = "windows-1252"
        }
        if let first = stated.first { repairs.note(.charset, example: first) }
    }

    /// The character sets that the document is said to be in, the most trustworthy first.
    private static func stated(_ body: ArraySlice<UInt8>, contentType: String?, mark: ByteOrder) -> [String] {
        var labels: [String] = []
        if let charset = mark.charset, mark.skip > 0 { labels.append(charset) }
        if let charset = contentType.flatMap(MediaType.init)?.charset { labels.append(charset) }
        if let charset = mark.charset, mark.skip == 0 { labels.append(charset) }
        if mark.charset == nil || mark.charset == "UTF-8", let declared = declared(body) { labels.append(declared) }
        var seen: Set<String> = []
        return labels.filter { seen.insert($0.lowercased()).inserted }
    }

    /// The character set in an XML declaration of ASCII bytes.
    private static func declared(_ body: ArraySlice<UInt8>) -> String? {
        let head = String(decoding: body.prefix(400).map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
        guard let start = head.range(of: "<?xml"), let end = head[start.upperBound...].range(of: "?>") else {
            return nil
        }
        guard let key = head[start.upperBound..<end.lowerBound].range(of: "encoding") else { return nil }
        var rest = head[key.upperBound..<end.lowerBound].drop { $0.isWhitespace || $0 == "=" }
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        rest = rest.dropFirst()
        guard let close = rest.firstIndex(of: quote) else { return nil }
        let label = rest[..<close].trimmed
        return label.isEmpty ? nil : String(label)
    }

    /// The name under which a character set is converted: labels of old software stand for the larger sets that such software really writes.
    static func canonical(_ label: String) -> String {
        switch label.lowercased() {
        case "utf-8", "utf8", "us-ascii", "ascii", "unicode-1-1-utf-8": "UTF-8"
        case "euc-kr", "ks_c_5601-1987", "ks_c_5601", "ksc5601", "ksc_5601", "x-windows-949", "ms949", "korean": "CP949"
        case "gb2312", "gbk", "x-gbk", "gb_2312-80", "chinese": "GB18030"
        case "shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j": "CP932"
        case "big5": "BIG5-HKSCS"
        case "iso-8859-1", "latin1", "iso8859-1", "iso_8859-1", "windows-1252": "windows-1252"
        case "utf-16", "utf16", "ucs-2", "iso-10646-ucs-2": "UTF-16"
        case "cp037", "ebcdic-cp-us": "IBM037"
        default: label
        }
    }
}
