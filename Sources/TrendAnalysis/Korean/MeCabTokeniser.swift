// SPDX-License-Identifier: Apache-2.0
internal import CMeCab

/// Nouns of Korean by MeCab and a dictionary; words of other scripts by `WordTokeniser`.
///
/// Nouns that touch are one token, as `KoreanTokeniser` gives them. Safe to call from any task; several texts are cut at the same time.
@safe package final class MeCabTokeniser: Tokeniser, @unchecked Sendable {
    /// Why there is no such tokeniser.
    package struct Missing: Error, CustomStringConvertible {
        package let dictionary: String
        package let reason: String
        package var description: String {
            "the Korean dictionary \(dictionary) cannot be used: \(reason); scripts/setup --with-mecab installs both"
        }
    }

    /// Texts with more morphemes are cut up to there.
    private static let mostPieces = 4_096

    // Never changed after it was made; the library's own lock guards what it points to.
    private let handle: UnsafeMutableRawPointer
    private let rules = KoreanNouns()

    package var name: String { "mecab" }

    /// Loads the library and the dictionary in a folder.
    package init(dictionary: String) throws {
        var reason = [CChar](repeating: 0, count: 256)
        let size = reason.count
        let opened = unsafe reason.withUnsafeMutableBufferPointer { buffer in
            unsafe cmecab_open(dictionary, buffer.baseAddress, size)
        }
        guard let opened = unsafe opened else {
            let bytes = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw Missing(dictionary: dictionary, reason: String(decoding: bytes, as: UTF8.self))
        }
        unsafe handle = opened
    }

    deinit { unsafe cmecab_close(handle) }

    package func rest() { unsafe cmecab_release(handle) }

    package func tokenise(_ text: String, into buffer: inout TokenBuffer) {
        guard HangulRuns.isThere(text) else {
            WordTokeniser().tokenise(text, into: &buffer)
            return
        }
        let runs = HangulRuns(text)
        let (nouns, unknown) = pieces(runs.text)
        var next = 0
        runs.tokenise(into: &buffer) { run, add in
            let (start, end) = (run.start, run.start + 3 * run.syllables.count)
            // A part of a word that the dictionary does not know is no word: the rules say what is a noun of the whole.
            if unknown.contains(where: { $0.lowerBound < end && $0.upperBound > start }) {
                if let noun = rules.noun(of: run) { add(noun) }
                return
            }
            while next < nouns.count, nouns[next].upperBound <= start { next += 1 }
            var place = next
            while place < nouns.count, nouns[place].lowerBound < end {
                // A noun may reach into Latin letters beside it; those are tokens of their own.
                let from = max(nouns[place].lowerBound, start) - start
                let upTo = min(nouns[place].upperBound, end) - start
                if upTo - from >= 6 { add(from / 3..<upTo / 3) }
                place += 1
            }
        }
    }

    /// The bytes of the nouns in their order, those that touch as one; and of what the dictionary does not know.
    private func pieces(_ text: String) -> (nouns: [Range<Int>], unknown: [Range<Int>]) {
        var text = text
        return text.withUTF8 { bytes in
            let room = min(Self.mostPieces, bytes.count)
            return unsafe withUnsafeTemporaryAllocation(of: cmecab_piece.self, capacity: max(1, room)) { pieces in
                let base = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
                let count = unsafe cmecab_cut(handle, base, bytes.count, pieces.baseAddress, Int32(room))
                var found: [Range<Int>] = []
                var unknown: [Range<Int>] = []
                // What only stands behind others begins no word: cut off there, it belongs to the noun after it (`가습기`, `러트닉`).
                var wrongStart: Range<Int>?
                for index in 0..<max(0, min(Int(count), room)) {
                    let piece = unsafe pieces[index]
                    var range = Int(piece.start)..<Int(piece.start) + Int(piece.length)
                    if piece.kind == 4 { unknown.append(range) }
                    if piece.kind == 3 {
                        if let start = wrongStart, start.upperBound == range.lowerBound {
                            wrongStart = start.lowerBound..<range.upperBound
                        } else if range.lowerBound == 0 || (unsafe bytes[range.lowerBound - 1] == 0x20) {
                            wrongStart = range
                        }
                    }
                    guard piece.kind == 1 else { continue }
                    if let start = wrongStart, start.upperBound == range.lowerBound {
                        range = start.lowerBound..<range.upperBound
                    }
                    if let last = found.last, last.upperBound == range.lowerBound {
                        found[found.count - 1] = last.lowerBound..<range.upperBound
                    } else {
                        found.append(range)
                    }
                }
                return (found, unknown)
            }
        }
    }
}
