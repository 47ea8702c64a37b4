// SPDX-License-Identifier: Apache-2.0
package import Domain
package import Foundation

/// What was spent of a budget that begins anew at every midnight of a time zone, and by whom.
///
/// Pure: it knows no clock. A clock that goes back behind a midnight does not bring the day before back.
package struct DayQuota: Hashable, Codable, Sendable {
    /// How much there is for a day, and whose midnight ends it.
    package struct Rule: Hashable, Sendable {
        package let limit: Int
        package let zone: TimeZone
        /// Whether callers who say for what they call get a share each.
        package let isShared: Bool

        /// Creates a rule.
        package init(limit: Int, zone: TimeZone, isShared: Bool = true) {
            self.limit = max(0, limit)
            self.zone = zone
            self.isShared = isShared
        }

        /// The day of an instant: its midnight, and the next one.
        package func day(of instant: Timestamp) -> (start: Timestamp, end: Timestamp) {
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = zone
            guard let day = calendar.dateInterval(of: .day, for: instant.date) else {
                return (instant, instant + .days(1))
            }
            return (Timestamp(day.start), Timestamp(day.end))
        }
    }

    /// Why a call must wait for the next midnight.
    package enum Refusal: Hashable, Sendable {
        /// The day's budget is spent.
        case spent
        /// The caller's share of it is.
        case shareSpent(Int)
    }

    /// When the day began.
    package private(set) var start: Timestamp
    package private(set) var spent = 0
    /// What was spent for each of those who share.
    package private(set) var shares: [String: Int] = [:]
    /// Whether the other side said that nothing is left.
    package private(set) var isExhausted = false

    /// Nothing spent yet.
    package init(_ rule: Rule, at now: Timestamp) {
        start = rule.day(of: now).start
    }

    /// Begins a new day when it is time.
    package mutating func roll(_ rule: Rule, at now: Timestamp) {
        if rule.day(of: now).start > start { self = DayQuota(rule, at: now) }
    }

    /// How much one of those who share may spend: they and one who has not come yet have equal parts.
    package func share(_ sharer: String, _ rule: Rule) -> Int {
        let known = shares.count + (shares[sharer] == nil ? 1 : 0)
        return rule.limit / (known + 1)
    }

    /// Why so much may not be spent today; nil if it may.
    package func refusal(_ cost: Int, for sharer: String?, _ rule: Rule) -> Refusal? {
        guard cost > 0 else { return nil }
        if isExhausted || cost > rule.limit - spent { return .spent }
        guard rule.isShared, let sharer else { return nil }
        let share = max(cost, share(sharer, rule))
        return (shares[sharer] ?? 0) + cost > share ? .shareSpent(share) : nil
    }

    /// Writes a cost down.
    package mutating func spend(_ cost: Int, for sharer: String?, _ rule: Rule) {
        guard cost > 0 else { return }
        spent += cost
        if rule.isShared, let sharer { shares[sharer, default: 0] += cost }
    }

    /// Notes that the other side said that nothing is left.
    package mutating func exhaust() {
        isExhausted = true
    }
}
