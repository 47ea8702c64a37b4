// SPDX-License-Identifier: Apache-2.0

/// Takes in titles one by one and makes a `TitleCorpus` of them.
package struct TitleCorpusBuilder: Sendable {
    private let tokeniser: any Tokeniser
    private var vocabulary = Vocabulary()
    private let stopWords: Int32
    private let calendarWords: Range<Int32>
    private var alsoCalendar: Set<Int32> = []
    private var buffer = TokenBuffer()
    private var seen: [UInt64: Int32] = [:]
    private var sourceNumbers: [String: Int32] = [:]
    private var added: Int32 = 0
    private var titles = RawTitles()

    /// Creates a builder that cuts titles with a tokeniser.
    package init(tokeniser: any Tokeniser = WordTokeniser()) {
        self.tokeniser = tokeniser
        for word in FunctionWords.stop { _ = vocabulary.intern(Array(word.utf8), 0..<word.utf8.count) }
        let stop = Int32(vocabulary.count)
        for word in FunctionWords.calendar {
            guard let id = vocabulary.intern(Array(word.utf8), 0..<word.utf8.count), id < stop else { continue }
            // "may" is a function word too.
            alsoCalendar.insert(id)
        }
        stopWords = stop
        calendarWords = stop..<Int32(vocabulary.count)
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
        let item = added
        added += 1
        buffer.clear()
        tokeniser.tokenise(title, into: &buffer)
        let start = titles.tokens.count
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for token in 0..<buffer.count {
            guard let id = vocabulary.intern(buffer.bytes, buffer.range(token)) else { continue }
            titles.tokens.append(id)
            hash = (hash ^ UInt64(UInt32(bitPattern: id))) &* 0x0000_0100_0000_01B3
            hash ^= hash >> 29
        }
        guard titles.tokens.count > start, seen[hash] == nil else {
            titles.tokens.removeLast(titles.tokens.count - start)
            return false
        }
        seen[hash] = item
        addCases(from: start)
        let number = Int32(sourceNumbers.count)
        let source =
            sourceNumbers[source]
            ?? {
                sourceNumbers[source] = number
                return number
            }()
        let bound = BurstWindow.mostDays
        titles.end(item: item, day: min(bound, max(-bound, day)), source: source)
        return true
    }

    /// Notes which tokens are written as names, where the title's other words are not.
    private mutating func addCases(from start: Int) {
        let count = titles.tokens.count - start
        var long = 0
        var lower = 0
        for token in 0..<min(count, buffer.count) where buffer.range(token).count > 3 {
            let first = buffer.bytes[buffer.range(token).lowerBound]
            guard first >= 0x61, first <= 0x7A else { continue }
            long += 1
            lower += buffer.capitals[token] ? 0 : 1
        }
        // A title in which most words have capitals tells nothing, and neither does one that has none.
        let tells = buffer.count == count && long >= 4 && lower * 20 >= long * 9 && buffer.capitals.contains(true)
        for token in 0..<count {
            titles.cases.append(tells && token > 0 ? (buffer.capitals[token] ? 2 : 1) : 0)
        }
    }

    /// The corpus of all titles that were added.
    package consuming func corpus() -> TitleCorpus {
        seen = [:]
        titles.sortByDay()
        let isTime = (0..<Int32(vocabulary.count)).map { id in
            calendarWords.contains(id) || alsoCalendar.contains(id) || vocabulary.isNumber(id)
        }
        var index = TermIndex(titles: titles, vocabulary: vocabulary, stopWords: stopWords, isTime: isTime)
        index.build()
        return TitleCorpus(
            vocabulary: vocabulary,
            stopWords: stopWords,
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

/// Titles as they were added, before terms are counted.
struct RawTitles: Sendable {
    var tokens: [Int32] = []
    var cases: [UInt8] = []
    var ends: [Int32] = []
    var items: [Int32] = []
    var days: [Int32] = []
    var sources: [Int32] = []

    mutating func end(item: Int32, day: Int32, source: Int32) {
        ends.append(Int32(tokens.count))
        items.append(item)
        days.append(day)
        sources.append(source)
    }

    func range(_ title: Int) -> Range<Int> {
        (title == 0 ? 0 : Int(ends[title - 1]))..<Int(ends[title])
    }

    /// Puts the titles in order of their days; those of a day stay in the order in which they were added.
    mutating func sortByDay() {
        let isSorted = zip(days, days.dropFirst()).allSatisfy { $0 <= $1 }
        guard !isSorted else { return }
        let order = days.indices.sorted { days[$0] == days[$1] ? $0 < $1 : days[$0] < days[$1] }
        var sorted = RawTitles()
        sorted.tokens.reserveCapacity(tokens.count)
        sorted.cases.reserveCapacity(cases.count)
        for title in order {
            sorted.tokens.append(contentsOf: tokens[range(title)])
            sorted.cases.append(contentsOf: cases[range(title)])
            sorted.end(item: items[title], day: days[title], source: sources[title])
        }
        self = sorted
    }
}
