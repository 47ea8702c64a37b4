// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What a feed says, in one form for all formats; nothing in it is made up: what the feed lacks is nil or empty.
package struct Feed: Hashable, Sendable {
    package var format: FeedFormat
    /// The title; HTML where the feed sends HTML.
    package var title: FeedText?
    /// The page that the feed belongs to, absolute where a base address is known.
    package var link: String?
    package var id: String?
    /// The description or subtitle.
    package var summary: FeedText?
    package var language: String?
    package var authors: [FeedPerson] = []
    package var categories: [FeedCategory] = []
    /// When the feed was last changed; when it came out, if it gives only that.
    package var updated: Timestamp?
    package var published: Timestamp?
    /// How often the feed asks to be fetched.
    package var schedule = FeedSchedule()
    /// Where the feed says that it has moved.
    package var newLocation: String?
    /// In the order of the feed.
    package var entries: [FeedEntry] = []
    /// The character set that the bytes were read in.
    package var charset = "UTF-8"
    /// Why the document is no well-formed XML or JSON; nil when it is.
    package var problem: FeedProblem?
    /// What had to be repaired to read it, in the order of first occurrence.
    package var repairs: [FeedRepair] = []

    /// Creates a feed without entries.
    package init(format: FeedFormat) {
        self.format = format
    }
}

/// One item of a feed.
package struct FeedEntry: Hashable, Sendable {
    package var id: String?
    package var link: String?
    /// The publisher's own address, where `link` is that of a service that counts clicks.
    package var originalLink: String?
    package var title: FeedText?
    package var summary: FeedText?
    /// The whole text, when the feed has it besides the summary.
    package var content: FeedText?
    package var authors: [FeedPerson] = []
    package var categories: [FeedCategory] = []
    package var media: [FeedMedia] = []
    /// `media:statistics` views.
    package var views: Int?
    package var published: Timestamp?
    /// When it was last changed; when it came out, if the feed gives only that.
    package var updated: Timestamp?
    package var language: String?

    /// Creates an entry that says nothing.
    package init() {}
}

/// Text as a feed sends it: plain, or HTML.
package struct FeedText: Hashable, Sendable {
    package var value: String
    package var isHTML: Bool

    /// Creates a text.
    package init(_ value: String, isHTML: Bool = false) {
        self.value = value
        self.isHTML = isHTML
    }

    /// The text without mark-up, its white space folded.
    package var plain: String { isHTML ? HTMLText.plain(value) : HTMLText.folded(value) }
}

/// An author.
package struct FeedPerson: Hashable, Sendable {
    package var name: String?
    package var email: String?
    package var link: String?

    /// The name, else the address of the mailbox, else the link.
    package var label: String? { name ?? email ?? link }
}

/// A subject.
package struct FeedCategory: Hashable, Sendable {
    package var term: String
    package var scheme: String?
}

/// Something to play, look at or download.
package struct FeedMedia: Hashable, Sendable {
    /// What it is to its entry.
    package enum Role: String, Sendable {
        case enclosure
        case content
        case thumbnail
    }

    package var role: Role
    package var link: String
    package var type: String?
    package var bytes: Int?
}

/// How often a feed asks to be fetched.
package struct FeedSchedule: Hashable, Sendable {
    /// How long an answer may be kept: RSS's ttl, or the syndication module's period over its frequency.
    package var interval: TimeSpan?
    /// Hours of the day in UTC, 0 to 23, in which to stay away; sorted.
    package var skipHours: [Int] = []
    /// Days in which to stay away, in UTC, 0 for Sunday to 6; sorted.
    package var skipDays: [Int] = []

    /// Creates a schedule that asks for nothing.
    package init() {}
}

/// Why a document is not what its format demands, and where.
package struct FeedProblem: Hashable, Sendable {
    /// Counted from 1.
    package var line: Int
    package var column: Int
    package var message: String
}

/// The formats, by the name that a person knows them by.
package enum FeedFormat: String, Sendable, CaseIterable {
    case rss090 = "RSS 0.90"
    case rss091 = "RSS 0.91"
    case rss092 = "RSS 0.92"
    case rss093 = "RSS 0.93"
    case rss094 = "RSS 0.94"
    case rss10 = "RSS 1.0"
    case rss20 = "RSS 2.0"
    case rss = "RSS of no known version"
    case atom03 = "Atom 0.3"
    case atom10 = "Atom 1.0"
    case atom = "Atom of no known version"
    case cdf = "CDF"
    case json = "JSON Feed"

    /// Whether the format says of each text what kind it is, so that nothing is guessed.
    var isAtom: Bool { self == .atom || self == .atom03 || self == .atom10 }
}
