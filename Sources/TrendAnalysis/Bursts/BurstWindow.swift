// SPDX-License-Identifier: Apache-2.0

/// The days that are judged, and the days that they are compared with.
package struct BurstWindow: Hashable, Sendable {
    /// Days are between this one and its negative, 2,700 years on either side of 1970, so that no sum of days overflows.
    static let mostDays: Int32 = 1_000_000

    /// The first day that is judged, counted from 1970.
    package let first: Int32
    /// The last day that is judged.
    package let last: Int32
    /// How many days before `first` are the base of comparison.
    package let baseDays: Int32

    /// Creates a window.
    ///
    /// - Parameters:
    ///   - first: The first day that is judged.
    ///   - last: The last day that is judged; taken as `first` where it is before.
    ///   - baseDays: The days before, 1 at least.
    package init(first: Int32, last: Int32, baseDays: Int32) {
        let bound = Self.mostDays
        self.first = min(bound, max(-bound, first))
        self.last = min(bound, max(self.first, last))
        self.baseDays = min(bound, max(1, baseDays))
    }

    /// How many days are judged.
    package var days: Int32 { last - first + 1 }

    /// The two days up to a day, against the 56 before.
    package static func daily(_ day: Int32) -> Self { Self(first: day - 1, last: day, baseDays: 56) }
}
