// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Numbers as sentences have them: digits with commas, Korean and English words.
enum SentenceNumbers {
    /// A pattern for a number in digits or in Sino-Korean words.
    static let pattern = "(?:\\d[\\d,]*(?:\\.\\d+)?|[일이삼사오육칠팔구십백천]+)"
    /// A pattern for a small count in digits, native or Sino-Korean words.
    static let count = "(?:\\d{1,4}|[일이삼사오육칠팔구십]{1,3}|한|두|세|네|석|넉|다섯|여섯|일곱|여덟|아홉|열두|열)"
    /// A pattern for a small count in digits or English words.
    static let englishCount = "(?:\\d{1,4}|\(englishWord))"
    /// A pattern for a small count in English words.
    static let englishWord =
        "(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred)"

    private static let english: [String: Int] = [
        "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
        "hundred": 100, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
        "eighth": 8,
        "ninth": 9, "tenth": 10,
    ]
    private static let native: [String: Int] = [
        "첫": 1, "한": 1, "두": 2, "세": 3, "네": 4, "석": 3, "넉": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
        "열두": 12,
    ]
    private static let digits: [Character: Double] = [
        "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9,
    ]
    private static let units: [Character: Double] = ["십": 10, "백": 100, "천": 1_000]

    private static let scales: [(String, Double)] = [("천만", 1e7), ("백만", 1e6), ("십만", 1e5), ("만", 1e4), ("억", 1e8)]

    /// The number that a text means; nil for anything else.
    static func value(_ text: String) -> Double? {
        let text = text.lowercased().replacing(",", with: "").trimmingCharacters(in: .whitespaces)
        for minus in ["-", "마이너스", "minus", "negative"] where text.hasPrefix(minus) {
            return value(String(text.dropFirst(minus.count))).map { -$0 }
        }
        for (scale, factor) in scales where text.count > scale.count && text.hasSuffix(scale) {
            return value(String(text.dropLast(scale.count))).map { $0 * factor }
        }
        if let number = Double(text), text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) {
            return number.isFinite ? number : nil
        }
        if let number = english[text] ?? native[text] { return Double(number) }
        return korean(text)
    }

    /// A whole number that a text means, when it is small enough for counting.
    static func whole(_ text: String) -> Int? {
        guard let value = value(text), let whole = Int(exactly: value), whole <= 1_000_000_000 else { return nil }
        return whole
    }

    /// Sino-Korean words below ten thousand, such as 이백오십.
    private static func korean(_ text: String) -> Double? {
        var total = 0.0
        var digit: Double?
        var unit = Double.infinity
        guard !text.isEmpty else { return nil }
        for character in text {
            if let next = digits[character] {
                guard digit == nil else { return nil }
                digit = next
            } else if let next = units[character], next < unit {
                total += (digit ?? 1) * next
                digit = nil
                unit = next
            } else {
                return nil
            }
        }
        return total + (digit ?? 0)
    }
}
