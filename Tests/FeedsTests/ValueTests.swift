// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Feeds

@Suite struct ValueTests {
    @Test(arguments: [
        ("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21"), ("01 Jan 2004 19:48 EST", "2004-01-02T00:48:00"),
        ("Wed, 1 Jan 04 19:48:21 +0900", "2004-01-01T10:48:21"), ("Jan 1, 2004", "2004-01-01T00:00:00"),
        ("Thu, Jan 01 2004 19:48:21 GMT", "2004-01-01T19:48:21"),
        ("Sun Jan  4 16:29:06 PST 2004", "2004-01-05T00:29:06"),
        ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53"),
        ("Thu, 5 Apr 2012 10:00:00 GMT-05:00", "2012-04-05T15:00:00"),
        ("01-Jan-2004 10:00:00 Etc/GMT", "2004-01-01T10:00:00"), ("2004-01-01", "2004-01-01T00:00:00"),
        ("2004-01-01T10:00:00.123456Z", "2004-01-01T10:00:00"), ("2004-01-01 10:00:00 +09:00", "2004-01-01T01:00:00"),
        ("2004-01-01T10:00+0900", "2004-01-01T01:00:00"), ("20040101T100000Z", "2004-01-01T10:00:00"),
        ("2004-032", "2004-02-01T00:00:00"),
        ("2004", "2004-01-01T00:00:00"), ("2004-02", "2004-02-01T00:00:00"), ("1072915200", "2004-01-01T00:00:00"),
        ("2004년 05월 28일 01:31:15", "2004-05-27T16:31:15"), ("2004-05-25 오후 11:23:17", "2004-05-25T14:23:17"),
        ("2024. 5. 3. 오전 12:05", "2024-05-02T15:05:00"), ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00"),
        ("2004-július-13T9:15-05:00", "2004-07-13T14:15:00"), ("Mi, 03 Mai 2006 10:00:00 CEST", "2006-05-03T08:00:00"),
        ("May 3, 2024 3:05 PM", "2024-05-03T15:05:00"), ("2003-12-31T25:14:55Z", "2004-01-01T01:14:55"),
    ])
    func `dates of all kinds are read in UTC`(_ text: String, _ wanted: String) throws {
        let date = try #require(FeedDate.timestamp(of: text))
        #expect(date.description.prefix(19) == wanted[...])
    }

    @Test(arguments: [
        "", "soon", "2004-13-01", "Thu, 99 Jan 2004 00:00:00 GMT", "99999999999999999999", "0000-00-00", "12:30", "오후",
    ])
    func `what is no date is none`(_ text: String) {
        #expect(FeedDate.timestamp(of: text) == nil)
    }

    @Test(arguments: [
        ("https://a.example/b/c?q#f", "d", "https://a.example/b/d"),
        ("https://a.example/b/c", "/d?x=1", "https://a.example/d?x=1"),
        ("https://a.example/b/c", "../../../d", "https://a.example/d"),
        ("https://a.example", "d", "https://a.example/d"),
        ("https://a.example/b", "//h.example/x", "https://h.example/x"),
        ("https://a.example/b?q", "#f", "https://a.example/b?q#f"),
        ("https://a.example/b", "?n", "https://a.example/b?n"), ("https://a.example/b/", "./", "https://a.example/b/"),
        ("https://a.example/", "mailto:x@y.example", "mailto:x@y.example"), ("", "d/e", "d/e"),
        ("https://a.example/", "http:////b.example/c", "http://b.example/c"), ("urn:x:y", "d", "d"),
    ])
    func `addresses are resolved`(_ base: String, _ address: String, _ wanted: String) {
        #expect(WebAddress.resolve(address, against: base) == wanted)
    }

    @Test func `a base that runs something is no base`() {
        #expect(WebAddress.safe("javascript:alert(1)", relativeTo: "https://a.example/") == nil)
        #expect(WebAddress.safe("x/", relativeTo: "https://a.example/") == "https://a.example/x/")
    }

    @Test func `HTML is read as text`() {
        #expect(
            HTMLText.plain("<p>a&nbsp;&lt;b&gt;</p><p>c<br/>d</p><style>x{}</style>&#8217;") == "a <b> c d \u{2019}"
        )
        for value in UInt32(1)..<0x3100 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isSpace = scalar.properties.isWhitespace
            #expect(
                HTMLText.folded("a\(scalar)b") == (isSpace ? "a b" : "a\(scalar)b"),
                "U+\(String(value, radix: 16))"
            )
            #expect(HTMLText.folded("\(scalar)b\(scalar)") == (isSpace ? "b" : "\(scalar)b\(scalar)"))
        }
        #expect(HTMLText.folded("a  b") == "a b" && HTMLText.folded("") == "" && HTMLText.folded(" ") == "")
        #expect(HTMLText.plain("1 < 2 & 3") == "1 < 2 & 3")
        #expect(HTMLText.looksLikeHTML("a <b>b</b>"))
        #expect(!HTMLText.looksLikeHTML("a <b or not"))
        #expect(!HTMLText.looksLikeHTML("List</String>"))
        #expect(HTMLText.looksLikeHTML("R&amp;D"))
    }

    @Test func `authors are told from their mailboxes`() {
        #expect(FeedPerson(text: "ann@example.org (Ann Lee)") == FeedPerson(name: "Ann Lee", email: "ann@example.org"))
        #expect(FeedPerson(text: "Ann <ann@example.org>") == FeedPerson(name: "Ann", email: "ann@example.org"))
        #expect(FeedPerson(text: "Ann Lee") == FeedPerson(name: "Ann Lee"))
    }

    @Test func `Base64 is read, and what is none is not`() {
        #expect(Base64.text("SGVsbG8g7JWI64WV") == "Hello 안녕")
        #expect(Base64.text("SGk=") == "Hi")
        #expect(Base64.text("no base 64!") == nil)
    }
}
