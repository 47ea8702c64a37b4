// SPDX-License-Identifier: Apache-2.0

/// Cuts plain text into sentences, Korean and English.
enum SentenceSplitter {
    /// A name follows these, so that a full stop after them ends no sentence.
    private static let titles: Set<String> = [
        "mr", "mrs", "ms", "messrs", "mx", "dr", "prof", "rev", "hon", "pres", "gov", "sen", "rep", "reps", "sens",
        "gen",
        "lt", "col", "maj", "capt", "sgt", "cpl", "adm", "cmdr", "supt", "st", "ste", "mt", "ft", "vs", "v", "cf", "al",
        "approx", "dept", "e.g", "i.e", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
        "dec",
    ]
    /// These stand at the end of a name or a figure, and may end a sentence: what follows tells.
    private static let endings: Set<String> = [
        "inc", "co", "cos", "corp", "ltd", "llc", "plc", "bros", "jr", "sr", "assn", "assoc", "intl", "natl", "univ",
        "ave",
        "blvd", "rd", "bldg", "est", "etc", "a.m", "p.m", "ph.d", "m.d", "b.a", "m.a", "esq",
    ]
    /// A number follows these, else they are words.
    private static let counted: Set<String> = ["no", "nos", "vol", "fig", "figs", "p", "pp", "ch", "art", "sec"]
    /// With these, and a capital, a sentence begins after an ending.
    private static let starters: Set<String> = [
        "the", "a", "an", "it", "its", "he", "she", "they", "we", "you", "i", "his", "her", "their", "our", "this",
        "that",
        "these", "those", "there", "here", "in", "on", "at", "by", "for", "from", "with", "as", "after", "before",
        "when",
        "while", "if", "but", "and", "or", "so", "yet", "however", "meanwhile", "no", "not", "what", "who", "why",
        "how",
    ]

    /// The sentences, without white space around them.
    static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        let characters = Array(text)
        var start = 0
        var index = 0
        while index < characters.count {
            let character = characters[index]
            index += 1
            guard "!?…。！？.".contains(character) else { continue }
            // What closes a quotation or a bracket belongs to the sentence.
            var end = index
            while end < characters.count, "\"'”’)]」』".contains(characters[end]) { end += 1 }
            let isAtEnd = end == characters.count || characters[end].isWhitespace
            guard "。！？".contains(character) || isAtEnd else { continue }
            if character == ".", end == index, !endsSentence(characters[start..<index - 1], characters[end...]) {
                continue
            }
            append(characters[start..<end], to: &sentences)
            start = end
            index = end
        }
        append(characters[start...], to: &sentences)
        return sentences
    }

    private static func endsSentence(_ text: ArraySlice<Character>, _ rest: ArraySlice<Character>) -> Bool {
        guard let last = text.split(whereSeparator: \.isWhitespace).last else { return false }
        let word = String(last.drop { "\"'“‘(".contains($0) }).lowercased()
        let next = rest.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
        if titles.contains(word) { return false }
        if counted.contains(word) { return next.first?.isNumber != true }
        guard endings.contains(word) || isInitials(word) else { return true }
        // An initial, as in "J. Smith", or what may end a sentence.
        guard let first = next.first(where: { !"\"'“‘(".contains($0) }) else { return true }
        return first.isUppercase && starters.contains(String(next.filter(\.isLetter)).lowercased())
    }

    /// Whether a word is single letters with full stops between, as in `u.s`, or one letter.
    private static func isInitials(_ word: String) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.allSatisfy { $0.utf8.count == 1 && $0.first?.isLetter == true }
    }

    private static func append(_ characters: ArraySlice<Character>, to sentences: inout [String]) {
        let trimmed = String(characters).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !trimmed.isEmpty { sentences.append(trimmed) }
    }
}
