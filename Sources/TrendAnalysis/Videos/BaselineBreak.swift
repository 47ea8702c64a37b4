// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A day on which a platform changed what it counts or lists: what was measured before does not compare with what comes after.
package struct BaselineBreak: Hashable, Codable, Sendable {
    package let name: String
    /// `yyyy-mm-dd`, in UTC.
    package let day: String
    /// What changed.
    package let change: String
    /// The day's beginning.
    package let at: Timestamp

    /// Those that YouTube has announced.
    package static let known = [
        BaselineBreak(
            name: "shorts-views",
            day: "2025-03-31",
            change: "YouTube counts every start of a Short as a view since this day.",
            at: Timestamp(milliseconds: 1_743_379_200_000)
        ),
        BaselineBreak(
            name: "popular-chart",
            day: "2025-07-21",
            change: "YouTube's chart mostPopular holds only music, films and games since this day.",
            at: Timestamp(milliseconds: 1_753_056_000_000)
        ),
    ]

    /// Whether the break lies between the two instants.
    func parts(_ one: Timestamp, _ other: Timestamp) -> Bool { min(one, other) < at && max(one, other) >= at }
}
