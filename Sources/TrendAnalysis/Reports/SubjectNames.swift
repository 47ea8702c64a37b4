// SPDX-License-Identifier: Apache-2.0

/// The names of a watched subject as words, to find them in texts.
struct SubjectNames {
    private let names: [[[UInt8]]]
    private let tokeniser: any Tokeniser
    /// The names by their words' numbers; one of which a word has no number is in no title.
    private let numbers: [[Int32]]

    init(_ subject: WatchedSubject, _ words: TitleWords, _ tokeniser: any Tokeniser) {
        let names = subject.aliases.map { tokeniser.tokens($0).map { Array($0.utf8) } }.filter { !$0.isEmpty }
        self.names = names
        self.tokeniser = tokeniser
        numbers = names.compactMap { name in
            let found = name.compactMap { words.vocabulary.find($0) }
            return found.count == name.count ? found : nil
        }
    }

    /// Whether one of the names is in a title.
    func areIn(_ title: Int, of titles: TokenLists) -> Bool {
        let range = titles.range(title)
        return numbers.contains { name in
            guard range.count >= name.count else { return false }
            return (range.lowerBound...range.upperBound - name.count).contains { start in
                name.indices.allSatisfy { titles.word(start + $0) == name[$0] }
            }
        }
    }

    /// Whether one of the names is in a text.
    func areIn(_ text: String) -> Bool {
        guard !text.isEmpty else { return false }
        var buffer = TokenBuffer()
        tokeniser.tokenise(text, into: &buffer)
        return names.contains { name in
            guard buffer.count >= name.count else { return false }
            return (0...buffer.count - name.count).contains { start in
                name.indices.allSatisfy { buffer.bytes[buffer.range(start + $0)].elementsEqual(name[$0]) }
            }
        }
    }
}
