// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Reads JSON as feeds and services carry it, and keeps what was read when it breaks off.
///
/// Numbers that do not matter to feeds are not told apart: a number is what Swift reads of it. Of equal keys the first counts.
package struct JSONScanner {
    private let bytes: [UInt8]
    private var index = 0
    private let depth: Int
    /// What is wrong, and where; the first only.
    private(set) var problem: FeedProblem?

    private init(_ bytes: [UInt8], depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }

    /// Reads a document: its value, and what is wrong with it; a bad escape stands for the character itself, and is nothing wrong.
    package static func read(_ bytes: [UInt8], depth: Int) -> (value: JSONValue?, problem: FeedProblem?) {
        var scanner = JSONScanner(bytes, depth: depth)
        let value = scanner.value(0)
        scanner.skipSpace()
        if scanner.index < bytes.count { scanner.fail("something follows the end of the document") }
        return (value, scanner.problem)
    }

    /// Notes what is wrong and ends the reading.
    private mutating func fail(_ message: String) {
        if problem == nil {
            let line = bytes[..<min(index, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
            let start = bytes[..<min(index, bytes.count)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            problem = FeedProblem(line: line, column: index - start + 1, message: message)
        }
        index = bytes.count
    }

    private mutating func skipSpace() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] >= 0x09 && bytes[index] <= 0x0D { index += 1 }
    }

    private mutating func value(_ level: Int) -> JSONValue? {
        skipSpace()
        guard index < bytes.count else {
            fail("the document ends too early")
            return nil
        }
        guard level < depth else {
            fail("values are nested deeper than \(depth)")
            return nil
        }
        switch bytes[index] {
        case UInt8(ascii: "{"): return object(level)
        case UInt8(ascii: "["): return array(level)
        case UInt8(ascii: "\""): return string().map { .string($0) }
        default: return word()
        }
    }

    private mutating func object(_ level: Int) -> JSONValue {
        var members: [String: JSONValue] = [:]
        index += 1
        while true {
            skipSpace()
            guard index < bytes.count else {
                fail("an object does not end")
                break
            }
            if bytes[index] == UInt8(ascii: "}") {
                index += 1
                break
            }
            guard bytes[index] == UInt8(ascii: "\""), let key = string() else {
                fail("a key in quotes was expected")
                break
            }
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else {
                fail("':' was expected after the key '\(key.prefix(40))'")
                break
            }
            index += 1
            if let read = value(level + 1), members[key] == nil { members[key] = read }
            guard takeComma(before: UInt8(ascii: "}")) else { break }
        }
        return .object(members)
    }

    private mutating func array(_ level: Int) -> JSONValue {
        var elements: [JSONValue] = []
        index += 1
        while true {
            skipSpace()
            if index < bytes.count, bytes[index] == UInt8(ascii: "]") {
                index += 1
                break
            }
            guard let read = value(level + 1) else { break }
            elements.append(read)
            guard takeComma(before: UInt8(ascii: "]")) else { break }
        }
        return .array(elements)
    }

    /// Passes over a comma; answers whether the object or array goes on, or ends properly.
    private mutating func takeComma(before end: UInt8) -> Bool {
        skipSpace()
        guard index < bytes.count else {
            fail("the document ends too early")
            return false
        }
        if bytes[index] == UInt8(ascii: ",") {
            index += 1
            return true
        }
        if bytes[index] == end { return true }
        fail("',' or '\(Character(Unicode.Scalar(end)))' was expected")
        return false
    }

    private mutating func word() -> JSONValue? {
        let start = index
        while index < bytes.count, index - start < 64, Self.isWord(bytes[index]) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        switch text {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            if let number = Int64(text) { return .integer(number) }
            if let number = Double(text), number.isFinite { return .number(number) }
            index = start
            fail("a value was expected, not '\(text.prefix(20))'")
            return nil
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x2B || byte == 0x2D
            || byte == 0x2E
    }

    private mutating func string() -> String? {
        index += 1
        var output: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                index += 1
                return String(decoding: output, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                escape(&output)
            } else {
                output.append(byte)
                index += 1
            }
        }
        fail("a text does not end")
        return output.isEmpty ? nil : String(decoding: output, as: UTF8.self)
    }

    private mutating func escape(_ output: inout [UInt8]) {
        guard index + 1 < bytes.count else {
            index = bytes.count
            return
        }
        let kind = bytes[index + 1]
        index += 2
        switch kind {
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "b"), UInt8(ascii: "f"): output.append(0x20)
        case UInt8(ascii: "u"):
            guard let unit = unit(at: index) else { return output.append(contentsOf: "\u{FFFD}".utf8) }
            index += 4
            var units = [unit]
            if unit & 0xFC00 == 0xD800, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
                bytes[index + 1] == UInt8(ascii: "u"), let low = self.unit(at: index + 2), low & 0xFC00 == 0xDC00
            {
                units.append(low)
                index += 6
            }
            output.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
        // a bad escape stands for the character itself
        default: output.append(kind)
        }
    }

    private func unit(at place: Int) -> UInt16? {
        guard place + 4 <= bytes.count else { return nil }
        return UInt16(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16)
    }
}
