// SPDX-License-Identifier: Apache-2.0

package import Domain

extension FeedEntry {
    /// What names the entry within its feed: its id, else its link, else its title and date.
    package var identity: String {
        if let id, !id.isEmpty { return id }
        if let link, !link.isEmpty { return link }
        return ItemIdentity.hashed(title?.plain ?? summary?.plain ?? "", published ?? updated)
    }

    /// The entry in the form that all news sources share; nil when it has neither title nor text.
    ///
    /// - Parameters:
    ///   - source: the feed's address.
    ///   - feed: gives language and authors where the entry has none.
    ///   - firstSeen: stands in for a date that the entry lacks.
    /// - Returns: the item.
    package func newsItem(source: String, feed: Feed, firstSeen: Timestamp) -> NewsItem? {
        let text = (summary ?? content)?.plain ?? ""
        let heading = title?.plain ?? ""
        guard !heading.isEmpty || !text.isEmpty else { return nil }
        let people = authors.isEmpty ? feed.authors : authors
        return NewsItem(
            source: source,
            identity: identity,
            title: heading.isEmpty ? Self.opening(of: text) : heading,
            summary: text,
            link: link ?? originalLink ?? media.first { $0.role == .enclosure }?.link,
            authors: people.compactMap(\.label),
            categories: categories.map(\.term),
            language: language ?? feed.language,
            published: published ?? updated ?? firstSeen,
            views: views
        )
    }

    /// The first words of a text, for an entry without a title.
    private static func opening(of text: String) -> String {
        guard text.count > 80 else { return text }
        let start = text.prefix(80)
        let end = start.lastIndex(of: " ") ?? start.endIndex
        return start[..<end] + "…"
    }
}

/// What names an item whose source does not.
package enum ItemIdentity {
    /// A hash (64-bit FNV-1a) of a title and a date.
    package static func hashed(_ title: String, _ date: Timestamp?) -> String {
        var hash = UInt64(0xCBF2_9CE4_8422_2325)
        for byte in title.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in ("\n" + (date.map { "\($0.milliseconds)" } ?? "")).utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return "fnv1a:" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
