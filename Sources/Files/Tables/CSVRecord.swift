// SPDX-License-Identifier: Apache-2.0

/// Where the cells of one CSV record lie in the reader's buffer.
struct CSVRecord {
    /// How a scan ended; `lines` is how many line breaks were passed.
    enum Outcome {
        case record(end: Int, lines: Int)
        case blank(end: Int, lines: Int)
        case more
        case end
        case unclosedQuote(lines: Int)
        case textAfterQuote(lines: Int)
    }

    private var starts: [Int] = []
    private var ends: [Int] = []
    private var quoted: [Bool] = []
    /// The columns whose text holds doubled quotes.
    private var doubled: [Int] = []
    /// Whether the last record ended by a CR, after which an LF belongs to it.
    private var endedByReturn = false
    /// Whether a CR without an LF ends a line; where the header's line ends otherwise, it is part of a cell.
    var endsAtReturn = true

    var count: Int { starts.count }

    func range(_ column: Int) -> Range<Int> { starts[column]..<ends[column] }

    func isQuoted(_ column: Int) -> Bool { quoted[column] }

    /// Finds the cells of the record at a position; asks for more bytes when the record may go on after the last one.
    mutating func scan(_ bytes: Span<UInt8>, from position: Int, delimiter: UInt8, isAtEnd: Bool) -> Outcome {
        starts.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        quoted.removeAll(keepingCapacity: true)
        doubled.removeAll(keepingCapacity: true)
        var index = position
        guard index < bytes.count else {
            return isAtEnd ? .end : .more
        }
        if endedByReturn {
            endedByReturn = false
            if bytes[index] == 0x0A {
                return .blank(end: index + 1, lines: 0)
            }
        }
        var lines = 0
        while true {
            index = Self.skipBlanks(bytes, index, delimiter)
            guard index < bytes.count else {
                if !isAtEnd { return .more }
                append(index, index, isQuoted: false)
                return finish(end: index, lines: lines + 1)
            }
            if bytes[index] == 0x22 {
                if let failure = scanQuoted(bytes, &index, &lines, delimiter, isAtEnd) {
                    return failure
                }
            } else {
                scanPlain(bytes, &index, delimiter, isAtEnd)
            }
            guard index < bytes.count else {
                return isAtEnd ? finish(end: index, lines: lines + 1) : .more
            }
            let byte = bytes[index]
            index += 1
            if byte != delimiter {
                endedByReturn = byte == 0x0D
                return finish(end: index, lines: lines + 1)
            }
        }
    }

    /// A record, or a blank line when its only cell is empty and not quoted.
    private func finish(end: Int, lines: Int) -> Outcome {
        if starts.count == 1, starts[0] == ends[0], !quoted[0] {
            return .blank(end: end, lines: lines)
        }
        return .record(end: end, lines: lines)
    }

    private mutating func append(_ start: Int, _ end: Int, isQuoted: Bool) {
        starts.append(start)
        ends.append(end)
        quoted.append(isQuoted)
    }

    private static func isBlank(_ byte: UInt8, _ delimiter: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 && delimiter != 0x09
    }

    private static func skipBlanks(_ bytes: Span<UInt8>, _ start: Int, _ delimiter: UInt8) -> Int {
        var index = start
        while index < bytes.count, isBlank(bytes[index], delimiter) {
            index += 1
        }
        return index
    }

    /// A cell without quotes, up to the delimiter or the end of the line, without the blanks around it.
    private mutating func scanPlain(_ bytes: Span<UInt8>, _ index: inout Int, _ delimiter: UInt8, _ isAtEnd: Bool) {
        let start = index
        while index < bytes.count, bytes[index] != delimiter, bytes[index] != 0x0A {
            if bytes[index] == 0x0D {
                let isLast = index + 1 == bytes.count
                if endsAtReturn || isLast && isAtEnd || !isLast && bytes[index + 1] == 0x0A { break }
            }
            index += 1
        }
        var end = index
        while end > start, Self.isBlank(bytes[end - 1], delimiter) {
            end -= 1
        }
        append(start, end, isQuoted: false)
    }

    /// A cell in quotes; leaves the index at what follows it.
    private mutating func scanQuoted(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ lines: inout Int,
        _ delimiter: UInt8,
        _ isAtEnd: Bool
    ) -> Outcome? {
        let opening = lines
        index += 1
        let start = index
        var hasDoubled = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x22 {
                if index + 1 == bytes.count, !isAtEnd { return .more }
                guard index + 1 < bytes.count, bytes[index + 1] == 0x22 else {
                    break
                }
                hasDoubled = true
                index += 1
            } else if byte == 0x0A || byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] != 0x0A {
                lines += 1
            }
            index += 1
        }
        guard index < bytes.count else {
            return isAtEnd ? .unclosedQuote(lines: opening) : .more
        }
        if hasDoubled {
            doubled.append(starts.count)
        }
        append(start, index, isQuoted: true)
        index = Self.skipBlanks(bytes, index + 1, delimiter)
        if index < bytes.count, bytes[index] != delimiter, bytes[index] != 0x0A, bytes[index] != 0x0D {
            return .textAfterQuote(lines: lines)
        }
        return nil
    }

    /// Makes one quote of every two, in place.
    mutating func removeDoubledQuotes(_ bytes: inout [UInt8]) {
        for column in doubled {
            var target = starts[column]
            var index = starts[column]
            while index < ends[column] {
                bytes[target] = bytes[index]
                index += bytes[index] == 0x22 ? 2 : 1
                target += 1
            }
            ends[column] = target
        }
        doubled.removeAll(keepingCapacity: true)
    }
}
