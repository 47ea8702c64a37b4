// SPDX-License-Identifier: Apache-2.0

/// How different the titles are that hold a term.
///
/// Two titles of a first day that share half their words are one text, reworded; titles that share the term alone were written by
/// people who each had something to say.
struct TitleVariety {
    /// More titles tell no more.
    private static let most = 8

    /// For each term, in their order: 1 where its titles share nothing else, 0 where they are the same words.
    private(set) var values: [Double] = []

    /// Compares each term's first titles of a window: one less the mean share of their words that two of them have in common.
    init(_ terms: [Int32], in corpus: TitleCorpus, _ window: BurstWindow) {
        let titles = corpus.titles(of: terms, in: window, back: window.days)
        var words: [Int: [Int32]] = [:]
        for title in Set(titles.values.joined()) { words[title] = Self.words(of: title, corpus) }
        values = terms.map { term in
            let name = corpus.terms[Int(term)]
            let own = (0..<name.length).map { name.token($0) }
            let sets = (titles[term] ?? []).prefix(Self.most).map { title in
                (words[title] ?? []).filter { !own.contains($0) }
            }
            return 1 - Self.meanOverlap(sets)
        }
    }

    /// A title's distinct words in order of their numbers, without function words.
    private static func words(of title: Int, _ corpus: TitleCorpus) -> [Int32] {
        var words = corpus.tokens[corpus.tokenRange(title)].filter { $0 >= corpus.stopWords }.sorted()
        var kept = 0
        for index in words.indices where index == 0 || words[index] != words[index - 1] {
            words[kept] = words[index]
            kept += 1
        }
        words.removeLast(words.count - kept)
        return words
    }

    /// The mean of Jaccard's coefficient over all pairs; 0 for a single set.
    private static func meanOverlap(_ sets: [[Int32]]) -> Double {
        guard sets.count > 1 else { return 0 }
        var sum = 0.0
        for (place, first) in sets.enumerated() {
            for second in sets[..<place] { sum += overlap(first, second) }
        }
        return sum / Double(sets.count * (sets.count - 1) / 2)
    }

    private static func overlap(_ a: [Int32], _ b: [Int32]) -> Double {
        var shared = 0
        var i = 0
        var j = 0
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                shared += 1
                i += 1
                j += 1
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return Double(shared) / Double(max(1, a.count + b.count - shared))
    }
}
