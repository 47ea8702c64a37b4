// SPDX-License-Identifier: Apache-2.0

extension FeedDate {
    /// `Thu, 01 Jan 2004 19:48:21 GMT` and what is near: day and month swapped, `asctime`, dashes or slashes, two-digit years, no time, no zone.
    static func words(_ text: String) -> Parts? {
        var numbers: [(value: Int, length: Int)] = []
        var month: Int?
        var time: Parts?
        var zone: Int?
        var year: Int?
        for token in text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == "(" || $0 == ")" }) {
            if token.contains(":"), time == nil, token.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true {
                var scanner = DateScanner(String(token))
                guard let read = timeOfDay(&scanner, Parts(year: 1)) else { return nil }
                time = read
                if read.zone != 0 { zone = read.zone }
                continue
            }
            if let half = DateNames.half(token), let read = time {
                time?.hour = read.hour % 12 + half
                continue
            }
            if time != nil || (month != nil && numbers.count + (year == nil ? 0 : 1) >= 2) {
                var scanner = DateScanner(String(token))
                if let offset = scanner.zone(), !(scanner.wasNumber && year == nil && numbers.count < 2) {
                    if zone == nil { zone = offset }
                    continue
                }
            }
            for part in token.split(whereSeparator: { $0 == "-" || $0 == "/" || $0 == "." }) {
                if let value = Int(part), value >= 0 {
                    if part.utf8.count == 4, year == nil {
                        year = value
                    } else {
                        numbers.append((value, part.utf8.count))
                    }
                } else if month == nil, let found = DateNames.month(part) {
                    month = found
                } else if month == nil, numbers.isEmpty || !DateNames.isDay(part) {
                    // the day of the week, in whatever language, says nothing new
                    guard numbers.isEmpty else { return nil }
                }
            }
        }
        return assemble(numbers, month: month, year: year, time: time, zone: zone)
    }

    private static func assemble(
        _ numbers: [(value: Int, length: Int)],
        month: Int?,
        year: Int?,
        time: Parts?,
        zone: Int?
    ) -> Parts? {
        var rest = numbers
        var parts = Parts(year: year ?? 0)
        if let month {
            guard let day = rest.first else { return nil }
            rest.removeFirst()
            parts.month = month
            parts.day = day.value
        } else {
            // 2006/09/15: without a name the order is year, month, day
            guard year != nil, rest.count >= 2 else { return nil }
            parts.month = rest[0].value
            parts.day = rest[1].value
            rest.removeFirst(2)
        }
        if year == nil {
            guard let short = rest.first, short.length <= 2 else { return nil }
            parts.year = short.value + (short.value < 90 ? 2_000 : 1_900)
        }
        guard (1...31).contains(parts.day) else { return nil }
        if let time { (parts.hour, parts.minute, parts.second) = (time.hour, time.minute, time.second) }
        parts.zone = zone ?? 0
        return parts
    }

    /// `2004년 05월 28일 01:31:15`, `2004-05-25 오후 11:23:17`, `2024. 5. 3. 오후 3:21`; without a zone they are in Korean time.
    static func korean(_ text: String) -> Parts? {
        // Most dates are of ASCII alone, which the search for a text would be slow to tell.
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
        guard text.contains("년") || text.contains("오전") || text.contains("오후") else { return nil }
        var numbers: [Int] = []
        var number: Int?
        for character in text {
            if let digit = character.wholeNumberValue, digit < 10 {
                number = min((number ?? 0) * 10 + digit, 999_999)
            } else if let value = number {
                numbers.append(value)
                number = nil
            }
        }
        if let number { numbers.append(number) }
        guard numbers.count >= 3, (1_000...9_999).contains(numbers[0]), (1...31).contains(numbers[2]) else {
            return nil
        }
        var parts = Parts(year: numbers[0], month: numbers[1], day: numbers[2], zone: 9 * 60)
        if numbers.count > 3 { parts.hour = numbers[3] }
        if numbers.count > 4 { parts.minute = numbers[4] }
        if numbers.count > 5 { parts.second = numbers[5] }
        if text.contains("오후") { parts.hour = parts.hour % 12 + 12 }
        if text.contains("오전") { parts.hour %= 12 }
        return parts
    }
}

/// Names in dates.
enum DateNames {
    /// The number of a month's name or of a beginning that only it has.
    static func month(_ name: some StringProtocol) -> Int? {
        let lower = name.lowercased()
        if let english = english.firstIndex(of: String(lower.prefix(3))), lower.utf8.allSatisfy({ $0 < 0x80 }) {
            return english + 1
        }
        return others.first { lower.hasPrefix($0.name) }?.month
    }

    static func isDay(_ name: some StringProtocol) -> Bool {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(String(name.lowercased().prefix(3)))
    }

    /// The hours that "am" and "pm" add; nil for anything else.
    static func half(_ text: some StringProtocol) -> Int? {
        switch text.lowercased() {
        case "am", "a.m.": 0
        case "pm", "p.m.": 12
        default: nil
        }
    }

    private static let english = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    private static let others: [(name: String, month: Int)] = [
        ("ιαν", 1), ("φεβ", 2), ("μάρ", 3), ("μαρ", 3), ("μάώ", 3), ("απρ", 4), ("μάι", 5), ("μαϊ", 5), ("μαι", 5),
        ("ιουν", 6),
        ("ιούν", 6), ("ιον", 6), ("ιούλ", 7), ("ιουλ", 7), ("ιολ", 7), ("αύγ", 8), ("αυγ", 8), ("σεπ", 9), ("οκτ", 10),
        ("νοέ", 11),
        ("νοε", 11), ("δεκ", 12),
        ("január", 1), ("februári", 2), ("március", 3), ("április", 4), ("máujus", 5), ("május", 5), ("június", 6),
        ("július", 7),
        ("augusztus", 8), ("szeptember", 9), ("október", 10), ("november", 11), ("december", 12),
        ("mär", 3), ("mai", 5), ("okt", 10), ("dez", 12), ("janv", 1), ("févr", 2), ("fév", 2), ("avr", 4), ("juin", 6),
        ("juil", 7),
        ("août", 8), ("déc", 12), ("ene", 1), ("abr", 4), ("ago", 8), ("dic", 12), ("gen", 1), ("mag", 5), ("giu", 6),
        ("lug", 7),
        ("set", 9), ("ott", 10), ("fev", 2), ("out", 10),
    ]

    /// Minutes east of Greenwich of a zone's name; nil for an unknown one.
    static func zone(_ name: some StringProtocol) -> Int? { zones[name.lowercased()].map { $0 * 60 } }

    private static let zones: [String: Int] = [
        "ut": 0, "utc": 0, "gmt": 0, "z": 0, "adt": -3, "ast": -4, "at": -4, "edt": -4, "est": -5, "et": -5, "cdt": -5,
        "cst": -6,
        "ct": -6, "mdt": -6, "mst": -7, "mt": -7, "pdt": -7, "pst": -8, "pt": -8, "a": -1, "n": 1, "m": -12, "y": 12,
        "met": 1, "mest": 2, "cet": 1, "cest": 2, "bst": 1, "wet": 0, "west": 1, "eet": 2, "eest": 3, "msk": 3,
        "kst": 9, "jst": 9,
        "hkt": 8, "sgt": 8, "awst": 8, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    ]
}
