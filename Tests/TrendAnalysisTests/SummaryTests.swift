// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import TrendAnalysis

@Suite struct SummaryTests {
    private func item(_ title: String, _ summary: String, _ source: String, _ hour: Int64) -> Summariser.Item {
        Summariser.Item(
            title: title,
            summary: summary,
            source: source,
            address: "https://\(source)/x",
            published: Timestamp(milliseconds: hour * 3_600_000)
        )
    }

    private var items: [Summariser.Item] {
        [
            item(
                "Brand recalls 40,000 heaters",
                "Brand recalls heaters after fires. Owners get their money back.",
                "a.com",
                1
            ),
            item(
                "Heater recall: brand takes back 40,000",
                "The brand said 12 fires were reported. It regrets this.",
                "b.com",
                2
            ),
            item("Brand recalls heaters", "A recall of heaters began on Monday after 12 fires were", "c.com", 3),
        ]
    }

    @Test func `each sentence stands in the item that it is linked to`() throws {
        let summary = Summariser().summary(of: items)
        #expect((1...3).contains(summary.sentences.count))
        for sentence in summary.sentences {
            let source = try #require(items.first { $0.source == sentence.source })
            #expect("\(source.title) \(source.summary)".contains(sentence.text))
            #expect(sentence.address == source.address)
            #expect(sentence.published == source.published)
        }
    }

    @Test func `half a sentence is never chosen`() {
        for most in 1...9 {
            let texts = Summariser(mostSentences: most).summary(of: items).sentences.map(\.text)
            #expect(!texts.contains { $0.contains("began on Monday") })
        }
    }

    @Test func `sentences say different things`() {
        let twice = items + items.map { item($0.title + "!", $0.summary, "d.com", 4) }
        let texts = Summariser(mostSentences: 5).summary(of: twice).sentences.map(\.text)
        #expect(Set(texts.map { $0.filter(\.isLetter) }).count == texts.count)
    }

    @Test func `figures are counted where they stand`() throws {
        #expect(FigureCheck.figures(in: "1,300 of 05 at 2.5% in 3.") == ["1300", "5", "2.5", "3"])
        #expect(FigureCheck.unsupported("40,000 heaters, 12 fires", sources: ["40000 sold"]) == ["12"])
        let summary = Summariser(mostSentences: 9).summary(of: items)
        let fires = try #require(summary.sentences.first { $0.text.contains("12 fires") })
        #expect(fires.itemsWithItsFigures == 2)
    }

    @Test func `Korean and English text is cut at its sentences`() {
        #expect(
            SentenceSplitter.sentences("삼성전자가 신제품을 공개했다. 가격은 3.5% 올랐다! 왜일까?") == [
                "삼성전자가 신제품을 공개했다.", "가격은 3.5% 올랐다!", "왜일까?",
            ]
        )
        #expect(
            SentenceSplitter.sentences("Mr. Smith of the U.S. spoke. J. Doe left.") == [
                "Mr. Smith of the U.S. spoke.", "J. Doe left.",
            ]
        )
        #expect(SentenceSplitter.sentences(" \n").isEmpty)
    }

    @Test(arguments: [
        (
            "Warner Bros. Discovery sold it to Apple Inc. for $3.5 bn. Shares rose.",
            ["Warner Bros. Discovery sold it to Apple Inc. for $3.5 bn.", "Shares rose."]
        ),
        ("It was bought by Warner Bros. The deal closed.", ["It was bought by Warner Bros.", "The deal closed."]),
        ("They met in the U.S. In Europe nobody did.", ["They met in the U.S.", "In Europe nobody did."]),
        (
            "It opens at 9 a.m. Monday on St. James St. with Gov. Lee.",
            ["It opens at 9 a.m. Monday on St. James St. with Gov. Lee."]
        ),
        ("Song No. 5 leads. She said no. Others agreed.", ["Song No. 5 leads.", "She said no.", "Others agreed."]),
        (
            "“We won.” The team left. (It was late.) 그는 \"좋다.\" 라고 했다.",
            ["“We won.”", "The team left.", "(It was late.)", "그는 \"좋다.\"", "라고 했다."]
        ),
    ])
    func `abbreviations end no sentence unless another begins behind them`(_ text: String, _ sentences: [String]) {
        #expect(SentenceSplitter.sentences(text) == sentences)
    }

    @Test func `no item gives no sentence`() {
        #expect(Summariser().summary(of: []).sentences.isEmpty)
    }
}
