// SPDX-License-Identifier: Apache-2.0

/// Korean particles, whose form depends on whether the word before them ends in a consonant.
enum Particles {
    /// Both forms as they are written in phrases, after a consonant and after a vowel.
    private static let forms = [
        ("을(를)", "을", "를"), ("이(가)", "이", "가"), ("은(는)", "은", "는"), ("과(와)", "과", "와"),
    ]

    /// A text that follows a character, its first particle in the form that the character asks for.
    static func resolved(_ text: String, after last: Character) -> String {
        for (both, consonant, vowel) in forms where text.hasPrefix(both) {
            return (endsInConsonant(last) ? consonant : vowel) + text.dropFirst(both.count)
        }
        // 로 follows a vowel and ㄹ, 으로 every other consonant; the phrases that need it end in a figure and its percent sign.
        return text
    }

    /// Whether a character, read aloud in Korean, ends in a consonant.
    static func endsInConsonant(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        switch scalar.value {
        case 0xAC00...0xD7A3: return (scalar.value - 0xAC00) % 28 != 0
        default: return "013678LMNlmn".contains(character)
        }
    }
}
