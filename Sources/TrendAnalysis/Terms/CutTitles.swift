// SPDX-License-Identifier: Apache-2.0

/// A tokeniser that knows the words of some titles already, and asks another one for all other texts.
struct CutTitles: Tokeniser {
    private let tokens: TitleTokens
    private let places: [String: Int]
    private let other: any Tokeniser

    var name: String { tokens.tokeniser }

    /// Knows the titles of some items, whose words `tokens` has by their numbers.
    init(_ indices: [Int], of items: TrendItems, _ tokens: TitleTokens, else other: any Tokeniser) {
        self.tokens = tokens
        self.other = other
        places = Dictionary(indices.map { (items.title($0), $0) }) { first, _ in first }
    }

    func tokenise(_ text: String, into buffer: inout TokenBuffer) {
        guard let title = places[text] else { return other.tokenise(text, into: &buffer) }
        for place in tokens.titles.range(title) {
            let word = tokens.words.vocabulary.bytes(tokens.titles.word(place))
            buffer.append(contentsOf: word[...], hasCapital: tokens.titles.hasCapital(place))
        }
    }
}
