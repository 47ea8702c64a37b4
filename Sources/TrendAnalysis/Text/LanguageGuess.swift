// SPDX-License-Identifier: Apache-2.0

/// A text's language, told by its script, and for Latin letters by its function words.
package enum LanguageGuess {
    /// Function words that are frequent in one of these languages and rare in the others.
    private static let words: [(language: String, words: Set<String>)] = [
        ("en", ["the", "of", "and", "to", "is", "for", "with", "how", "what", "after", "its", "from", "by", "at"]),
        ("de", ["der", "die", "das", "und", "ist", "nicht", "mit", "auf", "für", "ein", "eine", "von", "im", "dem"]),
        ("fr", ["le", "les", "des", "est", "une", "dans", "pour", "au", "sur", "qui", "du", "et", "avec", "pas"]),
        ("es", ["el", "los", "las", "una", "por", "para", "con", "del", "que", "y", "es", "su", "como"]),
        ("it", ["il", "di", "che", "gli", "per", "della", "nel", "sono", "non", "alla", "con", "più"]),
        ("pt", ["os", "uma", "para", "com", "não", "dos", "das", "em", "ao", "mais", "são"]),
        ("nl", ["het", "een", "van", "niet", "voor", "met", "zijn", "op", "naar", "ook"]),
    ]

    /// By a word's bytes: the places in `words` of the languages that have it.
    private static let ofWord: [[UInt8]: [Int]] = {
        var places: [[UInt8]: [Int]] = [:]
        for (index, entry) in words.enumerated() {
            for word in entry.words { places[Array(word.utf8), default: []].append(index) }
        }
        return places
    }()

    /// An ISO 639-1 code; nil where nothing tells.
    package static func language(of text: String) -> String? {
        var hangul = 0
        var han = 0
        var kana = 0
        var latin = 0
        var others: [String: Int] = [:]
        for scalar in text.unicodeScalars {
            switch ScalarClass(scalar.value) {
            case .hangul: hangul += 1
            case .han: han += 1
            case .kana: kana += 1
            case .word: latin += scalar.value > 0x39 ? 1 : 0
            case .other: if let code = language(ofLetter: scalar.value) { others[code, default: 0] += 1 }
            case .separator, .apostrophe: break
            }
        }
        // Korean headlines hold brand names in Latin letters: a few syllables are enough.
        if hangul > 0, hangul * 4 >= latin { return "ko" }
        if kana > 0 { return "ja" }
        if han > 0, han * 2 >= latin { return "zh" }
        if let most = others.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), most.value * 2 >= latin {
            return most.key
        }
        return latin > 0 ? byWords(text) : nil
    }

    private static func language(ofLetter scalar: UInt32) -> String? {
        switch scalar {
        case 0x370...0x3FF: "el"
        case 0x400...0x52F: "ru"
        case 0x590...0x5FF: "he"
        case 0x600...0x6FF: "ar"
        case 0x900...0x97F: "hi"
        case 0xE00...0xE7F: "th"
        default: nil
        }
    }

    private static func byWords(_ text: String) -> String? {
        var hits = [Int](repeating: 0, count: words.count)
        var word: [UInt8] = []
        func end() {
            for index in ofWord[word] ?? [] { hits[index] += 1 }
            word.removeAll(keepingCapacity: true)
        }
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                let lower = UInt8(truncatingIfNeeded: scalar.value) | 0x20
                if (0x61...0x7A).contains(lower) { word.append(lower) } else { end() }
            } else if scalar.properties.isAlphabetic {
                word.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            } else {
                end()
            }
        }
        end()
        guard let most = hits.max(), most > 0, let best = hits.firstIndex(of: most) else { return nil }
        return words[best].language
    }
}
