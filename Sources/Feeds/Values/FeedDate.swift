// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Dates as feeds write them: ISO 8601 and its relatives, RFC 822 and its relatives, Korean, and names of months in some languages.
package enum FeedDate {
    /// The instant that a text names; nil for what is no date.
    ///
    /// Without a zone it is in UTC, or in Korean time in a Korean text.
    package static func timestamp(of text: String) -> Timestamp? { read(text)?.instant }

    /// The instant that a text names, and whether there is such a date and time of day: 31 November is counted on to 1 December.
    static func read(_ text: String) -> (instant: Timestamp, isReal: Bool)? {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty, trimmed.utf8.count <= 100 else { return nil }
        let lower = trimmed.lowercased()
        guard let parts = korean(lower) ?? iso(lower) ?? words(lower) ?? basic(lower), let instant = parts.timestamp
        else { return nil }
        return (instant, parts.isReal)
    }

    /// A date and a time of day in some zone, each part in any range that arithmetic can put right.
    struct Parts {
        var year: Int
        var month = 1
        var day = 1
        /// Days to add.
        var extraDays = 0
        var hour = 0
        var minute = 0
        var second = 0
        /// Minutes east of Greenwich.
        var zone = 0
        /// Whether the day is counted from the year's beginning.
        var isOrdinal = false

        /// Whether a calendar has the day and a clock the time; a second 60 and 24:00 are.
        var isReal: Bool {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            let last = isOrdinal ? (isLeap ? 366 : 365) : (1...12).contains(month) ? lengths[month - 1] : 0
            return day >= 1 && day <= last && (hour < 24 || hour == 24 && minute == 0 && second == 0) && minute < 60
                && second <= 60
        }

        var timestamp: Timestamp? {
            guard (1...9_999).contains(year), (1...12).contains(month), (0...366).contains(day) else { return nil }
            guard (0...99).contains(hour), (0...99).contains(minute), (0...99).contains(second) else { return nil }
            guard abs(zone) <= 26 * 60 else { return nil }
            let minutes = Int64(daysSince1970 + extraDays) * 1_440 + Int64(hour) * 60 + Int64(minute) - Int64(zone)
            return Timestamp(milliseconds: (minutes * 60 + Int64(second)) * 1_000)
        }

        /// Days since 1970-01-01 in the Gregorian calendar.
        ///
        /// By the arithmetic of Howard Hinnant's "chrono-compatible low-level date algorithms", years beginning in March.
        private var daysSince1970: Int {
            let shifted = month <= 2 ? year - 1 : year
            let era = shifted / 400
            let yearOfEra = shifted - era * 400
            let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
            return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        }
    }

    /// `2024-05-03T10:00:00.5+09:00` and what is near: parts left out, a space for the T, spaces before the zone, ordinal days, names of months.
    private static func iso(_ text: String) -> Parts? {
        var scanner = DateScanner(text)
        guard let year = scanner.digits(4...4) else { return nil }
        var parts = Parts(year: year)
        if scanner.skip("-") || scanner.skip("/") || scanner.skip(".") {
            let separatorIsDash = scanner.previous == UInt8(ascii: "-")
            if let name = scanner.letters() {
                guard let month = DateNames.month(name) else { return nil }
                parts.month = month
            } else if let number = scanner.digits(1...3) {
                if scanner.lastLength == 3 {
                    guard separatorIsDash, (1...366).contains(number) else { return nil }
                    parts.day = number
                    parts.isOrdinal = true
                } else {
                    parts.month = number
                }
            } else {
                return nil
            }
            if scanner.skip("-") || scanner.skip("/") || scanner.skip(".") {
                guard let day = scanner.digits(1...2) else { return nil }
                parts.day = day
            }
        } else if !scanner.isAtEnd, !scanner.isAtTime {
            return nil
        }
        return timeOfDay(&scanner, parts)
    }

    /// `20240503T100000Z`, `2024124`, `240503`, `24-05-03`; ten digits are seconds since 1970.
    private static func basic(_ text: String) -> Parts? {
        var scanner = DateScanner(text)
        if let seconds = scanner.digits(10...10) {
            guard scanner.isAtEnd, seconds < 4_102_444_800 else { return nil }
            let day = seconds / 86_400
            let rest = seconds % 86_400
            return Parts(
                year: 1_970,
                day: 1,
                extraDays: day,
                hour: rest / 3_600,
                minute: rest / 60 % 60,
                second: rest % 60
            )
        }
        guard let number = scanner.digits(2...8) else { return nil }
        var parts: Parts
        switch scanner.lastLength {
        case 8: parts = Parts(year: number / 10_000, month: number / 100 % 100, day: number % 100)
        case 7: parts = Parts(year: number / 1_000, day: number % 1_000, isOrdinal: true)
        case 6: parts = Parts(year: 2_000 + number / 10_000, month: number / 100 % 100, day: number % 100)
        case 5: parts = Parts(year: 2_000 + number / 1_000, day: number % 1_000, isOrdinal: true)
        case 4: parts = Parts(year: number)
        case 2:
            parts = Parts(year: 2_000 + number)
            guard scanner.skip("-"), let month = scanner.digits(2...3) else { return nil }
            if scanner.lastLength == 3 {
                parts.day = month
                parts.isOrdinal = true
            } else {
                parts.month = month
                if scanner.skip("-") {
                    guard let day = scanner.digits(1...2) else { return nil }
                    parts.day = day
                }
            }
        default: return nil
        }
        return timeOfDay(&scanner, parts)
    }

    /// Reads a time of day and a zone, if any follow; nil where something else does.
    static func timeOfDay(_ scanner: inout DateScanner, _ date: Parts) -> Parts? {
        var parts = date
        if scanner.isAtZone {
            parts.zone = scanner.zone() ?? 0
            return scanner.isAtEnd ? parts : nil
        }
        scanner.skipSpaces()
        if scanner.skip("t") || scanner.skip(",") { scanner.skipSpaces() }
        guard !scanner.isAtEnd else { return parts }
        guard let hour = scanner.digits(1...6) else { return nil }
        switch scanner.lastLength {
        case 6: (parts.hour, parts.minute, parts.second) = (hour / 10_000, hour / 100 % 100, hour % 100)
        case 4: (parts.hour, parts.minute) = (hour / 100, hour % 100)
        case 1, 2:
            parts.hour = hour
            if scanner.skip(":") {
                guard let minute = scanner.digits(1...2) else { return nil }
                parts.minute = minute
            }
            if scanner.skip(":") {
                guard let second = scanner.digits(1...2) else { return nil }
                parts.second = second
            }
        default: return nil
        }
        if scanner.skip(".") || scanner.skip(",") { _ = scanner.digits(1...18) }
        scanner.skipSpaces()
        if let half = scanner.half() { parts.hour = parts.hour % 12 + half }
        scanner.skipSpaces()
        if scanner.isAtEnd { return parts }
        guard let zone = scanner.zone() else { return nil }
        parts.zone = zone
        return parts
    }
}
