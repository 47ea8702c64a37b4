// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Feeds

@Suite struct FormatTests {
    @Test func `RSS 2 gives its fields with content, creator, enclosure and media`() throws {
        let feed = try parse(
            """
            <?xml version="1.0"?>
            <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
                 xmlns:media="http://search.yahoo.com/mrss/">
            <channel><title>News &amp; more</title><link>https://example.org/</link><description>About</description>
            <language>ko_KR</language><ttl>90</ttl><skipHours><hour>3</hour><hour>24</hour></skipHours>
            <skipDays><day>Sunday</day></skipDays>
            <item><title>First</title><link>/1</link><guid isPermaLink="false">id-1</guid>
            <pubDate>Fri, 03 May 2024 10:00:00 +0900</pubDate><dc:creator>Ann</dc:creator>
            <category domain="d">Shoes</category><description>Short</description>
            <content:encoded><![CDATA[<p>Long</p>]]></content:encoded>
            <enclosure url="/a.mp3" type="audio/mpeg" length="12"/>
            <media:group><media:content url="https://cdn.example.org/v.mp4"/>
            <media:community><media:statistics views="1234"/></media:community></media:group></item>
            </channel></rss>
            """,
            base: "https://example.org/feed.xml"
        )
        #expect(feed.format == .rss20)
        #expect(feed.title == FeedText("News & more"))
        #expect(feed.link == "https://example.org/")
        #expect(feed.language == "ko-KR")
        #expect(feed.schedule.interval == .minutes(90))
        #expect(feed.schedule.skipHours == [0, 3])
        #expect(feed.schedule.skipDays == [0])
        #expect(feed.problem == nil && feed.repairs.isEmpty)
        let entry = try #require(feed.entries.first)
        #expect(entry.id == "id-1")
        #expect(entry.link == "https://example.org/1")
        #expect(entry.title?.plain == "First")
        #expect(entry.summary?.plain == "Short")
        #expect(entry.content == FeedText("<p>Long</p>", isHTML: true))
        #expect(entry.authors.map(\.label) == ["Ann"])
        #expect(entry.categories == [FeedCategory(term: "Shoes", scheme: "d")])
        #expect(entry.published?.description == "2024-05-03T01:00:00.000Z")
        #expect(entry.updated == entry.published)
        #expect(entry.views == 1234)
        #expect(entry.media.map(\.role) == [.enclosure, .content])
        #expect(
            entry.media.first
                == FeedMedia(role: .enclosure, link: "https://example.org/a.mp3", type: "audio/mpeg", bytes: 12)
        )
    }

    @Test func `Atom gives its fields, resolves addresses by xml base and keeps a source apart`() throws {
        let feed = try parse(
            """
            <a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://example.org/blog/" xml:lang="en">
            <a:title type="html">A &lt;b&gt;blog&lt;/b&gt;</a:title><a:link href="./"/><a:id>urn:feed</a:id>
            <a:link rel="self" href="feed"/><a:updated>2024-05-03T10:00:00Z</a:updated>
            <a:entry><a:source><a:title>Elsewhere</a:title><a:id>urn:other</a:id></a:source>
            <a:title>One &lt;two&gt;</a:title><a:link rel="alternate" href="p/1"/><a:link rel="enclosure" href="p/1.mp3"/>
            <a:id>urn:1</a:id><a:author><a:name>Bo</a:name><a:email>bo@example.org</a:email></a:author>
            <a:published>2024-05-01T00:00:00+02:00</a:published><a:updated>2024-05-02T00:00:00Z</a:updated>
            <a:category term="t"/><a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Hi <i>you</i> &amp; me</div></a:content>
            </a:entry></a:feed>
            """
        )
        #expect(feed.format == .atom10)
        #expect(feed.title?.plain == "A blog")
        #expect(feed.link == "https://example.org/blog/")
        #expect(feed.id == "urn:feed")
        let entry = try #require(feed.entries.first)
        #expect(entry.title == FeedText("One <two>"))
        #expect(entry.id == "urn:1")
        #expect(entry.link == "https://example.org/blog/p/1")
        #expect(entry.media.map(\.link) == ["https://example.org/blog/p/1.mp3"])
        #expect(entry.authors == [FeedPerson(name: "Bo", email: "bo@example.org")])
        #expect(entry.published?.description == "2024-04-30T22:00:00.000Z")
        #expect(entry.updated?.description == "2024-05-02T00:00:00.000Z")
        #expect(entry.content?.plain == "Hi you & me")
        #expect(entry.language == "en")
    }

    @Test func `RSS 1 takes items beside the channel, about as id, dc date as update and the syndication period`()
        throws
    {
        let feed = try parse(
            """
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
              xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
            <channel rdf:about="https://example.org/"><title>T</title><link>https://example.org/</link>
            <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel>
            <image><title>Logo</title><link>https://example.org/logo</link></image>
            <item rdf:about="https://example.org/1"><title>One</title><dc:date>2024-05-03</dc:date></item></rdf:RDF>
            """
        )
        #expect(feed.format == .rss10)
        #expect(feed.title?.plain == "T")
        #expect(feed.schedule.interval == .hours(6))
        #expect(feed.entries.map(\.id) == ["https://example.org/1"])
        #expect(feed.entries.first?.updated?.description == "2024-05-03T00:00:00.000Z")
        #expect(feed.entries.first?.published == nil)
    }

    @Test func `CDF gives channel and items from their attributes`() throws {
        let feed = try parse(
            """
            <CHANNEL HREF="https://example.org/"><TITLE>C</TITLE><ABSTRACT>About</ABSTRACT>
            <ITEM HREF="https://example.org/1" LASTMOD="2003-01-02T03:04Z"><TITLE>One</TITLE><ABSTRACT>Text</ABSTRACT></ITEM></CHANNEL>
            """
        )
        #expect(feed.format == .cdf)
        #expect(feed.link == "https://example.org/")
        #expect(feed.entries.first?.link == "https://example.org/1")
        #expect(feed.entries.first?.summary?.plain == "Text")
        #expect(feed.entries.first?.updated?.description == "2003-01-02T03:04:00.000Z")
    }

    @Test func `JSON Feed gives its fields, and what came before it breaks off`() throws {
        let whole = """
            {"version":"https://jsonfeed.org/version/1.1","title":"J","home_page_url":"https://example.org/","items":[
            {"id":7,"url":"/7","title":"Seven","content_html":"<p>a &amp; b</p>","date_published":"2024-05-03T10:00:00+09:00",
             "authors":[{"name":"Cy"}],"tags":["x"],"attachments":[{"url":"/7.mp3","mime_type":"audio/mpeg","size_in_bytes":9}]},
            {"id":"8","content_text":"\\ud55c\\uae00"}]}
            """
        let feed = try parse(whole, base: "https://example.org/feed.json")
        #expect(feed.format == .json)
        #expect(feed.entries.map(\.id) == ["7", "8"])
        #expect(feed.entries.first?.link == "https://example.org/7")
        #expect(feed.entries.first?.summary?.plain == "a & b")
        #expect(feed.entries.first?.published?.description == "2024-05-03T01:00:00.000Z")
        #expect(feed.entries.first?.media.first?.bytes == 9)
        #expect(feed.entries.last?.summary?.plain == "한글")
        let cut = try parse(String(whole.dropLast(20)))
        #expect(cut.entries.count == 2)
        #expect(cut.problem?.line == 4)
        #expect(kinds(cut) == [.broken])
        #expect(throws: FeedError.self) { try parse("[1, 2]") }
        #expect(throws: FeedError.self) { try parse(#"{"name": "x"}"#) }
        for items in [#""none""#, "7", "{}", "null"] {
            let error = #expect(throws: FeedError.self) {
                try parse(#"{"version":"https://jsonfeed.org/version/1.1","items":\#(items)}"#)
            }
            #expect(error?.description.contains("an array was expected") == true, "\(items)")
        }
        #expect(throws: FeedError.self) { try parse(#"{"version":"https://jsonfeed.org/version/1.1"}"#) }
        let mixed = try parse(#"{"version":"https://jsonfeed.org/version/1.1","items":[1,{"id":"a"},"b"]}"#)
        #expect(mixed.entries.map(\.id) == ["a"] && kinds(mixed) == [.noObject])
    }

    @Test func `an entry becomes a news item with what it lacks filled in`() throws {
        let feed = try parse(rss(item: "<description>Some words of a text</description>"))
        let entry = try #require(feed.entries.first)
        let seen = Timestamp(milliseconds: 5)
        let item = try #require(entry.newsItem(source: "s", feed: feed, firstSeen: seen))
        #expect(item.title == "Some words of a text")
        #expect(item.published == seen)
        #expect(item.identity.hasPrefix("fnv1a:"))
        #expect(item.identity == entry.identity)
        #expect(FeedEntry().newsItem(source: "s", feed: feed, firstSeen: seen) == nil)
    }

    @Test func `what is no feed is said to be what it is`() {
        #expect(throws: FeedError.notAFeed("a web page")) {
            try parse("<!DOCTYPE html><html><head><title>x</title></head></html>")
        }
        #expect(throws: FeedError.empty) { try parse(" \n ") }
        #expect(throws: FeedError.notAFeed("packed with gzip")) { try FeedParser().parse([0x1F, 0x8B, 8, 0]) }
        #expect(throws: FeedError.tooLarge(bytes: 11, limit: 10)) {
            try FeedParser(limits: FeedLimits(bytes: 10)).parse(Array("<rss></rss>".utf8))
        }
        #expect(throws: FeedError.self) { try parse("just words") }
    }
}
