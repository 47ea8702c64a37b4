// SPDX-License-Identifier: Apache-2.0
import Domain

/// Items made ready: plain titles, sources named, in order of time, without those that repeat an earlier one.
package struct TrendMaterial: Hashable, Sendable {
    /// What is new, in order of time.
    package private(set) var items: [TrendItem] = []
    /// How many items were left out, because they were read twice, copied or edited.
    package private(set) var repeated = 0
    /// How many items there are in each language, by ISO 639-1 code.
    package private(set) var languages: [String: Int] = [:]

    /// Takes up what was made ready before and kept.
    package init(items: [TrendItem], repeated: Int, languages: [String: Int]) {
        self.items = items
        self.repeated = repeated
        self.languages = languages
    }

    init(_ given: [TrendItem], tokeniser: any Tokeniser) {
        let plain = given.map(Self.plain)
        let suffixes = PublisherSuffixes(plain.map { ($0.title, $0.source) })
        let order = plain.indices.sorted { a, b in
            plain[a].published == plain[b].published ? a < b : plain[a].published < plain[b].published
        }
        var duplicates = NearDuplicates(tokeniser: tokeniser)
        var addresses: Set<String> = []
        for index in order {
            var item = plain[index]
            item.title = suffixes.stripped(item.title, source: item.source)
            let isNew = item.address.map { addresses.insert(CanonicalAddress.canonical($0)).inserted } ?? true
            // What is read twice must not make its words look common.
            guard isNew, !item.title.isEmpty,
                duplicates.add(item.title, summary: item.summary, source: item.source, day: item.day) == nil
            else {
                repeated += 1
                continue
            }
            let stated = item.language.map { String($0.prefix { $0 != "-" && $0 != "_" }).lowercased() }
            languages[stated ?? LanguageGuess.language(of: item.title) ?? "und", default: 0] += 1
            items.append(item)
        }
    }

    private static func plain(_ item: TrendItem) -> TrendItem {
        var item = item
        item.title = PlainText.plain(item.title)
        item.summary = PlainText.plain(item.summary)
        if item.source.isEmpty { item.source = item.address.flatMap(CanonicalAddress.host) ?? "" }
        return item
    }

    /// A day counted from 1970 as `yyyy-mm-dd`.
    static func date(_ day: Int32) -> String {
        String(Timestamp(milliseconds: Int64(day) * 86_400_000).description.prefix(10))
    }
}
