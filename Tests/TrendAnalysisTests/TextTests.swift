// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import TrendAnalysis

@Suite struct TextTests {
    private let words = WordTokeniser()

    @Test func `words are in lower case and without the possessive`() {
        #expect(words.tokens("Apple's iPhone 17: it's HERE") == ["apple", "iphone", "17", "it", "here"])
        #expect(words.tokens("Apple’s don't") == ["apple", "don't"])
    }

    @Test func `a run ends where the script changes`() {
        #expect(words.tokens("아이폰17 출시, AI에이전트") == ["아이폰", "17", "출시", "ai", "에이전트"])
        #expect(words.tokens("東京タワー2025") == ["東京", "タワー", "2025"])
    }

    @Test func `forms of one text give the same tokens`() {
        #expect(words.tokens("Poke\u{301}mon CAFÉ") == ["pokemon", "cafe"])
        #expect(words.tokens("ＡＢＣ　１２３") == ["abc", "123"])
        // Syllables written as single letters of Hangul.
        #expect(words.tokens("\u{1112}\u{1161}\u{11AB}") == ["한"])
        #expect(words.tokens("Москва") == ["москва"])
    }

    @Test func `what is cut without being normalised first gives the words that it would give after`() {
        for value in UInt32(0x20)..<0x3400 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "Ab\(scalar)cd 가\(scalar)나"
            #expect(words.tokens(text) == words.tokens(ScalarClass.folded(text)), "U+\(String(value, radix: 16))")
            #expect(ScalarClass.composed(text) == text.precomposedStringWithCompatibilityMapping, "\(value)")
        }
    }

    @Test func `texts without words give no token`() {
        for text in ["", " ", "…!?", "''", "’", "\u{0}", "👍🏽"] { #expect(words.tokens(text).isEmpty, "\(text)") }
    }

    @Test func `addresses of one page are equal`() {
        let canonical = CanonicalAddress.canonical("https://www.example.com/a/b?id=7&b=1")
        for other in [
            "http://example.com/a/b/?b=1&id=7#top", "https://m.example.com/a/b?utm_source=x&id=7&b=1",
            " HTTPS://AMP.EXAMPLE.COM/a/b/amp?b=1&id=7&fbclid=z ", "//example.com:443/a/b?id=7&b=1",
        ] {
            #expect(CanonicalAddress.canonical(other) == canonical, "\(other)")
        }
        #expect(
            CanonicalAddress.canonical("https://example.com/a?id=8")
                != CanonicalAddress.canonical("https://example.com/a?id=7")
        )
        #expect(
            CanonicalAddress.canonical(" http://Me@M.Example.com:80/a/amp/?utm_source=x&b=2&a=1#part")
                == "example.com/a?a=1&b=2"
        )
        #expect(CanonicalAddress.canonical("//amp.example.com/x.amp") == "example.com/x")
        #expect(CanonicalAddress.canonical("https://www.com/") == "www.com")
        #expect(CanonicalAddress.host(of: "HTTPS://WWW.Example.com?x") == "example.com")
        #expect(CanonicalAddress.host(of: "mailto:a") == nil && CanonicalAddress.host(of: "a:///b") == nil)
        for other in ["가", "é"] {
            // Addresses with other letters are read by characters, and by the same rules.
            for address in ["http://M.Example.com:80/a/amp/?utm_source=x&b=2&a=1#p", "//amp.example.com/x.amp"] {
                let plain = CanonicalAddress.canonical(address)
                let mixed = CanonicalAddress.canonical(address + "#" + other)
                #expect(plain == mixed)
            }
        }
        #expect(CanonicalAddress.canonical("no address") == "no")
        #expect(CanonicalAddress.host(of: "https://www.bbc.co.uk/news") == "bbc.co.uk")
        #expect(CanonicalAddress.canonical("\u{A0}https://example.com/가?b=1\u{3000}") == "example.com/가?b=1")
    }

    @Test func `languages are told by script and by function words`() {
        #expect(LanguageGuess.language(of: "삼성 Galaxy S26 공개") == "ko")
        #expect(LanguageGuess.language(of: "新型スマホの発売日") == "ja")
        #expect(LanguageGuess.language(of: "Why the shop is closed") == "en")
        #expect(LanguageGuess.language(of: "Der Preis ist nicht mit auf der Liste") == "de")
        #expect(LanguageGuess.language(of: "2025!") == nil)
        #expect(LanguageGuess.language(of: "“É o que não são mais” 2025") == "pt")
        #expect(LanguageGuess.language(of: "FÜR MICH") == "de")
    }

    @Test func `tags and entities become plain text`() {
        #expect(PlainText.plain("<b>갤럭시</b> S26 &amp; &#39;폴드&#39; &quot;공개&quot;") == "갤럭시 S26 & '폴드' \"공개\"")
        #expect(PlainText.plain("5 < 7 & a&b; <") == "5 < 7 & a&b; <")
        #expect(PlainText.plain("a\n b &#x1F600; &#9999999999;") == "a b 😀 &#9999999999;")
    }

    @Test func `what a publisher writes after each title is taken off`() {
        let titles = (1...6).map { (title: "Story \($0) of the day : NPR", source: "npr.org") }
        let suffixes = PublisherSuffixes(titles)
        #expect(suffixes.stripped("Rubio testifies : NPR", source: "npr.org") == "Rubio testifies")
        #expect(suffixes.stripped("Rubio testifies : NPR", source: "other.org") == "Rubio testifies : NPR")
        #expect(suffixes.stripped("Rates fall - Reuters", source: "Reuters") == "Rates fall")
        #expect(suffixes.stripped("Rates fall - again", source: "Reuters") == "Rates fall - again")
    }
}
