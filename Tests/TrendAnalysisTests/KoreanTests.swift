// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import TrendAnalysis

@Suite struct KoreanTests {
    private func tokens(_ text: String) -> [String] { KoreanTokeniser().tokens(text) }

    @Test(arguments: [
        ("정부가 반도체 수출을 늘리기로 했다", ["정부", "반도체", "수출"]),
        ("배터리에서 시작된 화재로 공장이 멈췄다", ["배터리", "시작", "화재", "공장"]),
        ("가격을 내렸지만 판매는 줄었습니다", ["가격", "판매"]),
        ("새로운 화장품을 사려는 관광객들", ["화장품", "관광객"]),
        ("회장이었던 그는 매우 조용히 떠났다", ["회장"]),
        ("국내에서 가장 빠르게 성장하는 시장", ["국내", "성장", "시장"]),
        ("'보조금'으로 지원받는 기업", ["보조금", "지원", "기업"]),
        ("2천만원짜리 시계", ["2", "시계"]),
        ("직원 30명이 회의를 열었다", ["직원", "30", "회의"]),
    ])
    func `nouns are found, and verbs, particles and counters are not`(_ text: String, _ wanted: [String]) {
        #expect(tokens(text) == wanted)
    }

    @Test func `a product's name keeps its parts side by side, however it is written`() {
        #expect(tokens("아이폰17이 나왔다") == ["아이폰", "17"])
        #expect(tokens("갤럭시 S26 사전예약") == ["갤럭시", "s26", "사전예약"])
        #expect(tokens("KT위즈가 이겼다") == ["kt", "위즈"])
    }

    @Test func `the final consonant decides what is a particle`() {
        // 는 behind a consonant is a verb's ending; behind a vowel it is the particle.
        #expect(tokens("붉은 노을을 담는 사진기는") == ["노을", "사진기"])
        #expect(tokens("서울로 부산으로") == ["서울", "부산"])
    }

    @Test func `conjoining Hangul is the same as composed`() {
        let text = "반도체가 오른다"
        #expect(tokens(text.decomposedStringWithCanonicalMapping) == tokens(text))
    }

    @Test func `other languages are cut as before`() {
        for text in ["Samsung's Galaxy S26 is here", "東京 タワー", "Pokémon GO", "", "🎉"] {
            #expect(tokens(text) == WordTokeniser().tokens(text))
        }
    }

