// SPDX-License-Identifier: Apache-2.0
import Domain

/// How long a video plays, as services and files write it.
enum PlayingTime {
    /// The length that a text names: ISO 8601 (`PT4M13S`), seconds, or `4:13`; nil for anything else, and for a live video (`P0D`).
    static func span(_ text: String) -> TimeSpan? {
        guard !text.isEmpty, text.utf8.count <= 32 else { return nil }
        let seconds = text.hasPrefix("P") ? iso(text.dropFirst()) : clock(text)
        return seconds.flatMap { $0 > 0 && $0 < 100 * 86_400 ? TimeSpan.seconds($0) : nil }
    }

    private static func iso(_ text: Substring) -> Int? {
        var (total, digits, isTime) = (0, "", false)
        for character in text {
            if character == "T" {
                isTime = true
                continue
            }
            if ("0"..."9").contains(character) {
                digits.append(character)
                continue
            }
            guard let number = Int(digits), number < 1_000_000 else { return nil }
            switch (character, isTime) {
            case ("W", false): total += number * 604_800
            case ("D", false): total += number * 86_400
            case ("H", true): total += number * 3_600
            case ("M", true): total += number * 60
            case ("S", true): total += number
            default: return nil
            }
            digits = ""
        }
        return digits.isEmpty ? total : nil
    }

    private static func clock(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 3 else { return nil }
        var total = 0
        for part in parts {
            guard let number = Int(part), (0..<10_000_000).contains(number) else { return nil }
            total = total * 60 + number
        }
        return total
    }
}
