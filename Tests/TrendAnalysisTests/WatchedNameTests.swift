// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import TrendAnalysis

/// Watched products found by how their names are spelled.
@Suite struct WatchedNameTests {
    @Test(arguments: [
        ("두쫀쿠", "두쫀쿠 품절 대란", true), ("두쫀쿠", "편의점 '두쫀쿠'가 온다", true), ("두쫀쿠", "두쫀쿠에서도 줄 선다", true),
        ("두쫀쿠", "두쫀쿠맛을 찾는 사람들", true), ("두쫀쿠", "두쫀쿠들까지", true), ("두쫀쿠", "만두쫀쿠 출시", false),
        ("두쫀쿠", "두쫀 쿠키", false), ("듀레", "듀레가 팔린다", true), ("듀레", "듀레, 값 올린다", true),
        ("듀레", "프로듀레 신제품", false), ("듀레", "듀레이션 관리", false), ("사이", "사이다 한 잔", false),
        ("사이", "사이를 좁혀", true), ("수", "수도 요금", false), ("수", "수의 인기", true), ("나이", "나이키 신발", false),
        ("두바이 쫀득쿠키", "두바이쫀득쿠키는 어디에", true), ("두바이 쫀득쿠키", "두바이 쫀득쿠키는 어디에", true),
        ("두바이 쫀득쿠키", "두바이 여행", false), ("갤럭시 링", "갤럭시 폴드 공개", false), ("갤럭시 링", "갤럭시 링은 얇다", true),
        ("갤럭시 S26", "갤럭시의 S26, 갤럭시S26이", true), ("아이폰 17", "아이폰17의 값", true), ("아이폰 17", "아이폰 170대", false),
        ("Galaxy Ring", "GALAXY RING sells out", true), ("Galaxy Ring", "the Galaxy-ring's price", true),
        ("Galaxy Ring", "galaxy rings", false), ("ring", "string theory", false), ("ring", "The Ring, again", true),
        ("Pokémon", "pokemon cards", true), ("pokemon", "POKÉMON cards", true),
        ("두쫀쿠", "두쫀쿠".decomposedStringWithCanonicalMapping, true),
        ("", "anything", false), ("…", "…", false),
    ])
    func `a name begins a word, and a Korean one may have a particle behind it`(
        name: String,
        text: String,
        isThere: Bool
    ) {
        #expect(LiteralNames(WatchedSubject(name: name)).areIn(text) == isThere)
    }

    /// Cuts Korean as a dictionary does that has never seen a name: the name is in no token.
    private struct Ignorant: Tokeniser {
        let hidden: String
        var name: String { "ignorant" }

        func tokenise(_ text: String, into buffer: inout TokenBuffer) {
            WordTokeniser().tokenise(text.replacing(hidden, with: " "), into: &buffer)
        }
    }

    @Test func `a new name that the dictionary does not know is counted, each title once`() throws {
        var news = MadeUpNews(seed: 41)
        news.chatter(days: 0..<63, perDay: 30)
        for day in 58..<63 {
            news.subject("두쫀쿠 품절", day: day, count: 2)
            news.subject("quiet subject", day: day, count: 1)
        }
        news.add("title without it, nano kelo", 62, summary: "가게마다 두쫀쿠를 찾는다, 두쫀쿠만 찾는다", source: "source1")
        var request = TrendAnalyser.Request(until: Timestamp(milliseconds: 62 * MadeUpNews.day + 100_000))
        request.watched = [WatchedSubject(name: "두쫀쿠", aliases: ["두쫀쿠 품절"]), WatchedSubject(name: "쫀쿠")]
        for tokeniser in [Ignorant(hidden: "두쫀쿠"), KoreanTokeniser()] as [any Tokeniser] {
            let watched = TrendAnalyser(tokeniser: tokeniser).report(news.items, request).watched
            #expect(watched.map(\.count) == [11, 0], "\(tokeniser.name)")
            #expect(watched.first.map { $0.pValue < 0.001 } == true)
        }
    }

    @Test func `a name of which a tokeniser leaves out a word is not counted by the rest`() throws {
        var news = MadeUpNews(seed: 42)
        news.chatter(days: 0..<63, perDay: 30)
        for day in 58..<63 { news.subject("갤럭시 폴드", day: day, count: 2) }
        var request = TrendAnalyser.Request(until: Timestamp(milliseconds: 62 * MadeUpNews.day + 100_000))
        request.watched = [WatchedSubject(name: "갤럭시 링"), WatchedSubject(name: "갤럭시 폴드")]
        let watched = TrendAnalyser().report(news.items, request).watched
        #expect(watched.map(\.count) == [0, 10])
    }
}
