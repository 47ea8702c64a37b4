// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Reads the cells of a table of ranks: times, ranks, yes and no.
struct RankCells: Sendable {
    /// Where a time without a zone was read off the clock.
    let timeZone: TimeZone

    /// What a rank's cell says.
    enum Rank: Equatable {
        case listed(Int)
        /// Not in the list, which was looked at to this depth; nil where the cell does not say.
        case notListed(depth: Int?)
    }

    private static let greatestRank = 100_000
    private static let absent: Set<String> = [
        "", "-", "–", "—", "na", "n/a", "null", "none", "nan", "not found", "notfound", "not listed", "off", "off list",
        "out",
        "없음", "권외", "미노출", "순위없음", "순위 없음", "순위밖", "순위 밖",
    ]

    /// A rank, `>100`, `100+`, or one of the usual words for not being in the list; nil for anything else.
    static func rank(_ text: String) -> Rank? {
        let plain = text.trimmingCharacters(in: .whitespaces).lowercased()
        if absent.contains(plain) { return .notListed(depth: nil) }
        if plain.hasPrefix(">"), let depth = number(plain.dropFirst()) { return .notListed(depth: depth) }
        if plain.hasSuffix("+"), let depth = number(plain.dropLast()) { return .notListed(depth: depth) }
        let bare = plain.hasSuffix("위") ? plain.dropLast() : plain.hasSuffix(".0") ? plain.dropLast(2) : plain[...]
        return number(bare).map { .listed($0) }
    }

    /// A whole number from 1 to 100,000; nil for anything else.
    static func number(_ text: some StringProtocol) -> Int? {
        let plain = text.trimmingCharacters(in: .whitespaces)
        guard !plain.isEmpty, plain.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(plain) else {
            return nil
        }
        return (1...greatestRank).contains(value) ? value : nil
    }

    /// Yes or no; nil for anything else.
    static func flag(_ text: String) -> Bool? {
        switch text.trimmingCharacters(in: .whitespaces).lowercased() {
        case "1", "true", "yes", "y", "t", "own", "예", "자사", "노출": true
        case "0", "false", "no", "n", "f", "", "competitor", "아니오", "경쟁", "미노출": false
        default: nil
        }
    }

    /// An instant: a date, a date and time of day, seconds or milliseconds since 1970, or a day's number below 100,000.
    func time(_ text: String) -> Timestamp? {
        let plain = text.trimmingCharacters(in: .whitespaces)
        if !plain.isEmpty, plain.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let value = Int64(plain) else { return nil }
            switch plain.utf8.count {
            case ...5: return Timestamp(milliseconds: value * 86_400_000)
            case 8: return date(Array(plain))
            case 10: return Timestamp(milliseconds: value * 1_000)
            case 13: return Timestamp(milliseconds: value)
            default: return nil
            }
        }
        let parts = plain.split(maxSplits: 1) { $0 == "T" || $0 == "t" || $0 == " " }
        guard let first = parts.first else { return nil }
        let fields = first.split(omittingEmptySubsequences: false) { "-/.".contains($0) }.filter { !$0.isEmpty }
        guard fields.count == 3, fields[0].count == 4, let day = midnight(fields.map { Int($0) }) else { return nil }
        guard parts.count == 2 else { return zoned(day) }
        return clock(String(parts[1]), on: day)
    }

    private func date(_ digits: [Character]) -> Timestamp? {
        midnight([Int(String(digits[0..<4])), Int(String(digits[4..<6])), Int(String(digits[6..<8]))]).flatMap(zoned)
    }

    /// The milliseconds from 1970 to a day's beginning in Greenwich; nil where there is no such day.
    private func midnight(_ fields: [Int?]) -> Int64? {
        guard let year = fields[0], let month = fields[1], let day = fields[2], (1_900...2_200).contains(year),
            (1...12).contains(month), (1...Self.days(of: month, year)).contains(day)
        else { return nil }
        // Days from the civil calendar, years beginning in March: a leap day is then the last of its year.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let count = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        return Int64(count) * 86_400_000
    }

    private static func days(of month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    private func clock(_ text: String, on day: Int64) -> Timestamp? {
        var rest = text.trimmingCharacters(in: .whitespaces)
        var offset: Int64?
        if rest.hasSuffix("Z") || rest.hasSuffix("z") {
            rest.removeLast()
            offset = 0
        } else if let sign = rest.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let digits = rest[rest.index(after: sign)...].filter { $0 != ":" }
            guard [2, 4].contains(digits.count), let value = Int64(digits) else { return nil }
            let minutes = digits.count == 2 ? value * 60 : value / 100 * 60 + value % 100
            guard minutes <= 14 * 60 else { return nil }
            offset = (rest[sign] == "-" ? -1 : 1) * minutes * 60_000
            rest = String(rest[..<sign])
        }
        let fields = rest.trimmingCharacters(in: .whitespaces).split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(fields.count), let hour = Int64(fields[0]), (0...23).contains(hour) else { return nil }
        let minute = fields.count > 1 ? Int64(fields[1]) : 0
        let second = fields.count > 2 ? Double(fields[2]) : 0
        guard let minute, (0...59).contains(minute), let second, second >= 0, second < 61 else { return nil }
        let time = day + hour * 3_600_000 + minute * 60_000 + Int64((second * 1_000).rounded())
        return offset.map { Timestamp(milliseconds: time - $0) } ?? zoned(time)
    }

    /// The instant at which a clock in the time zone shows what one in Greenwich would.
    private func zoned(_ milliseconds: Int64) -> Timestamp {
        let guess = Timestamp(milliseconds: milliseconds).date
        let offset = timeZone.secondsFromGMT(
            for: guess.addingTimeInterval(-Double(timeZone.secondsFromGMT(for: guess)))
        )
        return Timestamp(milliseconds: milliseconds - Int64(offset) * 1_000)
    }
}
