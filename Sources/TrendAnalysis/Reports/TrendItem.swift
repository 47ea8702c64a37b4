// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What the analysis needs of an article, post or video.
package struct TrendItem: Hashable, Sendable {
    /// As the source gives it; tags, entities and the publisher's name at its end are taken off.
    package var title: String
    /// May be empty.
    package var summary: String
    /// The publisher's name; empty for the address's host.
    package var source: String
    /// Where it can be read.
    package var address: String?
    /// When it came out.
    package var published: Timestamp
    /// As the source states it; nil to tell by the text.
    package var language: String?
    /// Subjects, as the source names them.
    package var categories: [String]

    /// Creates an item.
    package init(
        title: String,
        summary: String = "",
        source: String = "",
        address: String? = nil,
        published: Timestamp,
        language: String? = nil,
        categories: [String] = []
    ) {
        self.title = title
        self.summary = summary
        self.source = source
        self.address = address
        self.published = published
        self.language = language
        self.categories = categories
    }

    /// The day in UTC, counted from 1970.
    var day: Int32 { Self.day(of: published.milliseconds) }

    /// The day in UTC of an instant, counted from 1970, no further away than days are looked at.
    static func day(of milliseconds: Int64) -> Int32 {
        let bound = BurstWindow.mostDays
        return min(bound, max(-bound, Int32(clamping: milliseconds.flooredDay)))
    }
}

extension Int64 {
    /// Of milliseconds: the days since 1970, also before it.
    fileprivate var flooredDay: Int64 {
        let day: Int64 = 86_400_000
        return self / day - (self % day < 0 ? 1 : 0)
    }
}

/// A product or brand whose mentions are followed.
package struct WatchedSubject: Hashable, Codable, Sendable {
    /// What it is called in reports.
    package let name: String
    /// What titles may call it; the name is one of them.
    package let aliases: [String]

    /// Creates a subject.
    package init(name: String, aliases: [String] = []) {
        self.name = name
        self.aliases = [name] + aliases.filter { $0 != name }
    }
}
