// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Files

/// A line of a table that says which values are understood, what is asked, and whether anything is refused.
struct ExpectedReading: CustomTestStringConvertible, Sendable {
    let sentence: String
    let expected: [String]

    var testDescription: String { sentence }

    init(_ line: String) {
        let parts = line.components(separatedBy: " => ")
        sentence = parts[0]
        expected = parts.count > 1 ? parts[1].components(separatedBy: "; ") : []
    }

    static func lines(of table: String) -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Sentences/\(table).txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    static let everyday = lines(of: "everyday").map(ExpectedReading.init)
    static let heldOut = lines(of: "held-out").map(ExpectedReading.init)
    static let refused = lines(of: "refused")
    static let honest = lines(of: "honest").map(ExpectedReading.init)

    /// What a reading has otherwise than expected; empty when it is right.
    func differences(_ reading: GoalSentence) throws -> [String] {
        var values = Set<String>()
        var asked: [String] = []
        var wrong: [String] = []
        for part in expected where part != "!" {
            if part.hasPrefix("?") {
                asked.append(String(part.dropFirst()))
            } else if part.hasPrefix("~") {
                if !reading.unread.contains(where: { $0.contains(part.dropFirst()) }) {
                    wrong.append("not listed: \(part)")
                }
            } else if part.hasPrefix("deadline=@") {
                values.insert("deadline=" + (try Self.span(untilEndOf: part.dropFirst("deadline=@".count))))
            } else {
                values.insert(part)
            }
        }
        let found = Set(reading.findings.map { "\($0.field.rawValue)=\($0.value)" })
        if found != values { wrong.append("understood: \(found.sorted())") }
        let questions = reading.questions.filter { $0.reason != .missing }
        let isAsked = asked.allSatisfy { one in
            questions.contains { $0.field.rawValue == one || "\($0.field.rawValue):\($0.reason.rawValue)" == one }
        }
        if !isAsked || questions.count != asked.count {
            wrong.append("asked: \(questions.map { "\($0.field.rawValue):\($0.reason.rawValue)" })")
        }
        if reading.refused.isEmpty == expected.contains("!") { wrong.append("refused: \(reading.refused)") }
        return wrong
    }

    private static func span(untilEndOf day: Substring) throws -> String {
        let parts = day.split(separator: "-").compactMap { Int($0) }
        try #require(parts.count == 3)
        let zone = try #require(TimeZone(identifier: "Asia/Seoul"))
        let calendar = SentenceCalendar(now: GoalSentenceTests.now, timeZone: zone)
        let end = try #require(calendar.end(of: .init(year: parts[0], month: parts[1], day: parts[2])))
        return TimeSpan.hours(Int((end - GoalSentenceTests.now).milliseconds / 3_600_000)).description
    }
}

@Suite struct SentenceTableTests {
    @Test func `the tables are there`() {
        #expect(ExpectedReading.everyday.count >= 150)
        #expect(ExpectedReading.heldOut.count == 40)
        #expect(ExpectedReading.refused.count >= 60)
        #expect(ExpectedReading.honest.count >= 40)
    }

    @Test(arguments: ExpectedReading.everyday)
    func `an everyday sentence is understood, asked about or refused as was written down`(_ one: ExpectedReading) throws
    {
        #expect(try one.differences(try GoalSentenceTests.read(one.sentence)) == [], "\(one.sentence)")
    }

    @Test func `most of the sentences that no rule was made for are read as was written down`() throws {
        let right = try ExpectedReading.heldOut.filter {
            try $0.differences(try GoalSentenceTests.read($0.sentence)).isEmpty
        }
        #expect(right.count >= 33)
    }

    @Test(arguments: ExpectedReading.refused)
    func `a wish for imitated shoppers is refused, and is no product`(_ sentence: String) throws {
        let reading = try GoalSentenceTests.read(sentence)
        #expect(!reading.refused.isEmpty)
        let product = reading.value(.product)
        #expect(product == nil || product == "텀블러" || product == "tumbler")
    }

    @Test(arguments: ExpectedReading.honest)
    func `a product or a promotion that only sounds like such a wish is not refused`(_ one: ExpectedReading) throws {
        let reading = try GoalSentenceTests.read(one.sentence)
        #expect(reading.refused == [])
        #expect(reading.value(.product) == (one.expected == ["?"] ? nil : one.expected.first))
    }

    @Test func `long texts of a rule's own words are read without trying their parts in every way`() throws {
        for part in [
            "가나다라마바사", "리뷰를 ", "좀 더 ", "몇 개 좀 더 ", "오십만 백만 천 ", "일이삼사", "1 ", "11", "1,000 ~ ",
            "buy some positive verified ",
            "the price to be at ",
        ] {
            let count = GoalSentence.lengthLimit / part.count
            let reading = try GoalSentenceTests.read("리뷰 " + String(repeating: part, count: count))
            #expect(reading.text.count <= GoalSentence.lengthLimit)
        }
    }

    @Test(arguments: ["naver", "coupang"])
    func `how a setting is tried is asked on a market that is not simulated`(_ market: String) throws {
        let reading = try GoalSentenceTests.read("tumbler top 5 on \(market)")
        #expect(reading.questions.contains { $0.field == .trial })
        var draft = GoalSketch(reading)
        #expect(draft.open(reading.questions).contains { $0.field == .trial })
        draft.marketplace = "simulated"
        #expect(!draft.open(reading.questions).contains { $0.field == .trial })
        draft.marketplace = market
        draft.apply = GoalSketch.Program("registered:listing")
        #expect(!draft.open(reading.questions).contains { $0.field == .trial })
        #expect(draft.yaml().contains("apply: {registered: \"listing\"}"))
        #expect(
            try !GoalSentenceTests.read("tumbler top 5 on the simulated market").questions.contains {
                $0.field == .trial
            }
        )
    }

    @Test func `a sentence with an address becomes a goal by its answers`() throws {
        let reading = try GoalSentenceTests.read(
            "https://smartstore.naver.com/shop/products/12345를 무선청소기 키워드로 10위 안에 2주 안에 예산 50만원"
        )
        var draft = GoalSketch(reading)
        draft.levers = try GoalSketch.levers("coupon: none, 5%")
        draft.apply = GoalSketch.Program("./apply.sh")
        draft.window = "6h"
        let goal = try GoalFile.read(draft.yaml(), directory: "/")
        #expect(goal.marketplace == .naver)
        #expect(goal.product.identifier == "12345")
        #expect(goal.trial.apply?.arguments.last == "./apply.sh")
        draft.apply = GoalSketch.Program("registered:listing")
        let registered = try GoalFile.read(
            draft.yaml(),
            directory: "/",
            registered: draft.registered
        )
        #expect(registered.trial.apply?.arguments == ["true"])
    }
}
