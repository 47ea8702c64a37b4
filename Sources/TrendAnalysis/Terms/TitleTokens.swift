// SPDX-License-Identifier: Apache-2.0

/// Titles as the numbers of their words, so that each is cut once however often it is counted.
struct TitleTokens: Sendable {
    private static let mark = Array("DTT1".utf8)

    /// What cut the titles.
    let tokeniser: String
    /// The words of the titles, and of other texts too.
    let words: TitleWords
    let titles: TokenLists

    init(tokeniser: String, words: TitleWords, titles: TokenLists) {
        self.tokeniser = tokeniser
        self.words = words
        self.titles = titles
    }

    /// Cuts the titles of items.
    init(of items: TrendItems, _ tokeniser: any Tokeniser) {
        var words = TitleWords()
        var titles = TokenLists()
        var buffer = TokenBuffer()
        for index in items.indices {
            buffer.clear()
            tokeniser.tokenise(items.title(index), into: &buffer)
            titles.append(buffer, 0..<buffer.count, &words)
        }
        self.init(tokeniser: tokeniser.name, words: words, titles: titles)
    }

    /// Writes all of it, so that it can be read again.
    func write(to writer: inout PackWriter) throws {
        try writer.append(Self.mark)
        try writer.write(tokeniser)
        let vocabulary = words.vocabulary
        try writer.write(UInt64(vocabulary.count))
        for word in words.known..<Int32(vocabulary.count) { try writer.write(vocabulary.string(word)) }
        try titles.write(to: &writer)
    }

    /// Reads what `write` wrote; throws `Failure` for bytes of another form, or that are cut off.
    init(reading reader: inout PackReader) throws {
        try reader.expect(Self.mark)
        tokeniser = try reader.text()
        let count = try reader.number(upTo: Vocabulary.most)
        var words = TitleWords()
        for word in words.known..<Int32(max(Int(words.known), count)) {
            let bytes = Array(try reader.text().utf8)
            // Other function words than this program's give other numbers.
            guard words.number(bytes, bytes.indices) == word else { throw reader.broken }
        }
        titles = try TokenLists(reading: &reader, words: count)
        self.words = words
    }
}
