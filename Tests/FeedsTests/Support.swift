// SPDX-License-Identifier: Apache-2.0
import Domain

@testable import Feeds

/// Reads a feed written in a test.
func parse(_ text: String, contentType: String? = nil, base: String? = nil, readers: FeedParser.Readers = .both) throws
    -> Feed
{
    var parser = FeedParser()
    parser.readers = readers
    return try parser.parse(Array(text.utf8), contentType: contentType, base: base)
}

/// An RSS feed around some elements of its only item.
func rss(item: String) -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <rss version="2.0"><channel><title>News</title><link>https://example.org/</link><item>\(item)</item></channel></rss>
    """
}

/// The kinds of repair of a feed.
func kinds(_ feed: Feed) -> [FeedRepair.Kind] { feed.repairs.map(\.kind) }
