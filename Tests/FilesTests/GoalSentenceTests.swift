// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Files

/// A line of the table of sentences.
struct SentenceCase: CustomTestStringConvertible, Sendable {
    let sentence: String
    let expected: String

    var testDescription: String { sentence }

    static let all: [SentenceCase] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Sentences/sentences.txt")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            guard let arrow = line.range(of: " =>") else { return nil }
            return SentenceCase(
                sentence: String(line[..<arrow.lowerBound]),
                expected: line[arrow.upperBound...].trimmingCharacters(in: .whitespaces)
            )
        }
    }()
}

@Suite struct GoalSentenceTests {
    /// Wednesday, 18 November 2026, 10:00 in Seoul.
    static let now = Timestamp(milliseconds: 1_794_963_600_000)

    static func read(_ text: String) throws -> GoalSentence {
        GoalSentence.read(text, now: now, timeZone: try #require(TimeZone(identifier: "Asia/Seoul")))
    }

    private static func summary(_ sentence: GoalSentence) -> String {
        var parts = sentence.findings.map { "\($0.field.rawValue)=\($0.value)" }
        for question in sentence.questions where question.reason != .missing {
            let answers = question.proposals.isEmpty ? "" : "[\(question.proposals.joined(separator: "|"))]"
            parts.append("?\(question.field.rawValue):\(question.reason.rawValue)\(answers)")
        }
        return (parts + sentence.unread.map { "~\($0)" } + sentence.refused.map { "!\($0)" }).joined(separator: "; ")
    }

    @Test func `every pattern of the rules can be compiled`() {
        #expect(SentenceReader.patterns.count > 40)
        #expect(SentenceReader.patterns.filter { !$0.isSound }.map(\.source) == [])
    }

    @Test func `the table of sentences has hundreds`() {
        #expect(SentenceCase.all.count >= 200)
    }

    @Test(arguments: SentenceCase.all)
    func `a sentence says what its words say, and the rest is asked`(_ one: SentenceCase) throws {
        #expect(Self.summary(try Self.read(one.sentence)) == one.expected)
    }

    struct Part: Sendable {
        var text: String
        var value: String
    }

    private static func parts(_ pairs: [(String, String)]) -> [Part] { pairs.map { Part(text: $0.0, value: $0.1) } }

    @Test func `every order of product, target, deadline and budget is read alike, in Korean`() throws {
        let products = Self.parts([
            ("갤럭시 S24를", "갤럭시 S24"), ("제주 감귤 5kg을", "제주 감귤 5kg"), ("올리브유를", "올리브유"), ("우리 가을 원피스를", "가을 원피스"),
        ])
        let targets = Self.parts([("3위로", "3"), ("상위 20위 안에", "20"), ("톱 10까지", "10")])
        let deadlines = Self.parts([("다음 주까지", "11d14h"), ("2주 안에", "14d"), ("12월 25일까지", "37d14h")])
        let budgets = Self.parts([
            ("예산 50만원으로", "500000 KRW"), ("1,200,000원 이내로", "1200000 KRW"), ("총 예산은 백만 원", "1000000 KRW"),
        ])
        try check(products, targets, deadlines, budgets, ending: "올려줘")
    }

    @Test func `every order of product, target, deadline and budget is read alike, in English`() throws {
        let products = Self.parts([
            ("our Galaxy S24", "Galaxy S24"), ("the ceramic mug", "ceramic mug"), ("my tea set", "tea set"),
        ])
        let targets = Self.parts([("to the top 20", "20"), ("to rank 3", "3"), ("into the top ten", "10")])
        let deadlines = Self.parts([
            ("by Friday", "2d14h"), ("within two weeks", "14d"), ("before December 1", "12d14h"),
        ])
        let budgets = Self.parts([
            ("with 500,000 won", "500000 KRW"), ("with a budget of $300", "300 USD"),
            ("for at most ₩90,000", "90000 KRW"),
        ])
        try check(products, targets, deadlines, budgets, ending: "please")
    }

    private func check(_ products: [Part], _ targets: [Part], _ deadlines: [Part], _ budgets: [Part], ending: String)
        throws
    {
        var count = 0
        for product in products {
            for (target, deadline) in targets.flatMap({ target in deadlines.map { (target, $0) } }) {
                let budget = budgets[count % budgets.count]
                let orders = [
                    [product, target, deadline, budget], [deadline, product, target, budget],
                    [product, deadline, budget, target],
                    [budget, product, target, deadline],
                ]
                let order = orders[(count / 2) % orders.count]
                count += 1
                let text = order.map(\.text).joined(separator: " ") + " " + ending
                let sentence = try Self.read(text)
                #expect(sentence.value(.product) == product.value, "\(text)")
                #expect(sentence.value(.target) == target.value, "\(text)")
                #expect(sentence.value(.deadline) == deadline.value, "\(text)")
                #expect(sentence.value(.budget) == budget.value, "\(text)")
                #expect(sentence.unread == [], "\(text)")
            }
        }
        #expect(count >= 27)
    }

    @Test func `what is understood names words of the sentence, and never both a value and a question`() throws {
        for one in SentenceCase.all {
            let sentence = try Self.read(one.sentence)
            for finding in sentence.findings {
                for words in finding.words.components(separatedBy: ", ") {
                    #expect(sentence.text.contains(words) || words.contains("."), "\(one.sentence): \(words)")
                }
                if finding.field != .keywords {
                    #expect(!sentence.questions.contains { $0.field == finding.field }, "\(one.sentence)")
                    #expect(sentence.values(finding.field).count == 1, "\(one.sentence)")
                }
            }
        }
    }

    @Test func `everything that a goal needs is understood or asked`() throws {
        for one in SentenceCase.all {
            let sentence = try Self.read(one.sentence)
            for field in [GoalSentence.Field.marketplace, .keywords, .target, .deadline, .budget, .factors] {
                let isThere = sentence.value(field) != nil || sentence.questions.contains { $0.field == field }
                #expect(isThere, "\(one.sentence): \(field.rawValue)")
            }
        }
    }

    @Test func `a deadline is told with its instant in the goal's time zone`() throws {
        let sentence = try Self.read("텀블러를 다음 주까지 5위로")
        let deadline = try #require(sentence.findings.first { $0.field == .deadline })
        #expect(deadline.until?.description == "2026-11-29T15:00:00.000Z")
        #expect(deadline.words == "다음 주까지")
    }

    @Test func `what is far too long is cut, and noise of all characters is read without harm`() throws {
        #expect(try Self.read(String(repeating: "텀블러 3위 ", count: 2_000)).text.count <= GoalSentence.lengthLimit)
        let alphabet = Array(
            "가나를을은 0123456789만억원위까지%$₩#\"'\u{1}\u{2}\u{0}👍🏽é\u{301}\u{202E}<>&;:.,/-\n\tabyz페이지 월일 until top"
        )
        var random = SplitMix64(seed: 20_261_118)
        for _ in 0..<400 {
            let noise = String(
                (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            )
            let sentence = try Self.read(noise)
            #expect(
                sentence.findings.allSatisfy { !$0.value.contains("\u{1}") && !$0.value.contains("\u{2}") },
                "\(noise.debugDescription)"
            )
        }
    }

    @Test func `a question has words in both languages`() throws {
        for field in GoalSentence.Field.allCases {
            for reason in GoalSentence.Reason.allCases {
                let question = GoalSentence.Question(field: field, reason: reason, words: "말", proposals: [])
                #expect(question.text(isKorean: false).contains("?"), "\(field) \(reason)")
                #expect(question.text(isKorean: true).contains("?"), "\(field) \(reason)")
            }
        }
    }
}

@Suite struct GoalSketchTests {
    @Test func `a draft of a whole sentence and its answers is a goal file that says the same`() throws {
        let sentence = try GoalSentenceTests.read("가상 시장에서 \"감귤: 5kg #1\"을 '제주 \"감귤\"' 키워드로 20위 안에 2주 안에 예산 50만원")
        var draft = GoalSketch(sentence)
        draft.levers = try GoalSketch.levers("coupon: none, 5%, 10%\nprice: 39000, 37000")
        draft.window = "6h"
        draft.units = "4"
        let goal = try GoalFile.read(draft.yaml(), directory: "/")
        #expect(goal.product.title == sentence.value(.product))
        #expect(goal.keywords == sentence.values(.keywords))
        #expect(goal.objective.target == 20)
        #expect(goal.deadline == .days(14))
        #expect(goal.budget.amount == Money(minorUnits: 500_000, currency: .krw))
        #expect(goal.factors.map(\.name) == ["coupon", "price"])
        #expect(goal.factors[1].levels == [.integer(39_000), .integer(37_000)])
        #expect(goal.approval == .required)
    }

