// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Experiments
@testable import Reports

@Suite struct RankPageTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)

    private static let habit = """
        {"cycle": "weekday", "keyword": "청소기 <s>", "product": "p1", "name": "Name & 1", "cycles": 7, "falseDiscoveryRate": 0.01,
        "shares": [0.1, -0.2, 0, 0, 0, 0, 0.05]}
        """

    /// A market with an own product that fell for good, seen by three observers.
    private func market() throws -> RankMarket {
        var dice = SplitMix64(seed: 2)
        var sightings: [RankSighting] = []
        for product in 0..<12 {
            for day in 0..<50 {
                for observer in ["a", "b", "c"] {
                    let level = Double(6 + 3 * product) * (product == 4 && day >= 38 ? 1.9 : 1)
                    let rank = Int((level * exp(Double.random(in: -0.1...0.1, using: &dice))).rounded())
                    sightings.append(
                        RankSighting(
                            keyword: "청소기 <s>",
                            product: "p\(product)",
                            source: "naver",
                            observer: observer,
                            time: Self.start + .days(day),
                            rank: rank,
                            depth: 100
                        )
                    )
                }
            }
        }
        let products = (0..<12).map { RankedProduct(product: "p\($0)", name: "Name & \($0)", isOwn: $0 == 4) }
        return try RankMarket(sightings, products: products)
    }

    private func page(_ language: ReportLanguage) throws -> String {
        let market = try market()
        var request = RankOutlookRequest()
        request.steps = 2
        request.goal = 3
        let page = RankPage(
            market: market,
            movements: try market.movements(),
            outlook: try market.outlook(request),
            habits: [try JSONDecoder().decode(RankHabit.self, from: Data(Self.habit.utf8))],
            goal: 3
        )
        return try page.html(language: language, writtenAt: Self.start)
    }

    @Test(arguments: [ReportLanguage.english, .korean])
    func `the page tells standing, changes, forecasts, observers and patterns`(_ language: ReportLanguage) throws {
        let html = try page(language)
        for id in ["answer", "standing", "changes", "outlook", "observers", "habits", "method"] {
            #expect(html.contains("<section id=\"\(id)\""), "\(id)")
        }
        #expect(html.contains("Name &amp; 4") && html.contains("청소기 &lt;s&gt;") && !html.contains("<s>"))
        #expect(html.contains(language == .korean ? "화요일" : "Tuesday"))
        #expect(html.contains("naver/a") && html.contains("<svg"))
        #expect(!html.contains("NaN"))
        #expect(!html.replacing("http://www.w3.org/2000/svg", with: "").contains("http://"))
        #expect(try page(language) == html, "the same ranks give the same bytes")
    }

    @Test(arguments: [ReportLanguage.english, .korean])
    func `a page of two days tells competitors and from when on there will be more`(
        _ language: ReportLanguage
    ) throws {
        let sightings = [("ours", 14, 12), ("rival", 3, 4)].flatMap { product, first, second -> [RankSighting] in
            [(0, first), (1, second)].map { day, rank in
                RankSighting(
                    keyword: "lamp",
                    product: product,
                    source: "file",
                    observer: "file",
                    time: Self.start + .days(day),
                    rank: rank,
                    depth: 100
                )
            }
        }
        let products = [
            RankedProduct(product: "ours", name: "Ours", isOwn: true),
            RankedProduct(product: "rival", name: "Rival", isOwn: false),
        ]
        let market = try RankMarket(sightings, products: products)
        let page = RankPage(
            market: market,
            movements: try market.movements(),
            outlook: try market.outlook(RankOutlookRequest()),
            habits: []
        )
        let html = try page.html(language: language, writtenAt: Self.start)
        #expect(html.contains("Ours · ") && html.contains("Rival · "))
        for part in ["Ours (lamp)", "Rival (lamp)"] { #expect(html.contains(part), "\(part)") }
        let wording = Wording(language: language)
        #expect(html.contains(wording.date(Self.start + .days(4))), "the fifth day's date")
        #expect(html.contains(wording(.verdictYoung)) && html.contains(wording(.skillUntested)))
        #expect(!html.contains(wording(.skillNone)), "what was not tested is not called worse")
    }

    @Test(arguments: [ReportLanguage.english, .korean])
    func `an own product off its list is the answer, beside what is forecast of others`(
        _ language: ReportLanguage
    ) throws {
        var dice = SplitMix64(seed: 5)
        let sightings = (0..<60).flatMap { day in
            [("ours", day < 40 ? 4 : nil), ("rival", Int.random(in: 15...25, using: &dice))].map { product, rank in
                RankSighting(
                    keyword: "lamp",
                    product: product,
                    source: "file",
                    observer: "file",
                    time: Self.start + .days(day),
                    rank: rank,
                    depth: 100
                )
            }
        }
        let products = [RankedProduct(product: "ours", name: "Ours", isOwn: true)]
        let market = try RankMarket(sightings, products: products)
        let outlook = try market.outlook(RankOutlookRequest())
        let page = RankPage(market: market, movements: try market.movements(), outlook: outlook, habits: [])
        let html = try page.html(language: language, writtenAt: Self.start)
        let wording = Wording(language: language)
        let (since, last) = (wording.date(Self.start + .days(40)), wording.date(Self.start + .days(39)))
        #expect(html.contains(wording(.headlineOff, "Ours (lamp)", since, "4", last)))
        #expect(html.contains("<section id=\"absent\"") && html.contains(wording(.verdictOff)))
        #expect(!html.contains(wording(.skillUntested)), "what the text tells of the back-test, the page does")
        #expect(html.contains(wording(.unitDays, "1")) && !html.contains(" 1d"))
    }

    @Test func `the fall of the own product is the headline`() throws {
        let html = try page(.english)
        #expect(html.contains("Name &amp; 4 (청소기 &lt;s&gt;) moved from"))
    }

    @Test(arguments: RankPhrase.allCases)
    func `a phrase has the same places in both languages`(phrase: RankPhrase) {
        func places(_ text: String) -> [String] { Set(text.matches(of: /\{\d\}/).map { String($0.0) }).sorted() }
        #expect(places(phrase.korean) == places(phrase.english))
        #expect(!phrase.korean.isEmpty && !phrase.english.isEmpty)
    }

    @Test func `what the agents record of ranks is told in Korean too`() {
        let source =
            "The source naver changed: of 8 ranks 7 became worse and 1 better at once, which products do not do."
        let unit = "The rank of 무선 moved from 12 to 30 and stayed there, without a lever's having been moved."
        for sentence in [source, unit] {
            #expect(RecordedSentence.text(sentence, in: .korean) != sentence)
        }
    }
}
