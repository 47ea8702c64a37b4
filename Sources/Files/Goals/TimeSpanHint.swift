// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Guesses which length of time a wrong one was meant to be, such as `6h` for `6 hours`.
enum TimeSpanHint {
    private static let words: [(unit: String, words: [String])] = [
        ("w", ["w", "wk", "week", "weeks", "주"]),
        ("d", ["d", "day", "days", "일"]),
        ("h", ["h", "hr", "hrs", "hour", "hours", "시간"]),
        ("m", ["m", "min", "mins", "minute", "minutes", "분"]),
        ("s", ["s", "sec", "secs", "second", "seconds", "초"]),
        ("ms", ["ms", "msec", "millisecond", "milliseconds"]),
    ]

    /// The right way to write a length, when the wrong text is one number and one unit, or a number alone.
    static func of(_ text: String) -> String? {
        let trimmed = text.trimmingCharacters(in: .whitespaces).lowercased()
        let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let word = trimmed.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
        guard !digits.isEmpty else {
            return nil
        }
        if word.isEmpty {
            return "a unit after the number, such as \(digits)s, \(digits)m, \(digits)h or \(digits)d"
        }
        guard let unit = words.first(where: { $0.words.contains(word) })?.unit else {
            return nil
        }
        if let count = Int64(digits) {
            return TimeSpan("\(count)\(unit)").map { _ in "\(count)\(unit)" }
        }
        guard let number = Double(digits), let one = TimeSpan("1\(unit)"),
            let whole = Int64(exactly: (number * Double(one.milliseconds)).rounded())
        else { return nil }
        return TimeSpan(milliseconds: whole).description
    }
}
