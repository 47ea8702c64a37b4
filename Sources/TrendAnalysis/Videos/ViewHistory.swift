// SPDX-License-Identifier: Apache-2.0

package import Domain
import Statistics

/// What was counted of one video up to an instant: in order, each instant once, stretches between sights judged.
package struct ViewHistory: Sendable {
    /// The time between two sights that are far enough apart to tell a velocity.
    struct Stretch: Sendable {
        /// Hours since 1970.
        let from: Double
        let to: Double
        let start: Double
        let end: Double
        /// Whether the count sprang: what is counted anew is not watched anew.
        var isStep = false

        var hours: Double { to - from }
        /// Views an hour, never negative: counts are corrected downwards at times.
        var rate: Double { max(0, end - start) / hours }
    }

    /// Sights closer than this tell more of rounding than of velocity.
    private static let leastHours = 2.0
    /// How far back stretches reach.
    private static let mostHours = 80.0
    /// A count that falls below this share of itself has been corrected.
    private static let fall = 0.8
    /// A count that rises by this factor within a stretch, at five times the velocity beside it, was counted anew; a
    /// video younger than three days may well do it by itself.
    private static let spring = 1.35
    private static let springRate = 5.0
    private static let springAge = 72.0

    /// Hours since 1970.
    let published: Double
    /// In order of time.
    package let sights: [VideoSight]
    /// Newest first.
    let stretches: [Stretch]
    /// The highest count so far.
    let highest: Int
    /// How often a count was below the one before it.
    package let falls: Int

    /// Reads what was counted of a video up to an instant, that included; nil when nothing was.
    package init?(_ item: VideoItem, until: Timestamp) {
        var byInstant: [Timestamp: VideoSight] = [:]
        for sight in item.sights where sight.at <= until {
            var sight = sight
            sight.views = max(0, sight.views)
            // Two counts of one instant: the higher one is the one that has not been delayed.
            if let known = byInstant[sight.at], known.views >= sight.views { continue }
            byInstant[sight.at] = sight
        }
        sights = byInstant.values.sorted { $0.at < $1.at }
        guard let last = sights.last else { return nil }
        published = min(item.published.hours, last.at.hours)
        highest = sights.map(\.views).max() ?? 0
        falls = zip(sights, sights.dropFirst()).count { $0.views > $1.views }
        stretches = Self.judged(Self.stretches(sights), published: published)
    }

    /// The newest sight.
    package var last: VideoSight { sights[sights.count - 1] }

    /// Whether it came out before it was counted first; without a date of its own a video seems to come out with its first count.
    var hasFormerLife: Bool { sights.first.map { published < $0.at.hours } ?? false }

    /// Hours from publication to the newest sight.
    package var age: Double { last.at.hours - published }

    private static func stretches(_ sights: [VideoSight]) -> [Stretch] {
        var found: [Stretch] = []
        guard var later = sights.last else { return found }
        let now = later.at.hours
        for sight in sights.reversed().dropFirst() {
            if later.at.hours - sight.at.hours >= leastHours {
                found.append(
                    Stretch(
                        from: sight.at.hours,
                        to: later.at.hours,
                        start: Double(sight.views),
                        end: Double(later.views)
                    )
                )
                later = sight
            }
            if now - sight.at.hours > mostHours { break }
        }
        return found
    }

    private static func judged(_ found: [Stretch], published: Double) -> [Stretch] {
        var judged = found
        for (place, stretch) in found.enumerated() {
            if stretch.end < fall * stretch.start {
                judged[place].isStep = true
                continue
            }
            let beside = [place - 1, place + 1].filter(found.indices.contains).map { max(1, found[$0].rate) }
            guard let fastest = beside.max(), stretch.to - published > springAge else { continue }
            judged[place].isStep =
                stretch.end > spring * max(1, stretch.start) && stretch.rate > springRate * fastest
        }
        return judged
    }
}

extension Timestamp {
    /// Hours since 1970.
    var hours: Double { Double(milliseconds) / 3_600_000 }
}
