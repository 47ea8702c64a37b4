// SPDX-License-Identifier: Apache-2.0

/// One article, post or video as a news source tells of it, in the form that all sources share.
package struct NewsItem: Hashable, Codable, Sendable {
    /// Which source told of it: a feed's address, or a service's name.
    package var source: String
    /// What names the item within its source; the same item has the same identity each time it is read.
    package var identity: String
    /// Plain text, white space folded.
    package var title: String
    /// Plain text, white space folded; empty when the source gives none.
    package var summary: String
    /// Absolute where the source allows it; nil when there is none.
    package var link: String?
    /// Whose publication it appeared in, where the source names it; nil for the address's host.
    package var publisher: String?
    /// Who wrote it, in the order given.
    package var authors: [String]
    /// Subjects, as the source names them.
    package var categories: [String]
    /// The language that the source states, such as `ko` or `en-US`.
    package var language: String?
    /// When it came out; when it was first seen, if the source gives no date.
    package var published: Timestamp
    /// How often it was viewed, where the source counts that.
    package var views: Int?

    /// Creates an item.
    package init(
        source: String,
        identity: String,
        title: String,
        summary: String = "",
        link: String? = nil,
        authors: [String] = [],
        categories: [String] = [],
        language: String? = nil,
        published: Timestamp,
        views: Int? = nil,
        publisher: String? = nil
    ) {
        self.source = source
        self.identity = identity
        self.title = title
        self.summary = summary
        self.link = link
        self.authors = authors
        self.categories = categories
        self.language = language
        self.published = published
        self.views = views
        self.publisher = publisher
    }
}
