// SPDX-License-Identifier: Apache-2.0

/// What publishers write after their titles (`… - Reuters`, `… : NPR`), learned from how often it comes back.
package struct PublisherSuffixes: Sendable {
    private static let separators = [" - ", " | ", " – ", " — ", " : ", " · ", " :: "].map { Array($0.utf8) }
    private static let mostWords = 5

    private let suffixes: [String: Set<String>]

    /// Learns from titles with the names of their sources.
    ///
    /// An ending of at most five words is a publisher's if it is the source's name, or if it ends five titles of the source
    /// or more, and one in twenty of them.
    package init(_ titles: some Sequence<(title: String, source: String)>) {
        var counts: [String: [String: Int]] = [:]
        var totals: [String: Int] = [:]
        for (title, source) in titles {
            totals[source, default: 0] += 1
            if let (_, suffix) = Self.cut(title) { counts[source, default: [:]][suffix, default: 0] += 1 }
        }
        suffixes = counts.reduce(into: [:]) { result, entry in
            let total = totals[entry.key] ?? 0
            let often = entry.value.filter { $0.value >= 5 && $0.value * 20 >= total }
            if !often.isEmpty { result[entry.key] = Set(often.keys) }
        }
    }

    /// The title without its publisher.
    package func stripped(_ title: String, source: String) -> String {
        guard let (head, suffix) = Self.cut(title) else { return title }
        let isName = suffix.lowercased() == source.lowercased()
        return isName || suffixes[source]?.contains(suffix) == true ? head : title
    }

    private static func cut(_ title: String) -> (head: String, suffix: String)? {
        // Quick look at bytes first: most titles have no separator.
        guard title.utf8.contains(where: { $0 == 0x7C || $0 == 0x2D || $0 == 0x3A || $0 >= 0x80 }) else { return nil }
        guard let best = title.lastRange(ofAny: separators) else { return nil }
        let suffix = title[best.upperBound...]
        let words = suffix.split(separator: " ").count
        guard words >= 1, words <= mostWords, best.lowerBound > title.startIndex else { return nil }
        return (String(title[..<best.lowerBound]), String(suffix))
    }
}

extension String {
    /// Where one of some texts, none of which begins another, last occurs, compared by bytes.
    fileprivate func lastRange(ofAny texts: [[UInt8]]) -> Range<Index>? {
        let bytes = utf8.span
        for start in bytes.indices.reversed() where bytes[start] == 0x20 {
            for text in texts where start + text.count <= bytes.count {
                var place = 1
                while place < text.count, bytes[start + place] == text[place] { place += 1 }
                guard place == text.count else { continue }
                let lower = utf8.index(utf8.startIndex, offsetBy: start)
                return lower..<utf8.index(lower, offsetBy: text.count)
            }
        }
        return nil
    }
}
