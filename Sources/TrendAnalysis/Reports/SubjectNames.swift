// SPDX-License-Identifier: Apache-2.0

/// The names of a watched subject, to find them in texts: as they are spelled, and in titles as a tokeniser cuts them too.
struct SubjectNames {
    private let literal: LiteralNames
    /// The names by their words' numbers; one of which a word has no number is in no title.
    private let numbers: [[Int32]]

    init(_ subject: WatchedSubject, _ words: TitleWords, _ tokeniser: any Tokeniser) {
        literal = LiteralNames(subject)
        numbers = subject.aliases.compactMap { alias in
            let name = tokeniser.tokens(alias)
            // A tokeniser leaves out what it takes for no noun: the rest of a name names something else.
            guard !name.isEmpty, name.joined() == WordTokeniser().tokens(alias).joined() else { return nil }
            let found = name.compactMap { words.vocabulary.find(Array($0.utf8)) }
            return found.count == name.count ? found : nil
        }
    }

    /// Whether one of the names is in an item: in its title, as words or as it is spelled, or in its summary.
    func areIn(_ index: Int, of items: TrendItems, _ titles: TokenLists) -> Bool {
        areIn(index, of: titles) || literal.areIn(items.title(index)) || literal.areIn(items.summary(index))
    }

    /// Whether one of the names is in a text.
    func areIn(_ text: String) -> Bool { literal.areIn(text) }

    private func areIn(_ title: Int, of titles: TokenLists) -> Bool {
        let range = titles.range(title)
        return numbers.contains { name in
            guard range.count >= name.count else { return false }
            return (range.lowerBound...range.upperBound - name.count).contains { start in
                name.indices.allSatisfy { titles.word(start + $0) == name[$0] }
            }
        }
    }
}
