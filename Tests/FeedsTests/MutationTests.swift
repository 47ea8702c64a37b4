// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import Feeds

/// Feeds damaged at random, from a seed.
struct FeedMutator {
    private var generator: SplitMix64
    private let seeds: [[UInt8]]

    init(seed: UInt64, seeds: [[UInt8]]) {
        generator = SplitMix64(seed: seed)
        self.seeds = seeds
    }

    /// The next damaged feed: one to eight changes of a whole one.
    mutating func next() -> [UInt8] {
        var bytes = seeds[below(seeds.count)]
        for _ in 0...below(8) { change(&bytes) }
        return bytes
    }

    private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(max(bound, 1))) }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = below(bytes.count)
        switch below(9) {
        case 0: bytes[place] ^= 1 << UInt8(below(8))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(200)))
        case 2: bytes.removeSubrange(place...)
        case 3:
            let other = seeds[below(seeds.count)]
            let start = below(other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + below(500))], at: place)
        case 4:
            let piece = Self.pieces[below(Self.pieces.count)]
            bytes.insert(contentsOf: Array(String(repeating: piece, count: 1 + below(300)).utf8), at: place)
        case 5: bytes[place] = UInt8(below(256))
        case 6: for index in place..<min(bytes.count, place + below(64)) { bytes[index] = UInt8(below(256)) }
        case 7: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + below(2_000))], at: below(bytes.count))
        default: bytes.insert(contentsOf: Self.bomb, at: 0)
        }
    }

    private static let pieces = [
        "<a>", "</a>", "<item>", "</item>", "<![CDATA[", "]]>", "<!--", "-->", "&", "&#x", "&#99999999;", "<title",
        "<div>", "\"", "'", "=",
        "<!DOCTYPE x [", "<?", "?>", "xmlns:a='b' ", "\u{0}", "\u{FEFF}", "한", "<x a='", "{\"items\":[", "[", "\\u",
        "<link/>",
    ]

    private static let bomb = Array(
        """
        <?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">
        <!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><rss version="2.0"><channel><title>&c;&c;</title></channel></rss>
        """.utf8
    )
}

@Suite(.timeLimit(.minutes(10))) struct MutationTests {
    /// Whole feeds of all formats and several character sets.
    private static let whole: [[UInt8]] = {
        let rss = rss(
            item: """
                <title>One &amp; <![CDATA[<b>two</b>]]></title><link>https://example.org/1?a=1&amp;b=2</link><guid>urn:1</guid>
                <pubDate>Fri, 03 May 2024 10:00:00 +0900</pubDate><dc:creator>Ann</dc:creator><description>&lt;p&gt;한글&lt;/p&gt;</description>
                <enclosure url="/a.mp3" length="12" type="audio/mpeg"/></item><item><title>Two</title>
                """
        )
        let atom = """
            <feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/"><title type="html">A &lt;i&gt;b&lt;/i&gt;</title><link href="/"/>
            <entry><id>urn:1</id><title>One</title><updated>2024-05-03T10:00:00Z</updated><content type="xhtml">
            <div xmlns="http://www.w3.org/1999/xhtml"><p>Hi <b>you</b></p></div></content></entry></feed>
            """
        let rdf = """
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>T</title></channel>
            <item rdf:about="u"><title>One</title></item></rdf:RDF>
            """
        let json =
            #"{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","content_html":"<p>x</p>"},{"id":2}]}"#
        return [rss, atom, rdf, json].map { Array($0.utf8) } + [
            Array(atom.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        ]
    }()

    /// How many bytes of text a feed holds.
    private static func size(_ feed: Feed) -> Int {
        let own = [feed.title?.value, feed.link, feed.id, feed.summary?.value].compactMap { $0?.utf8.count }.reduce(
            0,
            +
        )
        return feed.entries.reduce(own) { sum, entry in
            let texts = [entry.title?.value, entry.link, entry.id, entry.summary?.value, entry.content?.value]
            return sum + texts.compactMap { $0?.utf8.count }.reduce(0, +)
        }
    }

    @Test(arguments: [1, 2, 3, 4]) func `damaged feeds neither crash, nor hang, nor grow`(_ seed: UInt64) {
        var mutator = FeedMutator(seed: seed, seeds: Self.whole)
        var read = 0
        for round in 0..<500 {
            let bytes = mutator.next()
            do throws(FeedError) {
                let feed = try FeedParser().parse(bytes, base: "https://example.org/feed/")
                read += 1
                // each byte of text may be written escaped, and each address be joined to the base
                #expect(
                    Self.size(feed) <= bytes.count * 8 + (feed.entries.count + 1) * 200,
                    "seed \(seed), round \(round)"
                )
                #expect(feed.entries.count <= bytes.count / 3)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(read > 300, "seed \(seed): only \(read) of 500 gave a feed")
    }

    @Test func `what is open without end costs no more than its length`() {
        let many = 200_000
        let pieces = [
            "<a>", "<item>", "<![CDATA[", "<!--", "<a b='", "</a>", "&", "&#x41", "<", "<a ", "<a b=c ", "]]>", "<?",
            "<!x",
        ]
        for piece in pieces {
            let text = "<rss version='2.0'><channel><title>T</title>" + String(repeating: piece, count: many)
            let feed = try? FeedParser().parse(Array(text.utf8))
            #expect(feed?.title?.value.hasPrefix("T") == true, "\(piece)")
        }
        let html =
            "<rss version='2.0'><channel><title>&lt;b&gt;x&lt;/b&gt;"
            + String(repeating: "&lt;script&gt;&lt;!--&lt;a b='", count: 3_000)
        #expect((try? FeedParser().parse(Array(html.utf8))) != nil)
    }
}
