// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Looks through JSON before it is decoded: how deep it is, how long its numbers are, how many values and members it has, and whether an object
/// names a member twice.
///
/// Parsers differ on the second of two members of one name, and a depth that a decoder follows by recursion is a way to end a process.
struct JSONScan {
    static let deepest = 64
    static let longestNumber = 400
    /// Members of one object: their names are kept to tell those that come twice.
    static let mostMembers = 10_000
    /// Values in all: decoded, each is many times as large as it is written.
    static let mostValues = 200_000

    private var names: [Set<[UInt8]>] = []
    private var isObject: [Bool] = []
    /// Whether a string that comes now is a member's name.
    private var awaitsName = false
    private var values = 1

    /// What is wrong with a text; nil when a decoder may have it.
    static func fault(in bytes: ByteBuffer) -> Problem? {
        var scan = JSONScan()
        return scan.walk(bytes.readableBytesView)
    }

    private mutating func walk(_ bytes: ByteBufferView) -> Problem? {
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                isObject.append(byte == UInt8(ascii: "{"))
                names.append([])
                awaitsName = byte == UInt8(ascii: "{")
                values += 1
                guard isObject.count <= Self.deepest else {
                    return Problem(
                        .malformed,
                        "the JSON is nested too deep",
                        field: "body",
                        expected: "at most \(Self.deepest) levels"
                    )
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = isObject.popLast()
                _ = names.popLast()
                awaitsName = false
            case UInt8(ascii: ","):
                awaitsName = isObject.last ?? false
                values += 1
                guard values <= Self.mostValues else {
                    return Problem(
                        .malformed,
                        "the JSON has too many values",
                        field: "body",
                        expected: "at most \(Self.mostValues)"
                    )
                }
            case UInt8(ascii: ":"): awaitsName = false
            case UInt8(ascii: "\""):
                let start = place + 1
                place = Self.end(ofStringFrom: start, in: bytes)
                if awaitsName, let fault = note(Array(bytes[start..<min(place, bytes.endIndex)])) { return fault }
                awaitsName = false
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let start = place
                while place < bytes.endIndex, Self.isOfNumber(bytes[place]) { place += 1 }
                guard place - start <= Self.longestNumber else {
                    return Problem(
                        .malformed,
                        "a number has \(place - start) characters",
                        field: "body",
                        expected: "at most \(Self.longestNumber)"
                    )
                }
                continue
            default: break
            }
            place += 1
        }
        return nil
    }

    /// The place of the quotation mark that ends a string, or the end of the text.
    private static func end(ofStringFrom start: Int, in bytes: ByteBufferView) -> Int {
        var place = start
        while place < bytes.endIndex, bytes[place] != UInt8(ascii: "\"") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(place, bytes.endIndex)
    }

    private mutating func note(_ name: [UInt8]) -> Problem? {
        guard !names.isEmpty else { return nil }
        guard names[names.count - 1].count < Self.mostMembers else {
            return Problem(
                .malformed,
                "an object has too many members",
                field: "body",
                expected: "at most \(Self.mostMembers)"
            )
        }
        guard !names[names.count - 1].insert(name).inserted else { return nil }
        let text = String(decoding: name.prefix(100), as: UTF8.self)
        return Problem(
            .malformed,
            "a field is given twice",
            field: text,
            value: text,
            expected: "each field once"
        )
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
