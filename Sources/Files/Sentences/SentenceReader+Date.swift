// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Deadlines: so long from now, or a day.
extension SentenceReader {
    typealias Day = SentenceCalendar.Day

    private static let count = SentenceNumbers.count
    private static let english = SentenceNumbers.englishCount
    /// What makes a day the deadline behind it, and a day too early when it says before.
    private static let koreanEnd =
        "(?:\\s*(전까지|전에|이전까지|이전에)|\\s*(까지|안으로|안에|내로|내에|이내로|이내에|이내|중으로|중에|동안|만에|동안에)(?:는|만|로)?)?"
    private static let byWord =
        "(?:\\b(?:(before)|(by|until|till|no\\s+later\\s+than|due|deadline(?:\\s+is)?:?|within|in|for|over|during))\\s+(?:the\\s+)?)?"

    // MARK: So long from now

    static let koreanSpan = SentencePattern(
        "(?<![A-Za-z0-9.,가-힣])(?:앞으로\\s*)?(하루|이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레|열흘|보름|일주일|(?:\(count))\\s*(?:일|주일|주|개월|달|시간))(?:\\s*(?:간|정도|쯤))?(\\s*(?:안에|안으로|이내에|이내로|이내|내에|내로|동안|만에|간에|뒤까지|후까지))"
    )
    static let englishSpan = SentencePattern(
        "\\b(within|in|for|over|during|inside)\\s+(?:the\\s+)?(?:next\\s+|coming\\s+)?(?:about\\s+)?(\(english))?\\s*(hours?|days?|weeks?|fortnight|months?)\\b(?:\\s+from\\s+now)?"
    )
    private static let nativeDays: [String: Int] = [
        "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10, "보름": 15, "일주일": 7,
    ]

    // MARK: Days

