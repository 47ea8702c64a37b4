// SPDX-License-Identifier: Apache-2.0

/// What an element means to a feed, whatever vocabulary it comes from.
enum FeedElement: String, Hashable, Sendable {
    case rss, rdf, feed, channel, item
    case image, textInput, source
    case title, mediaTitle, link, originalLink, id
    case description, abstract, summary, content, encoded, body, subtitle, rights, info
    case published, updated, created, prismDate
    case author, contributor, contributorName, publisher, owner, name, email, uri
    case category, labelledCategory, keywords
    case enclosure, mediaContent, mediaThumbnail, mediaStatistics
    case language, ttl, skipHours, skipDays, hour, day, updatePeriod, updateFrequency, newLocation
    /// Tells nothing itself, and what is in it is read as if it were not there.
    case wrapper
    /// A sibling of a channel's or item's own elements that hints at the end of an `image`.
    case plain
    /// HTML's own elements, the document of a page.
    case html
    case unknown

    /// Whether its content is text that may hold mark-up.
    var isText: Bool {
        switch self {
        case .title, .mediaTitle, .description, .abstract, .summary, .content, .encoded, .body, .subtitle, .rights,
            .info:
            true
        default: false
        }
    }

    /// Whether only text can be in it, so that the beginning of another element of a feed says that its end is missing.
    var isLeaf: Bool {
        switch self {
        case .title, .link, .id, .published, .updated, .created, .category, .language, .ttl, .name, .email, .uri,
            .enclosure:
            true
        default: false
        }
    }

    /// Whether it stands in channels and items only, and is none of HTML's.
    var isFeedOnly: Bool {
        switch self {
        case .item, .channel, .description, .id, .published, .updated, .enclosure, .category, .author, .encoded,
            .content:
            true
        case .summary, .mediaContent, .mediaThumbnail: true
        default: false
        }
    }
}

/// The vocabularies of feeds, by the prefixes that people know them by.
enum FeedVocabulary {
    /// The usual prefix of a namespace, in lower case; "" for those of the formats themselves, nil for an unknown one.
    static func prefix(of namespace: String) -> String? {
        let lower = namespace.lowercased()
        if lower.contains("backend.userland.com/rss") { return "" }
        return prefixes[lower]
    }

    /// Whether a prefix means the same in nearly every feed, so that it may be taken by its name when nothing declares it.
    static func isKnown(prefix: String) -> Bool { knownPrefixes.contains(prefix) }

    private static let knownPrefixes: Set<String> = Set(prefixes.values).subtracting([""])

    private static let prefixes: [String: String] = [
        "http://blogs.law.harvard.edu/tech/rss": "",
        "http://cyber.law.harvard.edu/rss/rss.html": "",
        "http://purl.org/rss/1.0/": "",
        "http://purl.org/rss/1.0": "",
        "http://purl.org/net/rss1.1#": "",
        "http://my.netscape.com/rdf/simple/0.9/": "",
        "http://channel.netscape.com/rdf/simple/0.9/": "",
        "http://my.netscape.com/publish/formats/rss-0.91.dtd": "",
        "http://purl.org/rss/1.0/modules/rss091#": "",
        "http://purl.org/atom/ns#": "",
        "http://www.w3.org/2005/atom": "",
        "http://example.com/newformat#": "",
        "http://example.com/necho": "",
        "http://purl.org/echo/": "",
        "uri/of/echo/namespace#": "",
        "http://purl.org/pie/": "",
        "http://purl.org/dc/elements/1.1/": "dc",
        "http://purl.org/dc/elements/1.0/": "dc",
        "http://purl.org/dc/terms/": "dcterms",
        "http://purl.org/rss/1.0/modules/content/": "content",
        "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
        "http://example.com/dtds/podcast-1.0.dtd": "itunes",
        "http://search.yahoo.com/mrss": "media",
        "http://search.yahoo.com/mrss/": "media",
        "http://purl.org/rss/1.0/modules/syndication/": "sy",
        "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
        "http://www.w3.org/1999/xhtml": "xhtml",
        "http://www.w3.org/xml/1998/namespace": "xml",
        "http://www.w3.org/1999/xlink": "xlink",
        "http://www.w3.org/2000/svg": "svg",
        "http://www.w3.org/1998/math/mathml": "math",
        "http://prismstandard.org/namespaces/1.2/basic/": "prism",
        "http://prismstandard.org/namespaces/basic/2.0/": "prism",
        "http://purl.org/rss/1.0/modules/slash/": "slash",
        "http://purl.org/syndication/thread/1.0": "thr",
        "http://wellformedweb.org/commentapi/": "wfw",
        "http://www.georss.org/georss": "georss",
        "http://www.opengis.net/gml": "gml",
        "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
        "http://webns.net/mvcb/": "admin",
        "http://creativecommons.org/ns#license": "cc",
        "http://web.resource.org/cc/": "cc",
        "http://backend.userland.com/creativecommonsrssmodule": "creativecommons",
        "http://xmlns.com/foaf/0.1/": "foaf",
        "http://podlove.org/simple-chapters": "psc",
        "http://gdata.youtube.com/schemas/2007": "gd",
        "http://www.youtube.com/xml/schemas/2015": "yt",
    ]
}
