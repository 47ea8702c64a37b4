// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Deadlines as a date: 12월 25일까지, 2026-12-25, by December 25, by the 25th.
extension SentenceReader {
    static let koreanDate = SentencePattern(
        "(?:(?<!\\d)(\\d{4}|올해|금년|내년)\\s*[-./년]?\\s*)?(?<![\\d.])(\\d{1,2})\\s*(?:월|[-/.](?=\\s*\\d))\\s*(\\d{1,2})(?:\\s*일|(?!\\d))(?:\\s*\\([월화수목금토일]\\))?"
            + koreanEnd
    )
    static let koreanDayOfMonth = SentencePattern("(?<![A-Za-z0-9.,월])(\\d{1,2})\\s*일\\s*(전까지|까지)")
    static let christmas = SentencePattern(
        "(크리스마스|성탄절)(?:\\s*이브)?" + koreanEnd + "|" + byWord + "\\b(christmas)\\b(?!\\s+(?:eve|tree|gift|card|lights?))"
    )
    static let isoDate = SentencePattern(byWord + "(?<!\\d)(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})(?!\\d)" + koreanEnd)
    static let months =
        "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    static let monthDay = SentencePattern(
        byWord + "\\b" + months + "\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?:,?\\s+(\\d{4})\\b)?"
    )
    static let dayMonth = SentencePattern(
        byWord + "\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?" + months + "\\b\\.?(?:,?\\s+(\\d{4})\\b)?"
    )
    static let slashDate = SentencePattern(byWord + "(?<![\\d/])(\\d{1,2})/(\\d{1,2})(?![\\d/])")
    static let theDay = SentencePattern("\\b(?:(before)|(by|until))\\s+the\\s+(\\d{1,2})(?:st|nd|rd|th)\\b")

    mutating func readWrittenDates() {
        for match in text.matches(Self.isoDate) {
            guard let year = match[3].flatMap({ Int($0) }), let month = match[4].flatMap({ Int($0) }),
                let day = match[5].flatMap({ Int($0) })
            else { continue }
            let tie = Self.tie(match[1] ?? match[6], match[2] ?? match[7])
            deadline(calendar.existing(Day(year: year, month: month, day: day)), tie, in: match.range)
        }
        for match in text.matches(Self.monthDay) {
            guard let month = match[3].flatMap(Self.month), let day = match[4].flatMap({ Int($0) }) else { continue }
            date(month, day, year: match[5].flatMap { Int($0) }, Self.tie(match[1], match[2]), in: match.range)
        }
        for match in text.matches(Self.dayMonth) {
            guard let day = match[3].flatMap({ Int($0) }), let month = match[4].flatMap(Self.month) else { continue }
            date(month, day, year: match[5].flatMap { Int($0) }, Self.tie(match[1], match[2]), in: match.range)
        }
        for match in text.matches(isKorean ? Self.koreanDate : Self.slashDate) {
            isKorean ? koreanDate(match) : slashDate(match)
        }
        for match in text.matches(Self.christmas) {
            date(12, 25, year: nil, Self.tie(match[2] ?? match[4], match[3] ?? match[5]), in: match.range)
        }
    }

    mutating func readDaysOfMonth() {
        for match in text.matches(Self.koreanDayOfMonth) {
            guard let day = match[1].flatMap({ Int($0) }) else { continue }
            dayOfMonth(day, match[2] == "까지" ? .until : .before, in: match.range)
        }
        for match in text.matches(Self.theDay) {
            guard let day = match[3].flatMap({ Int($0) }) else { continue }
            dayOfMonth(day, Self.tie(match[1], match[2]), in: match.range)
        }
    }

    private mutating func koreanDate(_ match: SentenceText.Match) {
        guard let month = match[2].flatMap({ Int($0) }), let day = match[3].flatMap({ Int($0) }) else { return }
        let isWritten = text.words(match.range).contains("월")
        let tie = Self.tie(match[4], match[5])
        // 24/7 and 3.5 are dates only where something says so.
        guard isWritten || tie != .none else { return }
        date(month, day, year: match[1].flatMap(year), tie, in: match.range)
    }

    /// A year in digits, or this or the next one by its name.
    func year(_ words: String) -> Int {
        Int(words) ?? (calendar.today.year + (words.hasPrefix("내년") ? 1 : 0))
    }

    private mutating func slashDate(_ match: SentenceText.Match) {
        guard let first = match[3].flatMap({ Int($0) }), let second = match[4].flatMap({ Int($0) }) else { return }
        let tie = Self.tie(match[1], match[2])
        guard tie != .none else { return }
        if first <= 12, second <= 12, first != second {
            let year = calendar.today.year
            let days = [(first, second), (second, first)].map { month, day in
                [year, year + 1].compactMap { calendar.existing(Day(year: $0, month: month, day: day)) }
                    .first { $0 >= calendar.today }
            }
            askWhich(days, tie, in: match.range)
        } else {
            date(first <= 12 ? first : second, first <= 12 ? second : first, year: nil, tie, in: match.range)
        }
    }

    /// A day of a month; without a year, one that has passed may be next year's, which is asked.
    mutating func date(_ month: Int, _ day: Int, year: Int?, _ tie: Tie, in range: NSRange) {
        if let year { return deadline(calendar.existing(Day(year: year, month: month, day: day)), tie, in: range) }
        let today = calendar.today
        let this = calendar.existing(Day(year: today.year, month: month, day: day))
        let next = calendar.existing(Day(year: today.year + 1, month: month, day: day))
        guard let first = this ?? next else { return ask(.deadline, .outOfRange, in: range) }
        if first < today || first == today && tie == .before { return askWhich([next], tie, in: range) }
        deadline(first, tie, in: range)
    }

    private mutating func dayOfMonth(_ day: Int, _ tie: Tie, in range: NSRange) {
        guard (1...31).contains(day) else { return ask(.deadline, .outOfRange, in: range) }
        let this = calendar.day(day, monthsAhead: 0)
        let next = calendar.day(day, monthsAhead: 1)
        guard let this, this > calendar.today else {
            return askWhich([this == calendar.today ? this : nil, next], tie, in: range)
        }
        deadline(this, tie, in: range)
    }

    static func month(_ name: String) -> Int? {
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        return names.firstIndex(of: String(name.lowercased().prefix(3))).map { $0 + 1 }
    }
}
