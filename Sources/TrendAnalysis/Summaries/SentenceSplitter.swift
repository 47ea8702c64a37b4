// SPDX-License-Identifier: Apache-2.0

/// Cuts plain text into sentences, Korean and English.
enum SentenceSplitter {
    /// After these a full stop ends no sentence.
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "st", "jr", "sr", "vs", "inc", "co", "corp", "ltd", "gov", "sen", "rep", "gen", "lt",
        "prof",
        "no", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "dept", "u.s", "u.k",
        "e.g",
        "i.e", "a.m", "p.m",
    ]

    /// The sentences, without white space around them.
    static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        var current = ""
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            current.append(character)
            guard "!?…。！？.".contains(character) else { continue }
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            let isWide = "。！？".contains(character)
            guard isWide || next.isWhitespace else { continue }
            if character == ".", !endsSentence(current) { continue }
            append(&current, to: &sentences)
        }
        append(&current, to: &sentences)
        return sentences
    }

    private static func endsSentence(_ text: String) -> Bool {
        guard let last = text.dropLast().split(whereSeparator: \.isWhitespace).last else { return false }
        let word = last.lowercased()
        // An initial, as in "J. Smith".
        return !abbreviations.contains(word)
            && !(word.count == 1 && word.first?.isLetter == true && word.utf8.count == 1)
    }

    private static func append(_ current: inout String, to sentences: inout [String]) {
        let trimmed = current.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !trimmed.isEmpty { sentences.append(trimmed) }
        current = ""
    }
}
