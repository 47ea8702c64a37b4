// SPDX-License-Identifier: Apache-2.0

/// Reads the parts of a date in lower case.
struct DateScanner {
    private let bytes: [UInt8]
    private var index = 0
    /// How many digits the last number had.
    private(set) var lastLength = 0
    /// Whether the last zone was a bare number.
    private(set) var wasNumber = false

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { index >= bytes.count }

    /// The byte before the place.
    var previous: UInt8 { index > 0 ? bytes[index - 1] : 0 }

    /// Whether a time of day may begin here.
    var isAtTime: Bool { index < bytes.count && (bytes[index] == UInt8(ascii: "t") || bytes[index] == 0x20) }

    /// Whether a zone begins right here, as in `2024-05-03Z`.
    var isAtZone: Bool {
        index < bytes.count && (bytes[index] == UInt8(ascii: "z") || bytes[index] == UInt8(ascii: "+"))
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, UInt32(bytes[index]) == character.value else { return false }
        index += 1
        return true
    }

    mutating func skipSpaces() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x0A { index += 1 }
    }

    /// A number with so many digits, all that there are; nil and no move if there are fewer, or more.
    mutating func digits(_ count: ClosedRange<Int>) -> Int? {
        var end = index
        var value = 0
        while end < bytes.count, bytes[end] >= 0x30, bytes[end] <= 0x39, end - index < 18 {
            value = value * 10 + Int(bytes[end] - 0x30)
            end += 1
        }
        guard count.contains(end - index) else { return nil }
        lastLength = end - index
        index = end
        return value
    }

    /// The letters here; nil if there are none.
    mutating func letters() -> String? {
        var end = index
        while end < bytes.count, bytes[end] >= 0x61 && bytes[end] <= 0x7A || bytes[end] >= 0x80 { end += 1 }
        guard end > index else { return nil }
        defer { index = end }
        return String(decoding: bytes[index..<end], as: UTF8.self)
    }

    /// The hours that "am" or "pm" adds, if it is here.
    mutating func half() -> Int? {
        let start = index
        if let name = letters(), let half = DateNames.half(name) { return half }
        index = start
        return nil
    }

    /// Minutes east of Greenwich: `+09:00`, `-0500`, `gmt+9`, `est`, `etc/gmt`; an unknown name is UTC, as nothing better is known.
    ///
    /// Nil where something else is here, or more follows.
    mutating func zone() -> Int? {
        wasNumber = false
        if bytes[index...].starts(with: Array("etc/".utf8)) { index += 4 }
        let start = index
        if let name = letters() {
            if isAtEnd { return DateNames.zone(name) ?? 0 }
            guard name == "gmt" || name == "utc" || name == "z" else { return nil }
        }
        skipSpaces()
        var sign = 1
        if skip("-") {
            sign = -1
        } else if !skip("+") {
            guard start == index, let number = digits(4...4), isAtEnd else { return nil }
            wasNumber = true
            return number == 0 ? 0 : (number / 100) * 60 + number % 100
        }
        guard let number = digits(1...4) else { return nil }
        var hours = number
        var minutes = 0
        if lastLength > 2 {
            (hours, minutes) = (number / 100, number % 100)
        } else if skip(":") || skip(".") {
            guard let read = digits(1...2) else { return nil }
            minutes = read
        }
        skipSpaces()
        guard isAtEnd else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
