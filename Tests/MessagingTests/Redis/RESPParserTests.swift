// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import NIOCore
import Testing

struct RESPParserTests {
    /// All values in some bytes that come in pieces of a size.
    private func parse(_ bytes: [UInt8], piece: Int, limits: RESPParser.Limits = RESPParser.Limits()) throws
        -> [RESPValue]
    {
        var parser = RESPParser(limits: limits)
        var buffer = ByteBuffer()
        var values: [RESPValue] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            buffer.writeBytes(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            while let value = try parser.next(in: &buffer) {
                values.append(value)
            }
        }
        return values
    }

    private func bulk(_ text: String) -> RESPValue { .bulk(ByteBuffer(string: text)) }

    private static let everything =
        "+OK\r\n-ERR no\r\n:42\r\n:-7\r\n$5\r\na\r\nbc\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n_\r\n,1.5\r\n,inf\r\n#t\r\n#f\r\n(12345678901234567890123\r\n"
        + "!7\r\nERR bad\r\n=8\r\ntxt:text\r\n*2\r\n*1\r\n:1\r\n%1\r\n+k\r\n~1\r\n:2\r\n>2\r\n+pushed\r\n:3\r\n|1\r\n+ttl\r\n:9\r\n:4\r\n*2\r\n|1\r\n+a\r\n+b\r\n:5\r\n:6\r\n"

    @Test func `every kind of value is read, in pieces of any size`() throws {
        let expected: [RESPValue] = [
            .simple("OK"), .error("ERR no"), .integer(42), .integer(-7), bulk("a\r\nbc"), bulk(""), .null, .null,
            .array([]), .null, .double(1.5), .double(.infinity), .boolean(true), .boolean(false),
            .bigNumber("12345678901234567890123"), .error("ERR bad"), bulk("text"),
            .array([.array([.integer(1)]), .map([.simple("k"), .array([.integer(2)])])]),
            .push([.simple("pushed"), .integer(3)]), .integer(4), .array([.integer(5), .integer(6)]),
        ]
        let bytes = Array(Self.everything.utf8)
        for piece in 1...bytes.count {
            #expect(try parse(bytes, piece: piece) == expected, "pieces of \(piece)")
        }
    }

    @Test func `a value whose bytes are not all there is not an error and not a value`() throws {
        let bytes = Array("*2\r\n$3\r\nabc\r\n%1\r\n+k\r\n:1\r\n".utf8)
        for length in 0..<bytes.count {
            #expect(try parse(Array(bytes.prefix(length)), piece: 4).isEmpty, "cut to \(length)")
        }
        #expect(try parse(bytes, piece: 4).count == 1)
    }

    @Test(arguments: [
        "$99999999999\r\n", "*99999999\r\n", "%600000\r\n", "$-2\r\n", "*-5\r\n", ":9223372036854775808\r\n", ":\r\n",
        ":1x\r\n",
        "$5\r\nabcdefg", "$1\r\na\n\n", "?\r\n", "\r\n", "+OK\n", ",1e\r\n", "#x\r\n", "#true\r\n", "$1e3\r\n",
        "$0x10\r\n", "*?\r\n",
        "$9223372036854775807\r\n", "*9223372036854775807\r\n", "%4611686018427387904\r\n",
        "HTTP/1.1 400 Bad Request\r\n", "\u{0}\r\n",
        ":+\r\n", "$ 1\r\na\r\n",
    ])
    func `what is not the protocol is one error that says what was expected`(text: String) {
        let error = #expect(throws: RESPError.self) { try parse(Array(text.utf8), piece: 3) }
        #expect(error?.description.contains("Redis's reply") == true)
    }

    @Test func `arrays in arrays end at a bound, as do lines, strings and elements`() throws {
        #expect(throws: RESPError.tooDeep(limit: 16)) {
            try parse(Array(String(repeating: "*1\r\n", count: 100_000).utf8), piece: 100)
        }
        var limits = RESPParser.Limits()
        limits.line = 10
        #expect(throws: RESPError.tooLarge(what: "the length of a line", value: 12, limit: 10)) {
            try parse(Array("+abcdefghijkl".utf8), piece: 4, limits: limits)
        }
        limits.bulk = 3
        #expect(throws: RESPError.tooLarge(what: "the length of a string", value: 4, limit: 3)) {
            try parse(Array("$4\r\n".utf8), piece: 4, limits: limits)
        }
        limits.elements = 5
        let nested = "*2\r\n*2\r\n:1\r\n:2\r\n*2\r\n"
        #expect(throws: RESPError.tooLarge(what: "the number of elements", value: 6, limit: 5)) {
            try parse(Array(nested.utf8), piece: 100, limits: limits)
        }
    }

    @Test func `an array that says that it is large takes no room before its elements come`() throws {
        var parser = RESPParser()
        var buffer = ByteBuffer(string: "*1000000\r\n")
        let first = try parser.next(in: &buffer)
        buffer.writeString("$60000000\r\n")
        let second = try parser.next(in: &buffer)
        #expect(first == nil && second == nil)
        #expect(buffer.readableBytes == 0)
    }

    @Test func `bytes that were changed at random never do worse than an error`() throws {
        var generator = SplitMix64(seed: 20_261_121)
        let bytes = Array(Self.everything.utf8)
        var errors = 0
        for _ in 0..<20_000 {
            var changed = bytes
            for _ in 0...Int(generator.next() % 4) {
                let place = Int(generator.next() % UInt64(changed.count))
                switch generator.next() % 3 {
                case 0: changed[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: changed.remove(at: place)
                default: changed.insert(Self.alphabet[Int(generator.next() % UInt64(Self.alphabet.count))], at: place)
                }
            }
            do {
                _ = try parse(changed, piece: Int(generator.next() % 30) + 1)
            } catch is RESPError {
                errors += 1
            }
        }
        #expect(errors > 1_000)
    }

    private static let alphabet = Array("+-:$*%~>|_#,(!=0123456789\r\n".utf8)

    @Test func `no byte in an argument means anything to the protocol`() throws {
        let hostile = "key\r\n$3\r\nDEL\r\n*1\u{0}é"
        var buffer = ByteBuffer()
        RedisCommand("SET", .text(hostile), .number(-5), .bytes(ByteBuffer(bytes: [0, 13, 10, 255]))).write(
            into: &buffer
        )
        var parser = RESPParser()
        let expected: RESPValue = .array([
            bulk("SET"), bulk(hostile), bulk("-5"), .bulk(ByteBuffer(bytes: [0, 13, 10, 255])),
        ])
        let read = try parser.next(in: &buffer)
        #expect(read == expected)
        #expect(buffer.readableBytes == 0)
    }

    @Test func `pairs are read from a map, from an array of pairs and from names and values by turns`() {
        let flat: [RESPValue] = [bulk("pending"), .integer(3), bulk("name"), bulk("fleet")]
        let forms: [RESPValue] = [
            .map(flat), .array(flat), .array([.array([flat[0], flat[1]]), .array([flat[2], flat[3]])]),
        ]
        for form in forms {
            #expect(form["pending"]?.integer == 3)
            #expect(form["name"]?.text == "fleet")
            #expect(form["absent"] == nil)
        }
        #expect(RESPValue.array([.integer(1)]).pairs == nil)
    }
}