    @Test func `what is not known stands in the file as a comment, and the reader names it`() throws {
        let draft = GoalSketch(try GoalSentenceTests.read("감귤을 1페이지에 올려줘"))
        #expect(draft.yaml().contains("# target: "))
        do {
            _ = try GoalFile.read(draft.yaml(), directory: "/")
            Issue.record("a goal without factors was read")
        } catch {
            #expect(error.errors.contains { $0.field == "factors" })
        }
    }

    @Test(arguments: [
        "x\n# y: 1", "\"quoted\" \\ back", "a: [b", "탭\t과 줄\u{2028}", "'", "- x", "!tag", "%", "@", "{}", "null",
        "true",
    ])
    func `no name breaks the file`(_ name: String) throws {
        var draft = GoalSketch()
        draft.product = name
        draft.marketplace = "simulated"
        draft.keywords = [name]
        draft.target = "5"
        draft.levers = [.init(name: "a", levels: ["x", name])]
        let goal = try GoalFile.read(draft.yaml(), directory: "/")
        #expect(goal.factors[0].levels.count == 2)
        #expect(goal.product.title?.isEmpty == false)
    }

    @Test(arguments: ["target", "deadline", "budget", "units", "window"])
    func `a wrong answer is refused by the reader and not by YAML`(_ field: String) throws {
        var draft = GoalSketch()
        draft.product = "cup"
        draft.marketplace = "simulated"
        draft.keywords = ["cup"]
        draft.target = "5"
        draft.levers = [.init(name: "a", levels: ["x", "y"])]
        let wrong = "x]: {\n- \"evil"
        switch field {
        case "target": draft.target = wrong
        case "deadline": draft.deadline = wrong
        case "budget": draft.budget = wrong
        case "units": draft.units = wrong
        default: draft.window = wrong
        }
        do {
            _ = try GoalFile.read(draft.yaml(), directory: "/")
            Issue.record("'\(wrong)' was read as \(field)")
        } catch {
            #expect(error.errors.allSatisfy { $0.field.contains(field) || $0.field.hasPrefix("metric") }, "\(error)")
        }
    }

    @Test(arguments: ["coupon", "coupon: none", ": a, b", "x: ,"])
    func `a line that is no lever is named`(_ line: String) {
        #expect(throws: GoalSketchError(field: "factors", value: line)) { try GoalSketch.levers("ok: a, b\n" + line) }
    }
}
