// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Lines of aligned columns for a terminal.
enum TextTable {
    /// One line per row, columns two blanks apart and left-aligned; the last is not padded.
    static func lines(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let clean = rows.map { $0.map(\.printable) }
        let widths = (0..<count).map { column in
            clean.map { column < $0.count ? width($0[column]) : 0 }.max() ?? 0
        }
        return clean.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                guard column < row.count - 1 else { break }
                line += String(repeating: " ", count: widths[column] - width(cell) + 2)
            }
            return line
        }
    }

    /// The width in a terminal: Hangul, Chinese and Japanese characters take two columns.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            let isWide =
                (0x1100...0x115F).contains(scalar.value) || (0x2E80...0xA4CF).contains(scalar.value)
                || (0xAC00...0xD7A3).contains(scalar.value) || (0xF900...0xFAFF).contains(scalar.value)
                || (0xFF00...0xFF60).contains(scalar.value)
            return sum + (isWide ? 2 : 1)
        }
    }

    /// A number in at most 4 significant digits, whole numbers whole.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        if value.magnitude < 1e15, let whole = Int64(exactly: value) { return String(whole) }
        return String(format: value.magnitude >= 1_000 && value.magnitude < 1e15 ? "%.0f" : "%.4g", value)
    }

    /// An instant as date and time of day in a time zone.
    static func time(_ instant: Timestamp, in timeZone: String) -> String {
        let style = Date.VerbatimFormatStyle(
            format: """
                \(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)
                """,
            timeZone: TimeZone(identifier: timeZone) ?? .gmt,
            calendar: Calendar(identifier: .gregorian)
        )
        return style.format(instant.date)
    }
}

extension String {
    /// The text without the control characters that could steer a terminal.
    var printable: String {
        String(UnicodeScalarView(unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }))
    }
}

extension Goal {
    /// A combination by what differs from the present setting, such as `price=309000, coupon=5%`.
    func changes(of combination: Combination) -> String {
        guard combination.levels.count == factors.count else { return combination.description }
        let changed = zip(factors, combination.levels).filter { $0.control != $1 && $0.levels.indices.contains($1) }
        guard !changed.isEmpty else { return "the present setting" }
        return changed.map { "\($0.name)=\($0.levels[$1])" }.joined(separator: ", ")
    }
}
