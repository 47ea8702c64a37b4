// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation

/// When notices go out: gathered, not at night, one for one cause, and never a flood.
///
/// Pure: the time is a parameter. Its state is a value that can be kept: a process that starts again goes on where the last one was.
package struct NoticePolicy: Hashable, Codable, Sendable {
    /// The rules.
    package struct Rules: Hashable, Codable, Sendable {
        /// How long a notice waits for others.
        package var gathering = TimeSpan.minutes(5)
        /// For how long a cause that was told is not told again.
        package var silence = TimeSpan.days(1)
        /// How many messages there may be in an hour; urgent ones count, and wait too.
        package var mostInHour = 6
        /// How many notices a message holds; the rest are counted in it.
        package var mostInMessage = 20
        /// When nothing but the urgent goes out.
        package var quiet: QuietHours?

        /// Five minutes' gathering, a day's silence, six messages in an hour, no quiet hours.
        package init() {}
    }

    /// What goes out in one message.
    package struct Message: Hashable, Codable, Sendable {
        /// Urgent ones first, then by time; never empty.
        package let notices: [Notice]
        /// How many more there are than `notices` holds.
        package let more: Int
        /// The same for the same notices, so that the other side may know a repetition.
        package let key: String
    }

    /// How many causes are remembered: beyond it the oldest are forgotten.
    private static let mostCauses = 10_000

    /// May be changed at any time; what waits keeps to them from then on.
    package var rules: Rules
    private var waiting: [Notice] = []
    /// Until when a cause is not told again.
    private var silent: [String: Timestamp] = [:]
    private var sent: [Timestamp] = []

    /// Starts with nothing told.
    package init(_ rules: Rules) { self.rules = rules }

    /// Takes a notice in; false where its cause waits already, or was told lately.
    @discardableResult
    package mutating func add(_ notice: Notice, now: Timestamp) -> Bool {
        forget(now)
        if let index = waiting.firstIndex(where: { $0.cause == notice.cause }) {
            // The same cause, but now it hurries.
            if notice.urgency == .urgent, waiting[index].urgency == .normal { waiting[index] = notice }
            return false
        }
        guard silent[notice.cause] == nil else { return false }
        waiting.append(notice)
        return true
    }

    /// What is to go out now; nil if nothing is.
    ///
    /// It counts as sent: hand back what could not be delivered with `putBack`.
    package mutating func next(now: Timestamp) -> Message? {
        forget(now)
        guard let due, due <= now else { return nil }
        let isQuiet = rules.quiet?.contains(now) ?? false
        // At night the urgent go alone.
        let ready = waiting.filter { !isQuiet || $0.urgency == .urgent }
        let order = ready.sorted { a, b in
            (a.urgency == .urgent ? 0 : 1, a.at, a.cause) < (b.urgency == .urgent ? 0 : 1, b.at, b.cause)
        }
        guard !order.isEmpty else { return nil }
        let causes = Set(order.map(\.cause))
        waiting.removeAll { causes.contains($0.cause) }
        for cause in causes { silent[cause] = now + rules.silence }
        sent.append(now)
        let notices = Array(order.prefix(max(1, rules.mostInMessage)))
        return Message(notices: notices, more: order.count - notices.count, key: Self.key(order))
    }

    /// Takes back what could not be delivered, to be tried again.
    package mutating func putBack(_ message: Message) {
        for notice in message.notices where !waiting.contains(where: { $0.cause == notice.cause }) {
            silent[notice.cause] = nil
            waiting.append(notice)
        }
    }

    /// How many notices wait.
    package var count: Int { waiting.count }

    /// When there will be something to send, from what waits now; nil if nothing waits.
    package var due: Timestamp? {
        let free =
            sent.count < max(1, rules.mostInHour)
            ? nil : sent.suffix(max(1, rules.mostInHour)).first.map { $0 + .hours(1) }
        let urgent = waiting.filter { $0.urgency == .urgent }.map(\.at).min()
        let normal = waiting.filter { $0.urgency == .normal }.map(\.at).min().map { first in
            let gathered = first + rules.gathering
            return rules.quiet?.end(from: gathered) ?? gathered
        }
        return [urgent, normal].compactMap(\.self).min().map { first in free.map { max($0, first) } ?? first }
    }

    private mutating func forget(_ now: Timestamp) {
        sent.removeAll { $0 + .hours(1) <= now }
        silent = silent.filter { $0.value > now }
        if silent.count > Self.mostCauses {
            let kept = silent.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(Self.mostCauses)
            silent = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
        }
    }

    private static func key(_ notices: [Notice]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in notices.map({ "\($0.cause)\u{0}\($0.at.milliseconds)" }).sorted().joined(separator: "\u{1}").utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        let first = notices.map(\.at.milliseconds).min() ?? 0
        return "dure-\(first)-\(String(hash, radix: 16))"
    }
}

/// A span of the day in which people sleep, in their time zone; it may run over midnight.
package struct QuietHours: Hashable, Codable, Sendable {
    /// Minutes since midnight, 0 to 1,439.
    package let from: Int
    package let until: Int
    /// Such as `Asia/Seoul`.
    package let zone: String

    /// Reads `22:00-07:00` and a zone's name; nil where either is wrong or the span is empty.
    package init?(_ text: String, zone: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.minutes)
        guard ends.count == 2, let from = ends[0], let until = ends[1], from != until,
            TimeZone(identifier: zone) != nil
        else { return nil }
        (self.from, self.until, self.zone) = (from, until, zone)
    }

    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
        return calendar
    }

    /// Whether the instant is within.
    package func contains(_ instant: Timestamp) -> Bool {
        let parts = calendar.dateComponents([.hour, .minute], from: instant.date)
        let minute = (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
        return from < until ? minute >= from && minute < until : minute >= from || minute < until
    }

    /// The instant itself where it is not within, else the end; clocks that are put forward or back are minded.
    package func end(from instant: Timestamp) -> Timestamp {
        guard contains(instant) else { return instant }
        let wanted = DateComponents(hour: until / 60, minute: until % 60, second: 0)
        let end = calendar.nextDate(after: instant.date, matching: wanted, matchingPolicy: .nextTime)
        return end.map(Timestamp.init) ?? instant
    }
}
