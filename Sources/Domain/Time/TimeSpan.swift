// SPDX-License-Identifier: Apache-2.0

/// A length of time in whole milliseconds, written as people write it in goal files: `90s`, `6h`, `1h30m`, `30d`.
package struct TimeSpan: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The length in milliseconds; negative for a time before.
    package let milliseconds: Int64

    /// Creates a length.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads `500ms`, `90s`, `45m`, `6h`, `30d`, `2w` or a run of them from large to small (`1d12h`); nil for anything else.
    package init?(_ text: String) {
        guard let milliseconds = Self.magnitude(text) else { return nil }
        self.milliseconds = milliseconds
    }

    private static func magnitude(_ text: String) -> Int64? {
        var total: Int64 = 0
        var digits = ""
        var previous = Int64.max
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            digits = String(rest.prefix { $0.isASCII && $0.isNumber })
            rest = rest.dropFirst(digits.count)
            let name = String(rest.prefix { $0.isASCII && $0.isLetter })
            rest = rest.dropFirst(name.count)
            guard let count = Int64(digits), let unit = Self.units.first(where: { $0.name == name })?.milliseconds,
                unit < previous
            else { return nil }
            previous = unit
            let (product, tooLong) = count.multipliedReportingOverflow(by: unit)
            let (sum, overflow) = total.addingReportingOverflow(product)
            guard !tooLong, !overflow else { return nil }
            total = sum
        }
        return total
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// No time at all.
    package static let zero = TimeSpan(milliseconds: 0)

    /// A length in seconds.
    package static func seconds(_ count: Int) -> TimeSpan { TimeSpan(milliseconds: Int64(count) * 1_000) }
    /// A length in minutes.
    package static func minutes(_ count: Int) -> TimeSpan { TimeSpan(milliseconds: Int64(count) * 60_000) }
    /// A length in hours.
    package static func hours(_ count: Int) -> TimeSpan { TimeSpan(milliseconds: Int64(count) * 3_600_000) }
    /// A length in days of 24 hours.
    package static func days(_ count: Int) -> TimeSpan { TimeSpan(milliseconds: Int64(count) * 86_400_000) }

    /// The length in seconds.
    package var inSeconds: Double { Double(milliseconds) / 1_000 }
    /// The length in hours.
    package var inHours: Double { Double(milliseconds) / 3_600_000 }
    /// The length in days of 24 hours.
    package var inDays: Double { Double(milliseconds) / 86_400_000 }
    /// The length as the standard library's duration.
    package var duration: Duration { .milliseconds(milliseconds) }

    /// The length of the standard library's duration, in whole milliseconds.
    package init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(milliseconds: seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }

    /// The length in days and smaller units, from large to small, such as `14d` or `1d12h`; reads back to the same length.
    ///
    /// Weeks are read, but not written: a plan's days are easier to compare.
    package var description: String {
        guard milliseconds != 0 else { return "0s" }
        var rest = milliseconds.magnitude
        var text = milliseconds < 0 ? "-" : ""
        for unit in Self.units.dropFirst() {
            let count = rest / unit.milliseconds.magnitude
            rest %= unit.milliseconds.magnitude
            if count > 0 { text += "\(count)\(unit.name)" }
        }
        return text
    }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
    package static func + (left: Self, right: Self) -> Self {
        TimeSpan(milliseconds: left.milliseconds + right.milliseconds)
    }
    package static func - (left: Self, right: Self) -> Self {
        TimeSpan(milliseconds: left.milliseconds - right.milliseconds)
    }
    package static func * (left: Self, right: Int64) -> Self {
        TimeSpan(milliseconds: left.milliseconds * right)
    }
}

extension TimeSpan: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        // People give lengths of 0 or more; what Dure has written itself may be a time before.
        let magnitude = TimeSpan(text.hasPrefix("-") ? String(text.dropFirst()) : text)
        guard let magnitude else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a length of time such as 6h")
            )
        }
        self = text.hasPrefix("-") ? .zero - magnitude : magnitude
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