    static let koreanWeek = SentencePattern(
        "(이번\\s*주|금주|다음\\s*주|담\\s*주|차주|다다음\\s*주|다담\\s*주)(?:\\s*(월|화|수|목|금|토|일)(?:요일)(?!\\S*\\s*부터)|\\s*(주말|초|중반|말))?"
            + koreanEnd
    )
    static let koreanMonth = SentencePattern(
        "(?:(이번\\s*달|이달|금월|다음\\s*달|담\\s*달|내달|다다음\\s*달)\\s*(?:(\\d{1,2})\\s*일|(말일|말|초|중순))?|(월말)|(연말|올해\\s*말|올해|금년|연내|올해\\s*안)|(?<![\\d월])(내년)(?:\\s*(초|말))?)"
            + koreanEnd
    )
    static let koreanDate = SentencePattern(
        "(?:(?<!\\d)(\\d{4})\\s*[-./년]\\s*)?(?<![\\d.])(\\d{1,2})\\s*(?:월|[-/.](?=\\s*\\d))\\s*(\\d{1,2})(?:\\s*일|(?!\\d))(?:\\s*\\([월화수목금토일]\\))?"
            + koreanEnd
    )
    static let koreanDayOfMonth = SentencePattern("(?<![A-Za-z0-9.,월])(\\d{1,2})\\s*일\\s*(전까지|까지)")
    static let koreanWeekday = SentencePattern(
        "(?<![가-힣])(월|화|수|목|금|토|일)요일" + koreanEnd + "|(?<![가-힣])(주말)" + koreanEnd
    )
    static let koreanNear = SentencePattern("(?<![가-힣])(오늘\\s*(?:자정|밤|안)?|내일\\s*모레|내일|모레|글피)" + koreanEnd)
    static let feasts = SentencePattern(
        "(설날|설|구정|추석|한가위|블랙\\s*프라이데이|광군제|어버이날|명절|휴가철|여름|겨울|봄|가을|시즌|출시)(?:\\s*(?:연휴|시즌|행사))?\\s*(?:전까지|전에|까지)|"
            + "\\b(?:by|before|until)\\s+(?:the\\s+)?(lunar\\s+new\\s+year|chuseok|black\\s+friday|thanksgiving|easter|summer|winter|spring|autumn|fall|the\\s+season|launch)\\b"
    )
    static let christmas = SentencePattern(
        "(크리스마스|성탄절)(?:\\s*이브)?" + koreanEnd + "|" + byWord + "\\b(christmas)\\b(?!\\s+(?:eve|tree|gift|card|lights?))"
    )
    static let isoDate = SentencePattern(byWord + "(?<!\\d)(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})(?!\\d)" + koreanEnd)
    private static let months =
        "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    static let monthDay = SentencePattern(
        byWord + "\\b" + months + "\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?:,?\\s+(\\d{4})\\b)?"
    )
    static let dayMonth = SentencePattern(
        byWord + "\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?" + months + "\\b\\.?(?:,?\\s+(\\d{4})\\b)?"
    )
    static let slashDate = SentencePattern(byWord + "(?<![\\d/])(\\d{1,2})/(\\d{1,2})(?![\\d/])")
    static let theDay = SentencePattern("\\b(?:(before)|(by|until))\\s+the\\s+(\\d{1,2})(?:st|nd|rd|th)\\b")
    private static let weekdays = "(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    static let englishWeekday = SentencePattern(
        byWord + "\\b(?:(this|next|coming|the\\s+coming)\\s+)?" + weekdays + "\\b(?:\\s+(next\\s+week))?"
    )
    static let englishNear = SentencePattern(
        byWord + "\\b(today|tonight|tomorrow|the\\s+day\\s+after\\s+tomorrow|day\\s+after\\s+tomorrow|"
            + "(?:the\\s+)?end\\s+of\\s+(?:(?:the|this|next)\\s+)?(?:week|month|year)|(?:the\\s+)?end\\s+of\\s+(?:the\\s+)?day|"
            + "(?:this|next)\\s+(?:weekend|week|month|year)|year[- ]?end|month[- ]?end|the\\s+weekend)\\b"
    )
    static let past = SentencePattern(
        "(?<![가-힣])(?:그저께|그제|어제|지난\\s*(?:주|달|해)|저번\\s*(?:주|달)|작년)(?:\\s*[월화수목금토일]요일)?\\s*(?:까지|전까지|안에)|"
            + "\\b(?:by|before|until)\\s+(?:yesterday|last\\s+(?:week|month|year|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?)\\b"
    )
    static let namedMonth = SentencePattern(
        "(?<![\\d.])(\\d{1,2})\\s*월(?:\\s*(말일|말|초|중순))?" + koreanEnd + "(?![가-힣\\d])|"
            + byWord + "\\b(?:(the\\s+)?(end|beginning|middle|start)\\s+of\\s+)?" + months + "\\b(?!\\.?\\s*\\d)"
    )
    static let vagueTime = SentencePattern(
        "(?:최대한|가능한|되도록|가능하면)\\s*(?:빨리|빠르게|빠른\\s*시일(?:\\s*내에?)?|일찍)|빠른\\s*시일\\s*(?:내에?|안에)|조만간|곧(?=\\s)|빨리|급하게|며칠\\s*(?:안에|내로|내에)|몇\\s*(?:주|달|일)\\s*(?:안에|내로|내에)|"
            + "\\basap\\b|\\bas\\s+(?:soon|quickly|fast)\\s+as\\s+possible\\b|\\bsoon\\b|\\bquickly\\b|\\bin\\s+a\\s+(?:few|couple\\s+of)\\s+(?:days|weeks|months)\\b|\\bwithin\\s+a\\s+(?:few|couple\\s+of)\\s+(?:days|weeks|months)\\b"
    )

    mutating func readDates() {
        for match in text.matches(Self.vagueTime) where !match.range.isEmpty { noteVagueTime(match) }
        for match in text.matches(Self.koreanSpan) { readKoreanSpan(match) }
        for match in text.matches(Self.englishSpan) { readEnglishSpan(match) }
        for match in text.matches(Self.past) { ask(.deadline, .hasPassed, in: match.range) }
        for match in text.matches(Self.feasts) { ask(.deadline, .unknownDay, in: match.range) }
        readWrittenDates()
        readWeeks()
        readDaysOfMonth()
        for match in text.matches(Self.namedMonth) { namedMonth(match) }
        readNearDays()
        resolveVagueTime()
    }

    // MARK: Spans

    private mutating func readKoreanSpan(_ match: SentenceText.Match) {
        guard let words = match[1]?.replacing(" ", with: "") else { return }
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
        guard let unit = match[3]?.lowercased() else { return }
        let isNext = text.words(match.range).lowercased().contains("next ")
        guard let number = match[2].flatMap(SentenceNumbers.whole) ?? (isNext || unit == "fortnight" ? 1 : nil) else {
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

    private mutating func deadline(hours: Int, in range: NSRange) {
        guard (1...87_600).contains(hours) else { return ask(.deadline, .outOfRange, in: range) }
        let span = TimeSpan.hours(hours)
        found(.deadline, span.description, in: range, until: calendar.now + span)
    }

    private mutating func deadline(days: Int, in range: NSRange) {
        guard (1...3_650).contains(days) else { return ask(.deadline, .outOfRange, in: range) }
        deadline(hours: 24 * days, in: range)
    }

    private mutating func deadline(months: Int, in range: NSRange) {
        guard (1...120).contains(months), let instant = calendar.after(months: months) else {
            return ask(.deadline, .outOfRange, in: range)
        }
        deadline(until: instant, in: range)
    }

    private mutating func deadline(until instant: Timestamp, in range: NSRange) {
        guard let span = span(until: instant) else { return ask(.deadline, .hasPassed, in: range) }
        found(.deadline, span, in: range, until: instant)
    }

    /// Whole hours until an instant; nil when less than one is left.
    private func span(until instant: Timestamp) -> String? {
        let hours = (instant - calendar.now).milliseconds / 3_600_000
        return (1...87_600).contains(hours) ? TimeSpan.hours(Int(hours)).description : nil
    }

    // MARK: Days

    /// How a day is tied to the deadline by the words around it.
    private enum Tie {
        /// That day's end.
        case until
        /// That day's beginning.
        case before
        /// Nothing says that it is the deadline.
        case none
    }

    private static func tie(_ before: String?, _ until: String?) -> Tie {
        before != nil ? .before : until != nil ? .until : .none
    }

    /// A day as deadline; one that nothing ties to the deadline is asked about.
    private mutating func deadline(_ day: Day?, _ tie: Tie, in range: NSRange) {
        guard let day, let end = tie == .before ? calendar.start(of: day) : calendar.end(of: day) else {
            return ask(.deadline, .outOfRange, in: range)
        }
        guard let span = span(until: end) else { return ask(.deadline, .hasPassed, in: range) }
        if tie == .none {
            ask(.deadline, .isDeadline, in: range, proposals: [span])
        } else {
            found(.deadline, span, in: range, until: end)
        }
    }

    /// Several days that the same words may mean.
    private mutating func askWhich(_ days: [Day?], _ tie: Tie, in range: NSRange) {
        let ends = days.compactMap(\.self).compactMap { tie == .before ? calendar.start(of: $0) : calendar.end(of: $0) }
        var spans: [String] = []
        for span in ends.compactMap(span(until:)) where !spans.contains(span) { spans.append(span) }
        ask(.deadline, spans.isEmpty ? .hasPassed : .whichDay, in: range, proposals: spans)
    }

    private mutating func readWrittenDates() {
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

    private mutating func readDaysOfMonth() {
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
        date(month, day, year: match[1].flatMap { Int($0) }, tie, in: match.range)
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
    private mutating func date(_ month: Int, _ day: Int, year: Int?, _ tie: Tie, in range: NSRange) {
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

    private static func month(_ name: String) -> Int? {
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        return names.firstIndex(of: String(name.lowercased().prefix(3))).map { $0 + 1 }
    }

    // MARK: Weeks and months

    private mutating func readWeeks() {
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
    private mutating func namedMonth(_ match: SentenceText.Match) {
        let tie = Self.tie(match[3] ?? match[5], match[4] ?? match[6])
        guard let month = match[1].flatMap({ Int($0) }) ?? match[9].flatMap(Self.month), (1...12).contains(month) else {
            return
        }
        // A month that nothing ties to the deadline is as likely to be a season's word; "may" and "march" are verbs.
        guard tie != .none || match[2] != nil || match[8] != nil else { return }
        if ["초", "중순"].contains(match[2]) || ["beginning", "middle", "start"].contains(match[8]?.lowercased()) {
            return ask(.deadline, .vague, in: match.range)
        }
        let ahead = month - calendar.today.month
        let monthsAhead = ahead >= 0 ? ahead : ahead + 12
        let day =
            tie == .before ? calendar.day(1, monthsAhead: monthsAhead) : calendar.lastOfMonth(monthsAhead: monthsAhead)
        if ahead < 0 { askWhich([day], tie, in: match.range) } else { deadline(day, tie, in: match.range) }
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

    // MARK: Near days

    private mutating func readNearDays() {
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

    // MARK: Haste

    private mutating func noteVagueTime(_ match: SentenceText.Match) {
        hastes.append(text.words(match.range))
        text.strike(match.range)
    }

    /// Haste is a question only where no day is named.
    private mutating func resolveVagueTime() {
        guard isOpen(.deadline), !hastes.isEmpty else { return }
        ask(.deadline, .vague, words: hastes.joined(separator: ", "))
    }
}

extension NSRange {
    /// Whether it holds nothing.
    var isEmpty: Bool { length == 0 }
}
