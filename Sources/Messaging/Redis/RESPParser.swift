// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// Reads values of Redis's protocol out of bytes as they come, in pieces of any size.
///
/// The bytes are not trusted: whatever is longer, larger or deeper than the limits is an error, nothing is reserved because a length says
/// so, and every byte is looked at once. After an error the parser is of no more use: where the next value begins is not known.
package struct RESPParser {
    /// The bounds of one value.
    package struct Limits: Hashable, Sendable {
        /// Bytes of a line, such as an error's text.
        package var line = 64 << 10
        /// Bytes of one bulk string.
        package var bulk = 64 << 20
        /// Elements of one reply, those of nested arrays included.
        package var elements = 1 << 20
        /// How deep arrays may lie in arrays.
        package var depth = 16

        /// Creates the limits of the house.
        package init() {}
    }

    private enum Shape {
        case array
        case map
        case push
        /// Something about the value that follows; it is read and left out.
        case attribute
    }

    private struct Frame {
        var shape: Shape
        var missing: Int
        var values: [RESPValue] = []
    }

    private enum Token {
        case value(RESPValue)
        case opening(Frame)
        case incomplete
    }

    private let limits: Limits
    private var frames: [Frame] = []
    private var elements = 0
    /// How many bytes at the front are known to hold no end of a line.
    private var searched = 0
    /// The length and kind of a bulk string whose bytes are not all there.
    private var awaited: (length: Int, isError: Bool, isVerbatim: Bool)?

    /// Creates a parser that stands before the first value.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes the next whole value from the front of the buffer; nil when more bytes are needed.
    package mutating func next(in buffer: inout ByteBuffer) throws(RESPError) -> RESPValue? {
        while true {
            switch try token(in: &buffer) {
            case .incomplete: return nil
            case .opening(let frame):
                guard frames.count < limits.depth else { throw .tooDeep(limit: limits.depth) }
                frames.append(frame)
                if frame.missing == 0, let value = close() { return value }
            case .value(let value):
                if let whole = add(value) { return whole }
            }
        }
    }

    /// Adds a value to the innermost open array; returns it when none is open, or the outermost when that is complete now.
    private mutating func add(_ value: RESPValue) -> RESPValue? {
        guard var frame = frames.popLast() else {
            elements = 0
            return value
        }
        frame.values.append(value)
        frame.missing -= 1
        frames.append(frame)
        return frame.missing == 0 ? close() : nil
    }

    private mutating func close() -> RESPValue? {
        guard let frame = frames.popLast() else { return nil }
        switch frame.shape {
        case .array: return add(.array(frame.values))
        case .map: return add(.map(frame.values))
        case .push: return add(.push(frame.values))
        case .attribute: return nil
        }
    }

    private mutating func token(in buffer: inout ByteBuffer) throws(RESPError) -> Token {
        if let awaited { return try bulk(awaited.length, awaited.isError, awaited.isVerbatim, in: &buffer) }
        guard let line = try line(in: &buffer) else { return .incomplete }
        guard let kind = line.first else {
            throw .malformed(what: "a line", value: "", expected: "a type such as + or $")
        }
        let rest = line.dropFirst()
        switch kind {
        case UInt8(ascii: "+"): return .value(.simple(String(decoding: rest, as: UTF8.self)))
        case UInt8(ascii: "-"): return .value(.error(String(decoding: rest, as: UTF8.self)))
        case UInt8(ascii: ":"): return .value(.integer(try Self.integer(rest)))
        case UInt8(ascii: "("): return .value(.bigNumber(String(decoding: rest, as: UTF8.self)))
        case UInt8(ascii: ","): return .value(.double(try Self.double(rest)))
        case UInt8(ascii: "#"): return .value(.boolean(try Self.boolean(rest)))
        case UInt8(ascii: "_"): return .value(.null)
        case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="):
            let length = try length(rest, what: "the length of a string", limit: limits.bulk)
            guard let length else { return .value(.null) }
            return try bulk(length, kind == UInt8(ascii: "!"), kind == UInt8(ascii: "="), in: &buffer)
        case UInt8(ascii: "*"), UInt8(ascii: "~"): return try opening(.array, rest, width: 1)
        case UInt8(ascii: ">"): return try opening(.push, rest, width: 1)
        case UInt8(ascii: "%"): return try opening(.map, rest, width: 2)
        case UInt8(ascii: "|"): return try opening(.attribute, rest, width: 2)
        default:
            throw .malformed(what: "the type of a value", value: Self.shown([kind]), expected: "one of +-:$*_#,(!=%~>|")
        }
    }

    private mutating func opening(_ shape: Shape, _ text: ByteBufferView, width: Int) throws(RESPError) -> Token {
        guard let count = try length(text, what: "the number of elements", limit: limits.elements) else {
            return .value(.null)
        }
        elements += count * width
        guard elements <= limits.elements else {
            throw .tooLarge(what: "the number of elements", value: Int64(elements), limit: limits.elements)
        }
        return .opening(Frame(shape: shape, missing: count * width))
    }

    private mutating func bulk(
        _ length: Int,
        _ isError: Bool,
        _ isVerbatim: Bool,
        in buffer: inout ByteBuffer
    ) throws(RESPError) -> Token {
        guard buffer.readableBytes >= length + 2 else {
            awaited = (length, isError, isVerbatim)
            return .incomplete
        }
        awaited = nil
        guard var bytes = buffer.readSlice(length: length), let end = buffer.readInteger(as: UInt16.self), end == 0x0D0A
        else {
            throw .malformed(what: "a string", value: "of \(length) bytes", expected: "CR LF after its last byte")
        }
        if isError { return .value(.error(String(buffer: bytes))) }
        // A verbatim string begins with three letters that say what it is, and a colon.
        if isVerbatim { bytes.moveReaderIndex(forwardBy: min(4, bytes.readableBytes)) }
        return .value(.bulk(bytes))
    }

    /// The next line without its end; nil when its end is not there yet.
    private mutating func line(in buffer: inout ByteBuffer) throws(RESPError) -> ByteBufferView? {
        let view = buffer.readableBytesView
        guard let end = view.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) else {
            searched = view.count
            guard searched <= limits.line else {
                throw .tooLarge(what: "the length of a line", value: Int64(searched), limit: limits.line)
            }
            return nil
        }
        searched = 0
        let line = view[view.startIndex..<end]
        guard line.count <= limits.line else {
            throw .tooLarge(what: "the length of a line", value: Int64(line.count), limit: limits.line)
        }
        guard line.last == UInt8(ascii: "\r") else {
            throw .malformed(what: "a line", value: Self.shown(line), expected: "CR LF at its end")
        }
        buffer.moveReaderIndex(forwardBy: line.count + 1)
        return line.dropLast()
    }
}

