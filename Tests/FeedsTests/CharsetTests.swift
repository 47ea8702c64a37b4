// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Feeds

@Suite struct CharsetTests {
    private static let euckr: [UInt8] = [
        0xC7, 0xD1, 0xB1, 0xDB, 0x20, 0xB4, 0xBA, 0xBD, 0xBA, 0xC0, 0xD4, 0xB4, 0xCF, 0xB4, 0xD9,
    ]

    private func document(_ declaration: String, _ title: [UInt8]) -> [UInt8] {
        Array("\(declaration)<rss version=\"2.0\"><channel><title>".utf8) + title
            + Array("</title></channel></rss>".utf8)
    }

    @Test(arguments: [
        ("<?xml version='1.0' encoding='euc-kr'?>", nil),
        ("<?xml version='1.0'?>", "text/xml; charset=\"KS_C_5601-1987\""), ("", nil),
    ])
    func `Korean bytes are read as declared, as HTTP says, and as they look`(_ declaration: String, _ type: String?)
        throws
    {
        let feed = try FeedParser().parse(document(declaration, Self.euckr), contentType: type)
        #expect(feed.title?.value == "한글 뉴스입니다")
        #expect(feed.charset == "CP949")
    }

    @Test func `Korean bytes that are said to be UTF-8 are read as Korean, and that is noted`() throws {
        let feed = try FeedParser().parse(document("<?xml version='1.0' encoding='utf-8'?>", Self.euckr))
        #expect(feed.title?.value == "한글 뉴스입니다")
        #expect(feed.repairs.map(\.kind) == [.charset])
        #expect(feed.repairs.first?.example == "utf-8")
    }

    @Test func `UTF-16 is known by its mark and by its first bytes`() throws {
        let text =
            "<?xml version=\"1.0\" encoding=\"utf-16\"?><rss version=\"2.0\"><channel><title>한글</title></channel></rss>"
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        for bytes in [[0xFE, 0xFF] + big, big, [0xFF, 0xFE] + little, little] {
            #expect(try FeedParser().parse(bytes).title?.value == "한글")
        }
    }

    @Test func `a byte order mark in UTF-8 is no junk`() throws {
        let feed = try FeedParser().parse(
            [0xEF, 0xBB, 0xBF] + document("<?xml version='1.0' encoding='utf-8'?>", Array("é".utf8))
        )
        #expect(feed.title?.value == "é")
        #expect(feed.repairs.isEmpty && feed.problem == nil)
    }

    @Test func `Western bytes without a declaration are windows-1252`() throws {
        let feed = try FeedParser().parse(document("", [0x93, 0x63, 0x61, 0x66, 0xE9, 0x94]))
        #expect(feed.title?.value == "\u{201C}café\u{201D}")
        #expect(feed.charset == "windows-1252")
    }

    @Test func `one bad byte does not turn a document in UTF-8 into another character set`() throws {
        let feed = try FeedParser().parse(
            document("<?xml version='1.0' encoding='utf-8'?>", Array("한글 caf".utf8) + [0xE9])
        )
        #expect(feed.title?.value == "한글 café")
        #expect(feed.repairs.map(\.kind) == [.invalidBytes])
    }

    @Test func `UTF-8 that was converted once too often is converted back`() throws {
        let feed = try FeedParser().parse(document("", Array("cafÃ©".utf8)))
        #expect(feed.title?.value == "café")
    }

    @Test func `a character set with a suffix that steers the conversion, or an unknown one, is passed over`() throws {
        for label in ["UTF-16//IGNORE", "no-such-set", String(repeating: "x", count: 200)] {
            let feed = try FeedParser().parse(document("<?xml version='1.0' encoding='\(label)'?>", Array("é".utf8)))
            #expect(feed.title?.value == "é")
            #expect(feed.repairs.map(\.kind) == [.charset])
        }
    }
}
