// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Domain

struct JSONReaderTests {
    /// What `JSONDecoder` makes of a text, by trying one type after another.
    private static func slowly(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode([JSONValue].self, from: Data("[\(text)]".utf8))[0]
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-0.0", "1", "-17", "1.0", "1e2", "12E-1", "0.1", "1.7976931348623157e308",
        "5e-324",
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "123456789012345678901234567890",
        "1e-400",
        "\"\"", "\"두레\"", "\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\"", "\"\\u00e9\\ud83d\\ude00\\u0000\"", "\"😀 é\"",
        "[]", "[ ]", "{}", "{ }", "[1,[2,[3]]]", "{\"a\":{\"b\":[null,true,\"x\"]},\"\":0}", "\t[\r\n1 , 2 ]  ",
    ])
    func `a text gives the value that the decoder gives`(text: String) throws {
        #expect(try CanonicalJSON.decode(JSONValue.self, from: text) == Self.slowly(text))
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "+1", "01", "-", "-a", "1.", ".5", "1e", "1e+", "1e400", "0x1", "1 2", "NaN",
        "Infinity",
        "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
        "\"a\nb\"", "\"\u{1}\"",
        "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}",
        "{1:1}", "{\"a\" 1}", "}",
        "[1]]", "{\"a\":1}}", "'a'", "// 1", "\u{FEFF}1",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: DecodingError.self) { try CanonicalJSON.decode(JSONValue.self, from: text) }
    }

    @Test func `bytes that are not UTF-8 are refused in texts and in names`() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x7B, 0x22, 0xC3, 0x22, 0x3A, 0x31, 0x7D], [0x22, 0xED, 0xA0, 0x80, 0x22],
        ] {
            #expect(throws: DecodingError.self) { try JSONReader.read(bytes) }
        }
    }

    @Test func `nesting has a bound, whatever the stack bears`() throws {
        let deepest = JSONReader.deepest
        let bearable = String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest)
        _ = try CanonicalJSON.decode(JSONValue.self, from: bearable)
        for open in ["[", "{\"a\":"] {
            let text = String(repeating: open, count: 100_000)
            #expect(throws: DecodingError.self) { try CanonicalJSON.decode(JSONValue.self, from: text) }
        }
    }

    @Test func `what is written canonically is read as it was, for many made values`() throws {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<500 {
            let value = Self.made(depth: 4, &generator)
            let text = try CanonicalJSON.text(value)
            let read = try CanonicalJSON.decode(JSONValue.self, from: text)
            #expect(read == value)
            #expect(try read == Self.slowly(text))
        }
    }

    private static func made(depth: Int, _ generator: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(.random(in: .min ... .max, using: &generator))
        case 3: return .number(.random(in: -1...1, using: &generator) + 0.123)
        case 4: return .string(text(&generator))
        case 5:
            return .array(
                (0..<Int.random(in: 0..<4, using: &generator)).map { _ in made(depth: depth - 1, &generator) }
            )
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0..<4, using: &generator) {
                members[text(&generator)] = made(depth: depth - 1, &generator)
            }
            return .object(members)
        }
    }

    private static func text(_ generator: inout SplitMix64) -> String {
        let scalars: [Unicode.Scalar] = ["a", "\"", "\\", "\n", "\u{7F}", "é", "두", "😀", "/", "\u{0}", "\u{2028}"]
        var text = ""
        for _ in 0..<Int.random(in: 0..<8, using: &generator) {
            text.unicodeScalars.append(scalars[Int.random(in: 0..<scalars.count, using: &generator)])
        }
        return text
    }
}
