// SPDX-License-Identifier: Apache-2.0
import Domain

/// Items made ready: plain titles, sources named, in order of time, without those that repeat an earlier one.
package struct TrendMaterial: Sendable {
    /// What is new, in order of time.
    package let items: TrendItems
    /// The words of their titles; nil where they were not read again.
    let tokens: TitleTokens?
    /// How many items were left out, because they were read twice, copied or edited.
    package let repeated: Int
    /// How many items there are in each language, by ISO 639-1 code.
    package let languages: [String: Int]

    init(_ given: TrendItems, tokeniser: any Tokeniser) {
        let prepared = TitlePreparation(of: given, tokeniser)
        var duplicates = NearDuplicates(forgetting: true)
        var titles = TokenLists()
        // Hashes stand for the addresses: two of a million would share one once in twenty million runs.
        var addresses: Set<UInt64> = []
        var languages: [String: Int] = [:]
        var chosen: [(index: Int, titleLength: Int)] = []
        for index in given.inOrderOfTime() {
            let address = prepared.addresses[index]
            let isNew = address == 0 || addresses.insert(address).inserted
            // What is read twice must not make its words look common.
            guard isNew, prepared.lengths[index] > 0,
                duplicates.add(
                    prepared.text(index),
                    in: prepared.words,
                    hasSummary: given.hasSummary(index),
                    source: given.source(index).isEmpty ? NearDuplicates.unnamed : given.sourceNumber(index),
                    day: given.day(index)
                ) == nil
            else { continue }
            titles.append(index, of: prepared.titles)
            languages[prepared.languages[index], default: 0] += 1
            chosen.append((index, Int(prepared.lengths[index])))
        }
        items = given.chosen(chosen)
        tokens = TitleTokens(tokeniser: tokeniser.name, words: prepared.words, titles: titles)
        repeated = given.count - chosen.count
        self.languages = languages
    }

    /// A day counted from 1970 as `yyyy-mm-dd`.
    static func date(_ day: Int32) -> String {
        String(Timestamp(milliseconds: Int64(day) * 86_400_000).description.prefix(10))
    }
}

// MARK: As bytes

extension TrendMaterial {
    /// Writes the items and the words of their titles, so that they can be read again.
    package func write(to put: @escaping ([UInt8]) throws -> Void) throws {
        var writer = PackWriter(to: put)
        try items.write(to: &writer)
        if let tokens { try tokens.write(to: &writer) }
        try writer.finish()
    }

    /// Reads what `write` wrote.
    ///
    /// - Parameters:
    ///   - pieces: Gives the bytes piece by piece, and then nil.
    ///   - hasTokens: Whether the words of titles are read as well; an analysis needs them, a summary does not.
    ///   - repeated: How many items had been left out.
    ///   - languages: How many items there were in each language.
    /// - Throws: `Failure` for bytes of another form, or that are cut off.
    package init(
        reading pieces: @escaping () throws -> [UInt8]?,
        hasTokens: Bool,
        repeated: Int,
        languages: [String: Int]
    ) throws {
        var reader = PackReader(pieces)
        items = try TrendItems(reading: &reader)
        tokens = hasTokens ? try TitleTokens(reading: &reader) : nil
        self.repeated = repeated
        self.languages = languages
    }
}
