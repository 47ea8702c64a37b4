// SPDX-License-Identifier: Apache-2.0

package import Domain

/// When to count which video again: young ones often, old ones seldom, at their age × 1.25, within a quota.
package struct RemeasurementPlan: Hashable, Codable, Sendable {
    /// How many videos may be counted again, and for how long one is followed.
    package struct Quota: Hashable, Sendable {
        /// The span that is planned.
        package var span = TimeSpan.days(1)
        /// How many counts there may be in it.
        package var counts = 5_000
        /// A video older than this is no longer counted.
        package var followed = TimeSpan.days(30)

        /// 5,000 counts in a day: 100 calls of 50 videos.
        package init() {}
    }

    /// One count to come.
    package struct Visit: Hashable, Codable, Sendable {
        package let source: String
        package let video: String
        package let due: Timestamp
    }

    private static let factor = 0.25
    private static let least = TimeSpan.hours(1)
    private static let most = TimeSpan.days(2)

    /// In order of time.
    package let visits: [Visit]
    /// How many videos are due as well, but not within the quota: those whose counts would change least.
    package let postponed: Int
    /// How many are too old to be counted again.
    package let ended: Int

    /// What a plan needs to know of a video.
    struct Candidate {
        let source: String
        let video: String
        let published: Timestamp
        let seen: Timestamp
        let forecast: ViewForecast
    }

    /// Plans the counts of the span after an instant.
    init(_ candidates: [Candidate], from now: Timestamp, _ quota: Quota) {
        var due: [(visit: Visit, gain: Double)] = []
        var ended = 0
        for candidate in candidates {
            guard now - candidate.published <= quota.followed else {
                ended += 1
                continue
            }
            let age = max(0, (candidate.seen - candidate.published).inHours)
            let wait = min(Self.most, max(Self.least, TimeSpan(milliseconds: Int64(age * Self.factor * 3_600_000))))
            let at = max(now, candidate.seen + wait)
            guard at < now + quota.span else { continue }
            let gain = candidate.forecast.views(after: at - candidate.seen) - Double(candidate.forecast.views)
            due.append((Visit(source: candidate.source, video: candidate.video, due: at), gain))
        }
        // Where not all can be counted, those of which least would be learnt wait.
        due.sort { ($1.gain, $0.visit.source, $0.visit.video) < ($0.gain, $1.visit.source, $1.visit.video) }
        let kept = due.prefix(max(0, quota.counts)).map(\.visit)
        visits = kept.sorted { ($0.due, $0.source, $0.video) < ($1.due, $1.source, $1.video) }
        postponed = due.count - kept.count
        self.ended = ended
    }
}
