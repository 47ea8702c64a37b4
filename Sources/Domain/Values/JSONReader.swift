// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads a JSON text in UTF-8 (RFC 8259) as a value.
///
/// `JSONDecoder` finds the type of a value whose shape is unknown by trying one type after another, and makes an error of each that it is not;
/// that takes ten times as long. Values are those that it would give: a whole number is an integer where 64 bits hold it, however it is written.
struct JSONReader {
    /// How deep arrays and objects may be nested.
    static let deepest = 512

    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    /// Reads a whole text; throws `DecodingError.dataCorrupted` for one that is not JSON.
    static func read(_ bytes: [UInt8]) throws -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.place == bytes.count else { throw reader.fault("there is more after the value") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private func fault(_ detail: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "this is not JSON: \(detail), at byte \(place)"))
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func value() throws -> JSONValue {
        skipSpace()
        guard let byte = next else { throw fault("it ends where a value is due") }
        switch byte {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw fault("no value begins like this")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
        let end = place + text.utf8CodeUnitCount
        guard end <= bytes.count, "\(text)".utf8.elementsEqual(bytes[place..<end]) else {
            throw fault("no value begins like this")
        }
        place = end
        return value
    }

    private mutating func nested(_ body: (inout JSONReader) throws -> JSONValue) throws -> JSONValue {
        depth += 1
        guard depth <= Self.deepest else { throw fault("it is nested deeper than \(Self.deepest) levels") }
        place += 1
        skipSpace()
        let value = try body(&self)
        depth -= 1
        return value
    }

    /// Goes past a comma and says true, or past the end of an array or object and says false.
    private mutating func goesOn(until end: UInt8) throws -> Bool {
        skipSpace()
        switch next {
        case UInt8(ascii: ","):
            place += 1
            return true
        case end:
            place += 1
            return false
        default: throw fault("a comma or the end of an array or object is missing")
        }
    }

    private mutating func array() throws -> JSONValue {
        var values: [JSONValue] = []
        if next == UInt8(ascii: "]") {
            place += 1
            return .array(values)
        }
        repeat { values.append(try value()) } while try goesOn(until: UInt8(ascii: "]"))
        return .array(values)
    }

    private mutating func object() throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        if next == UInt8(ascii: "}") {
            place += 1
            return .object(members)
        }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a member's name is missing") }
            let name = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw fault("the colon after a member's name is missing") }
            place += 1
            members[name] = try value()
        } while try goesOn(until: UInt8(ascii: "}"))
        return .object(members)
    }

    // MARK: Numbers

    private mutating func number() throws -> JSONValue {
        let start = place
        if next == UInt8(ascii: "-") { place += 1 }
        let isZero = next == UInt8(ascii: "0")
        let count = digits()
        guard count > 0 else { throw fault("a number has no digits") }
        guard !isZero || count == 1 else { throw fault("a number begins with a zero too many") }
        var isPlain = true
        if next == UInt8(ascii: ".") {
            place += 1
            isPlain = false
            guard digits() > 0 else { throw fault("no digit follows a decimal point") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            place += 1
            isPlain = false
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
            guard digits() > 0 else { throw fault("an exponent has no digits") }
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        if isPlain, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw fault("no number can be as large as \(text)") }
        if !isPlain, let whole = Int64(exactly: value) { return .integer(whole) }
        return .number(value)
    }

    /// Goes past digits; how many there were.
    private mutating func digits() -> Int {
        let start = place
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        return place - start
    }

    // MARK: Texts

    private mutating func string() throws -> String {
        place += 1
        let start = place
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { place += 1 }
        if next == UInt8(ascii: "\"") {
            let text = try text(of: bytes[start..<place])
            place += 1
            return text
        }
        var units = Array(bytes[start..<place])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try text(of: units[...])
                place += 1
                return text
            case UInt8(ascii: "\\"):
                place += 1
                units.append(contentsOf: try escaped())
            case ..<0x20: throw fault("a text has a control character")
            default:
                units.append(byte)
                place += 1
            }
        }
        throw fault("a text has no end")
    }

    private func text(of units: ArraySlice<UInt8>) throws -> String {
        guard let text = String(validating: units, as: UTF8.self) else { throw fault("a text is not UTF-8") }
        return text
    }

    /// What stands after a backslash.
    private mutating func escaped() throws -> [UInt8] {
        guard let byte = next else { throw fault("a text has no end") }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
        default: throw fault("there is no such escape")
        }
    }

    /// A character given by its number; those beyond 16 bits are given by two.
    private mutating func scalar() throws -> Unicode.Scalar {
        let first = try unit()
        guard UTF16.isLeadSurrogate(first) else {
            guard let scalar = Unicode.Scalar(first) else { throw fault("half a character is given by its number") }
            return scalar
        }
        guard next == UInt8(ascii: "\\"), place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "u") else {
            throw fault("half a character is given by its number")
        }
        place += 2
        let second = try unit()
        guard UTF16.isTrailSurrogate(second) else { throw fault("half a character is given by its number") }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func unit() throws -> UInt16 {
        let end = place + 4
        guard end <= bytes.count, bytes[place..<end].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: bytes[place..<end], as: UTF8.self), radix: 16)
        else { throw fault("a character's number is not four hexadecimal digits") }
        place = end
        return unit
    }
}
