// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Days and weeks around the present instant in a time zone; weeks begin on Monday.
struct SentenceCalendar: Sendable {
    /// A day of the calendar; not every triple is one.
    struct Day: Hashable, Comparable, Sendable {
        var year: Int
        var month: Int
        var day: Int

        static func < (left: Day, right: Day) -> Bool {
            (left.year, left.month, left.day) < (right.year, right.month, right.day)
        }
    }

    let now: Timestamp
    private let calendar: Calendar

    init(now: Timestamp, timeZone: TimeZone) {
        self.now = now
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        calendar.firstWeekday = 2
        self.calendar = calendar
    }

    /// The present day.
    var today: Day { day(of: now.date) }

    /// The day so many days after the present one.
    func day(after count: Int) -> Day? {
        calendar.date(byAdding: .day, value: count, to: start(of: now.date)).map(day(of:))
    }

    /// The number of the present weekday, 0 for Monday.
    var weekday: Int { (calendar.component(.weekday, from: now.date) + 5) % 7 }

    /// A weekday (0 for Monday) of the present week or a later one.
    func weekday(_ number: Int, weeksAhead: Int) -> Day? { day(after: number - weekday + 7 * weeksAhead) }

    /// The last day of the present month or a later one.
    func lastOfMonth(monthsAhead: Int) -> Day? {
        let today = today
        let first = DateComponents(year: today.year, month: today.month + monthsAhead + 1, day: 1)
        return calendar.date(from: first).flatMap { calendar.date(byAdding: .day, value: -1, to: $0) }.map(day(of:))
    }

    /// A day of the present month or a later one; nil when the month is too short.
    func day(_ day: Int, monthsAhead: Int) -> Day? {
        let today = today
        let month = today.month - 1 + monthsAhead
        return existing(Day(year: today.year + month / 12, month: month % 12 + 1, day: day))
    }

    /// The day itself, when the calendar has it.
    func existing(_ day: Day) -> Day? {
        guard (1...9_999).contains(day.year), (1...12).contains(day.month), (1...31).contains(day.day),
            let date = calendar.date(from: DateComponents(year: day.year, month: day.month, day: day.day)),
            self.day(of: date) == day
        else { return nil }
        return day
    }

    /// The instant at which a day is over; the first that no longer belongs to it.
    func end(of day: Day) -> Timestamp? {
        guard let date = calendar.date(from: DateComponents(year: day.year, month: day.month, day: day.day)) else {
            return nil
        }
        return calendar.date(byAdding: .day, value: 1, to: date).map { Timestamp($0) }
    }

    /// The instant at which a day begins.
    func start(of day: Day) -> Timestamp? {
        calendar.date(from: DateComponents(year: day.year, month: day.month, day: day.day)).map { Timestamp($0) }
    }

    /// The instant so many months after the present one.
    func after(months: Int) -> Timestamp? {
        calendar.date(byAdding: .month, value: months, to: now.date).map { Timestamp($0) }
    }

    private func start(of date: Date) -> Date { calendar.startOfDay(for: date) }

    private func day(of date: Date) -> Day {
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        return Day(year: parts.year ?? 1, month: parts.month ?? 1, day: parts.day ?? 1)
    }
}
