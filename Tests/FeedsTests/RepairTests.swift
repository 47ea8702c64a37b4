// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Feeds

@Suite struct RepairTests {
    @Test func `HTML's named characters, bare ampersands and angles are read, and an unknown name is kept`() throws {
        let feed = try parse(
            rss(item: "<title>caf&eacute; R&D 1 < 2 &nosuch;</title><link>https://example.org/?a=1&b=2</link>")
        )
        #expect(feed.entries.first?.title?.value == "café R&D 1 < 2 &nosuch;")
        #expect(feed.entries.first?.link == "https://example.org/?a=1&b=2")
        #expect(kinds(feed) == [.namedEntity, .bareAmpersand, .bareAngle, .unknownEntity])
        #expect(feed.problem?.line == 2)
    }

    @Test func `a document cut off anywhere gives what came before`() throws {
        let whole = rss(item: "<title>One</title></item><item><title>Two</title><description>text")
        let cut = try #require(whole.range(of: "text")).upperBound
        let feed = try parse(String(whole[..<cut]))
        #expect(feed.entries.compactMap(\.title?.plain) == ["One", "Two"])
        #expect(feed.entries.last?.summary?.plain == "text")
        #expect(kinds(feed).contains(.unclosedElement))
        #expect(feed.problem != nil)
    }

    @Test func `a CDATA section that does not end goes to the end of its element`() throws {
        let feed = try parse(
            rss(item: "<title>One</title><description><![CDATA[a <b>b</description><link>https://example.org/1</link>")
        )
        #expect(feed.entries.first?.summary?.plain == "a b")
        #expect(feed.entries.first?.link == "https://example.org/1")
        #expect(kinds(feed) == [.unclosedSection])
    }

    @Test func `junk before the declaration and after the document is left out`() throws {
        let feed = try parse("Warning: x\n" + rss(item: "<title>One</title>") + "<script>1</script> tail")
        #expect(feed.entries.count == 1)
        #expect(kinds(feed).contains(.leadingJunk) && kinds(feed).contains(.trailingJunk))
    }

    @Test func `prefixes that nobody declares are taken by name, and foreign elements are not`() throws {
        let feed = try parse(
            rss(
                item:
                    "<title>One</title><dc:creator>Ann</dc:creator><x:title xmlns:x='urn:x'>No</x:title><title xmlns='urn:y'>No</title>"
            )
        )
        #expect(feed.entries.first?.authors.first?.name == "Ann")
        #expect(feed.entries.first?.title?.value == "One")
        #expect(kinds(feed) == [.undeclaredPrefix])
    }

    @Test func `elements that do not end, ends that did not begin and ends in another case are put right`() throws {
        let feed = try parse(
            rss(
                item:
                    "<title>One<link>https://example.org/1</LINK></p><pubDate>2024-05-03</pubDate><item><title>Two</title></item>"
            )
        )
        #expect(feed.entries.compactMap(\.title?.plain) == ["One", "Two"])
        #expect(feed.entries.first?.link == "https://example.org/1")
        #expect(feed.entries.first?.published?.description == "2024-05-03T00:00:00.000Z")
        #expect(Set(kinds(feed)).isSuperset(of: [.unclosedElement, .letterCase, .strayEnd]))
    }

    @Test func `control characters are left out, and numbered ones of windows-1252 read as meant`() throws {
        let feed = try parse(rss(item: "<title>a\u{1}b&#2;c &#147;d&#148;</title>"))
        #expect(feed.entries.first?.title?.value == "abc \u{201C}d\u{201D}")
        #expect(kinds(feed) == [.controlCharacters])
        let zero = try parse(rss(item: "<title>a\u{0}b</title>"))
        #expect(zero.entries.first?.title?.value == "ab")
        #expect(zero.problem?.line == 2)
    }

    @Test func `attributes without quotes and twice over are read`() throws {
        let feed = try parse(
            rss(item: "<title>One</title><enclosure url=https://example.org/a.mp3 length='1' length='2' hidden/>")
        )
        #expect(feed.entries.first?.media.first?.link == "https://example.org/a.mp3")
        #expect(kinds(feed) == [.attribute])
    }

    @Test(arguments: [
        ("Foo, 31 Nov 2025 25:61:00", "2025-12-02T02:01:00.000Z"), ("2025-02-29", "2025-03-01T00:00:00.000Z"),
    ])
    func `a date that there is not is counted on and named`(_ date: String, _ instant: String) throws {
        let feed = try parse(rss(item: "<title>One</title><pubDate>\(date)</pubDate>"))
        #expect(feed.entries.first?.published?.description == instant)
        #expect(kinds(feed) == [.impossibleDate])
        for real in ["2024-02-29T24:00:00Z", "2016-12-31T23:59:60Z", "2024-366", "Sat, 30 Nov 2025 23:59:59 GMT"] {
            #expect(try kinds(parse(rss(item: "<title>One</title><pubDate>\(real)</pubDate>"))).isEmpty, "\(real)")
        }
    }

    @Test func `a date that cannot be read is left out and named`() throws {
        let feed = try parse(rss(item: "<title>One</title><pubDate>soon</pubDate>"))
        #expect(feed.entries.first?.published == nil)
        #expect(feed.repairs == [FeedRepair(kind: .badDate, count: 1, line: nil, example: "soon")])
    }

    @Test func `entities of the document type are followed only where they are plain text`() throws {
        let feed = try parse(
            """
            <?xml version="1.0"?><!DOCTYPE rss [<!ENTITY c "(C) &#169;"><!ENTITY lol "lol"><!ENTITY bomb "&lol;&lol;&lol;">
            <!ENTITY file SYSTEM "file:///etc/passwd">]>
            <rss version="2.0"><channel><title>&c; &lol; &bomb; &file;</title></channel></rss>
            """
        )
        #expect(feed.title?.value == "(C) © lol &bomb; &file;")
    }

    @Test(arguments: [FeedParser.Readers.strictOnly, .tolerantOnly])
    func `both readers stop where elements are nested too deep, and keep what came before`(
        _ readers: FeedParser.Readers
    ) throws {
        let deep = String(repeating: "<a>", count: 5_000) + String(repeating: "</a>", count: 5_000)
        let feed = try parse(rss(item: "<title>One</title>" + deep), readers: readers)
        #expect(feed.entries.first?.title?.value == "One")
        #expect(kinds(feed).contains(.depth))
    }

    @Test func `a tag of many attributes is not read, and what came before is kept`() throws {
        let attributes = (0..<200_000).map { "a\($0)='1'" }.joined(separator: " ")
        let feed = try parse(rss(item: "<title>One</title><x \(attributes)/>"))
        #expect(feed.entries.first?.title?.value == "One")
        #expect(kinds(feed) == [.cut])
    }

    @Test func `scripts in a title are left out`() throws {
        let feed = try parse(
            """
            <feed xmlns="http://www.w3.org/2005/Atom"><entry>
            <title type="html">&lt;b&gt;Hi&lt;/b&gt;&lt;script&gt;run()&lt;/script&gt; you</title></entry></feed>
            """
        )
        #expect(feed.entries.first?.title == FeedText("<b>Hi</b> you", isHTML: true))
        #expect(feed.entries.first?.title?.plain == "Hi you")
    }
}
