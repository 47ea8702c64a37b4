// SPDX-License-Identifier: Apache-2.0

/// Distinct titles in order of time, as flat arrays of interned tokens and terms.
///
/// Titles are equal if their tokens are; the first is kept. A term is one to three tokens in a row that neither begin nor
/// end with a function word and that two titles hold at least. Build it with `TitleCorpusBuilder`.
package struct TitleCorpus: Sendable {
    /// Which tokens a term consists of.
    struct Term: Sendable {
        let tokens: (Int32, Int32, Int32)
        let length: Int

        /// The token at a place, from 0.
        func token(_ place: Int) -> Int32 { place == 0 ? tokens.0 : place == 1 ? tokens.1 : tokens.2 }
    }

    let vocabulary: Vocabulary
    /// The number below which tokens are function words.
    let stopWords: Int32
    /// For each title: its place in the order in which titles were added.
    package let items: [Int32]
    /// For each title: its day, counted from 1970.
    package let days: [Int32]
    /// For each title: its source's number.
    package let sources: [Int32]
    let tokens: [Int32]
    let tokenEnds: [Int32]
    let terms: [Term]
    /// Whether a term names only times and numbers.
    let isCalendar: [Bool]
    /// For each title its distinct terms, one title after the other.
    let titleTerms: [Int32]
    /// 0 where the title says nothing, 1 where the term stands in lower case, 2 where it is written as a name.
    let titleCases: [UInt8]
    let titleTermEnds: [Int32]
    /// How many terms there would be if one title were enough.
    let possibleTerms: Int

    /// How many distinct titles there are.
    package var count: Int { days.count }

    /// How many terms there are.
    package var termCount: Int { terms.count }

    /// A term's words, with spaces between.
    package func text(of term: Int32) -> String {
        let entry = terms[Int(term)]
        return (0..<entry.length).map { vocabulary.string(entry.token($0)) }.joined(separator: " ")
    }

    /// Where a title's terms are in `titleTerms`.
    func termRange(_ title: Int) -> Range<Int> {
        (title == 0 ? 0 : Int(titleTermEnds[title - 1]))..<Int(titleTermEnds[title])
    }

    /// Where a title's tokens are in `tokens`.
    func tokenRange(_ title: Int) -> Range<Int> {
        (title == 0 ? 0 : Int(tokenEnds[title - 1]))..<Int(tokenEnds[title])
    }

    /// The titles of a run of days.
    package func titles(from first: Int32, through last: Int32) -> Range<Int> {
        let lower = firstTitle(on: first)
        return lower..<max(lower, firstTitle(on: last &+ 1))
    }

    private func firstTitle(on day: Int32) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if days[middle] < day { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension TitleCorpus {
    /// In how many of some titles each of some terms is.
    package func counts(of terms: [Int32], in titles: Range<Int>) -> [Int] {
        var counts: [Int32: Int] = [:]
        let wanted = Set(terms)
        for title in titles {
            for place in termRange(title) where wanted.contains(titleTerms[place]) {
                counts[titleTerms[place], default: 0] += 1
            }
        }
        return terms.map { counts[$0] ?? 0 }
    }
}

extension TitleCorpus {
    /// The titles of a window, and of some days before its end, that hold each of some terms.
    func titles(of terms: [Int32], in window: BurstWindow, back days: Int32) -> [Int32: [Int]] {
        let wanted = Set(terms)
        var found: [Int32: [Int]] = [:]
        for title in titles(from: min(window.first, window.last - days + 1), through: window.last) {
            for place in termRange(title) where wanted.contains(titleTerms[place]) {
                found[titleTerms[place], default: []].append(title)
            }
        }
        return found
    }
}
