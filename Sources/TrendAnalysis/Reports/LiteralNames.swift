// SPDX-License-Identifier: Apache-2.0

/// The names of a watched subject as they are spelled, to find them in texts without a dictionary, which knows no new names.
///
/// A name's words stand one after the other, in whatever case and with whatever signs between them. A Korean word may have a particle
/// behind it, and Korean words that a name writes apart may be written together; no name begins within a word.
package struct LiteralNames: Sendable {
    /// One way to spell a name.
    private struct Spelling {
        /// The words' bytes, in lower case.
        let words: [[UInt8]]
        /// The longest word: a text that does not have its bytes has not the name.
        let probe: [UInt8]

        init?(_ words: [[UInt8]]) {
            guard let probe = words.max(by: { $0.count < $1.count }) else { return nil }
            self.words = words
            self.probe = probe
        }
    }

    private let spellings: [Spelling]

    /// Takes the names of a subject.
    package init(_ subject: WatchedSubject) {
        spellings = subject.aliases.flatMap { alias in
            let words = WordTokeniser().tokens(alias).map { Array($0.utf8) }
            let together = Self.together(words)
            return [words, together == words ? [] : together].compactMap(Spelling.init)
        }
    }

    /// Whether one of the names is in a text.
    package func areIn(_ text: String) -> Bool {
        guard !text.isEmpty else { return false }
        let isPlain = WordTokeniser.isPlain(text)
        let bytes = text.utf8.span
        var buffer: TokenBuffer?
        for spelling in spellings where !isPlain || Self.contains(bytes, spelling.probe) {
            let words = buffer ?? Self.words(text)
            buffer = words
            if Self.contains(words, spelling.words) { return true }
        }
        return false
    }

    private static func words(_ text: String) -> TokenBuffer {
        var buffer = TokenBuffer()
        WordTokeniser().tokenise(text, into: &buffer)
        return buffer
    }

    /// Korean words that stand side by side as one.
    private static func together(_ words: [[UInt8]]) -> [[UInt8]] {
        words.reduce(into: []) { found, word in
            if let last = found.last, isKorean(last), isKorean(word) {
                found[found.count - 1] += word
            } else {
                found.append(word)
            }
        }
    }

    private static func isKorean(_ word: [UInt8]) -> Bool {
        word.count >= 3 && Hangul.isSyllable(ScalarClass.decode(word.span, at: 0).scalar)
    }

    private static func contains(_ text: TokenBuffer, _ name: [[UInt8]]) -> Bool {
        guard text.count >= name.count else { return false }
        return (0...text.count - name.count).contains { start in
            name.indices.allSatisfy { place in
                let (word, range) = (name[place], text.range(start + place))
                guard range.count >= word.count, text.bytes[range].starts(with: word) else { return false }
                return range.count == word.count
                    || (isKorean(word) && mayFollow(text.bytes[range.dropFirst(word.count)], word))
            }
        }
    }

    // MARK: What may follow a Korean name

    /// What makes another noun of a noun: 들 님 씨 측, and 용 형 식 판 발 맛 산 급 류 표.
    private static let affixes: Set<UInt32> = [
        0xB4E4, 0xB2D8, 0xC528, 0xCE21, 0xC6A9, 0xD615, 0xC2DD, 0xD310, 0xBC1C, 0xB9DB, 0xC0B0, 0xAE09, 0xB958, 0xD45C,
    ]
    private static let ofPersons: Set<UInt32> = [0xB4E4, 0xB2D8, 0xC528, 0xCE21]
    /// 을 를 에 의 은 는.
    private static let sure: Set<UInt32> = [0xC744, 0xB97C, 0xC5D0, 0xC758, 0xC740, 0xB294]

    /// Whether a name with that behind it is still the name; the shorter it is, the sooner both together are another word (`사이다`).
    private static func mayFollow(_ bytes: ArraySlice<UInt8>, _ word: [UInt8]) -> Bool {
        let name = scalars(word[...])
        let rest = scalars(bytes)[...]
        guard let last = name.last, let first = rest.first else { return true }
        if isParticle(rest, behind: last, syllables: name.count) { return true }
        guard name.count > 2 || (name.count == 2 && ofPersons.contains(first)), affixes.contains(first) else {
            return false
        }
        return rest.count == 1 || isParticle(rest.dropFirst(), behind: first, syllables: name.count + 1)
    }

    private static func isParticle(_ rest: ArraySlice<UInt32>, behind last: UInt32, syllables: Int) -> Bool {
        let lexicon = KoreanLexicon.shared
        guard lexicon.isParticle(rest, behind: last) else { return false }
        if syllables > 2 { return true }
        if lexicon.weak.contains(WordHash.of(rest)) { return false }
        return syllables == 2 || rest.count > 1 || rest.first.map(sure.contains) == true
    }

    private static func scalars(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
    }

    // MARK: Bytes

    /// Whether a word in lower case is among the bytes in whatever case.
    private static func contains(_ bytes: Span<UInt8>, _ word: [UInt8]) -> Bool {
        guard bytes.count >= word.count, let last = word.last else { return false }
        let word = word.span
        let end = word.count - 1
        var place = end
        while place < bytes.count {
            // A word's last byte is rarer than its first: all Korean syllables begin with one of four bytes.
            if lower(bytes[place]) == last {
                var index = 0
                while index < end, lower(bytes[place - end + index]) == word[index] { index += 1 }
                if index == end { return true }
            }
            place += 1
        }
        return false
    }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
