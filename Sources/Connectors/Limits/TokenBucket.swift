// SPDX-License-Identifier: Apache-2.0
package import Domain

/// A bucket that tokens drip into at a steady rate, up to a capacity; a call takes some out, and waits until they are there.
///
/// Pure: it knows no clock. A clock that goes back adds nothing, and takes nothing away.
package struct TokenBucket: Hashable, Codable, Sendable {
    /// How much a bucket holds, and how fast it fills.
    package struct Rule: Hashable, Sendable {
        package let capacity: Int
        package let refill: Int
        package let span: TimeSpan

        /// At most so many in any span of time, of which `burst` may come at once.
        ///
        /// What is in the bucket and what drips into it within the span are together no more than the limit; a limit of one is a gap between calls.
        package init(atMost limit: Int, in span: TimeSpan, burst: Int = 1) {
            let limit = max(1, limit)
            capacity = limit == 1 ? 1 : min(max(1, burst), limit - 1)
            refill = limit == 1 ? 1 : limit - capacity
            self.span = max(span, TimeSpan(milliseconds: 1))
        }
    }

    /// What is in it, in tokens times the milliseconds of the rule's span.
    private var level: Int64
    private var at: Timestamp

    /// A full bucket.
    package init(_ rule: Rule, at now: Timestamp) {
        level = Int64(rule.capacity) * rule.span.milliseconds
        at = now
    }

    /// Lets time pass.
    private mutating func fill(_ rule: Rule, at now: Timestamp) {
        let full = Int64(rule.capacity) * rule.span.milliseconds
        // a bucket is full after a span for each token, so that longer waits need not be multiplied
        let elapsed = min(max(0, (now - at).milliseconds), full)
        level = min(full, max(0, level) + elapsed * Int64(rule.refill))
        at = now
    }

    /// The first instant at which so many tokens are there; nil if they never are.
    package func ready(_ count: Int, _ rule: Rule, at now: Timestamp) -> Timestamp? {
        guard count <= rule.capacity else { return nil }
        var later = self
        later.fill(rule, at: now)
        let missing = Int64(max(0, count)) * rule.span.milliseconds - later.level
        guard missing > 0 else { return now }
        let refill = Int64(rule.refill)
        return now + TimeSpan(milliseconds: (missing + refill - 1) / refill)
    }

    /// Takes tokens out; false, and none taken, where they are not there.
    package mutating func take(_ count: Int, _ rule: Rule, at now: Timestamp) -> Bool {
        guard ready(count, rule, at: now) == now else { return false }
        fill(rule, at: now)
        level -= Int64(max(0, count)) * rule.span.milliseconds
        return true
    }
}
