// SPDX-License-Identifier: Apache-2.0

/// Looks for a sentence's figures in its sources.
package enum FigureCheck {
    /// The figures of a text: digits with their separators, `1,300` and `1300` alike, without leading zeros.
    package static func figures(in text: String) -> [String] {
        var figures: [String] = []
        var digits = ""
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            let isInside =
                index + 1 < characters.count && characters[index + 1].isASCII && characters[index + 1].isNumber
                && !digits.isEmpty
            if character == ",", isInside { continue }
            if character == ".", isInside, !digits.contains(".") {
                digits.append(character)
                continue
            }
            append(&digits, to: &figures)
        }
        append(&digits, to: &figures)
        return figures
    }

    private static func append(_ digits: inout String, to figures: inout [String]) {
        guard !digits.isEmpty else { return }
        let trimmed = String(digits.drop { $0 == "0" })
        figures.append(trimmed.isEmpty || trimmed.hasPrefix(".") ? "0\(trimmed)" : trimmed)
        digits = ""
    }

    /// The sentence's figures that no source holds.
    package static func unsupported(_ sentence: String, sources: [String]) -> [String] {
        let known = Set(sources.flatMap(figures))
        return figures(in: sentence).filter { !known.contains($0) }
    }
}
