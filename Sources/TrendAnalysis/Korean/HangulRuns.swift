// SPDX-License-Identifier: Apache-2.0

/// The runs of Hangul in a text, in their order, each with what stands before it.
struct HangulRuns {
    struct Run {
        /// Its first byte in the text.
        let start: Int
        let syllables: [UInt32]
        /// Whether a sign stands before it, such as a quotation mark or a Latin letter.
        let isGlued: Bool
        /// Whether a digit or a percent sign stands before it.
        let isCounted: Bool
    }

    /// The text in form NFKC.
    let text: String
    private var runs: [Run] = []

    /// Whether the text has Hangul; half of a conjoining syllable counts.
    static func isThere(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var i = 0
        while i < bytes.count {
            // Hangul begins with E1 84…87 (conjoining) or EA…ED; what else does is sorted out later.
            if bytes[i] >= 0xE1, bytes[i] <= 0xED {
                let (scalar, length) = ScalarClass.decode(bytes, at: i)
                if Hangul.isSyllable(scalar) || (0x1100...0x11FF).contains(scalar) { return true }
                i += length
            } else {
                i += 1
            }
        }
        return false
    }

    init(_ given: String) {
        text = ScalarClass.composed(given)
        var syllables: [UInt32] = []
        var before: UInt32 = 0x20
        var previous: UInt32 = 0x20
        var offset = 0
        for scalar in text.unicodeScalars {
            let value = scalar.value
            if Hangul.isSyllable(value) {
                if syllables.isEmpty { before = previous }
                syllables.append(value)
            } else if !syllables.isEmpty {
                end(syllables, before, at: offset)
                syllables = []
            }
            previous = value
            offset += UTF8.width(scalar)
        }
        if !syllables.isEmpty { end(syllables, before, at: offset) }
    }

    private mutating func end(_ syllables: [UInt32], _ before: UInt32, at offset: Int) {
        let isSpace = Unicode.Scalar(before)?.properties.isWhitespace ?? true
        runs.append(
            Run(
                start: offset - 3 * syllables.count,
                syllables: syllables,
                isGlued: !isSpace,
                isCounted: (0x30...0x39).contains(before) || before == 0x25
            )
        )
    }

    /// Adds the text's tokens to a buffer: what a caller finds in each run of Hangul, all else as `WordTokeniser` gives it.
    ///
    /// - Parameters:
    ///   - buffer: Takes the tokens.
    ///   - choose: Gets a run, and a function that adds a range of its syllables.
    func tokenise(into buffer: inout TokenBuffer, choose: (Run, (Range<Int>) -> Void) -> Void) {
        var whole = TokenBuffer()
        WordTokeniser().tokenise(text, into: &whole)
        var chosen: [Range<Int>] = []
        var place = 0
        for token in 0..<whole.count {
            let bytes = whole.bytes[whole.range(token)]
            guard place < runs.count, Self.spells(bytes, runs[place]) else {
                buffer.append(contentsOf: bytes, hasCapital: whole.capitals[token])
                continue
            }
            chosen.removeAll(keepingCapacity: true)
            choose(runs[place]) { chosen.append($0) }
            place += 1
            for range in chosen {
                // A syllable has three bytes.
                let start = bytes.startIndex + 3 * range.lowerBound
                buffer.append(contentsOf: bytes[start..<start + 3 * range.count], hasCapital: false)
            }
        }
    }

    /// Whether a token is a run: tokens and runs come in the same order, and no other token begins with Hangul.
    private static func spells(_ token: ArraySlice<UInt8>, _ run: Run) -> Bool {
        guard token.count == run.syllables.count * 3, let first = token.first else { return false }
        return (0xEA...0xED).contains(first)
    }
}
