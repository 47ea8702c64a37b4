// SPDX-License-Identifier: Apache-2.0

/// Finds the terms of titles: every run of up to three tokens that two titles hold.
///
/// Longer runs are looked at only where their parts occur twice, so that the table of runs stays small.
struct TermIndex {
    private let titles: RawTitles
    private let words: TitleWords
    private let stopWords: Int32
    private(set) var terms: [TitleCorpus.Term] = []
    private(set) var isCalendar: [Bool] = []
    private(set) var titleTerms: [Int32] = []
    private(set) var titleCases: [UInt8] = []
    private(set) var titleTermEnds: [Int32] = []
    /// How many runs there are, those of a single title too.
    private(set) var runs = 0
    /// By token: whether it may stand alone, and the term that it is.
    private var isAlone: [Bool] = []
    private var single: [Int32]
    private var frequency: [Int32]

    init(titles: RawTitles, words: TitleWords) {
        self.titles = titles
        self.words = words
        stopWords = words.functionWords
        single = [Int32](repeating: -1, count: words.vocabulary.count)
        frequency = [Int32](repeating: 0, count: words.vocabulary.count)
    }

    mutating func build() {
        countTokens()
        let pairs = countRuns(of: 2, after: nil)
        let triples = countRuns(of: 3, after: pairs)
        // The words may be those of other titles, too.
        runs += isAlone.indices.count { isAlone[$0] && (frequency[$0] > 0 || $0 < words.known) }
        var numbers = KeyTable(capacity: 1 << 14)
        titleTermEnds.reserveCapacity(titles.days.count)
        for title in titles.days.indices { list(title, pairs, triples, &numbers) }
    }

    private mutating func countTokens() {
        let vocabulary = words.vocabulary
        var last = [Int32](repeating: -1, count: vocabulary.count)
        for title in titles.days.indices {
            for place in titles.range(title) {
                let token = Int(titles.tokens[place])
                guard last[token] != Int32(title) else { continue }
                last[token] = Int32(title)
                frequency[token] += 1
            }
        }
        isAlone = (0..<Int32(vocabulary.count)).map { id in
            id >= stopWords && !vocabulary.isNumber(id) && (vocabulary.length(id) > 1)
        }
    }

    /// In how many titles each run occurs that may occur twice; a run that a title holds twice may count twice, which only keeps it.
    ///
    /// Most runs occur once. Those that hash to a place of their own are told by a table of bytes, and only the rest are counted by key.
    private mutating func countRuns(of length: Int, after pairs: KeyTable?) -> KeyTable {
        var size = 1 << 12
        while size < titles.tokens.count * 4 { size *= 2 }
        var seen = [UInt8](repeating: 0, count: size)
        eachRun(of: length, after: pairs) { key in
            let place = KeyTable.mixed(key) & (size - 1)
            if seen[place] < 2 { seen[place] += 1 }
        }
        var table = KeyTable()
        var single = 0
        eachRun(of: length, after: pairs) { key in
            if seen[KeyTable.mixed(key) & (size - 1)] > 1 { table.add(1, to: key) } else { single += 1 }
        }
        runs += single + table.count
        return table
    }

    /// Gives the key of every place where a run of a length may be a term.
    private func eachRun(of length: Int, after pairs: KeyTable?, _ body: (UInt64) -> Void) {
        for title in titles.days.indices {
            let range = titles.range(title)
            guard range.count >= length else { continue }
            for place in range.lowerBound...(range.upperBound - length) {
                guard isRun(place, length) else { continue }
                if let pairs {
                    guard (pairs[pairKey(place)] ?? 0) > 1 || titles.tokens[place + 1] < stopWords,
                        (pairs[pairKey(place + 1)] ?? 0) > 1 || titles.tokens[place + 1] < stopWords
                    else { continue }
                }
                body(key(place, length))
            }
        }
    }

    /// Whether the tokens from a place on may be a term: no function word at an end, not only numbers, none that is unique.
    private func isRun(_ place: Int, _ length: Int) -> Bool {
        let tokens = titles.tokens
        guard tokens[place] >= stopWords, tokens[place + length - 1] >= stopWords else { return false }
        var hasWord = false
        for i in place..<place + length {
            let token = Int(tokens[i])
            if frequency[token] < 2 { return false }
            hasWord = hasWord || isAlone[token]
        }
        return hasWord
    }

    private func pairKey(_ place: Int) -> UInt64 { key(place, 2) }

    private func key(_ place: Int, _ length: Int) -> UInt64 {
        var key: UInt64 = 0
        for i in 0..<length { key = key << 21 | UInt64(UInt32(bitPattern: titles.tokens[place + i])) + 1 }
        return key
    }

    /// Lists a title's terms.
    private mutating func list(_ title: Int, _ pairs: KeyTable, _ triples: KeyTable, _ numbers: inout KeyTable) {
        let range = titles.range(title)
        let start = titleTerms.count
        for place in range {
            let token = titles.tokens[place]
            if isAlone[Int(token)], frequency[Int(token)] > 1 {
                if single[Int(token)] < 0 { single[Int(token)] = newTerm(place, 1) }
                note(single[Int(token)], titles.cases[place], from: start)
            }
            for length in 2...3 where place + length <= range.upperBound && isRun(place, length) {
                let key = key(place, length)
                guard ((length == 2 ? pairs : triples)[key] ?? 0) > 1 else { continue }
                let term: Int32
                if let known = numbers[key] {
                    term = known
                } else {
                    term = newTerm(place, length)
                    numbers.set(term, for: key)
                }
                note(term, caseOf(place, length), from: start)
            }
        }
        titleTermEnds.append(Int32(titleTerms.count))
    }

    /// How a run is written: as a name if all its words are, function words and numbers apart.
    private func caseOf(_ place: Int, _ length: Int) -> UInt8 {
        guard titles.cases[place] > 0 else { return 0 }
        for i in place..<place + length where titles.cases[i] == 1 && isAlone[Int(titles.tokens[i])] { return 1 }
        return 2
    }

    private mutating func note(_ term: Int32, _ letterCase: UInt8, from start: Int) {
        for i in start..<titleTerms.count where titleTerms[i] == term {
            titleCases[i] = max(titleCases[i], letterCase)
            return
        }
        titleTerms.append(term)
        titleCases.append(letterCase)
    }

    private mutating func newTerm(_ place: Int, _ length: Int) -> Int32 {
        let tokens = titles.tokens
        let second = length > 1 ? tokens[place + 1] : 0
        let third = length > 2 ? tokens[place + 2] : 0
        terms.append(TitleCorpus.Term(tokens: (tokens[place], second, third), length: length))
        isCalendar.append((place..<place + length).allSatisfy { words.isTime(tokens[$0]) || tokens[$0] < stopWords })
        return Int32(terms.count - 1)
    }
}
