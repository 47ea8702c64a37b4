// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Deadlines as a weekday, a week, a month or a year: 다음 주까지, by next Friday, by the end of November.
extension SentenceReader {
    static let koreanWeek = SentencePattern(
        "(이번\\s*주|금주|다음\\s*주|담\\s*주|차주|다다음\\s*주|다담\\s*주)(?:\\s*(월|화|수|목|금|토|일)(?:요일)(?!\\S*\\s*부터)|\\s*(주말|초|중반|말(?!고)))?"
            + koreanEnd
    )
    static let koreanMonth = SentencePattern(
        "(?:(이번\\s*달|이달|금월|다음\\s*달|담\\s*달|내달|다다음\\s*달)\\s*(?:(\\d{1,2})\\s*일|(말일|말(?!고)|초|중순))?|(월말)|(연말|올해\\s*말|올해(?!\\s*\\d)|금년(?!\\s*\\d)|연내|올해\\s*안)|(?<![\\d월])(내년)(?!\\s*\\d)(?:\\s*(초|말))?)"
            + koreanEnd
    )
    static let koreanWeekday = SentencePattern(
        "(?<![가-힣])(월|화|수|목|금|토|일)요일" + koreanEnd + "|(?<![가-힣])(주말)" + koreanEnd
    )
    private static let weekdays = "(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    static let englishWeekday = SentencePattern(
        byWord + "\\b(?:(this|next|coming|the\\s+coming)\\s+)?" + weekdays + "\\b(?:\\s+(next\\s+week))?"
    )
    static let namedMonth = SentencePattern(
        "(?:(올해|금년|내년)\\s*)?(?<![\\d.])(\\d{1,2})\\s*월(?:\\s*(말일|말(?!고)|초|중순))?" + koreanEnd + "(?![가-힣\\d])|"
            + byWord + "\\b(?:(the\\s+)?(?:(end|beginning|middle|start)\\s+of|(early|mid|late)\\b-?)\\s*)?" + months
            + "\\b(?!\\.?\\s*\\d)"
    )

    mutating func readWeeks() {
        for match in text.matches(Self.koreanWeek) { koreanWeek(match) }
        for match in text.matches(Self.koreanMonth) { koreanMonth(match) }
        for match in text.matches(Self.englishWeekday) { englishWeekday(match) }
        for match in text.matches(Self.koreanWeekday) {
            if match[4] != nil {
                deadline(calendar.weekday(6, weeksAhead: 0), Self.tie(match[5], match[6]), in: match.range)
            } else if let number = match[1].flatMap(Self.koreanDayNumber) {
                weekday(number, Self.tie(match[2], match[3]), in: match.range)
            }
        }
    }

    private mutating func koreanWeek(_ match: SentenceText.Match) {
        let words = match[1]?.replacing(" ", with: "") ?? ""
        let weeks = words.hasPrefix("다다") ? 2 : ["이번주", "금주"].contains(words) ? 0 : 1
        let tie = Self.tie(match[4], match[5])
        if let number = match[2].flatMap(Self.koreanDayNumber) {
            deadline(calendar.weekday(number, weeksAhead: weeks), tie, in: match.range)
        } else if match[3] == "초" || match[3] == "중반" {
            ask(.deadline, .vague, in: match.range)
        } else {
            let day = calendar.weekday(tie == .before ? 0 : 6, weeksAhead: weeks)
            deadline(day, tie, in: match.range)
        }
    }

    private mutating func koreanMonth(_ match: SentenceText.Match) {
        let tie = Self.tie(match[8], match[9])
        if match[4] != nil { return deadline(calendar.lastOfMonth(monthsAhead: 0), tie, in: match.range) }
        let today = calendar.today
        if match[5] != nil {
            return deadline(calendar.existing(Day(year: today.year, month: 12, day: 31)), tie, in: match.range)
        }
        if match[6] != nil {
            guard match[7] != "초" else { return ask(.deadline, .vague, in: match.range) }
            return deadline(calendar.existing(Day(year: today.year + 1, month: 12, day: 31)), tie, in: match.range)
        }
        let words = match[1]?.replacing(" ", with: "") ?? ""
        let months = words.hasPrefix("다다") ? 2 : ["이번달", "이달", "금월"].contains(words) ? 0 : 1
        if let day = match[2].flatMap({ Int($0) }) {
            deadline(calendar.day(day, monthsAhead: months), tie, in: match.range)
        } else if match[3] == "초" || match[3] == "중순" {
            ask(.deadline, .vague, in: match.range)
        } else if tie == .before {
            deadline(calendar.day(1, monthsAhead: months), tie, in: match.range)
        } else {
            deadline(calendar.lastOfMonth(monthsAhead: months), tie, in: match.range)
        }
    }

    /// A month by its name is over when it ends.
    mutating func namedMonth(_ match: SentenceText.Match) {
        let tie = Self.tie(match[4] ?? match[6], match[5] ?? match[7])
        let name = match[2].flatMap { Int($0) } ?? match[11].flatMap(Self.month)
        guard let month = name, (1...12).contains(month) else { return }
        // A month that nothing ties to the deadline is as likely to be a season's word; "may" and "march" are verbs.
        guard tie != .none || match[3] != nil || match[9] != nil || match[10] != nil else { return }
        let edge = match[9]?.lowercased()
        let isVague = match[3] == "초" || match[3] == "중순" || match[10] != nil || (edge != nil && edge != "end")
        guard !isVague else { return ask(.deadline, .vague, in: match.range) }
        let ahead = month - calendar.today.month
        let years = match[1].map { year($0) - calendar.today.year }
        let monthsAhead = years.map { ahead + 12 * $0 } ?? (ahead >= 0 ? ahead : ahead + 12)
        let day =
            tie == .before ? calendar.day(1, monthsAhead: monthsAhead) : calendar.lastOfMonth(monthsAhead: monthsAhead)
        if monthsAhead < 0 {
            ask(.deadline, .hasPassed, in: match.range)
        } else if ahead < 0, years == nil {
            askWhich([day], tie, in: match.range)
        } else {
            deadline(day, tie, in: match.range)
        }
    }

    private mutating func englishWeekday(_ match: SentenceText.Match) {
        guard let number = match[4].flatMap(Self.englishDayNumber) else { return }
        let tie = Self.tie(match[1], match[2])
        // "sun", "sat", "wed" and "mon" alone are words of other meanings.
        let isWhole = text.words(match.range).lowercased().contains("day")
        guard isWhole || tie != .none else { return }
        let which = match[3]?.lowercased()
        if match[5] != nil { return deadline(calendar.weekday(number, weeksAhead: 1), tie, in: match.range) }
        if which == "this" { return deadline(calendar.weekday(number, weeksAhead: 0), tie, in: match.range) }
        if which == "next" {
            guard number > calendar.weekday else {
                return deadline(calendar.weekday(number, weeksAhead: 1), tie, in: match.range)
            }
            return askWhich(
                [calendar.weekday(number, weeksAhead: 0), calendar.weekday(number, weeksAhead: 1)],
                tie,
                in: match.range
            )
        }
        weekday(number, tie, in: match.range)
    }

    /// The next such weekday; today's name may mean today or a week from now.
    private mutating func weekday(_ number: Int, _ tie: Tie, in range: NSRange) {
        let ahead = number < calendar.weekday ? 1 : 0
        guard number != calendar.weekday else {
            return askWhich(
                [calendar.weekday(number, weeksAhead: 0), calendar.weekday(number, weeksAhead: 1)],
                tie,
                in: range
            )
        }
        deadline(calendar.weekday(number, weeksAhead: ahead), tie, in: range)
    }

    private static func koreanDayNumber(_ name: String) -> Int? {
        ["월", "화", "수", "목", "금", "토", "일"].firstIndex(of: name)
    }

    private static func englishDayNumber(_ name: String) -> Int? {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].firstIndex(of: String(name.lowercased().prefix(3)))
    }
}
