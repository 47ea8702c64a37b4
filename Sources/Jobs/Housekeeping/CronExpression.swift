// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation

/// Times of day and days, as `cron` writes them: five fields, minute, hour, day of the month, month, day of the week.
///
/// A field is `*`, a number, a range `a-b`, either with a step `/n`, or a list of these with commas; months and days of the week may be
/// named by three English letters, and Sunday is 0 or 7. Where both day fields are restricted, either is enough (POSIX, crontab). A
/// local time that a change of clocks leaves out is passed over; one that it brings twice counts once, unless the hour field is `*`.
package struct CronExpression: Hashable, Sendable {
    /// What is wrong with an expression.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    private let minutes: Set<Int>
    private let hours: Set<Int>
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let isEveryHour: Bool
    private let isEveryDay: Bool
    private let isEveryWeekday: Bool
    private let calendar: Calendar

    /// Reads an expression; throws `Malformed`, which names the field, what it has and what it may have.
    package init(_ text: String, timeZone: String) throws(Malformed) {
        guard let zone = TimeZone(identifier: timeZone) else {
            throw Malformed(description: "'\(timeZone)' is not a time zone; give one such as Asia/Seoul")
        }
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 5 else {
            throw Malformed(
                description:
                    "'\(text)' has \(fields.count) fields; a cron expression has 5: minute, hour, day, month, weekday"
            )
        }
        minutes = try Self.field(fields[0], "minute", 0...59)
        hours = try Self.field(fields[1], "hour", 0...23)
        days = try Self.field(fields[2], "day", 1...31)
        months = try Self.field(fields[3], "month", 1...12, names: Self.monthNames, first: 1)
        let weekdays = try Self.field(fields[4], "weekday", 0...7, names: Self.weekdayNames, first: 0)
        self.weekdays = Set(weekdays.map { $0 % 7 })
        isEveryHour = fields[1] == "*"
        isEveryDay = fields[2] == "*"
        isEveryWeekday = fields[4] == "*"
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    private static func field(
        _ text: Substring,
        _ name: String,
        _ range: ClosedRange<Int>,
        names: [String] = [],
        first: Int = 0
    ) throws(Malformed) -> Set<Int> {
        let wrong = Malformed(
            description:
                "the \(name) '\(text)' is not one; give *, a number from \(range.lowerBound) to \(range.upperBound), "
                + "a range such as \(range.lowerBound)-\(range.lowerBound + 2), a step such as */2, or several with commas"
        )
        func number(_ text: Substring) -> Int? {
            if let place = names.firstIndex(of: text.lowercased()) { return place + first }
            guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
        var values: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            var step = 1
            if pieces.count == 2 {
                guard let given = Int(pieces[1]), (1...range.upperBound).contains(given) else { throw wrong }
                step = given
            }
            let ends = pieces[0].split(separator: "-", omittingEmptySubsequences: false)
            if pieces[0] == "*" {
                values.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
            } else if ends.count == 2, let low = number(ends[0]), let high = number(ends[1]), low <= high {
                values.formUnion(stride(from: low, through: high, by: step))
            } else if ends.count == 1, let value = number(ends[0]) {
                let last = pieces.count == 2 ? range.upperBound : value
                values.formUnion(stride(from: value, through: last, by: step))
            } else {
                throw wrong
            }
        }
        return values
    }

    /// The first time after an instant; nil when there is none within eight years, as for the 30th of February.
    package func next(after instant: Timestamp) -> Timestamp? {
        let minute: Int64 = 60_000
        var milliseconds = (instant.milliseconds / minute + 1) * minute
        let last = milliseconds + 8 * 366 * 24 * 60 * minute
        while milliseconds < last {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            let parts = calendar.dateComponents([.minute, .hour, .day, .month, .weekday], from: date)
            guard let month = parts.month, let day = parts.day, let weekday = parts.weekday, let hour = parts.hour,
                let minuteOfHour = parts.minute
            else { return nil }
            if !months.contains(month) || !isOn(day: day, weekday: weekday - 1) {
                milliseconds = midnight(after: date)
            } else if !hours.contains(hour) {
                milliseconds += Int64(60 - minuteOfHour) * minute
            } else if !minutes.contains(minuteOfHour) || isRepeated(date, hour: hour, minute: minuteOfHour) {
                milliseconds += minute
            } else {
                return Timestamp(milliseconds: milliseconds)
            }
        }
        return nil
    }

    private func isOn(day: Int, weekday: Int) -> Bool {
        if isEveryDay { return weekdays.contains(weekday) }
        if isEveryWeekday { return days.contains(day) }
        return days.contains(day) || weekdays.contains(weekday)
    }

    /// The start of the next day, which may not be at midnight where clocks change then.
    private func midnight(after date: Date) -> Int64 {
        let start = calendar.startOfDay(for: date)
        let next = calendar.date(byAdding: .day, value: 1, to: start) ?? date.addingTimeInterval(86_400)
        return Int64((next.timeIntervalSince1970 * 1_000).rounded())
    }

    /// Whether the clock showed the same time an hour ago, because it was set back.
    private func isRepeated(_ date: Date, hour: Int, minute: Int) -> Bool {
        guard !isEveryHour else { return false }
        let before = calendar.dateComponents([.hour, .minute], from: date.addingTimeInterval(-3_600))
        return before.hour == hour && before.minute == minute
    }
}
