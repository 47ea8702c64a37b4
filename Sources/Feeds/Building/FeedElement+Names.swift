// SPDX-License-Identifier: Apache-2.0

extension FeedElement {
    /// The element of a name in lower case: the formats' own without prefix, others with their usual one.
    static func named(_ qualified: String) -> FeedElement { names[qualified] ?? .unknown }

    private static let names: [String: FeedElement] = [
        "rss": .rss, "rdf:rdf": .rdf, "rdf": .rdf, "feed": .feed, "channel": .channel, "item": .item, "entry": .item,
        "image": .image, "textinput": .textInput, "source": .source,
        "title": .title, "dc:title": .title, "media:title": .mediaTitle,
        "link": .link, "feedburner:origlink": .originalLink, "guid": .id, "id": .id,
        "description": .description, "dc:description": .description, "media:description": .description,
        "abstract": .abstract, "summary": .summary, "itunes:summary": .summary, "content": .content,
        "content:encoded": .encoded, "fullitem": .encoded, "body": .body, "xhtml:body": .body,
        "subtitle": .subtitle, "tagline": .subtitle, "itunes:subtitle": .subtitle,
        "rights": .rights, "copyright": .rights, "dc:rights": .rights, "info": .info,
        "feedburner:browserfriendly": .info,
        "published": .published, "issued": .published, "pubdate": .published, "dcterms:issued": .published,
        "prism:publicationdate": .prismDate,
        "updated": .updated, "modified": .updated, "lastbuilddate": .updated, "dc:date": .updated,
        "dcterms:modified": .updated,
        "created": .created, "dcterms:created": .created,
        "author": .author, "managingeditor": .author, "dc:creator": .author, "dc:author": .author,
        "itunes:author": .author,
        "contributor": .contributor, "dc:contributor": .contributorName,
        "webmaster": .publisher, "dc:publisher": .publisher, "itunes:owner": .owner,
        "name": .name, "itunes:name": .name, "email": .email, "itunes:email": .email,
        "url": .uri, "uri": .uri, "homepage": .uri,
        "category": .category, "dc:subject": .category, "keywords": .category,
        "itunes:category": .labelledCategory, "media:category": .category,
        "itunes:keywords": .keywords, "media:keywords": .keywords,
        "enclosure": .enclosure, "media:content": .mediaContent, "media:thumbnail": .mediaThumbnail,
        "media:statistics": .mediaStatistics, "media:group": .wrapper, "media:community": .wrapper,
        "language": .language, "dc:language": .language, "ttl": .ttl, "skiphours": .skipHours, "skipdays": .skipDays,
        "hour": .hour, "day": .day, "sy:updateperiod": .updatePeriod, "sy:updatefrequency": .updateFrequency,
        "newlocation": .newLocation, "items": .plain, "cloud": .plain, "generator": .plain, "comments": .plain,
        "html": .html, "xhtml:html": .html, "head": .html, "xhtml:head": .html,
    ]
}
