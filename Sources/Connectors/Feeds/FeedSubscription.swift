// SPDX-License-Identifier: Apache-2.0
package import Domain

/// What is remembered of a feed between two fetches.
package struct FeedSubscription: Hashable, Codable, Sendable {
    /// Where it is now: a feed that has moved for good is asked for at its new address.
    package var address: String
    /// The addresses that it had before, the oldest first.
    package var formerAddresses: [String] = []
    /// What the server wants to see again to tell whether the feed has changed.
    package var etag: String?
    package var lastModified: String?
    /// How often the feed asked to be fetched when it was last read.
    package var interval: TimeSpan?
    package var skipHours: [Int] = []
    package var skipDays: [Int] = []
    /// When it may be asked for next; nil if it never was.
    package var nextFetch: Timestamp?
    /// How many times in a row it could not be had.
    package var failures = 0
    /// Whether the server says that it is gone for good (410): it is not asked for any more.
    package var isGone = false

    /// A feed that was never fetched.
    package init(address: String) {
        self.address = address
    }
}

/// When a feed is asked for next: a pure function of what the feed, its server and its past say.
package struct FeedPacing: Hashable, Sendable {
    /// How often a feed is asked for that says nothing of it.
    package var usual: TimeSpan
    /// The bounds within which a feed's own wish is followed.
    package var shortest: TimeSpan
    package var longest: TimeSpan
    /// The wait after a first failure; each further one doubles it, up to `longest`.
    package var afterFailure: TimeSpan

    /// Creates a pacing.
    package init(
        usual: TimeSpan = .hours(1),
        shortest: TimeSpan = .minutes(10),
        longest: TimeSpan = .days(1),
        afterFailure: TimeSpan = .minutes(5)
    ) {
        self.usual = usual
        self.shortest = shortest
        self.longest = longest
        self.afterFailure = afterFailure
    }

    /// When to ask again after an answer.
    ///
    /// - Parameters:
    ///   - now: when the answer came.
    ///   - interval: what feed or server ask for; nil if nothing.
    ///   - skipHours: hours of the day in UTC to stay away in.
    ///   - skipDays: days of the week in UTC to stay away on, 0 for Sunday.
    ///   - jitter: 0 to 1; spreads feeds over a tenth of the interval.
    /// - Returns: an instant after `now`.
    package func next(
        after now: Timestamp,
        interval: TimeSpan?,
        skipHours: [Int] = [],
        skipDays: [Int] = [],
        jitter: Double
    ) -> Timestamp {
        let wish = interval.map { min(max($0, shortest), longest) } ?? usual
        var instant = now + wish + Self.part(of: wish, 0.1 * Self.unit(jitter))
        let hour: Int64 = 3_600_000
        // a week of hours at most: a feed that asks to be left alone always is asked all the same
        for _ in 0..<168 {
            let hours = instant.milliseconds / hour
            let isSkipped = skipHours.contains(Int(hours % 24)) || skipDays.contains(Int((hours / 24 + 4) % 7))
            guard isSkipped else { return instant }
            instant = Timestamp(milliseconds: (hours + 1) * hour) + Self.part(of: .minutes(10), Self.unit(jitter))
        }
        return now + wish
    }

    /// When to ask again after a failure: exponential, half of it at random, never before the server says so.
    package func retry(after now: Timestamp, failures: Int, notBefore: Timestamp?, jitter: Double) -> Timestamp {
        let doublings = min(max(failures - 1, 0), 12)
        let full = min(longest.milliseconds, afterFailure.milliseconds << Int64(doublings))
        let wait = TimeSpan(milliseconds: full / 2) + Self.part(of: TimeSpan(milliseconds: full / 2), Self.unit(jitter))
        let ours = now + wait
        return notBefore.map { max($0, ours) } ?? ours
    }

    private static func unit(_ jitter: Double) -> Double { jitter.isFinite ? min(max(jitter, 0), 1) : 0 }

    private static func part(of span: TimeSpan, _ share: Double) -> TimeSpan {
        TimeSpan(milliseconds: Int64((Double(min(span.milliseconds, 1 << 50)) * share).rounded()))
    }
}
