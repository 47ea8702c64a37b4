// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Deadlines: the order in which times are looked for, and what ties a day to the deadline.
///
/// Lengths of time are in `SentenceReader+Span`, dates in `+WrittenDate`, weekdays, weeks and months in `+Week`, days near the present one in `+NearDay`.
extension SentenceReader {
    typealias Day = SentenceCalendar.Day

    /// What makes a day the deadline behind it, and a day too early when it says before.
    static let koreanEnd =
        "(?:\\s*(전까지|전에|이전까지|이전에)|\\s*(까지|안으로|안에|내로|내에|이내로|이내에|이내|중으로|중에|동안|만에|동안에)(?:는|만|로)?)?"
    static let byWord =
        "(?:\\b(?:(before)|(by|until|till|to|through|thru|no\\s+later\\s+than|due|deadline(?:\\s+is)?:?|within|in|for|over|during))\\s+(?:the\\s+)?)?"

    static let feasts = SentencePattern(
        "(설날|설|구정|추석|한가위|블랙\\s*프라이데이|광군제|어버이날|명절|휴가철|여름|겨울|봄|가을|시즌|출시)(?:\\s*(?:연휴|시즌|행사))?\\s*(?:전까지|전에|까지)|"
            + "\\b(?:by|before|until)\\s+(?:the\\s+)?(lunar\\s+new\\s+year|chuseok|black\\s+friday|thanksgiving|easter|summer|winter|spring|autumn|fall|the\\s+season|launch)\\b"
    )
    static let past = SentencePattern(
        "(?<![가-힣])(?:그저께|그제|어제|지난\\s*(?:주|달|해)|저번\\s*(?:주|달)|작년)(?:\\s*[월화수목금토일]요일)?\\s*(?:까지|전까지|안에)|"
            + "\\b(?:by|before|until)\\s+(?:yesterday|last\\s+(?:week|month|year|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?)\\b"
    )
    static let vagueTime = SentencePattern(
        "(?:최대한|가능한|되도록|가능하면)\\s*(?:빨리|빠르게|빠른\\s*시일(?:\\s*내에?)?|일찍)|빠른\\s*시일\\s*(?:내에?|안에)|조만간|곧(?=\\s)|빨리|급하게|며칠\\s*(?:안에|내로|내에)|몇\\s*(?:주|달|일)\\s*(?:안에|내로|내에)|"
            + "\\basap\\b|\\bas\\s+(?:soon|quickly|fast)\\s+as\\s+possible\\b|\\bsoon\\b|\\bquickly\\b|\\bin\\s+a\\s+(?:few|couple\\s+of)\\s+(?:days|weeks|months)\\b|\\bwithin\\s+a\\s+(?:few|couple\\s+of)\\s+(?:days|weeks|months)\\b"
    )

    /// A time of day; a deadline is the end of a day or so long from now.
    static let timeOfDay = SentencePattern(
        "(?:(?:오전|오후|아침|저녁|밤|새벽|정오|낮)\\s*)?(?<!\\d)\\d{1,2}\\s*시(?!간|즌|리)(?:\\s*\\d{1,2}\\s*분|\\s*반)?(?:\\s*(?:전까지|전에|까지|에))?|"
            + "\\b(?:(?:by|at|before)\\s+)?(?:\\d{1,2}(?::\\d{2})?\\s*(?:am|pm|a\\.m\\.|p\\.m\\.)|\\d{1,2}:\\d{2})\\b|\\b(?:by|at|before)\\s+(?:noon|midnight)\\b"
    )
    /// A part of a year whose beginning differs from business to business.
    static let quarter = SentencePattern(
        "(?:(?:이번|다음|올해|내년|금년)\\s*)?(?:(?<!\\d)[1-4일이삼사]\\s*사?분기|상반기|하반기|분기)(?:\\s*(?:말|초|중))?(?:\\s*(?:전까지|전에|까지|안에|안으로|내에|내로|이내|중에))?(?![가-힣])|"
            + "\\b(?:by|before|until|in|during|within)\\s+(?:the\\s+)?(?:(?:end|start|middle)\\s+of\\s+)?(?:(?:this|next|the)\\s+quarter|q[1-4])\\b"
    )

    mutating func readDates() {
        for match in text.matches(Self.vagueTime) where !match.range.isEmpty { noteVagueTime(match) }
        for match in text.matches(Self.timeOfDay) { ignore(match.range) }
        readSpans()
        for match in text.matches(Self.past) { ask(.deadline, .hasPassed, in: match.range) }
        for match in text.matches(Self.feasts) { ask(.deadline, .unknownDay, in: match.range) }
        for match in text.matches(Self.quarter) { ask(.deadline, .unknownDay, in: match.range) }
        readWrittenDates()
        readWeeks()
        readDaysOfMonth()
        for match in text.matches(Self.namedMonth) { namedMonth(match) }
        readNearDays()
        resolveVagueTime()
    }

    mutating func deadline(hours: Int, in range: NSRange) {
        guard (1...87_600).contains(hours) else { return ask(.deadline, .outOfRange, in: range) }
        let span = TimeSpan.hours(hours)
        found(.deadline, span.description, in: range, until: calendar.now + span)
    }

    mutating func deadline(days: Int, in range: NSRange) {
        guard (1...3_650).contains(days) else { return ask(.deadline, .outOfRange, in: range) }
        deadline(hours: 24 * days, in: range)
    }

    mutating func deadline(months: Int, in range: NSRange) {
        guard (1...120).contains(months), let instant = calendar.after(months: months) else {
            return ask(.deadline, .outOfRange, in: range)
        }
        deadline(until: instant, in: range)
    }

    mutating func deadline(until instant: Timestamp, in range: NSRange) {
        guard let span = span(until: instant) else { return ask(.deadline, .hasPassed, in: range) }
        found(.deadline, span, in: range, until: instant)
    }

    /// Whole hours until an instant; nil when less than one is left.
    func span(until instant: Timestamp) -> String? {
        let hours = (instant - calendar.now).milliseconds / 3_600_000
        return (1...87_600).contains(hours) ? TimeSpan.hours(Int(hours)).description : nil
    }

    /// How a day is tied to the deadline by the words around it.
    enum Tie {
        /// That day's end.
        case until
        /// That day's beginning.
        case before
        /// Nothing says that it is the deadline.
        case none
    }

    static func tie(_ before: String?, _ until: String?) -> Tie {
        before != nil ? .before : until != nil ? .until : .none
    }

    /// A day as deadline; one that nothing ties to the deadline is asked about.
    mutating func deadline(_ day: Day?, _ tie: Tie, in range: NSRange) {
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
    mutating func askWhich(_ days: [Day?], _ tie: Tie, in range: NSRange) {
        let ends = days.compactMap(\.self).compactMap { tie == .before ? calendar.start(of: $0) : calendar.end(of: $0) }
        var spans: [String] = []
        for span in ends.compactMap(span(until:)) where !spans.contains(span) { spans.append(span) }
        ask(.deadline, spans.isEmpty ? .hasPassed : .whichDay, in: range, proposals: spans)
    }

    // MARK: Haste

    mutating func noteVagueTime(_ match: SentenceText.Match) {
        hastes.append(text.words(match.range))
        text.strike(match.range)
    }

    /// Haste is a question only where no day is named.
    mutating func resolveVagueTime() {
        guard isOpen(.deadline), !hastes.isEmpty else { return }
        ask(.deadline, .vague, words: hastes.joined(separator: ", "))
    }
}

extension NSRange {
    /// Whether it holds nothing.
    var isEmpty: Bool { length == 0 }
}
