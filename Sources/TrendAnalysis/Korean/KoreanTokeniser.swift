// SPDX-License-Identifier: Apache-2.0

/// Nouns of Korean by rules, without a dictionary; words of other scripts by `WordTokeniser`.
///
/// Verbs, adverbs, determiners, particles and endings are left out, since they name no subject. A compound stays one token;
/// a name followed by digits gives both, so that pairs of tokens name the product (`아이폰 17`).
package struct KoreanTokeniser: Tokeniser {
    private let nouns = KoreanNouns()

    package var name: String { "rules" }

    /// Creates the tokeniser.
    package init() {}

    package func tokenise(_ text: String, into buffer: inout TokenBuffer) {
        guard HangulRuns.isThere(text) else {
            WordTokeniser().tokenise(text, into: &buffer)
            return
        }
        HangulRuns(text).tokenise(into: &buffer) { run, add in
            if let noun = nouns.noun(of: run) { add(noun) }
        }
    }
}
