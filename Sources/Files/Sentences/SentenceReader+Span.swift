// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Deadlines as a length of time from now: 2주 안에, within three days.
extension SentenceReader {
    private static let count = SentenceNumbers.count
    private static let english = SentenceNumbers.englishCount

    private static let length =
        "(하루|이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레|열흘|보름|일주일|(?:\(count))\\s*(?:일|주일|주|개월|달|시간))"
    static let koreanSpan = SentencePattern(
        "(?<![A-Za-z0-9.,가-힣])(?:앞으로\\s*)?(?!이달)\(length)(?:\\s*(?:간|정도|쯤))?(?:\\s*(?:안에|안으로|이내에|이내로|이내|내에|내로|내(?![가-힣])|동안|만에|간에|뒤까지|후까지)|(?<=간)(?![가-힣]))|"
            + "(?:기한|기간|마감)(?:은|는|이|:)?\\s*(?:앞으로\\s*)?\(length)(?:\\s*(?:간|정도|쯤|이내|안))?(?![가-힣\\d])"
    )
    static let englishSpan = SentencePattern(
        "\\b(within|in|for|over|during|inside)\\s+(?:the\\s+)?(?:next\\s+|coming\\s+)?(?:about\\s+)?(\(english))?\\s*(hours?|days?|weeks?|fortnight|months?)\\b(?:'?\\s+time\\b)?(?:\\s+from\\s+now)?|"
            + "()\\b(\(english))\\s+(hours?|days?|weeks?|months?)\\s+from\\s+(?:now|today)\\b"
    )
    private static let nativeDays: [String: Int] = [
        "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10, "보름": 15, "일주일": 7,
    ]

    mutating func readSpans() {
        for match in text.matches(Self.koreanSpan) { readKoreanSpan(match) }
        for match in text.matches(Self.englishSpan) { readEnglishSpan(match) }
    }

    private mutating func readKoreanSpan(_ match: SentenceText.Match) {
        guard let words = (match[1] ?? match[2])?.replacing(" ", with: "") else { return }
        // 이 주 is this week, and 이주 two of them.
        if words == "이주" {
            let week = calendar.weekday(6, weeksAhead: 0).flatMap(calendar.end(of:)).flatMap(span(until:))
            return ask(.deadline, .whichDay, in: match.range, proposals: ["14d"] + [week].compactMap(\.self))
        }
        if let days = Self.nativeDays[words] { return deadline(days: days, in: match.range) }
        for (unit, days) in [("주일", 7), ("주", 7), ("일", 1)] where words.hasSuffix(unit) {
            guard let number = SentenceNumbers.whole(String(words.dropLast(unit.count))) else { return }
            return deadline(days: number * days, in: match.range)
        }
        for unit in ["개월", "달"] where words.hasSuffix(unit) {
            guard let number = SentenceNumbers.whole(String(words.dropLast(unit.count))) else { return }
            return deadline(months: number, in: match.range)
        }
        if words.hasSuffix("시간"), let number = SentenceNumbers.whole(String(words.dropLast(2))) {
            deadline(hours: number, in: match.range)
        }
    }

    private mutating func readEnglishSpan(_ match: SentenceText.Match) {
        guard let unit = (match[3] ?? match[6])?.lowercased() else { return }
        let isNext = text.words(match.range).lowercased().contains("next ")
        guard
            let number = (match[2] ?? match[5]).flatMap(SentenceNumbers.whole)
                ?? (isNext || unit == "fortnight" ? 1 : nil)
        else {
            return
        }
        // "for 2 weeks" says how long, as "within" does; "in the next week" as well.
        switch unit.first {
        case "h": deadline(hours: number, in: match.range)
        case "d": deadline(days: number, in: match.range)
        case "f": deadline(days: 14 * number, in: match.range)
        case "w": deadline(days: 7 * number, in: match.range)
        default: deadline(months: number, in: match.range)
        }
    }
}
