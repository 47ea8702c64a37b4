// SPDX-License-Identifier: Apache-2.0

/// Titles and summaries as sources give them, made plain.
package enum PlainText {
    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "hellip": "…", "middot": "·",
        "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "ndash": "–", "mdash": "—",
    ]

    /// Without tags, with entities as characters, white space folded.
    package static func plain(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x3C || $0 == 0x26 || $0 < 0x20 || $0 == 0x5C }) else { return text }
        var result = ""
        var rest = Substring(text)
        while let character = rest.first {
            if character == "<", let tag = tag(rest) {
                rest = rest.dropFirst(tag)
            } else if character == "&", let (value, length) = entity(rest) {
                result += value
                rest = rest.dropFirst(length)
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// How long the tag is with which the text begins; nil if `<` is only a sign.
    private static func tag(_ text: Substring) -> Int? {
        let inner = text.dropFirst().first
        guard inner == "/" || inner == "!" || inner?.isLetter == true,
            let end = text.prefix(200).firstIndex(of: ">")
        else { return nil }
        return text.distance(from: text.startIndex, to: end) + 1
    }

    private static func entity(_ text: Substring) -> (value: String, length: Int)? {
        let body = text.dropFirst().prefix(12).prefix { $0 != ";" }
        guard body.endIndex < text.endIndex, text[body.endIndex] == ";" else { return nil }
        let length = body.count + 2
        if body.hasPrefix("#x") || body.hasPrefix("#X") {
            return UInt32(body.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init).map { (String($0), length) }
        }
        if body.hasPrefix("#") {
            return UInt32(body.dropFirst()).flatMap(Unicode.Scalar.init).map { (String($0), length) }
        }
        return entities[String(body)].map { ($0, length) }
    }
}
