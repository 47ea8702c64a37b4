// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Reads a sentence rule by rule, the surest first; each takes its words away from those that follow.
struct SentenceReader {
    typealias Field = GoalSentence.Field
    typealias Finding = GoalSentence.Finding
    typealias Question = GoalSentence.Question
    typealias Reason = GoalSentence.Reason

    let calendar: SentenceCalendar
    let isKorean: Bool
    var text: SentenceText
    /// Everything that was read as a value of a field, contradictions too.
    private(set) var readings: [Finding] = []
    private(set) var questions: [Question] = []
    var refused: [String] = []
    var unread: [String] = []
    /// Words that ask for haste without a day.
    var hastes: [String] = []
    /// The keywords that stood in quotation marks behind a "for".
    var quotedFor: [String] = []
    /// What stood in quotation marks, and where.
    var quotations: [NSRange] = []

    init(_ sentence: String, calendar: SentenceCalendar) {
        text = SentenceText(sentence)
        self.calendar = calendar
        isKorean = (text.original as String).unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }
    }

    mutating func read() -> GoalSentence {
        readAddresses()
        readQuotations()
        readRefusals()
        readOtherMetrics()
        readRanks()
        readDates()
        readMoney()
        readMarkets()
        readKeywords()
        readProduct()
        settle()
        let order = Dictionary(uniqueKeysWithValues: Field.allCases.enumerated().map { ($0.element, $0.offset) })
        let sorted = questions.enumerated().sorted {
            (order[$0.element.field] ?? 0, $0.offset) < (order[$1.element.field] ?? 0, $1.offset)
        }
        let found = readings.enumerated().sorted {
            (order[$0.element.field] ?? 0, $0.offset) < (order[$1.element.field] ?? 0, $1.offset)
        }
        return GoalSentence(
            text: (text.original as String).trimmingCharacters(in: .whitespaces),
            isKorean: isKorean,
            findings: found.map(\.element),
            questions: sorted.map(\.element),
            refused: refused,
            unread: unread
        )
    }

    // MARK: What the rules say

    /// Notes a value and takes its words; one that is taken back has no effect.
    mutating func found(_ field: Field, _ value: String, in range: NSRange, until: Timestamp? = nil) {
        if let range = withoutEffect(range, field) { return ignore(range) }
        readings.append(Finding(field: field, value: value, words: text.words(range), until: until))
        text.strike(range)
    }

    /// Notes a value that follows from words which another value took.
    mutating func note(_ field: Field, _ value: String, words: String) {
        readings.append(Finding(field: field, value: value, words: words, until: nil))
    }

    /// Makes a reading one of another field.
    mutating func move(_ value: String, from field: Field, to other: Field) {
        for index in readings.indices where readings[index].field == field && readings[index].value == value {
            readings[index].field = other
        }
    }

    /// Notes something to ask and takes its words; what is taken back is not asked about.
    mutating func ask(_ field: Field, _ reason: Reason, in range: NSRange, proposals: [String] = []) {
        if let range = withoutEffect(range, field) { return ignore(range) }
        questions.append(Question(field: field, reason: reason, words: text.words(range), proposals: proposals))
        text.strike(range)
    }

    /// Notes something to ask, with words and answers from several places.
    mutating func ask(_ field: Field, _ reason: Reason, about phrases: [Phrase]) {
        var words: [String] = []
        for phrase in phrases where !words.contains(text.words(phrase.range)) { words.append(text.words(phrase.range)) }
        questions.append(
            Question(field: field, reason: reason, words: words.joined(separator: ", "), proposals: phrases.map(\.text))
        )
        for phrase in phrases { text.strike(phrase.range) }
    }

    /// Notes something to ask about words that were taken already.
    mutating func ask(_ field: Field, _ reason: Reason, words: String) {
        questions.append(Question(field: field, reason: reason, words: words, proposals: []))
    }

    /// Lists words as read without effect.
    mutating func ignore(_ range: NSRange) {
        unread.append(text.words(range))
        text.strike(range)
    }

    /// Whether any rule has read anything.
    var hasRead: Bool { !readings.isEmpty || !questions.isEmpty }

    /// Whether nothing was read or asked of a field yet.
    func isOpen(_ field: Field) -> Bool {
        !readings.contains { $0.field == field } && !questions.contains { $0.field == field }
    }

    // MARK: What follows from all of it

    /// Makes contradictions and gaps to questions.
    private mutating func settle() {
        settleProductAddress()
        settleDirection()
        for field in Field.allCases where field != .keywords { settle(field) }
        if isOpen(.product), isOpen(.url) { missing(.product) }
        for field in [Field.marketplace, .keywords, .target, .deadline, .budget, .factors] where isOpen(field) {
            missing(field)
        }
        let markets = Set(readings.filter { $0.field == .marketplace }.map(\.value))
        if !markets.isEmpty, !markets.contains(Marketplace.simulated.rawValue) { missing(.trial) }
    }

    /// A target behind the present rank leads down.
    private mutating func settleDirection() {
        func only(_ field: Field) -> Int? {
            let values = Set(readings.filter { $0.field == field }.map(\.value))
            return values.count == 1 ? values.first.flatMap { Int($0) } : nil
        }
        guard let target = only(.target), let present = only(.presentRank), target > present,
            let words = readings.first(where: { $0.field == .target })?.words
        else { return }
        readings.removeAll { $0.field == .target }
        ask(.target, .downwards, words: words)
    }

    private mutating func missing(_ field: Field) {
        questions.append(Question(field: field, reason: .missing, words: "", proposals: []))
    }

    /// One value said twice counts once; two values are a question, and neither is understood.
    private mutating func settle(_ field: Field) {
        let all = readings.filter { $0.field == field }
        var values: [String] = []
        for reading in all where !values.contains(reading.value) { values.append(reading.value) }
        var unclear: [Question] = []
        for question in questions where question.field == field {
            let isKnown = unclear.contains { $0.reason == question.reason && $0.proposals == question.proposals }
            if !isKnown { unclear.append(question) }
        }
        guard values.count > 1 || values.count + unclear.count > 1 else {
            if let only = unclear.first {
                questions.removeAll { $0.field == field }
                questions.append(only)
            }
            if all.count > 1, let first = all.first {
                let words = all.map(\.words).joined(separator: ", ")
                readings.removeAll { $0.field == field }
                readings.append(Finding(field: field, value: first.value, words: words, until: first.until))
            }
            return
        }
        readings.removeAll { $0.field == field }
        questions.removeAll { $0.field == field }
        let words = (all.map(\.words) + unclear.map(\.words)).joined(separator: ", ")
        var proposals = values
        for proposal in unclear.flatMap(\.proposals) where !proposals.contains(proposal) { proposals.append(proposal) }
        questions.append(Question(field: field, reason: .several, words: words, proposals: proposals))
    }

    /// A market that the address names need not be asked; two markets are a contradiction like any other.
    private mutating func settleProductAddress() {
        guard readings.contains(where: { $0.field == .url }) else { return }
        // An address is enough to find a product; its name is only a help for people.
        questions.removeAll { $0.field == .product && $0.reason == .missing }
    }
}
