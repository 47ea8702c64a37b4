// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Reads what a `PackWriter` wrote, piece by piece; every step checks that the bytes are there.
package struct PackReader {
    private var bytes: [UInt8] = []
    private var place = 0
    /// How many bytes were read before those at hand.
    private var before = 0
    private let next: () throws -> [UInt8]?

    /// Reads pieces until there is none.
    package init(_ next: @escaping () throws -> [UInt8]?) {
        self.next = next
    }

    /// Reads bytes that are all at hand.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        next = { nil }
    }

    /// What is thrown where the bytes end too early or make no sense.
    package var broken: Failure { Failure(.invalid, "the kept news are cut off or damaged at byte \(before + place)") }

    /// Passes over a mark; throws `Failure` for bytes that do not begin so.
    package mutating func expect(_ mark: [UInt8]) throws {
        guard try has(mark.count), bytes[place...].starts(with: mark) else {
            throw Failure(.invalid, "these bytes are no kept news of this version")
        }
        place += mark.count
    }

    /// Reads a number.
    package mutating func number() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64, try has(1) {
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw broken
    }

    /// Reads a number that must not be above a bound.
    package mutating func number(upTo most: Int) throws -> Int {
        let number = try number()
        guard number <= UInt64(max(0, most)) else { throw broken }
        return Int(number)
    }

    /// Reads a text.
    package mutating func text() throws -> String {
        // The place moves as the length is read.
        let count = try count()
        let end = place + count
        defer { place = end }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }

    /// Reads a text that there may be none of.
    package mutating func optionalText() throws -> String? { try number() == 0 ? nil : try text() }

    /// Reads a list of texts.
    package mutating func texts() throws -> [String] {
        var left = try number()
        var texts: [String] = []
        // Each takes a byte at least, so that a wrong count ends with the bytes.
        while left > 0 {
            texts.append(try text())
            left -= 1
        }
        return texts
    }

    /// Reads bytes as they are, to the end of an array.
    package mutating func append(_ count: Int, to output: inout [UInt8]) throws {
        var left = count
        while left > 0 {
            guard try has(1) else { throw broken }
            let part = min(left, bytes.count - place)
            output.append(contentsOf: bytes[place..<place + part])
            place += part
            left -= part
        }
    }

    /// The length of the text that follows, all of which is then at hand.
    private mutating func count() throws -> Int {
        let number = try number()
        guard let count = Int(exactly: number), try has(count) else { throw broken }
        return count
    }

    /// Whether so many bytes follow; reads on until they are at hand.
    private mutating func has(_ count: Int) throws -> Bool {
        while bytes.count - place < count {
            guard let piece = try next() else { return false }
            if place == bytes.count {
                before += place
                bytes = piece
            } else {
                before += place
                bytes.removeSubrange(..<place)
                bytes.append(contentsOf: piece)
            }
            place = 0
        }
        return true
    }
}
