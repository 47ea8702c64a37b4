// SPDX-License-Identifier: Apache-2.0

/// Takes in titles one by one and makes a `TitleCorpus` of them.
package struct TitleCorpusBuilder: Sendable {
    private let tokeniser: any Tokeniser
    private var words: TitleWords
    private var buffer = TokenBuffer()
    private var seen: Set<UInt64> = []
    private var sourceNumbers: [String: Int32] = [:]
    private var sourcePlaces: [Int32] = []
    private var placedSources: Int32 = 0
    private var added: Int32 = 0
    private var titles = RawTitles()

    /// Creates a builder that cuts titles with a tokeniser.
    package init(tokeniser: any Tokeniser = WordTokeniser()) {
        self.tokeniser = tokeniser
        words = TitleWords()
    }

    /// Creates a builder that takes titles which are cut already.
    init(words: TitleWords) {
        tokeniser = WordTokeniser()
        self.words = words
    }

    /// Adds a title.
    ///
    /// - Parameters:
    ///   - title: As the source gives it.
    ///   - day: Counted from 1970.
    ///   - source: The publisher's name or host.
    /// - Returns: False if it was there already, or has no token.
    @discardableResult
    package mutating func add(_ title: String, day: Int32, source: String) -> Bool {
        buffer.clear()
        tokeniser.tokenise(title, into: &buffer)
        let start = titles.tokens.count
        for token in 0..<buffer.count {
            guard let word = words.number(buffer.bytes, buffer.range(token)) else { continue }
            titles.tokens.append(word)
            titles.cases.append(buffer.capitals[token] ? 2 : 1)
        }
        let number = Int32(sourceNumbers.count)
        let known = sourceNumbers[source]
        guard end(from: start, day: day, source: known ?? number) else { return false }
        if known == nil { sourceNumbers[source] = number }
        return true
    }

    /// Adds a title that is cut already, by the words that the builder was made with.
    ///
    /// - Parameters:
    ///   - title: Its place in `tokens`.
    ///   - tokens: All titles.
    ///   - day: Counted from 1970.
    ///   - source: The publisher's number; numbers stand for the same publishers in all titles.
    mutating func add(_ title: Int, of tokens: TokenLists, day: Int32, source: Int32) {
        let start = titles.tokens.count
        for place in tokens.range(title) {
            titles.tokens.append(tokens.word(place))
            titles.cases.append(tokens.hasCapital(place) ? 2 : 1)
        }
        // Numbered anew in the order of their first titles, as texts are.
        while sourcePlaces.count <= Int(source) { sourcePlaces.append(-1) }
        let known = sourcePlaces[Int(source)]
        guard end(from: start, day: day, source: known < 0 ? placedSources : known), known < 0 else { return }
        sourcePlaces[Int(source)] = placedSources
        placedSources += 1
    }

    /// Ends the title whose tokens begin at a place; false where it is empty or there already, and is taken back.
    private mutating func end(from start: Int, day: Int32, source: Int32) -> Bool {
        let item = added
        added += 1
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in start..<titles.tokens.count {
            hash = (hash ^ UInt64(UInt32(bitPattern: titles.tokens[place]))) &* 0x0000_0100_0000_01B3
            hash ^= hash >> 29
        }
        guard titles.tokens.count > start, seen.insert(hash).inserted else {
            titles.tokens.removeLast(titles.tokens.count - start)
            titles.cases.removeLast(titles.cases.count - start)
            return false
        }
        settleCases(from: start)
        let bound = BurstWindow.mostDays
        titles.end(item: item, day: min(bound, max(-bound, day)), source: source)
        return true
    }

    /// Makes of the words' capitals which of them are written as names, where the title's other words are not.
    private mutating func settleCases(from start: Int) {
        var long = 0
        var lower = 0
        var hasCapitals = false
        for place in start..<titles.tokens.count {
            let isCapital = titles.cases[place] == 2
            hasCapitals = hasCapitals || isCapital
            guard words.vocabulary.isLongAndLatin(titles.tokens[place]) else { continue }
            long += 1
            lower += isCapital ? 0 : 1
        }
        // A title in which most words have capitals tells nothing, and neither does one that has none.
        let tells = long >= 4 && lower * 20 >= long * 9 && hasCapitals
        titles.cases[start] = 0
        guard !tells else { return }
        for place in start..<titles.tokens.count { titles.cases[place] = 0 }
    }

    /// The corpus of all titles that were added.
    package consuming func corpus() -> TitleCorpus {
        seen = []
        titles.sortByDay()
        var index = TermIndex(titles: titles, words: words)
        index.build()
        return TitleCorpus(
            vocabulary: words.vocabulary,
            stopWords: words.functionWords,
            items: titles.items,
            days: titles.days,
            sources: titles.sources,
            tokens: titles.tokens,
            tokenEnds: titles.ends,
            terms: index.terms,
            isCalendar: index.isCalendar,
            titleTerms: index.titleTerms,
            titleCases: index.titleCases,
            titleTermEnds: index.titleTermEnds,
            possibleTerms: index.runs
        )
    }
}
