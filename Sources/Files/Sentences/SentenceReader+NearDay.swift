// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Deadlines as a day near the present one: 모레까지, by tomorrow, by the end of the month.
extension SentenceReader {
    static let koreanNear = SentencePattern("(?<![가-힣])(오늘\\s*(?:자정|밤|안)?|내일\\s*모레|내일|모레|글피)" + koreanEnd)
    static let englishNear = SentencePattern(
        byWord + "\\b(today|tonight|tomorrow|the\\s+day\\s+after\\s+tomorrow|day\\s+after\\s+tomorrow|"
            + "(?:the\\s+)?end\\s+of\\s+(?:(?:the|this|next)\\s+)?(?:week|month|year)|(?:the\\s+)?end\\s+of\\s+(?:the\\s+)?day|"
            + "(?:this|next)\\s+(?:weekend|week|month|year)|year[- ]?end|eo[dwmy]|month[- ]?end|the\\s+weekend)\\b"
    )

    mutating func readNearDays() {
        for match in text.matches(Self.koreanNear) {
            let words = match[1]?.replacing(" ", with: "") ?? ""
            let days = words.hasPrefix("오늘") ? 0 : words == "내일" ? 1 : words == "글피" ? 3 : 2
            deadline(calendar.day(after: days), Self.tie(match[2], match[3]), in: match.range)
        }
        for match in text.matches(Self.englishNear) {
            guard let words = match[3]?.lowercased() else { continue }
            englishNear(words, Self.tie(match[1], match[2]), in: match.range)
        }
    }

    private mutating func englishNear(_ words: String, _ tie: Tie, in range: NSRange) {
        let ends = ["eod": "day", "eow": "end of week", "eom": "end of month", "eoy": "end of year"]
        if let end = ends[words] { return englishNear(end, tie, in: range) }
        let isNext = words.contains("next")
        if words.contains("tomorrow") {
            return deadline(calendar.day(after: words == "tomorrow" ? 1 : 2), tie, in: range)
        }
        if words.hasSuffix("day") || words == "tonight" { return deadline(calendar.day(after: 0), tie, in: range) }
        if words.contains("week") {
            let weeks = isNext ? 1 : 0
            let isEdge = tie == .before && !words.contains("end")
            // "by next week" may end where next week begins, or where it ends.
            if isNext, tie == .until, words == "next week" {
                return askWhich(
                    [calendar.weekday(6, weeksAhead: 1), calendar.weekday(6, weeksAhead: 0)],
                    tie,
                    in: range
                )
            }
            return deadline(calendar.weekday(isEdge ? 0 : 6, weeksAhead: weeks), tie, in: range)
        }
        if words.contains("month") {
            if isNext, tie == .until, words == "next month" {
                return askWhich(
                    [calendar.lastOfMonth(monthsAhead: 1), calendar.lastOfMonth(monthsAhead: 0)],
                    tie,
                    in: range
                )
            }
            if tie == .before, !words.contains("end") {
                return deadline(calendar.day(1, monthsAhead: isNext ? 1 : 0), tie, in: range)
            }
            return deadline(calendar.lastOfMonth(monthsAhead: isNext ? 1 : 0), tie, in: range)
        }
        let year = calendar.today.year + (isNext ? 1 : 0)
        deadline(calendar.existing(Day(year: year, month: 12, day: 31)), tie, in: range)
    }
}
