// SPDX-License-Identifier: Apache-2.0

package import Domain

/// How often somebody may ask: a bucket of so many tokens that fills at so many a second.
package struct RateLimit: Hashable, Sendable {
    /// Requests a second in the long run; 0 for as many as they like.
    package var perSecond: Double
    /// How many at once.
    package var burst: Int

    /// Creates a limit.
    package init(perSecond: Double, burst: Int) {
        self.perSecond = perSecond
        self.burst = burst
    }

    /// No limit.
    package static let none = RateLimit(perSecond: 0, burst: 0)
}

/// Counts requests by who asks, and says when there were too many.
///
/// Each name has a token bucket, kept as the instant at which it will be full again. Safe to call from any thread.
package final class RateLimiter: Sendable {
    /// The most buckets that are kept; a bucket that is full again is nobody's.
    static let capacity = 50_000

    private let clock: any TimeSource
    /// When each bucket is full again, in microseconds of the steady clock.
    private let full = Locked<[String: Int64]>([:])

    /// Creates a limiter.
    package init(clock: any TimeSource) {
        self.clock = clock
    }

    /// Takes a token; nil where there was one, else how long until there is one.
    package func take(_ name: String, _ limit: RateLimit) -> TimeSpan? {
        guard limit.perSecond > 0 else { return nil }
        let now = clock.steady.milliseconds &* 1_000
        let step = Int64(max(1, (1_000_000 / limit.perSecond).rounded()))
        let depth = step * Int64(max(limit.burst, 1))
        return full.withLock { full in
            let start = max(full[name] ?? now, now)
            let wait = start + step - depth - now
            guard wait <= 0 else { return TimeSpan(milliseconds: (wait + 999) / 1_000) }
            if full.count >= Self.capacity, full[name] == nil {
                full = full.filter { $0.value > now }
                // Whoever has so many names must not make the others' buckets full again.
                guard full.count < Self.capacity else { return TimeSpan.seconds(1) }
            }
            full[name] = start + step
            return nil
        }
    }
}

/// Makes whoever shows wrong credentials wait, longer with each; nobody is locked out for good.
///
/// After so many wrong ones in a row, five unless told, the next is looked at only after a second, then two, four, up to a minute. A right
/// one, or ten minutes without a wrong one, and all is forgotten.
package final class AttemptDelay: Sendable {
    private struct Record {
        var count: Int
        var until: Timestamp
        var last: Timestamp
    }

    private static let longest = 60
    private static let memory = TimeSpan.minutes(10)
    private static let capacity = 10_000

    private let clock: any TimeSource
    private let free: Int
    private let records = Locked<[String: Record]>([:])

    /// Creates a memory of wrong attempts; nobody waits before `free` of them.
    package init(clock: any TimeSource, free: Int = 5) {
        self.clock = clock
        self.free = free
    }

    /// How long somebody has to wait until their next attempt is looked at; nil for not at all.
    package func wait(_ name: String) -> TimeSpan? {
        let now = clock.steady
        return records.withLock { records in
            guard let record = records[name], record.until > now, now - record.last < Self.memory else { return nil }
            return record.until - now
        }
    }

    /// Notes a wrong attempt.
    package func failed(_ name: String) {
        let now = clock.steady
        records.withLock { records in
            var record = records[name] ?? Record(count: 0, until: now, last: now)
            if now - record.last >= Self.memory { record.count = 0 }
            record.count = min(record.count + 1, 1_000)
            record.last = now
            let over = record.count - free
            if over >= 0 { record.until = now + .seconds(min(1 << min(over, 6), Self.longest)) }
            if records.count >= Self.capacity, records[name] == nil {
                records = records.filter { now - $0.value.last < Self.memory }
                if records.count >= Self.capacity { records = [:] }
            }
            records[name] = record
        }
    }

    /// Notes a right one.
    package func succeeded(_ name: String) {
        records.withLock { records in
            if !records.isEmpty { records[name] = nil }
        }
    }
}
