// SPDX-License-Identifier: Apache-2.0

/// Lists of words by their numbers, one after the other in one array.
struct TokenLists: Sendable {
    /// Each word's number, twice, and one more where it has a capital letter.
    private var tokens: [Int32] = []
    private var ends: [Int32] = []

    /// How many lists there are.
    var count: Int { ends.count }

    /// Adds a list of some tokens of a buffer, whose words get their numbers.
    mutating func append(_ buffer: TokenBuffer, _ range: Range<Int>, _ words: inout TitleWords) {
        for token in range {
            guard let word = words.number(buffer.bytes, buffer.range(token)) else { continue }
            tokens.append(word << 1 | (buffer.capitals[token] ? 1 : 0))
        }
        ends.append(Int32(tokens.count))
    }

    /// Adds a list that another collection has.
    mutating func append(_ list: Int, of other: TokenLists) {
        tokens.append(contentsOf: other.tokens[other.range(list)])
        ends.append(Int32(tokens.count))
    }

    /// Where a list's words are.
    func range(_ list: Int) -> Range<Int> {
        (list == 0 ? 0 : Int(ends[list - 1]))..<Int(ends[list])
    }

    /// The word at a place.
    func word(_ place: Int) -> Int32 { tokens[place] >> 1 }

    /// Whether the word at a place has a capital letter.
    func hasCapital(_ place: Int) -> Bool { tokens[place] & 1 == 1 }
}

// MARK: As bytes

extension TokenLists {
    /// Writes all of it, so that it can be read again.
    func write(to writer: inout PackWriter) throws {
        try writer.write(UInt64(ends.count))
        try writer.write(UInt64(tokens.count))
        for list in ends.indices {
            let range = range(list)
            try writer.write(UInt64(range.count))
            for place in range { try writer.write(UInt64(tokens[place])) }
        }
    }

    /// Reads what `write` wrote, of so many words; throws `Failure` for bytes of another form, or that are cut off.
    init(reading reader: inout PackReader, words: Int) throws {
        let most = max(1, 2 * words) - 1
        let count = try reader.number(upTo: 1 << 40)
        let all = try reader.number(upTo: 1 << 40)
        // Room for what is likely; a wrong count ends with the bytes.
        ends.reserveCapacity(min(count, 1 << 20))
        tokens.reserveCapacity(min(all, 1 << 24))
        for _ in 0..<count {
            for _ in 0..<(try reader.number(upTo: 1 << 24)) { tokens.append(Int32(try reader.number(upTo: most))) }
            ends.append(Int32(tokens.count))
        }
    }
}
