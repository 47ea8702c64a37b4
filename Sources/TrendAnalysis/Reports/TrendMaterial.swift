// SPDX-License-Identifier: Apache-2.0
import Domain

/// Items made ready: plain titles, sources named, in order of time, without those that repeat an earlier one.
package struct TrendMaterial: Sendable {
    /// What is new, in order of time.
    package let items: TrendItems
    /// How many items were left out, because they were read twice, copied or edited.
    package let repeated: Int
    /// How many items there are in each language, by ISO 639-1 code.
    package let languages: [String: Int]

    /// Takes up what was made ready before and kept.
    package init(items: TrendItems, repeated: Int, languages: [String: Int]) {
        self.items = items
        self.repeated = repeated
        self.languages = languages
    }

    init(_ given: TrendItems, tokeniser: any Tokeniser) {
        let suffixes = PublisherSuffixes(given.indices.lazy.map { (title: given.title($0), source: given.source($0)) })
        let order = given.indices.sorted { a, b in
            let (first, second) = (given.published(a), given.published(b))
            return first == second ? a < b : first < second
        }
        var duplicates = NearDuplicates(tokeniser: tokeniser)
        // Hashes stand for the addresses: two of a million would share one once in forty million runs.
        var addresses: Set<UInt64> = []
        var languages: [String: Int] = [:]
        var chosen: [(index: Int, titleLength: Int)] = []
        for index in order {
            let source = given.source(index)
            let title = suffixes.stripped(given.title(index), source: source)
            let address = given.address(index).map { SplitMix64.seed(0, CanonicalAddress.canonical($0)) }
            let isNew = address.map { addresses.insert($0).inserted } ?? true
            // What is read twice must not make its words look common.
            guard isNew, !title.isEmpty,
                duplicates.add(title, summary: given.summary(index), source: source, day: given.day(index)) == nil
            else { continue }
            let stated = given.language(index).map { String($0.prefix { $0 != "-" && $0 != "_" }).lowercased() }
            languages[stated ?? LanguageGuess.language(of: title) ?? "und", default: 0] += 1
            chosen.append((index, title.utf8.count))
        }
        self.init(items: given.chosen(chosen), repeated: given.count - chosen.count, languages: languages)
    }

    /// A day counted from 1970 as `yyyy-mm-dd`.
    static func date(_ day: Int32) -> String {
        String(Timestamp(milliseconds: Int64(day) * 86_400_000).description.prefix(10))
    }
}
