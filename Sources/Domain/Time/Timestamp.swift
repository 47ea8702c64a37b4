// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// An instant, in whole milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970.
    package let milliseconds: Int64

    /// Creates an instant.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The instant that a date names, to the millisecond.
    package init(_ date: Date) {
        milliseconds = Int64(clamping: Int((date.timeIntervalSince1970 * 1_000).rounded()))
    }

    /// The instant as a date.
    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1_000) }

    /// RFC 3339 in UTC, to the millisecond.
    package var description: String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (left: Self, right: TimeSpan) -> Self {
        Timestamp(milliseconds: left.milliseconds + right.milliseconds)
    }

    package static func - (left: Self, right: TimeSpan) -> Self {
        Timestamp(milliseconds: left.milliseconds - right.milliseconds)
    }

    package static func - (left: Self, right: Self) -> TimeSpan {
        TimeSpan(milliseconds: left.milliseconds - right.milliseconds)
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}