    @Test func `no text breaks it`() {
        var random = SplitMixForTests(7)
        for _ in 0..<20_000 {
            let text = String(String.UnicodeScalarView((0..<random.next(12)).map { _ in random.scalar() }))
            for token in tokens(text) { #expect(!token.isEmpty && !token.contains("\u{FFFD}")) }
        }
    }

    @Test func `conjugation is by rule, irregular stems too`() {
        let forms: [(stem: String, form: String, kind: KoreanConjugation.Kind)] = [
            ("돕", "도와", .infinitive), ("듣", "들어", .infinitive), ("빠르", "빨라", .infinitive),
            ("이르", "이르러", .infinitive), ("잇", "이어", .infinitive), ("그렇", "그래", .infinitive),
            ("쓰", "썼", .past), ("하", "했", .past), ("만들", "만든", .n), ("어렵", "어려울", .l), ("되", "돼", .infinitive),
        ]
        for (stem, form, kind) in forms {
            let conjugation = KoreanConjugation(KoreanLexicon.words(stem))
            let found = conjugation.beginnings[WordHash.of(KoreanLexicon.words(form)[0][...])]
            #expect(found?.contains(kind) == true, "\(stem) \(form)")
        }
    }

    @Test func `the words of the lexicon have hashes of their own`() {
        let all = [
            KoreanWords.closed, KoreanStems.all, KoreanParticles.anywhere, KoreanEndings.derived,
            KoreanEndings.afterStem,
        ]
        let words = Set(all.flatMap { $0.split(separator: " ").map(String.init) })
        #expect(Set(words.map { WordHash.of(KoreanLexicon.words($0)[0][...]) }).count == words.count)
    }

    @Test func `without a dictionary the choice falls on the rules, or says what is missing`() throws {
        let nowhere = ["DURE_MECAB_DICTIONARY": "/nonexistent/dictionary"]
        #expect(try TokeniserChoice.auto.tokeniser(nowhere).name == "rules")
        #expect(try TokeniserChoice.rules.tokeniser([:]).name == "rules")
        let error = #expect(throws: MeCabTokeniser.Missing.self) { try TokeniserChoice.mecab.tokeniser(nowhere) }
        #expect(error?.description.contains("/nonexistent/dictionary") == true)
        #expect(TokeniserChoice.dictionary(["HOME": "/home/a"]) == "/home/a/.local/share/dure/mecab-ko-dic")
        #expect(throws: MeCabTokeniser.Missing.self) { try TokeniserChoice.mecab.tokeniser([:]) }
    }

    @Test(.enabled(if: Dictionary.isThere, "scripts/setup --with-mecab"))
    func `the dictionary finds nouns, joins compounds and minds scripts, from several threads`() async throws {
        let mecab = try TokeniserChoice.mecab.tokeniser(ProcessInfo.processInfo.environment)
        #expect(mecab.tokens("아이폰17이 나왔다") == ["아이폰", "17"])
        #expect(mecab.tokens("반도체 수출을 늘리기로 했다") == ["반도체", "수출"])
        #expect(mecab.tokens("KT위즈가 이겼다") == ["kt", "위즈"])
        #expect(mecab.tokens("달무리 가습기 재고가 동났다") == ["달무리", "가습기", "재고"])
        #expect(mecab.tokens("plain English") == ["plain", "english"])
        // What the dictionary does not know stays whole, by the rules or with the syllable that was cut off.
        #expect(mecab.tokens("두쫀쿠가 팔린다") == ["두쫀쿠"])
        #expect(mecab.tokens("러트닉과 제미나이를 만났다") == ["러트닉", "제미나이"])
        #expect(mecab.tokens("'갤럭시'가 왔다") == ["갤럭시"])
        let text = "서울 아파트 가격이 올랐다"
        let wanted = mecab.tokens(text)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (0..<200).allSatisfy { _ in mecab.tokens(text) == wanted } } }
            for await isSame in group { #expect(isSame) }
        }
    }

    @Test func `tags of headlines are no part of a subject's name`() throws {
        var news = MadeUpNews(seed: 32)
        news.chatter(days: 0..<63, perDay: 30)
        let titles = [
            "[속보] 갤럭시링 예약 시작", "[단독] 갤럭시링 가격 유출", "[종합] 갤럭시링 품절 대란", "갤럭시링 써보니 [포토]",
            "속보 갤럭시링 사전판매 연장",
        ]
        for day in 56..<63 {
            for (number, title) in titles.enumerated() { news.add("\(title) \(day)", day, source: "신문\(number)") }
        }
        let until = try #require(news.items.map(\.published).max())
        let trends = TrendAnalyser().report(news.items, TrendAnalyser.Request(until: until)).trends
        #expect(trends.first?.term == "갤럭시링")
        for tag in ["속보", "단독", "종합", "포토"] { #expect(!trends.contains { $0.term.contains(tag) }) }
    }

    @Test func `a number with what is counted names no subject`() throws {
        var news = MadeUpNews(seed: 33)
        news.chatter(days: 0..<63, perDay: 30)
        for day in 56..<63 { news.subject("화재에 6가구", day: day, count: 4) }
        let until = try #require(news.items.map(\.published).max())
        let trends = TrendAnalyser().report(news.items, TrendAnalyser.Request(until: until)).trends
        #expect(trends.contains { $0.term.contains("화재") })
        #expect(!trends.contains { $0.term.hasPrefix("6 가구") })
        #expect(TrendRanking.isCount("6 가구") && !TrendRanking.isCount("아이폰 17"))
        #expect(!TrendRanking.isCount("50 cent") && !TrendRanking.isCount("17"))
    }

    @Test func `a report says how Korean was cut, and names a subject by its nouns`() throws {
        var news = MadeUpNews(seed: 31)
        news.chatter(days: 0..<63, perDay: 30)
        let endings = ["가 팔린다", "를 사려는 사람들", "는 비쌌다", "의 인기", "에서 새 제품이 나왔다"]
        for day in 56..<63 {
            for number in 0..<5 { news.add("두바이초콜릿\(endings[number]) \(day) \(number)", day, source: "신문\(number)") }
        }
        let until = news.items.map(\.published).max() ?? news.items[0].published
        let report = TrendAnalyser().report(news.items, TrendAnalyser.Request(until: until))
        #expect(report.tokeniser == "rules")
        #expect(report.trends.contains { $0.term == "두바이초콜릿" })
    }
}

/// Whether the dictionary is installed; CI installs it.
private enum Dictionary {
    static var isThere: Bool {
        let environment = ProcessInfo.processInfo.environment
        let isRequired = environment["DURE_REQUIRE_MECAB"] != nil
        return isRequired || (try? TokeniserChoice.mecab.tokeniser(environment)) != nil
    }
}

/// Scalars of many scripts, most of them Hangul.
private struct SplitMixForTests {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next(_ bound: UInt64) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % bound)
    }

    mutating func scalar() -> Unicode.Scalar {
        let ranges: [ClosedRange<UInt32>] = [
            0xAC00...0xD7A3, 0xAC00...0xD7A3, 0x20...0x7E, 0x1100...0x11FF, 0xA960...0xA97C, 0xD7B0...0xD7FB,
            0xFF00...0xFFEF,
            0x1F300...0x1F5FF,
        ]
        let range = ranges[next(UInt64(ranges.count))]
        return Unicode.Scalar(range.lowerBound + UInt32(next(UInt64(range.count)))) ?? " "
    }
}