extension RESPParser {
    /// A length within its limit; nil for -1, by which version 2 writes null.
    private func length(_ text: ByteBufferView, what: String, limit: Int) throws(RESPError) -> Int? {
        let number = try Self.integer(text)
        if number == -1 { return nil }
        guard number >= 0 else {
            throw .malformed(what: what, value: Self.shown(text), expected: "a number from 0, or -1 for null")
        }
        guard number <= limit else { throw .tooLarge(what: what, value: number, limit: limit) }
        return Int(number)
    }

    private static func integer(_ text: some Collection<UInt8>) throws(RESPError) -> Int64 {
        guard text.count <= 20, let number = Int64(String(decoding: text, as: UTF8.self)) else {
            throw .malformed(what: "an integer", value: shown(text), expected: "digits of a number of 64 bits")
        }
        return number
    }

    private static func double(_ text: some Collection<UInt8>) throws(RESPError) -> Double {
        guard text.count <= 400, let number = Double(String(decoding: text, as: UTF8.self)) else {
            throw .malformed(what: "a decimal number", value: shown(text), expected: "digits, inf or nan")
        }
        return number
    }

    private static func boolean(_ text: some Collection<UInt8>) throws(RESPError) -> Bool {
        switch text.first {
        case UInt8(ascii: "t") where text.count == 1: true
        case UInt8(ascii: "f") where text.count == 1: false
        default: throw .malformed(what: "a boolean", value: shown(text), expected: "t or f")
        }
    }

    /// The beginning of what was wrong, for an error's text.
    private static func shown(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes.prefix(40), as: UTF8.self).debugDescription
    }
}
